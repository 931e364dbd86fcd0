package org.virtualcell.accelerator;

import java.util.Arrays;
import org.virtualcell.compute.Activation;
import org.virtualcell.compute.AdamWeights;
import org.virtualcell.compute.DType;
import org.virtualcell.compute.Normalization;
import org.virtualcell.compute.Precision;
import org.virtualcell.compute.SetAttention;
import org.virtualcell.compute.spi.ChunkTask;
import org.virtualcell.compute.spi.Memory;
import org.virtualcell.compute.spi.NeuralKernels;
import org.virtualcell.compute.spi.TensorData;
import org.virtualcell.compute.spi.Workers;

/**
 * The neural kernels of one lane of the processor: each writes what it is called with into a
 * descriptor, {@code VC_NEURAL_*} of virtualcell_cpu_neural.h, and cuts its range into chunks that
 * depend on the shapes alone. Operands stand in fields during a call, so that a call creates no
 * garbage.
 */
final class CpuNeuralKernels extends NeuralKernels {
  private static final int ELEMENTS = 1 << 15;
  private static final int COLUMNS = 64;
  private static final long LINE = 64;

  // VC_NORMALIZE and the kinds that follow it
  private static final int NORMALIZE = 0;
  private static final int NORMALIZE_INPUTS = 1;
  private static final int NORMALIZE_WEIGHTS = 2;
  private static final int ACTIVATE = 3;
  private static final int ACTIVATE_GRADIENT = 4;
  private static final int GATE = 5;
  private static final int GATE_GRADIENT = 6;
  private static final int ADD_ROWS = 7;
  private static final int ADD_ROWS_GRADIENT = 8;
  private static final int ADD = 9;
  private static final int COLUMN_SUMS = 10;
  private static final int COPY_COLUMNS = 11;
  private static final int MEAN_SQUARE = 12;
  private static final int SQUARED_SUM = 13;
  private static final int ADAMW = 14;
  private static final int DROPOUT = 15;
  private static final int ATTENTION = 16;
  private static final int ATTENTION_GRADIENT = 17;

  // the fields of the descriptor
  private static final int TYPES = 7;
  private static final int N = 14;
  private static final int W = 15;
  private static final int KIND = 16;
  private static final int FLAG = 17;
  private static final int ENTRIES = 18;
  private static final int REPEAT = 19;
  private static final int X = 20;
  private static final int COUNT = 25;

  private final int isa;
  private final boolean fast;
  private final Workers workers;
  private final Address descriptor = CpuBackend.allocate(DType.I64, COUNT);
  private final long[] fields = new long[COUNT];
  private final ChunkTask task = this::chunk;
  private final float[] value = new float[1];
  private final float[] clipped = new float[2];
  private long[] bits = new long[16];
  private Address sums = CpuBackend.allocate(DType.I64, bits.length);
  private float[] host = new float[64];

  // the present call
  private int what;
  private int half;
  private long extent;
  private long step;
  private long scratch;
  private long perWorker;
  private long perChunk;
  private int operands;

  CpuNeuralKernels(Isa isa, Precision precision, Workers workers) {
    this.isa = isa.number();
    this.fast = precision == Precision.FAST;
    this.workers = workers;
  }

  void close() {
    CpuBackend.check(CpuKernels.vc_cpu_release(descriptor.value()));
    CpuBackend.check(CpuKernels.vc_cpu_release(sums.value()));
  }

  private void open(int kind) {
    what = kind;
    half = 0;
    scratch = 0;
    perWorker = 0;
    perChunk = 0;
    operands = 0;
    Arrays.fill(fields, 0);
  }

  /** The next operand; null for one that is not there. */
  private void operand(TensorData tensor) {
    if (tensor != null) {
      fields[operands] = Address.of(tensor.memory());
      fields[TYPES + operands] = tensor.type() == DType.BF16 ? DenseFields.BF16 : DenseFields.F32;
    }
    operands++;
  }

  private void rows(TensorData x) {
    fields[N] = x.size(0);
    fields[W] = x.size(1);
  }

  private void number(int which, double value) {
    fields[X + which] = Double.doubleToRawLongBits(value);
  }

  private void run(long units, long unitsOfChunk) {
    write();
    run(what, units, unitsOfChunk);
  }

  private void write() {
    HostCopy.put(fields, 0, descriptor, 0, COUNT);
  }

  private void run(int kind, long units, long unitsOfChunk) {
    what = kind;
    extent = units;
    step = unitsOfChunk;
    workers.run(chunks(), task);
  }

  private int chunks() {
    return Math.toIntExact((extent + step - 1) / step);
  }

  private void chunk(int chunk, int worker) {
    long first = chunk * step;
    CpuBackend.check(
        CpuKernels.vc_cpu_neural(
            isa,
            what,
            half,
            descriptor.value(),
            first,
            Math.min(extent, first + step),
            scratch + worker * perWorker + chunk * perChunk));
  }

  /** Rows of a chunk: some ten thousand numbers. */
  private static long rowsOfChunk(long width) {
    return Math.max(1, ELEMENTS / Math.max(1, width));
  }

  @Override
  public void normalize(
      Normalization how,
      TensorData x,
      TensorData gain,
      TensorData bias,
      TensorData statistics,
      TensorData out) {
    open(NORMALIZE);
    operand(x);
    operand(gain);
    operand(bias);
    operand(statistics);
    operand(out);
    rows(x);
    fields[FLAG] = how.centred() ? 1 : 0;
    number(0, how.epsilon());
    run(x.size(0), rowsOfChunk(x.size(1)));
  }

  @Override
  public void normalizeGradient(
      Normalization how,
      TensorData x,
      TensorData gain,
      TensorData statistics,
      TensorData slope,
      boolean add,
      TensorData dx,
      TensorData dGain,
      TensorData dBias) {
    open(NORMALIZE_INPUTS);
    operand(x);
    operand(gain);
    operand(statistics);
    operand(slope);
    operand(dx);
    rows(x);
    fields[FLAG] = (how.centred() ? 1 : 0) + (add ? 2 : 0);
    run(x.size(0), rowsOfChunk(x.size(1)));
    operands = 4;
    operand(dGain);
    operand(dBias);
    write();
    run(NORMALIZE_WEIGHTS, x.size(1), COLUMNS);
  }

  @Override
  public void activate(Activation activation, TensorData x, TensorData out) {
    open(ACTIVATE);
    operand(x);
    operand(out);
    fields[N] = x.elements();
    fields[KIND] = activation.number();
    run(x.elements(), ELEMENTS);
  }

  @Override
  public void activateGradient(
      Activation activation, TensorData x, TensorData slope, TensorData dx) {
    open(ACTIVATE_GRADIENT);
    operand(x);
    operand(slope);
    operand(dx);
    fields[N] = x.elements();
    fields[KIND] = activation.number();
    run(x.elements(), ELEMENTS);
  }

  @Override
  public void gate(TensorData x, TensorData out) {
    open(GATE);
    operand(x);
    operand(out);
    rows(out);
    run(out.size(0), rowsOfChunk(out.size(1)));
  }

  @Override
  public void gateGradient(TensorData x, TensorData slope, TensorData dx) {
    open(GATE_GRADIENT);
    operand(x);
    operand(slope);
    operand(dx);
    rows(slope);
    run(slope.size(0), rowsOfChunk(slope.size(1)));
  }

  @Override
  public void attention(
      SetAttention how, TensorData qkv, TensorData logSums, TensorData out, Memory scratch) {
    open(ATTENTION);
    operand(qkv);
    operand(logSums);
    operand(out);
    attend(how, qkv.type(), scratch);
  }

  @Override
  public void attentionGradient(
      SetAttention how,
      TensorData qkv,
      TensorData logSums,
      TensorData out,
      TensorData slope,
      TensorData dQkv,
      Memory scratch) {
    open(ATTENTION_GRADIENT);
    operand(qkv);
    operand(logSums);
    operand(out);
    operand(slope);
    operand(dQkv);
    attend(how, qkv.type(), scratch);
  }

  private void attend(SetAttention how, DType type) {
    boolean rounds = fast || type == DType.BF16;
    half = rounds && isa >= Isa.AVX512BF16.number() ? 1 : 0;
    fields[N] = how.sets();
    fields[W] = how.cells();
    fields[ENTRIES] = how.heads();
    fields[REPEAT] = how.headSize();
    write();
    perWorker = CpuKernels.vc_cpu_neural_scratch(isa, what, half, descriptor.value());
    perWorker = (perWorker + LINE - 1) / LINE * LINE;
  }

  private void attend(SetAttention how, DType type, Memory room) {
    attend(how, type);
    scratch = Address.of(room);
    run(what, (long) how.sets() * how.heads(), 1);
  }

  @Override
  public long attentionScratch(SetAttention how, DType type, boolean back) {
    open(back ? ATTENTION_GRADIENT : ATTENTION);
    attend(how, type);
    return perWorker * workers.threads();
  }

  @Override
  public void addRows(TensorData table, TensorData index, long repeat, TensorData out) {
    open(ADD_ROWS);
    operand(table);
    operand(index);
    operand(out);
    rows(out);
    fields[ENTRIES] = table.size(0);
    fields[REPEAT] = repeat;
    run(out.size(0), rowsOfChunk(out.size(1)));
  }

  @Override
  public void addRowsGradient(TensorData slope, TensorData index, long repeat, TensorData dTable) {
    open(ADD_ROWS_GRADIENT);
    operand(slope);
    operand(index);
    operand(dTable);
    rows(slope);
    fields[ENTRIES] = dTable.size(0);
    fields[REPEAT] = repeat;
    run(slope.size(1), COLUMNS);
  }

  @Override
  public void add(float factor, TensorData x, TensorData out) {
    open(ADD);
    operand(x);
    operand(out);
    fields[N] = x.elements();
    number(0, factor);
    run(x.elements(), ELEMENTS);
  }

  @Override
  public void columnSums(TensorData x, TensorData out) {
    open(COLUMN_SUMS);
    operand(x);
    operand(out);
    rows(x);
    run(x.size(1), COLUMNS);
  }

  @Override
  public void copyColumns(TensorData x, long from, TensorData out, long to, long count) {
    open(COPY_COLUMNS);
    operand(x);
    operand(out);
    rows(out);
    fields[ENTRIES] = x.size(1);
    fields[REPEAT] = from;
    fields[KIND] = to;
    fields[FLAG] = count;
    run(x.size(0), rowsOfChunk(count));
  }

  @Override
  public void meanSquare(float weight, TensorData x, TensorData y, TensorData out, TensorData dx) {
    open(MEAN_SQUARE);
    operand(x);
    operand(y);
    operand(dx);
    number(0, 2.0 * weight / x.elements());
    value[0] = (float) (weight * sumOf(x) / x.elements());
    HostCopy.put(value, 0, (Address) out.memory(), 0, 1);
  }

  @Override
  public void squaredSum(TensorData x, TensorData out, int at) {
    open(SQUARED_SUM);
    operand(x);
    value[0] = (float) sumOf(x);
    HostCopy.put(value, 0, (Address) out.memory(), at, 1);
  }

  /** The sum of squares of all chunks, by rising chunk; each has a place of its own. */
  private double sumOf(TensorData x) {
    fields[N] = x.elements();
    int chunks = Math.toIntExact((x.elements() + ELEMENTS - 1) / ELEMENTS);
    if (sums.bytes() < (long) chunks * Long.BYTES) {
      CpuBackend.check(CpuKernels.vc_cpu_release(sums.value()));
      sums = CpuBackend.allocate(DType.I64, chunks);
      bits = new long[chunks];
    }
    scratch = sums.value();
    perChunk = Long.BYTES;
    perWorker = 0;
    run(x.elements(), ELEMENTS);
    HostCopy.get(sums, 0, bits, 0, chunks);
    double all = 0;
    for (int c = 0; c < chunks; c++) {
      all += Double.longBitsToDouble(bits[c]);
    }
    return all;
  }

  @Override
  public void clip(TensorData squares, float most, TensorData control) {
    int count = Math.toIntExact(squares.elements());
    if (host.length < count) {
      host = new float[count];
    }
    HostCopy.get((Address) squares.memory(), 0, host, 0, count);
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += host[i];
    }
    double norm = Math.sqrt(sum);
    clipped[0] = (float) Math.min(1, most / (norm + 1e-6));
    clipped[1] = (float) norm;
    HostCopy.put(clipped, 0, (Address) control.memory(), 2, 2);
  }

  @Override
  public void adamw(
      AdamWeights how,
      TensorData control,
      TensorData gradient,
      TensorData weights,
      TensorData m,
      TensorData v,
      TensorData mean) {
    open(ADAMW);
    operand(gradient);
    operand(weights);
    operand(m);
    operand(v);
    operand(mean);
    operand(control);
    fields[N] = gradient.elements();
    number(0, how.beta1());
    number(1, how.beta2());
    number(2, how.epsilon());
    number(3, how.decay());
    number(4, how.average());
    run(gradient.elements(), ELEMENTS);
  }

  @Override
  public void dropout(TensorData key, int place, double p, TensorData x, TensorData out) {
    open(DROPOUT);
    operand(x);
    operand(out);
    operand(key);
    fields[N] = x.elements();
    fields[KIND] = place;
    number(0, p);
    run(x.elements(), ELEMENTS);
  }
}
