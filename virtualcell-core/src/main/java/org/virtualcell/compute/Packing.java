package org.virtualcell.compute;

/** How a {@link CsrTensor} stores its values. Row offsets are {@link DType#I64} in both. */
public enum Packing {
  /** Genes as {@link DType#I32}, values as {@link DType#F32}: any values, 8 bytes each. */
  PLAIN,
  /**
   * Genes as {@link DType#U16}, counts as {@link DType#U8}: 3 bytes each. For whole numbers from 0
   * to {@link CsrTensor#MAX_COUNT} over at most 65,536 genes. A stored count of {@link
   * CsrTensor#ESCAPE} stands for the next entry in the row's list of escapes (gene and {@link
   * DType#I32} count, in the order of genes).
   */
  COMPACT
}
