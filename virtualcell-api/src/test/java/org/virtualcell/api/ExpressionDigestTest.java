package org.virtualcell.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** The digest of an expression matrix depends on its values, not on how they are kept. */
class ExpressionDigestTest {
  @Test
  void theDigestIsPinned() {
    CsrMatrix matrix = CsrMatrix.ofDense(new float[][] {{0, 1.5f, 0}, {2, 0, 3}}, 3);
    assertEquals(
        "993f7ff72fe446fa5aef042acb469e4a3ce556418aaf875ef22b956520ceb19f", matrix.digest().hex());
  }

  @Property(tries = 100)
  void storageByColumnsHasTheDigestOfStorageByRows(
      @ForAll @IntRange(max = 30) int rows,
      @ForAll @IntRange(max = 20) int genes,
      @ForAll long seed) {
    float[][] dense = randomCounts(rows, genes, seed);
    assertEquals(
        CsrMatrix.ofDense(dense, genes).digest(), new ByColumns(rows, genes, dense).digest());
  }

  @Property(tries = 100)
  void everyValueEntersTheDigest(
      @ForAll @IntRange(min = 1, max = 10) int rows,
      @ForAll @IntRange(min = 1, max = 10) int genes,
      @ForAll long seed) {
    float[][] dense = randomCounts(rows, genes, seed);
    CsrMatrix before = CsrMatrix.ofDense(dense, genes);
    dense[(int) Math.floorMod(seed, (long) rows)][(int) Math.floorMod(seed >> 8, (long) genes)]++;
    CsrMatrix after = CsrMatrix.ofDense(dense, genes);
    assertNotEquals(before.digest(), after.digest());
    assertNotEquals(before, after);
  }

  @Test
  void rowsInManyBlocksHaveTheDigestOfOne() {
    // more rows than the 4,096 of a block, and a block with more values than its limit
    float[][] tall = randomCounts(9000, 2, 1);
    assertEquals(CsrMatrix.ofDense(tall, 2).digest(), new ByColumns(9000, 2, tall).digest());
    float[][] full = randomCounts(2100, 1000, 2);
    assertEquals(CsrMatrix.ofDense(full, 1000).digest(), new ByColumns(2100, 1000, full).digest());
  }

  @Test
  void theShapeEntersTheDigest() {
    assertNotEquals(
        CsrMatrix.ofDense(new float[1][2], 2).digest(),
        CsrMatrix.ofDense(new float[1][3], 3).digest());
    assertNotEquals(
        CsrMatrix.ofDense(new float[1][2], 2).digest(),
        CsrMatrix.ofDense(new float[2][2], 2).digest());
  }

  private static float[][] randomCounts(int rows, int genes, long seed) {
    Random random = new Random(seed);
    float[][] dense = new float[rows][genes];
    for (float[] row : dense) {
      for (int g = 0; g < genes; g++) {
        row[g] = random.nextInt(3);
      }
    }
    return dense;
  }

  /** Keeps all values, zeros too, gene by gene; rows are put together when asked for. */
  private record ByColumns(long rows, int genes, float[][] dense) implements ExpressionMatrix {
    @Override
    public long nonZeros() {
      return rows * genes;
    }

    @Override
    public long nonZeros(long firstRow, int rowCount) {
      return (long) rowCount * genes;
    }

    @Override
    public void copyRows(long firstRow, int rowCount, int[] rowStart, int[] gene, float[] value) {
      for (int r = 0; r < rowCount; r++) {
        rowStart[r + 1] = (r + 1) * genes;
      }
      for (int g = 0; g < genes; g++) {
        for (int r = 0; r < rowCount; r++) {
          gene[r * genes + g] = g;
          value[r * genes + g] = dense[(int) firstRow + r][g];
        }
      }
    }
  }
}
