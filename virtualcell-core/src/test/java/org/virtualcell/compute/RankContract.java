package org.virtualcell.compute;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.virtualcell.api.ClosedException;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.DeviceException;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.VirtualCellException;

/** What every device keeps of {@link RankOps}: whole numbers, equal to the oracle's to the unit. */
public interface RankContract {
  /** The device under test. */
  Device device();

  /** Twice U and tie terms, as downloaded. */
  record Got(long[] u2, long[] ties) {}

  @TestFactory
  default Stream<DynamicTest> rankSumsEqualTheReferenceToTheUnit() {
    List<DynamicTest> tests = new ArrayList<>();
    for (ContractMatrices.Named matrix : ContractMatrices.all()) {
      for (Packing packing : Packing.values()) {
        addRankSums(tests, Op.RANK_SUMS, matrix, packing);
        if (!matrix.name().equals("counts to 2^24")) { // more than a total may be
          addRankSums(tests, Op.SHARE_RANK_SUMS, matrix, packing);
        }
      }
    }
    for (ContractMatrices.Named matrix : ContractMatrices.signed()) {
      addRankSums(tests, Op.RANK_SUMS, matrix, Packing.PLAIN);
    }
    addRankSums(tests, Op.RANK_SUMS, ties(), Packing.PLAIN);
    return tests.stream();
  }

  private void addRankSums(
      List<DynamicTest> tests, Op op, ContractMatrices.Named matrix, Packing packing) {
    if (device().supports(op)) {
      tests.add(
          dynamicTest(
              op + ", " + packing + ", " + matrix,
              () -> {
                agrees(op, matrix.counts(), packing, 4, packing == Packing.PLAIN ? 0 : 3);
                if (matrix.counts().genes() < 1000) { // the others say nothing new
                  agrees(op, matrix.counts(), packing, 7, 5);
                  agrees(op, matrix.counts(), packing, 4, RankOps.REST);
                  agrees(op, matrix.counts(), packing, 1, 0);
                }
              }));
    }
  }

  private void agrees(Op op, CsrMatrix x, Packing packing, int groups, int reference) {
    int[] group = groups((int) x.rows(), groups);
    long[] totals = op == Op.SHARE_RANK_SUMS ? totals(x) : null;
    Reference.RankSums expected = Reference.rankSums(x, totals, group, groups, reference);
    Got got = run(x, packing, totals, group, groups, reference, 2);
    assertArrayEquals(expected.u2(), got.u2(), "2 U, reference " + reference);
    assertArrayEquals(expected.ties(), got.ties(), "ties, reference " + reference);
    assertEquals(0, device().memory().inUse(), "bytes left behind");
  }

  private Got run(
      CsrMatrix x,
      Packing packing,
      long[] totals,
      int[] group,
      int groups,
      int reference,
      int threads) {
    Got got = new Got(new long[groups * x.genes()], new long[groups * x.genes()]);
    try (Lane lane = device().open(LaneOptions.defaults().withThreads(threads));
        CsrTensor tensor = lane.csr(x, packing);
        Tensor of = lane.tensor(DType.I32, group.length);
        Tensor total = lane.tensor(DType.I64, totals == null ? 0 : totals.length);
        Tensor u2 = lane.tensor(DType.I64, groups, x.genes());
        Tensor ties = lane.tensor(DType.I64, groups, x.genes())) {
      lane.upload(group, of);
      Arrays.fill(got.u2(), Long.MIN_VALUE); // an element that is not written shows
      lane.upload(got.u2(), u2);
      lane.upload(got.u2(), ties);
      if (totals == null) {
        lane.rank().rankSums(tensor, of, reference, u2, ties);
      } else {
        lane.upload(totals, total);
        lane.rank().shareRankSums(tensor, total, of, reference, u2, ties);
      }
      lane.download(u2, got.u2());
      lane.download(ties, got.ties());
    }
    return got;
  }

  /** Groups from -1 (left out) to one past the last (left out as well), unevenly filled. */
  private static int[] groups(int cells, int groups) {
    SplittableRandom random = new SplittableRandom(5);
    int[] group = new int[cells];
    for (int i = 0; i < cells; i++) {
      group[i] = i % 3 == 0 ? groups / 2 : random.nextInt(-1, groups + 1);
      if (groups > 4 && group[i] == 3) {
        group[i] = 4; // a group without cells
      }
    }
    if (cells > 2) {
      group[1] = Integer.MIN_VALUE;
      group[2] = Integer.MAX_VALUE;
    }
    return group;
  }

  /** Totals that make shares tie across cells; some cells have more counts elsewhere. */
  private static long[] totals(CsrMatrix x) {
    long[] totals = new long[(int) x.rows()];
    for (int i = 0; i < totals.length; i++) {
      long sum = 0;
      for (int k = x.rowStart(i); k < x.rowStart(i + 1); k++) {
        sum += (long) x.valueAt(k);
      }
      totals[i] = sum == 0 && i % 2 == 0 ? 0 : (sum / 64 + 1) * 64 * (1 + i % 3);
    }
    return totals;
  }

  /** Long runs of few values, neighbours in single precision, both zeros, huge and tiny numbers. */
  private static ContractMatrices.Named ties() {
    float[] values = {
      1, Math.nextUp(1f), 1.5f, -1, Float.MAX_VALUE, -Float.MAX_VALUE, Float.MIN_VALUE, 0, -0f, 2
    };
    SplittableRandom random = new SplittableRandom(8);
    int cells = 220;
    int genes = 9;
    int[] rowStart = new int[cells + 1];
    int[] gene = new int[cells * genes];
    float[] value = new float[cells * genes];
    int n = 0;
    for (int i = 0; i < cells; i++) {
      for (int g = 0; g < genes; g++) {
        if (random.nextInt(3) > 0) {
          gene[n] = g;
          value[n++] = values[random.nextInt(1 + g, values.length + 1) - 1];
        }
      }
      rowStart[i + 1] = n;
    }
    return new ContractMatrices.Named(
        "runs of ties",
        CsrMatrix.of(cells, genes, rowStart, Arrays.copyOf(gene, n), Arrays.copyOf(value, n)));
  }

  @TestFactory
  default Stream<DynamicTest> rankSumsAreTheSameForAnyNumberOfThreads() {
    CsrMatrix x = ContractMatrices.shared();
    int[] group = groups((int) x.rows(), 9);
    return Stream.of(Packing.values())
        .filter(packing -> device().supports(Op.RANK_SUMS))
        .map(
            packing ->
                dynamicTest(
                    packing.toString(),
                    () -> {
                      Got one = run(x, packing, totals(x), group, 9, 2, 1);
                      for (int threads : new int[] {1, 2, 3, 7}) {
                        Got got = run(x, packing, totals(x), group, 9, 2, threads);
                        assertArrayEquals(one.u2(), got.u2(), threads + " threads");
                        assertArrayEquals(one.ties(), got.ties(), threads + " threads");
                      }
                    }));
  }

  @Test
  default void equalSharesOfDifferentTotalsTieAndNeighboursDoNot() {
    assumeTrue(device().supports(Op.SHARE_RANK_SUMS));
    // 1/3 = 5/15 = 5592405/16777215; the fourth differs from them in the eighth digit
    float[][] counts = {{1}, {5}, {5_592_405}, {5_592_404}};
    long[] totals = {3, 15, RankOps.MAX_TOTAL, RankOps.MAX_TOTAL - 1};
    Got got =
        run(CsrMatrix.ofDense(counts, 1), Packing.PLAIN, totals, new int[] {0, 1, 1, 1}, 2, 0, 1);
    long below = 5_592_404L * 3 < RankOps.MAX_TOTAL - 1 ? 0 : 2;
    assertEquals(2 + below, got.u2()[1]);
    assertEquals(24, got.ties()[1]);
  }

  @Test
  default void tieTermsOfVeryManyCellsAreExact() {
    assumeTrue(device().supports(Op.RANK_SUMS));
    int cells = 300_000;
    CsrMatrix x = CsrMatrix.of(cells, 1, new int[cells + 1], new int[0], new float[0]);
    int[] group = new int[cells];
    Arrays.fill(group, cells / 3, cells, 1);
    Got got = run(x, Packing.COMPACT, null, group, 2, 0, 2);
    long n = cells;
    assertEquals(n * n * n - n, got.ties()[1]);
    assertEquals(n / 3 * (2 * n / 3), got.u2()[1]);
  }

  /** A wrong call on operands of 3 cells, 4 genes and 2 groups. */
  record WrongRank(
      String name, Class<? extends VirtualCellException> raises, Consumer<RankOperands> call) {}

  @TestFactory
  default Stream<DynamicTest> wrongRankCallsRaiseAndTheLaneGoesOn() {
    Class<InvalidDataException> invalid = InvalidDataException.class;
    Class<DeviceException> onDevice = DeviceException.class;
    Class<VirtualCellException> found = VirtualCellException.class; // where the data are read
    return Stream.of(
            new WrongRank("no such reference", invalid, o -> o.rank(o.group, 2, o.u2, o.ties)),
            new WrongRank("a negative reference", invalid, o -> o.rank(o.group, -2, o.u2, o.ties)),
            new WrongRank("groups as fractions", invalid, o -> o.rank(o.floats, 0, o.u2, o.ties)),
            new WrongRank("too few group numbers", invalid, o -> o.rank(o.few, 0, o.u2, o.ties)),
            new WrongRank("sums as fractions", invalid, o -> o.rank(o.group, 0, o.wide, o.ties)),
            new WrongRank("other groups of ties", invalid, o -> o.rank(o.group, 0, o.u2, o.other)),
            new WrongRank("one output for two", onDevice, o -> o.rank(o.group, 0, o.u2, o.u2)),
            new WrongRank(
                "a closed output",
                ClosedException.class,
                o -> o.rank(o.group, 0, o.closed, o.ties)),
            new WrongRank("no groups", invalid, o -> o.rank(null, 0, o.u2, o.ties)),
            new WrongRank(
                "shares of fractions",
                invalid,
                o -> o.lane.rank().shareRankSums(o.signed, o.totals, o.group, 0, o.u2, o.ties)),
            new WrongRank("counts above the total", found, o -> o.shares(4, 2, 3)),
            new WrongRank("a negative total", found, o -> o.shares(-1, 9, 400)),
            new WrongRank("a total beyond 2^24", found, o -> o.shares(1L << 24, 9, 400)),
            new WrongRank(
                "scratch of negative groups",
                invalid,
                o -> o.lane.rank().scratchBytes(Op.RANK_SUMS, o.x, -1)))
        .filter(wrong -> device().supports(Op.RANK_SUMS))
        .map(
            wrong ->
                dynamicTest(
                    wrong.name(),
                    () -> {
                      try (RankOperands o = new RankOperands(device())) {
                        assertThrows(
                            wrong.raises(),
                            () -> {
                              wrong.call().accept(o);
                              o.lane.synchronize(); // a queue tells here what it found in the data
                            });
                        o.checkThatTheLaneWorks();
                      }
                    }));
  }

  @Test
  default void rankSumsCreateNoGarbage() {
    assumeTrue(device().supports(Op.RANK_SUMS));
    try (RankOperands o = new RankOperands(device())) {
      com.sun.management.ThreadMXBean threads =
          (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
      long least = Long.MAX_VALUE;
      for (int batch = 0; batch < 200 && least > 0; batch++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 50; i++) {
          o.rank(o.group, 0, o.u2, o.ties);
        }
        least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
      }
      assertEquals(0, least, "bytes of garbage of 50 calls");
    }
  }

  @Test
  default void aRecordedRankSumRunsOnTheGroupsOfNow() {
    assumeTrue(device().supports(Op.RANK_SUMS));
    try (RankOperands o = new RankOperands(device())) {
      o.lane.reserveScratch(o.lane.rank().scratchBytes(Op.RANK_SUMS, o.x, 2));
      try (Replay step = o.lane.record(() -> o.rank(o.group, 0, o.u2, o.ties))) {
        step.run();
        o.lane.upload(new int[] {1, 0, 0}, o.group);
        step.run();
        long[] got = new long[8];
        o.lane.download(o.u2, got);
        assertArrayEquals(new long[] {4, 4, 4, 4, 2, 1, 1, 4}, got);
      }
    }
  }

  /** Operands of 3 cells, 4 genes and 2 groups, some of them wrong on purpose. */
  final class RankOperands implements AutoCloseable {
    private final List<AutoCloseable> open = new ArrayList<>();
    private final Lane lane;
    private final CsrTensor x;
    private final CsrTensor signed;
    private final Tensor group;
    private final Tensor few;
    private final Tensor floats;
    private final Tensor totals;
    private final Tensor u2;
    private final Tensor ties;
    private final Tensor other;
    private final Tensor wide;
    private final Tensor closed;

    RankOperands(Device device) {
      lane = device.open(LaneOptions.defaults());
      x = keep(lane.csr(LaneContract.COUNTS, Packing.COMPACT));
      float[] negative = {-1.5f};
      signed =
          keep(
              lane.csr(
                  CsrMatrix.of(3, 4, new int[] {0, 1, 1, 1}, new int[] {2}, negative),
                  Packing.PLAIN));
      group = keep(lane.tensor(DType.I32, 3));
      lane.upload(new int[] {0, 0, 1}, group);
      few = keep(lane.tensor(DType.I32, 2));
      floats = keep(lane.tensor(DType.F32, 3));
      totals = keep(lane.tensor(DType.I64, 3));
      u2 = keep(lane.tensor(DType.I64, 2, 4));
      ties = keep(lane.tensor(DType.I64, 2, 4));
      other = keep(lane.tensor(DType.I64, 3, 4));
      wide = keep(lane.tensor(DType.F32, 2, 4));
      closed = lane.tensor(DType.I64, 2, 4);
      closed.close();
    }

    private <T extends AutoCloseable> T keep(T tensor) {
      open.add(tensor);
      return tensor;
    }

    private void rank(Tensor groups, int reference, Tensor u, Tensor t) {
      lane.rank().rankSums(x, groups, reference, u, t);
    }

    private void shares(long... total) {
      lane.upload(total, totals);
      lane.rank().shareRankSums(x, totals, group, 0, u2, ties);
    }

    void checkThatTheLaneWorks() {
      rank(group, 0, u2, ties);
      long[] got = new long[8];
      lane.download(u2, got);
      assertArrayEquals(new long[] {4, 4, 4, 4, 4, 4, 4, 1}, got);
    }

    @Override
    public void close() throws VirtualCellException {
      for (AutoCloseable tensor : open) {
        close(tensor);
      }
      lane.close();
    }

    private static void close(AutoCloseable tensor) {
      try {
        tensor.close();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
