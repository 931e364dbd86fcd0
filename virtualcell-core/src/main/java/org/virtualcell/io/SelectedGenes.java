package org.virtualcell.io;

import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.ExpressionMatrix;

/** Some of the genes of another matrix, in its order. One pass at opening counts what is kept. */
final class SelectedGenes extends RowOffsets {
  private static final int BLOCK = 1024;

  private final ExpressionMatrix all;
  private final int[] newGene; // -1 where a gene is left out

  SelectedGenes(ExpressionMatrix all, boolean[] kept, Source source) {
    super(size(kept), room(all, source));
    this.all = all;
    this.newGene = new int[kept.length];
    int next = 0;
    for (int g = 0; g < kept.length; g++) {
      newGene[g] = kept[g] ? next++ : -1;
    }
    for (int row = 0; row < all.rows(); row += BLOCK) {
      count(row, all.block(row, (int) Math.min(BLOCK, all.rows() - row)));
    }
  }

  private static int size(boolean[] kept) {
    int size = 0;
    for (boolean k : kept) {
      size += k ? 1 : 0;
    }
    return size;
  }

  private static long[] room(ExpressionMatrix all, Source source) {
    source.requireBudget(all.rows() + 1, Long.BYTES, "the row offsets");
    return new long[Math.toIntExact(all.rows() + 1)];
  }

  private void count(int firstRow, CsrMatrix block) {
    for (int r = 0; r < block.rows(); r++) {
      int kept = 0;
      for (int k = block.rowStart(r); k < block.rowStart(r + 1); k++) {
        kept += newGene[block.geneAt(k)] >= 0 ? 1 : 0;
      }
      rowStart[firstRow + r + 1] = rowStart[firstRow + r] + kept;
    }
  }

  @Override
  public void copyRows(
      long firstRow, int rowCount, int[] toRowStart, int[] toGene, float[] toValue) {
    Source.requireRoom(
        firstRow, rowCount, nonZeros(firstRow, rowCount), toRowStart, toGene, toValue.length);
    toRowStart[0] = 0;
    int next = 0;
    for (int row = 0; row < rowCount; row += BLOCK) {
      CsrMatrix block = all.block(firstRow + row, Math.min(BLOCK, rowCount - row));
      for (int r = 0; r < block.rows(); r++) {
        for (int k = block.rowStart(r); k < block.rowStart(r + 1); k++) {
          int gene = newGene[block.geneAt(k)];
          if (gene >= 0) {
            toGene[next] = gene;
            toValue[next++] = block.valueAt(k);
          }
        }
        toRowStart[row + r + 1] = next;
      }
    }
  }
}
