package org.virtualcell.io;

import java.util.Arrays;

/** Sorts the genes of a row that are not sorted, and refuses a gene that occurs twice. */
final class RowOrder {
  private RowOrder() {}

  static void ensure(Source source, long row, int from, int to, int[] gene, float[] value) {
    boolean sorted = true;
    for (int k = from + 1; k < to; k++) {
      sorted &= gene[k] > gene[k - 1];
    }
    if (!sorted) {
      sort(source, row, from, to, gene, value);
    }
  }

  static void ensure(Source source, long row, int from, int to, int[] gene, double[] value) {
    boolean sorted = true;
    for (int k = from + 1; k < to; k++) {
      sorted &= gene[k] > gene[k - 1];
    }
    if (sorted) {
      return;
    }
    int[] unsortedGene = Arrays.copyOfRange(gene, from, to);
    double[] unsortedValue = Arrays.copyOfRange(value, from, to);
    long[] pairs = new long[to - from]; // gene in the upper half, its place in the lower
    for (int k = 0; k < pairs.length; k++) {
      pairs[k] = (long) unsortedGene[k] << Integer.SIZE | k;
    }
    Arrays.sort(pairs);
    for (int k = from; k < to; k++) {
      gene[k] = unsortedGene[(int) pairs[k - from]];
      value[k] = unsortedValue[(int) pairs[k - from]];
      if (k > from && gene[k] == gene[k - 1]) {
        throw source.damaged(
            "Gene " + source.geneName(gene[k]) + " occurs twice in one row", "row " + row);
      }
    }
  }

  private static void sort(Source source, long row, int from, int to, int[] gene, float[] value) {
    long[] pairs = new long[to - from]; // gene in the upper half, the value's bits in the lower
    for (int k = from; k < to; k++) {
      pairs[k - from] =
          (long) gene[k] << Integer.SIZE | Float.floatToRawIntBits(value[k]) & 0xffffffffL;
    }
    Arrays.sort(pairs);
    for (int k = from; k < to; k++) {
      gene[k] = (int) (pairs[k - from] >>> Integer.SIZE);
      value[k] = Float.intBitsToFloat((int) pairs[k - from]);
      if (k > from && gene[k] == gene[k - 1]) {
        throw source.damaged(
            "Gene " + source.geneName(gene[k]) + " occurs twice in one row", "row " + row);
      }
    }
  }
}
