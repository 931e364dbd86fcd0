package org.virtualcell.compute;

import org.virtualcell.api.InvalidDataException;
import org.virtualcell.compute.spi.CsrData;
import org.virtualcell.compute.spi.Memory;
import org.virtualcell.compute.spi.TensorData;
import org.virtualcell.compute.spi.Workers;

/**
 * Rank sums of all groups against a reference, exactly. A chunk is a few genes: it gathers their
 * values from the cells in the order of groups, each with its place in that order below its key,
 * sorts every gene once and passes over it once, for all groups together.
 *
 * <p>Keys: single precision with its bits turned so that they rise with the value; a share c / t as
 * floor(2^(2 b + 1) c / t), b the bits of the largest total: two different shares are further apart
 * than 2^(-2 b), so their keys differ, and equal ones have equal quotients.
 *
 * <p>Scratch: the order of the cells; for each thread a chunk's elements, as if every value were
 * present, a gene's twice, and four numbers a group.
 */
final class HeapRankSums extends HeapKernel {
  private static final int MOST_GENES = 64;
  private static final int FEWEST_GENES = 4;
  private static final long CHUNK_ELEMENTS = 1 << 20;
  private static final long ZERO_VALUE_KEY = 1L << 31;
  private static final int KEY_AND_PLACE_BITS = 62;

  private final HeapLongs room = new HeapLongs();
  private final HeapRankGroups groups = new HeapRankGroups();
  private final HeapRankSweep[] sweeps;
  private final int threads;

  private long[] totals;
  private long[] u2;
  private long[] ties;
  private double shareScale;
  private int keyShift;
  private int chunkGenes;
  private int firstSlice;
  private int slice;

  HeapRankSums(Workers workers) {
    super(workers);
    threads = workers.threads();
    sweeps = new HeapRankSweep[threads];
    for (int w = 0; w < threads; w++) {
      sweeps[w] = new HeapRankSweep();
    }
  }

  long scratchBytes(CsrData sparse, long n) {
    long rows = sparse.rows();
    long numbers =
        HeapRankGroups.longs(rows, n) + threads * sliceLongs(rows, n, genesOfChunk(sparse));
    return Math.multiplyExact(numbers, Long.BYTES);
  }

  private static int genesOfChunk(CsrData x) {
    long fitting = CHUNK_ELEMENTS / Math.max(1, x.rows());
    return (int) Math.max(FEWEST_GENES, Math.min(MOST_GENES, fitting));
  }

  /** A chunk's elements, room to sort one gene, what is counted of digits, genes and groups. */
  private static long sliceLongs(long rows, long n, int genes) {
    return Math.multiplyExact(rows, genes + 1L)
        + genes
        + HeapRankSort.COUNTS
        + Math.multiplyExact(HeapRankSweep.NUMBERS, n);
  }

  void rank(
      CsrData sparse,
      TensorData totalOfCell,
      TensorData groupOfCell,
      int reference,
      TensorData outU2,
      TensorData outTies,
      Memory scratch) {
    int n = (int) outU2.size(0);
    chunkGenes = genesOfChunk(sparse);
    firstSlice = (int) HeapRankGroups.longs(sparse.rows(), n);
    slice = (int) sliceLongs(sparse.rows(), n, chunkGenes);
    keyShift = bits(n);
    room.open(HeapMemory.bytes(scratch));
    u2 = HeapMemory.longs(outU2.memory());
    ties = HeapMemory.longs(outTies.memory());
    try {
      groups.open(room, HeapMemory.ints(groupOfCell.memory()), n, reference);
      if (totalOfCell != null) {
        totals = HeapMemory.longs(totalOfCell.memory());
        shareScale = Math.scalb(1.0, 2 * bitsOfLargestTotal() + 1);
      }
      run(sparse, null, sparse.genes(), chunkGenes);
    } finally {
      room.close();
      totals = null;
      u2 = null;
      ties = null;
    }
  }

  private static int bits(long number) {
    return Long.SIZE - Long.numberOfLeadingZeros(number);
  }

  private int bitsOfLargestTotal() {
    long largest = 0;
    for (int i = 0; i < groups.cells(); i++) {
      long total = totals[groups.cell(i)];
      if (total < 0 || total > RankOps.MAX_TOTAL) {
        throw new InvalidDataException(
            "A cell's total is out of range",
            "cell " + groups.cell(i) + ": " + total,
            "Pass totals of 0 to " + RankOps.MAX_TOTAL + ".");
      }
      largest = Math.max(largest, total);
    }
    if (2 * bits(largest) + keyShift > KEY_AND_PLACE_BITS) {
      throw new InvalidDataException(
          "There are too many groups for totals of this size",
          groups.places() + " groups, totals up to " + largest,
          "Rank the groups in several calls.");
    }
    return bits(largest);
  }

  @Override
  public void run(int chunk, int worker) {
    int firstGene = chunk * chunkGenes;
    int lastGene = (int) Math.min(x.genes(), firstGene + (long) chunkGenes);
    int rows = (int) x.rows();
    int elements = firstSlice + worker * slice;
    int spare = elements + rows * chunkGenes;
    int counts = spare + rows;
    int found = counts + HeapRankSort.COUNTS;
    room.fill(found, found + chunkGenes, 0);
    gather(reader(worker), firstGene, lastGene, elements, found);
    HeapRankSweep sweep = sweeps[worker];
    sweep.open(room, groups, found + chunkGenes, keyShift);
    long zeroKey = totals == null ? ZERO_VALUE_KEY : 0;
    for (int gene = firstGene; gene < lastGene; gene++) {
      int from = elements + (gene - firstGene) * rows;
      int n = (int) room.get(found + gene - firstGene);
      int sorted = HeapRankSort.sort(room, from, spare, n, counts, keyShift);
      sweep.write(sorted, n, zeroKey, gene, x.genes(), u2, ties);
    }
  }

  private void gather(HeapRow row, int firstGene, int lastGene, int elements, int found) {
    int rows = (int) x.rows();
    for (int place = 0; place < groups.places(); place++) {
      int end = groups.end(place);
      for (int i = groups.begin(place); i < end; i++) {
        int cell = groups.cell(i);
        int count = row.read(cell, firstGene, lastGene);
        for (int k = 0; k < count; k++) {
          float value = row.stored[k];
          if (value != 0) {
            long key = totals == null ? keyOfValue(value) : keyOfShare(cell, row.gene[k], value);
            int of = row.gene[k] - firstGene;
            long at = room.get(found + of);
            room.set(elements + of * rows + (int) at, key << keyShift | place);
            room.set(found + of, at + 1);
          }
        }
      }
    }
  }

  private static long keyOfValue(float value) {
    int raw = Float.floatToRawIntBits(value);
    return (raw < 0 ? ~raw : raw | 1 << 31) & 0xFFFFFFFFL;
  }

  private long keyOfShare(int cell, int gene, float count) {
    long total = totals[cell];
    if (count > total) {
      throw new InvalidDataException(
          "A count exceeds the total of its cell",
          "cell " + cell + ", gene " + gene + ": " + (long) count + " of " + total,
          "Pass the totals over all genes.");
    }
    return (long) ((double) count / total * shareScale);
  }
}
