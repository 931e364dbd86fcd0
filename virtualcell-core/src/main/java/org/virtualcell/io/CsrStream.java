package org.virtualcell.io;

import org.virtualcell.api.DataFormatException;
import org.virtualcell.api.InvalidDataException;

/**
 * A sparse matrix in a file, compressed by rows, read by blocks of rows. Only the row offsets are
 * held. Rows whose genes are unsorted are sorted; repeated or impossible genes and values that are
 * not finite are refused with row and file.
 */
final class CsrStream extends RowOffsets {
  private final Source source;
  private final Numbers indices;
  private final Numbers data;

  CsrStream(Source source, long rows, int genes, Numbers indptr, Numbers indices, Numbers data) {
    super(genes, offsets(source, "row", rows, indptr, indices, data));
    this.source = source;
    this.indices = indices;
    this.data = data;
  }

  /** Reads and checks the offsets of the rows or columns of a compressed matrix. */
  static long[] offsets(
      Source source, String kind, long count, Numbers indptr, Numbers indices, Numbers data) {
    if (indptr.rows() != count + 1) {
      throw source.damaged(
          count + " " + kind + "s need " + (count + 1) + " offsets, there are " + indptr.rows(),
          "indptr");
    }
    if (indices.rows() != data.rows()) {
      throw source.damaged(
          indices.rows() + " indices do not fit " + data.rows() + " values", "indices");
    }
    source.requireBudget(indptr.rows(), Long.BYTES, "the " + kind + " offsets");
    long[] offsets = new long[Math.toIntExact(indptr.rows())];
    indptr.read(0, offsets.length, offsets, 0);
    for (int i = 0; i < offsets.length; i++) {
      long before = i == 0 ? 0 : offsets[i - 1];
      if (offsets[i] < before || i == 0 && offsets[0] != 0) {
        throw source.damaged(
            "The " + kind + " offsets do not grow: " + offsets[i] + " after " + before,
            "indptr, " + kind + " " + i);
      }
    }
    if (offsets[offsets.length - 1] != data.rows()) {
      throw source.damaged(
          "The last offset is " + offsets[offsets.length - 1] + " of " + data.rows() + " values",
          "indptr");
    }
    return offsets;
  }

  @Override
  public void copyRows(
      long firstRow, int rowCount, int[] toRowStart, int[] toGene, float[] toValue) {
    long base = readStructure(firstRow, rowCount, toRowStart, toGene, toValue.length);
    data.read(base, toRowStart[rowCount], toValue, 0);
    for (int r = 0; r < rowCount; r++) {
      checkRow(firstRow + r, toRowStart[r], toRowStart[r + 1], toGene, toValue);
    }
  }

  @Override
  public boolean doublePrecision() {
    return data.type().kind() == ElementType.Kind.FLOATING && data.type().bytes() == Double.BYTES;
  }

  @Override
  public void copyRows(
      long firstRow, int rowCount, int[] toRowStart, int[] toGene, double[] toValue) {
    long base = readStructure(firstRow, rowCount, toRowStart, toGene, toValue.length);
    data.read(base, toRowStart[rowCount], toValue, 0);
    for (int r = 0; r < rowCount; r++) {
      for (int k = toRowStart[r]; k < toRowStart[r + 1]; k++) {
        requireFinite(firstRow + r, toGene[k], toValue[k]);
      }
      RowOrder.ensure(source, firstRow + r, toRowStart[r], toRowStart[r + 1], toGene, toValue);
    }
  }

  /** Reads the offsets and genes of a block; returns where it begins. */
  private long readStructure(
      long firstRow, int rowCount, int[] toRowStart, int[] toGene, int valueRoom) {
    long stored = nonZeros(firstRow, rowCount);
    Source.requireRoom(firstRow, rowCount, stored, toRowStart, toGene, valueRoom);
    long base = rowStart[(int) firstRow];
    for (int r = 0; r <= rowCount; r++) {
      toRowStart[r] = (int) (rowStart[(int) firstRow + r] - base);
    }
    readGenes(base, (int) stored, firstRow, toRowStart, toGene);
    return base;
  }

  private void readGenes(long base, int stored, long firstRow, int[] toRowStart, int[] toGene) {
    final int step = 1 << 16;
    long[] piece = new long[Math.min(step, stored)];
    for (int done = 0; done < stored; done += step) {
      int count = Math.min(step, stored - done);
      indices.read(base + done, count, piece, 0);
      for (int i = 0; i < count; i++) {
        if (piece[i] < 0 || piece[i] >= genes) {
          throw outOfRange(piece[i], firstRow, toRowStart, done + i);
        }
        toGene[done + i] = (int) piece[i];
      }
    }
  }

  private DataFormatException outOfRange(long gene, long firstRow, int[] offsets, int at) {
    int row = 0;
    while (offsets[row + 1] <= at) {
      row++;
    }
    return source.damaged(
        "Gene index " + gene + " is out of range, there are " + genes + " genes",
        "row " + (firstRow + row));
  }

  private void checkRow(long row, int from, int to, int[] gene, float[] value) {
    for (int k = from; k < to; k++) {
      requireFinite(row, gene[k], value[k]);
    }
    RowOrder.ensure(source, row, from, to, gene, value);
  }

  private void requireFinite(long row, int gene, double value) {
    if (!Double.isFinite(value)) {
      throw new InvalidDataException(
          "A value is " + value,
          source + ", row " + row + ", gene " + source.geneName(gene),
          "Remove or repair values that are not finite.");
    }
  }
}
