package org.virtualcell.io;

import org.virtualcell.api.DataFormatException;
import org.virtualcell.api.ExpressionMatrix;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.MemoryBudgetException;

/**
 * Where a matrix comes from: file, place, genes and memory budget, for messages that name them.
 *
 * @param file the file
 * @param place the matrix in it
 * @param genes its genes
 * @param memoryBudget the most bytes a reader may hold
 */
record Source(String file, String place, GeneVocabulary genes, long memoryBudget) {
  private static final String REMEDY =
      "Copy or download the file again; if it is sound, save the matrix anew (in Python:"
          + " X.sum_duplicates(), then write).";

  DataFormatException damaged(String what, String where) {
    return new DataFormatException(what, file + ", " + place + ", " + where, REMEDY);
  }

  String geneName(int gene) {
    return "'" + genes.id(gene) + "'";
  }

  void requireBudget(long elements, long bytesEach, String purpose) {
    long needed = Hdf5File.saturatedProduct(elements, bytesEach);
    if (needed > memoryBudget) {
      throw new MemoryBudgetException(
          "Holding " + purpose + " needs " + needed + " bytes, the budget is " + memoryBudget,
          toString(),
          "Raise the memory budget (ReadOptions.withMemoryBudget) and the Java heap (-Xmx).");
    }
  }

  static void requireBlock(ExpressionMatrix matrix, long firstRow, int rowCount) {
    if (firstRow < 0 || rowCount < 0 || firstRow > matrix.rows() - rowCount) {
      throw new InvalidDataException(
          "A block of rows is out of range",
          "rows " + firstRow + " to " + (firstRow + rowCount) + " of " + matrix.rows(),
          "Ask for rows the matrix has.");
    }
  }

  static void requireRoom(
      long firstRow, int rowCount, long stored, int[] rowStart, int[] gene, int values) {
    if (rowStart.length < rowCount + 1L || gene.length < stored || values < stored) {
      throw new InvalidDataException(
          "A block of " + rowCount + " rows with " + stored + " values does not fit the arrays",
          "rows "
              + firstRow
              + " on; "
              + rowStart.length
              + " offsets, "
              + gene.length
              + " genes, "
              + values
              + " values",
          "Size them by nonZeros(firstRow, rowCount).");
    }
  }

  @Override
  public String toString() {
    return file + ", " + place;
  }
}
