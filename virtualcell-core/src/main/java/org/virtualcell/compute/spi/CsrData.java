package org.virtualcell.compute.spi;

import org.virtualcell.compute.Packing;

/**
 * What a kernel sees of a sparse tensor: open, of this device, checked when it entered (offsets
 * monotone from 0 to {@code nonZeros}, genes strictly increasing within a row and in range, values
 * finite). Row i holds entries k from {@code rowStart[i]} to {@code rowStart[i + 1] - 1}.
 *
 * <p>{@link Packing#PLAIN}: gene I32 and value F32, nonZeros long. {@link Packing#COMPACT}: gene
 * U16 and value U8; where value[k] is {@link org.virtualcell.compute.CsrTensor#ESCAPE}, the count
 * stands in the row's list of escapes, entries e from {@code escapeStart[i]} to {@code
 * escapeStart[i + 1] - 1}, sorted by gene: the j-th 255 of a row is its j-th escape, or search
 * {@code escapeGene} for the gene. Counts of 255 and more all escape.
 */
public interface CsrData {
  /**
   * The number of cells.
   *
   * @return zero or more
   */
  long rows();

  /**
   * The number of genes.
   *
   * @return zero or more
   */
  int genes();

  /**
   * The number of stored values; may exceed 2^31.
   *
   * @return zero or more
   */
  long nonZeros();

  /**
   * How values are stored.
   *
   * @return the packing
   */
  Packing packing();

  /**
   * The offsets of the rows.
   *
   * @return I64, rows + 1
   */
  Memory rowStart();

  /**
   * The genes.
   *
   * @return I32 (PLAIN) or U16 (COMPACT), nonZeros
   */
  Memory gene();

  /**
   * The values.
   *
   * @return F32 (PLAIN) or U8 (COMPACT), nonZeros
   */
  Memory value();

  /**
   * The number of escapes.
   *
   * @return zero or more; 0 for PLAIN
   */
  long escapes();

  /**
   * The offsets of the rows' escapes.
   *
   * @return I64, rows + 1; null for PLAIN
   */
  Memory escapeStart();

  /**
   * The escapes' genes.
   *
   * @return U16, escapes; null for PLAIN
   */
  Memory escapeGene();

  /**
   * The escapes' counts.
   *
   * @return I32, escapes; null for PLAIN
   */
  Memory escapeValue();
}
