package org.virtualcell.accelerator;

import org.virtualcell.compute.Op;
import org.virtualcell.compute.spi.ChunkTask;
import org.virtualcell.compute.spi.DistanceKernels;
import org.virtualcell.compute.spi.Memory;
import org.virtualcell.compute.spi.TensorData;
import org.virtualcell.compute.spi.Workers;

/**
 * The distance kernels of one lane of the processor. Rows are packed first, a chunk a pair of sets
 * or a group; then a chunk is a block of up to 128 rows against all it is compared with, and leaves
 * its sums in the scratch, which are added by rising chunk. Where there are pairs enough for all
 * threads a chunk is a whole pair instead, whose packed rows are used while they are in the cache:
 * a tenth less time. Operands stand in fields during a call, so that a call creates no garbage.
 */
final class CpuDistanceKernels extends DistanceKernels {
  private static final int BLOCK = 128;
  private static final long LINE = 64;

  private final int isa;
  private final Workers workers;

  private final ChunkTask pack = this::pack;
  private final ChunkTask whole = this::whole;
  private final ChunkTask rows = this::rows;
  private final ChunkTask sum = this::sum;
  private final ChunkTask slope = this::slope;
  private final ChunkTask packGroup = this::packGroup;
  private final ChunkTask unit = this::unit;

  // operands of the present call: addresses and sizes
  private long s;
  private long t;
  private long columns;
  private long x;
  private long y;
  private long out;
  private long weight;
  private long gradient;
  private boolean squared;
  private boolean inside;
  private boolean slopes;
  private boolean apart; // a pair's packed rows are its own, not those of the worker
  private int xChunks;
  private int chunks;
  private long groups;
  private long start;

  // parts of the scratch, each on a line of its own
  private long next;
  private long centre;
  private long packedX;
  private long packedY;
  private long normX;
  private long normY;
  private long partial;
  private long unitOf;
  private long panelOf;
  private long slices;
  private long slice;

  CpuDistanceKernels(Isa isa, Workers workers) {
    this.isa = isa.number();
    this.workers = workers;
  }

  @Override
  public long scratchBytes(Op op, TensorData a, TensorData b) {
    if (op == Op.GROUP_DISTANCES) {
      layGroups(0, a.size(0), a.size(1), b.size(0) - 1);
    } else if (a.rank() == 2) {
      layPairs(0, 1, a.size(0), b.size(0), a.size(1), false);
    } else {
      boolean grad = op == Op.ENERGY_GRADIENT;
      layPairs(0, a.size(0), a.size(1), b.size(1), a.size(2), grad);
    }
    return next;
  }

  // ---- all distances of two sets ----

  @Override
  public void distances(
      TensorData a, TensorData b, boolean wantSquares, TensorData result, Memory room) {
    layPairs(Address.of(room), 1, a.size(0), b.size(0), a.size(1), false);
    x = Address.of(a.memory());
    y = Address.of(b.memory());
    out = Address.of(result.memory());
    squared = wantSquares;
    workers.run(1, pack);
    workers.run(Math.toIntExact(blocks(s)), rows);
  }

  private void rows(int chunk, int worker) {
    long first = (long) chunk * BLOCK;
    check(
        CpuKernels.vc_cpu_distance_rows(
            isa,
            columns,
            first,
            Math.min(s, first + BLOCK),
            x,
            packedX,
            normX,
            t,
            y,
            packedY,
            normY,
            squared ? 1 : 0,
            slices + worker * slice,
            out));
  }

  // ---- pairs of sets ----

  @Override
  public void meanDistances(TensorData a, TensorData b, TensorData result, Memory room) {
    pairs(a, b, false, null, result, null, room);
  }

  @Override
  public void energy(
      TensorData a,
      TensorData b,
      TensorData factor,
      TensorData result,
      TensorData gradients,
      Memory room) {
    pairs(a, b, true, factor, result, gradients, room);
  }

  private void pairs(
      TensorData a,
      TensorData b,
      boolean energy,
      TensorData factor,
      TensorData result,
      TensorData gradients,
      Memory room) {
    int batch = Math.toIntExact(a.size(0));
    layPairs(Address.of(room), batch, a.size(1), b.size(1), a.size(2), factor != null);
    x = Address.of(a.memory());
    y = Address.of(b.memory());
    weight = factor == null ? 0 : Address.of(factor.memory());
    gradient = gradients == null ? 0 : Address.of(gradients.memory());
    inside = energy;
    xChunks = Math.toIntExact(blocks(s));
    chunks = Math.toIntExact(xChunks + (energy ? blocks(t) : 0));
    slopes = factor != null;
    if (apart) {
      workers.run(batch, pack);
      workers.run(Math.toIntExact((long) batch * chunks), slopes ? slope : sum);
    } else {
      workers.run(batch, whole);
    }
    check(
        CpuKernels.vc_cpu_energy_finish(
            batch, s, t, xChunks, chunks, energy ? 1 : 0, partial, Address.of(result.memory())));
  }

  /** A pair from its packing to its last sum. */
  private void whole(int pair, int worker) {
    pack(pair, worker);
    for (int c = 0; c < chunks; c++) {
      if (slopes) {
        slope(pair * chunks + c, worker);
      } else {
        sum(pair * chunks + c, worker);
      }
    }
  }

  /** Centres and packs both sets of a pair. */
  private void pack(int pair, int worker) {
    int slot = slot(pair, worker);
    long shift = centre + slot * lines(columns * Float.BYTES);
    check(CpuKernels.vc_cpu_distance_centre(isa, s, x(pair), t, y(pair), columns, shift));
    check(
        CpuKernels.vc_cpu_distance_pack(
            isa, s, columns, x(pair), shift, packedX(slot), normX(slot)));
    check(
        CpuKernels.vc_cpu_distance_pack(
            isa, t, columns, y(pair), shift, packedY(slot), normY(slot)));
  }

  /** Which packed rows are a pair's. */
  private int slot(int pair, int worker) {
    return apart ? pair : worker;
  }

  /** Sums to x and to y of a block of x, or to y of a block of y. */
  private void sum(int chunk, int worker) {
    int pair = chunk / chunks;
    int slot = slot(pair, worker);
    int c = chunk % chunks;
    long to = partial + 2L * Double.BYTES * chunk;
    if (c < xChunks) {
      long first = (long) c * BLOCK;
      sum(first, s, x(pair), packedX(slot), normX(slot), pair, false, worker, to + Double.BYTES);
      if (inside) {
        insideX(first, pair, worker, to);
      }
    } else {
      insideY((long) (c - xChunks) * BLOCK, pair, worker, to + Double.BYTES);
    }
  }

  /** Sums and gradient of a block of x, or sums of a block of y. */
  private void slope(int chunk, int worker) {
    int pair = chunk / chunks;
    int slot = slot(pair, worker);
    int c = chunk % chunks;
    long to = partial + 2L * Double.BYTES * chunk;
    if (c >= xChunks) {
      insideY((long) (c - xChunks) * BLOCK, pair, worker, to + Double.BYTES);
      return;
    }
    check(
        CpuKernels.vc_cpu_energy_gradient(
            isa,
            columns,
            (long) c * BLOCK,
            s,
            x(pair),
            packedX(slot),
            normX(slot),
            t,
            y(pair),
            packedY(slot),
            normY(slot),
            weight + (long) pair * Float.BYTES,
            slices + worker * slice,
            gradient + pair * s * columns * Float.BYTES,
            to));
  }

  private void sum(
      long first,
      long cells,
      long values,
      long packed,
      long norm,
      int pair,
      boolean same,
      int worker,
      long to) {
    int slot = slot(pair, worker);
    check(
        CpuKernels.vc_cpu_distance_sum(
            isa,
            columns,
            first,
            Math.min(cells, first + BLOCK),
            values,
            packed,
            norm,
            same ? cells : t,
            same ? values : y(pair),
            same ? packed : packedY(slot),
            same ? norm : normY(slot),
            same ? 1 : 0,
            slices + worker * slice,
            to));
  }

  private void insideX(long first, int pair, int worker, long to) {
    int slot = slot(pair, worker);
    sum(first, s, x(pair), packedX(slot), normX(slot), pair, true, worker, to);
  }

  private void insideY(long first, int pair, int worker, long to) {
    int slot = slot(pair, worker);
    sum(first, t, y(pair), packedY(slot), normY(slot), pair, true, worker, to);
  }

  // ---- groups ----

  @Override
  public void groupDistances(
      TensorData cells, TensorData starts, TensorData means, TensorData energy, Memory room) {
    layGroups(Address.of(room), cells.size(0), cells.size(1), starts.size(0) - 1);
    x = Address.of(cells.memory());
    start = Address.of(starts.memory());
    check(CpuKernels.vc_cpu_group_units(s, groups, start, unitOf, panelOf));
    check(CpuKernels.vc_cpu_distance_centre(isa, s, x, 0, 0, columns, centre));
    workers.run(Math.toIntExact(groups), packGroup);
    workers.run(Math.toIntExact(units(s, groups)), unit);
    check(
        CpuKernels.vc_cpu_group_finish(
            groups,
            start,
            unitOf,
            partial,
            Address.of(means.memory()),
            Address.of(energy.memory())));
  }

  private void packGroup(int group, int worker) {
    check(
        CpuKernels.vc_cpu_group_pack(
            isa, columns, group, start, panelOf, x, centre, packedX, normX));
  }

  private void unit(int chunk, int worker) {
    check(
        CpuKernels.vc_cpu_group_unit_sums(
            isa,
            columns,
            groups,
            chunk,
            start,
            unitOf,
            panelOf,
            x,
            packedX,
            normX,
            slices + worker * slice,
            partial));
  }

  // ---- the scratch ----

  private void layPairs(long from, long batch, long cells, long others, long width, boolean grad) {
    s = cells;
    t = others;
    columns = width;
    next = from;
    int threads = workers.threads();
    apart = batch < 2L * threads && batch % threads != 0;
    long slots = apart ? batch : Math.min(batch, threads);
    centre = take(slots, width * Float.BYTES);
    packedX = take(slots, packedBytes(s));
    packedY = take(slots, packedBytes(t));
    normX = take(slots, normBytes(s));
    normY = take(slots, normBytes(t));
    partial = take(1, Math.multiplyExact(batch, 2L * Double.BYTES * (blocks(s) + blocks(t))));
    slice = lines(CpuKernels.vc_cpu_distance_scratch(grad ? 1 : 0));
    slices = take(workers.threads(), slice);
  }

  private void layGroups(long from, long cells, long width, long count) {
    s = cells;
    columns = width;
    groups = count;
    next = from;
    // each group but for whole panels
    long most = s + 15 * Math.min(s, groups);
    centre = take(1, width * Float.BYTES);
    packedX = take(1, packedBytes(most));
    normX = take(1, normBytes(most));
    partial =
        take(1, Math.multiplyExact(Math.multiplyExact(units(s, groups), groups), Double.BYTES));
    unitOf = take(1, (groups + 1) * Long.BYTES);
    panelOf = take(1, (groups + 1) * Long.BYTES);
    slice = lines(CpuKernels.vc_cpu_distance_scratch(0));
    slices = take(workers.threads(), slice);
  }

  private long take(long count, long bytes) {
    long at = next;
    next = Math.addExact(next, Math.multiplyExact(count, lines(bytes)));
    return at;
  }

  private long packedBytes(long cells) {
    return Math.multiplyExact(
        CpuKernels.vc_cpu_distance_packed_floats(cells, columns), Float.BYTES);
  }

  private static long normBytes(long cells) {
    return CpuKernels.vc_cpu_distance_norm_floats(cells) * Float.BYTES;
  }

  private long x(int pair) {
    return x + pair * s * columns * Float.BYTES;
  }

  private long y(int pair) {
    return y + pair * t * columns * Float.BYTES;
  }

  private long packedX(int slot) {
    return packedX + slot * lines(packedBytes(s));
  }

  private long packedY(int slot) {
    return packedY + slot * lines(packedBytes(t));
  }

  private long normX(int slot) {
    return normX + slot * lines(normBytes(s));
  }

  private long normY(int slot) {
    return normY + slot * lines(normBytes(t));
  }

  private static long units(long cells, long groups) {
    return cells / BLOCK + Math.min(cells, groups);
  }

  private static long blocks(long cells) {
    return (cells + BLOCK - 1) / BLOCK;
  }

  private static long lines(long bytes) {
    return Math.addExact(bytes, LINE - 1) / LINE * LINE;
  }

  private static void check(int status) {
    CpuBackend.check(status);
  }
}
