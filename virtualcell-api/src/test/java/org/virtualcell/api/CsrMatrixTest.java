package org.virtualcell.api;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.virtualcell.api.Refusals.assertInvalid;

import org.junit.jupiter.api.Test;

class CsrMatrixTest {
  // [ 0  1.5  0 ]
  // [ 2  0    3 ]
  private static CsrMatrix example() {
    return CsrMatrix.of(2, 3, ints(0, 1, 3), ints(1, 0, 2), floats(1.5f, 2, 3));
  }

  @Test
  void valuesAreFoundByCellAndGene() {
    CsrMatrix matrix = example();
    assertEquals(1.5f, matrix.get(0, 1));
    assertEquals(0, matrix.get(0, 0));
    assertEquals(3, matrix.get(1, 2));
    assertEquals(2, matrix.rows());
    assertEquals(3, matrix.genes());
    assertEquals(3, matrix.nonZeros());
    assertEquals(2, matrix.nonZeros(1, 1));
    assertEquals(1, matrix.rowStart(1));
    assertEquals(2, matrix.geneAt(2));
    assertEquals(3f, matrix.valueAt(2));
    assertEquals("2 cells x 3 genes, 3 values", matrix.toString());
  }

  @Test
  void ofCopiesItsArraysAndWrapTakesThem() {
    int[] start = ints(0, 1, 3);
    int[] gene = ints(1, 0, 2);
    float[] value = floats(1.5f, 2, 3);
    CsrMatrix copied = CsrMatrix.of(2, 3, start, gene, value);
    CsrMatrix wrapped = CsrMatrix.wrap(2, 3, start, gene, value);
    value[0] = 9;
    gene[0] = 0;
    start[1] = 0;
    assertEquals(example(), copied);
    assertEquals(9, wrapped.valueAt(0));
  }

  @Test
  void denseRowsKeepTheirNonZeros() {
    assertEquals(example(), CsrMatrix.ofDense(new float[][] {{0, 1.5f, 0}, {2, -0.0f, 3}}, 3));
    assertEquals(3, CsrMatrix.ofDense(new float[][] {{0, 1.5f, 0}, {2, -0.0f, 3}}, 3).nonZeros());
    assertEquals(4, CsrMatrix.ofDense(new float[0][], 4).genes());
    assertInvalid(
        "A row has 2 values, 3 genes were stated",
        "row 1",
        () -> CsrMatrix.ofDense(new float[][] {{1, 2, 3}, {1, 2}}, 3));
    assertInvalid(
        "A value is NaN",
        "row 0, gene 1",
        () -> CsrMatrix.ofDense(new float[][] {{1, Float.NaN, 3}}, 3));
  }

  @Test
  void blocksAreCopiedOutWithOffsetsFromZero() {
    int[] start = new int[2];
    int[] gene = new int[2];
    float[] value = new float[2];
    example().copyRows(1, 1, start, gene, value);
    assertArrayEquals(ints(0, 2), start);
    assertArrayEquals(ints(0, 2), gene);
    assertArrayEquals(floats(2, 3), value);
    assertEquals(CsrMatrix.ofDense(new float[][] {{2, 0, 3}}, 3), example().block(1, 1));
    assertEquals(0, example().block(2, 0).rows());
  }

  @Test
  void rowsAreSelectedInTheOrderGivenAndMayRepeat() {
    assertEquals(
        CsrMatrix.ofDense(new float[][] {{2, 0, 3}, {0, 1.5f, 0}, {2, 0, 3}}, 3),
        example().select(1, 0, 1));
    assertInvalid(
        "A block of rows is out of range", "1 rows from row 2 of 2", () -> example().select(0, 2));
  }

  @Test
  void aRowIsCopiedToAPlaceInLongerArrays() {
    int[] gene = {9, 9, 9, 9};
    float[] value = new float[4];
    assertEquals(2, example().copyRow(1, gene, value, 1));
    assertArrayEquals(ints(9, 0, 2, 9), gene);
    assertArrayEquals(floats(0, 2, 3, 0), value);
    assertThrows(IndexOutOfBoundsException.class, () -> example().copyRow(1, new int[2], value, 1));
    assertThrows(IndexOutOfBoundsException.class, () -> example().copyRow(2, gene, value, 0));
  }

  @Test
  void explicitZerosDoNotMatterToEquality() {
    CsrMatrix withZeros =
        CsrMatrix.of(2, 3, ints(0, 3, 5), ints(0, 1, 2, 0, 2), floats(0, 1.5f, -0.0f, 2, 3));
    assertEquals(example(), withZeros);
    assertEquals(withZeros, example());
    assertEquals(example().hashCode(), withZeros.hashCode());
    assertEquals(example().digest(), withZeros.digest());
    assertEquals(5, withZeros.nonZeros());
  }

  @Test
  void otherValuesPlacesOrShapesAreNotEqual() {
    assertNotEquals(example(), CsrMatrix.ofDense(new float[][] {{0, 1.5f, 0}, {2, 0, 4}}, 3));
    assertNotEquals(example(), CsrMatrix.ofDense(new float[][] {{0, 1.5f, 0}, {2, 3, 0}}, 3));
    assertNotEquals(example(), CsrMatrix.ofDense(new float[][] {{0, 1.5f, 0}, {2, 0, 0}}, 3));
    assertNotEquals(example(), CsrMatrix.ofDense(new float[][] {{0, 1.5f, 0, 0}, {2, 0, 3, 0}}, 4));
    assertNotEquals(example(), example().select(0));
    assertNotEquals(example(), (Object) "matrix");
  }

  @Test
  void negativeSizesAreRefused() {
    assertInvalid(
        "A matrix has a negative size",
        "-1 x 3",
        () -> CsrMatrix.of(-1, 3, ints(0), ints(), floats()));
    assertInvalid(
        "A matrix has a negative size",
        "0 x -3",
        () -> CsrMatrix.of(0, -3, ints(0), ints(), floats()));
  }

  @Test
  void aWrongNumberOfOffsetsIsRefused() {
    assertInvalid(
        "A matrix of 2 rows needs 3 offsets",
        "2 offsets",
        () -> CsrMatrix.of(2, 3, ints(0, 0), ints(), floats()));
    assertInvalid(
        "A matrix of 2147483647 rows needs 2147483648 offsets",
        "1 offsets",
        () -> CsrMatrix.of(Integer.MAX_VALUE, 3, ints(0), ints(), floats()));
  }

  @Test
  void offsetsThatDoNotSpanTheValuesAreRefused() {
    String what = "Offsets, genes and values disagree";
    assertInvalid(
        what,
        "offsets 1 to 1, 1 genes, 1 values",
        () -> CsrMatrix.of(1, 3, ints(1, 1), ints(0), floats(1)));
    assertInvalid(
        what,
        "offsets 0 to 2, 1 genes, 1 values",
        () -> CsrMatrix.of(1, 3, ints(0, 2), ints(0), floats(1)));
    assertInvalid(
        what,
        "offsets 0 to 1, 1 genes, 2 values",
        () -> CsrMatrix.of(1, 3, ints(0, 1), ints(0), floats(1, 2)));
  }

  @Test
  void offsetsThatDecreaseOrLeaveTheValuesAreRefused() {
    String what = "Row offsets decrease or leave the matrix";
    assertInvalid(
        what, "row 1", () -> CsrMatrix.of(3, 9, ints(0, 2, 1, 3), ints(0, 1, 2), floats(1, 1, 1)));
    assertInvalid(
        what, "row 0", () -> CsrMatrix.of(2, 9, ints(0, 1_000_000, 1), ints(0), floats(1)));
    assertInvalid(
        what, "row 0", () -> CsrMatrix.of(2, 9, ints(0, Integer.MIN_VALUE, 1), ints(0), floats(1)));
  }

  @Test
  void genesOutOfRangeUnsortedOrRepeatedAreRefused() {
    assertInvalid(
        "A gene index is out of range",
        "row 0, index 3 after -1, 3 genes",
        () -> CsrMatrix.of(1, 3, ints(0, 1), ints(3), floats(1)));
    assertInvalid(
        "A gene index is out of range",
        "row 0, index -1 after -1, 3 genes",
        () -> CsrMatrix.of(1, 3, ints(0, 1), ints(-1), floats(1)));
    assertInvalid(
        "Gene indices are unsorted or repeated",
        "row 1, index 1 after 2, 3 genes",
        () -> CsrMatrix.of(2, 3, ints(0, 0, 2), ints(2, 1), floats(1, 1)));
    assertInvalid(
        "Gene indices are unsorted or repeated",
        "row 0, index 1 after 1, 3 genes",
        () -> CsrMatrix.of(1, 3, ints(0, 2), ints(1, 1), floats(1, 1)));
  }

  @Test
  void valuesThatAreNotFiniteAreRefused() {
    assertInvalid(
        "A value is NaN",
        "row 0, gene 2",
        () -> CsrMatrix.of(1, 3, ints(0, 1), ints(2), floats(Float.NaN)));
    assertInvalid(
        "A value is -Infinity",
        "row 0, gene 2",
        () -> CsrMatrix.wrap(1, 3, ints(0, 1), ints(2), floats(Float.NEGATIVE_INFINITY)));
  }

  @Test
  void nullArraysAreRefused() {
    assertThrows(NullPointerException.class, () -> CsrMatrix.of(1, 3, null, ints(2), floats(1)));
    assertThrows(
        NullPointerException.class, () -> CsrMatrix.wrap(1, 3, ints(0, 1), null, floats(1)));
    assertThrows(NullPointerException.class, () -> CsrMatrix.wrap(1, 3, ints(0, 1), ints(1), null));
    assertThrows(NullPointerException.class, () -> CsrMatrix.ofDense(new float[][] {null}, 3));
  }

  @Test
  void placesOutsideTheMatrixAreRefused() {
    String block = "A block of rows is out of range";
    assertInvalid(block, "1 rows from row 2 of 2", () -> example().get(2, 0));
    assertInvalid(block, "1 rows from row -1 of 2", () -> example().get(-1, 0));
    assertInvalid("A gene index is out of range", "gene 3 of 3", () -> example().get(0, 3));
    assertInvalid("A gene index is out of range", "gene -1 of 3", () -> example().get(0, -1));
    assertInvalid(block, "-1 rows from row 0 of 2", () -> example().nonZeros(0, -1));
    assertInvalid(block, "2 rows from row 1 of 2", () -> example().block(1, 2));
    assertInvalid(
        block,
        "2 rows from row 9223372036854775807 of 2",
        () -> example().nonZeros(Long.MAX_VALUE, 2));
    assertThrows(IndexOutOfBoundsException.class, () -> example().rowStart(3));
    assertThrows(IndexOutOfBoundsException.class, () -> example().geneAt(3));
    assertThrows(IndexOutOfBoundsException.class, () -> example().valueAt(-1));
  }

  @Test
  void arraysTooShortForABlockAreRefused() {
    assertInvalid(
        "A block of 2 rows with 3 values does not fit the arrays given",
        "3 offsets, 2 genes, 3 values",
        () -> example().copyRows(0, 2, new int[3], new int[2], new float[3]));
    assertInvalid(
        "A block of 2 rows with 3 values does not fit the arrays given",
        "2 offsets, 3 genes, 3 values",
        () -> example().copyRows(0, 2, new int[2], new int[3], new float[3]));
  }

  private static int[] ints(int... values) {
    return values;
  }

  private static float[] floats(float... values) {
    return values;
  }
}
