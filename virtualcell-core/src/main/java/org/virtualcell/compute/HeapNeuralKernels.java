package org.virtualcell.compute;

import org.virtualcell.api.InvalidDataException;
import org.virtualcell.compute.spi.ChunkTask;
import org.virtualcell.compute.spi.Memory;
import org.virtualcell.compute.spi.NeuralKernels;
import org.virtualcell.compute.spi.TensorData;
import org.virtualcell.compute.spi.Workers;

/**
 * The neural kernels of one lane of the Java device. Arithmetic is double, elements are stored as
 * the tensor has them; so a device whose tensors hold doubles gets the formulas in double
 * precision. Operands stand in fields during a call, so that a call creates no garbage.
 */
final class HeapNeuralKernels extends NeuralKernels {
  private static final int ELEMENTS = 1 << 14;
  private static final int ROWS = 16;
  private static final int COLUMNS = 32;

  private final Workers workers;
  private final HeapAttention attention;
  private final HeapNumbers[] operands = new HeapNumbers[6];
  private final HeapNumbers a;
  private final HeapNumbers b;
  private final HeapNumbers c;
  private final HeapNumbers d;
  private final HeapNumbers e;
  private final HeapNumbers f;
  private final ChunkTask normalize = this::normalize;
  private final ChunkTask normalizeInputs = this::normalizeInputs;
  private final ChunkTask normalizeWeights = this::normalizeWeights;
  private final ChunkTask activate = this::activate;
  private final ChunkTask activateGradient = this::activateGradient;
  private final ChunkTask gate = this::gate;
  private final ChunkTask gateGradient = this::gateGradient;
  private final ChunkTask addRows = this::addRows;
  private final ChunkTask addRowsGradient = this::addRowsGradient;
  private final ChunkTask add = this::add;
  private final ChunkTask columnSums = this::columnSums;
  private final ChunkTask copyColumns = this::copyColumns;
  private final ChunkTask meanSquare = this::meanSquare;
  private final ChunkTask squares = this::squares;
  private final ChunkTask adamw = this::adamw;
  private final ChunkTask dropout = this::dropout;

  private Normalization norm;
  private Activation activation;
  private AdamWeights adam;
  private int rows;
  private int width;
  private int count;
  private int entries;
  private int repeat;
  private boolean adding;
  private double factor;
  private int[] index;
  private int from;
  private int to;
  private int wide;
  private double[] partial = new double[1];
  private long[] key;
  private int place;
  private double rate;
  private double step;

  HeapNeuralKernels(Workers workers) {
    this.workers = workers;
    this.attention = new HeapAttention(workers);
    for (int i = 0; i < operands.length; i++) {
      operands[i] = new HeapNumbers();
    }
    a = operands[0];
    b = operands[1];
    c = operands[2];
    d = operands[3];
    e = operands[4];
    f = operands[5];
  }

  private void run(int extent, int size, ChunkTask task) {
    try {
      workers.run((extent + size - 1) / size, task);
    } finally {
      close();
    }
  }

  private void close() {
    for (HeapNumbers operand : operands) {
      operand.close();
    }
    index = null;
    key = null;
  }

  private void rowsOf(TensorData x) {
    rows = (int) x.size(0);
    width = (int) x.size(1);
  }

  // ---- norms ----

  @Override
  public void normalize(
      Normalization how,
      TensorData x,
      TensorData gain,
      TensorData bias,
      TensorData statistics,
      TensorData out) {
    norm = how;
    rowsOf(x);
    a.open(x);
    b.open(gain);
    c.open(bias);
    d.open(statistics);
    e.open(out);
    run(rows, ROWS, normalize);
  }

  private void normalize(int chunk, int worker) {
    for (int i = chunk * ROWS; i < Math.min(rows, (chunk + 1) * ROWS); i++) {
      int at = i * width;
      double mean = 0;
      for (int j = 0; norm.centred() && j < width; j++) {
        mean += a.value(at + j);
      }
      mean /= width;
      double square = 0;
      for (int j = 0; j < width; j++) {
        double z = a.value(at + j) - mean;
        square += z * z;
      }
      double r = 1 / Math.sqrt(square / width + norm.epsilon());
      d.put(2 * i, mean);
      d.put(2 * i + 1, r);
      for (int j = 0; j < width; j++) {
        double y = (a.value(at + j) - mean) * r * b.value(j);
        e.put(at + j, c.isOpen() ? y + c.value(j) : y);
      }
    }
  }

  @Override
  public void normalizeGradient(
      Normalization how,
      TensorData x,
      TensorData gain,
      TensorData statistics,
      TensorData slope,
      boolean addTo,
      TensorData dx,
      TensorData dGain,
      TensorData dBias) {
    norm = how;
    adding = addTo;
    rowsOf(x);
    a.open(x);
    b.open(gain);
    c.open(statistics);
    d.open(slope);
    e.open(dx);
    try {
      workers.run((rows + ROWS - 1) / ROWS, normalizeInputs);
      e.open(dGain);
      f.open(dBias);
      workers.run((width + COLUMNS - 1) / COLUMNS, normalizeWeights);
    } finally {
      close();
    }
  }

  private void normalizeInputs(int chunk, int worker) {
    for (int i = chunk * ROWS; i < Math.min(rows, (chunk + 1) * ROWS); i++) {
      int at = i * width;
      double mean = c.value(2 * i);
      double r = c.value(2 * i + 1);
      double sum = 0;
      double product = 0;
      for (int j = 0; j < width; j++) {
        double g = d.value(at + j) * b.value(j);
        sum += g;
        product += g * (a.value(at + j) - mean) * r;
      }
      sum = norm.centred() ? sum / width : 0;
      product /= width;
      for (int j = 0; j < width; j++) {
        double g = d.value(at + j) * b.value(j);
        double slope = r * (g - sum - (a.value(at + j) - mean) * r * product);
        e.put(at + j, adding ? e.value(at + j) + slope : slope);
      }
    }
  }

  private void normalizeWeights(int chunk, int worker) {
    for (int j = chunk * COLUMNS; j < Math.min(width, (chunk + 1) * COLUMNS); j++) {
      double gain = 0;
      double bias = 0;
      for (int i = 0; i < rows; i++) {
        double slope = d.value(i * width + j);
        gain += slope * (a.value(i * width + j) - c.value(2 * i)) * c.value(2 * i + 1);
        bias += slope;
      }
      e.put(j, gain);
      if (f.isOpen()) {
        f.put(j, bias);
      }
    }
  }

  // ---- activations and gates ----

  @Override
  public void activate(Activation which, TensorData x, TensorData out) {
    activation = which;
    count = (int) x.elements();
    a.open(x);
    b.open(out);
    run(count, ELEMENTS, activate);
  }

  private void activate(int chunk, int worker) {
    for (int i = chunk * ELEMENTS; i < Math.min(count, (chunk + 1L) * ELEMENTS); i++) {
      b.put(i, activation.of(a.value(i)));
    }
  }

  @Override
  public void activateGradient(Activation which, TensorData x, TensorData slope, TensorData dx) {
    activation = which;
    count = (int) x.elements();
    a.open(x);
    b.open(slope);
    c.open(dx);
    run(count, ELEMENTS, activateGradient);
  }

  private void activateGradient(int chunk, int worker) {
    for (int i = chunk * ELEMENTS; i < Math.min(count, (chunk + 1L) * ELEMENTS); i++) {
      c.put(i, activation.slope(a.value(i)) * b.value(i));
    }
  }

  @Override
  public void gate(TensorData x, TensorData out) {
    rowsOf(out);
    a.open(x);
    b.open(out);
    run(rows, ROWS, gate);
  }

  private void gate(int chunk, int worker) {
    for (int i = chunk * ROWS; i < Math.min(rows, (chunk + 1) * ROWS); i++) {
      for (int j = 0; j < width; j++) {
        int at = 2 * i * width + j;
        b.put(i * width + j, Activation.SILU.of(a.value(at)) * a.value(at + width));
      }
    }
  }

  @Override
  public void gateGradient(TensorData x, TensorData slope, TensorData dx) {
    rowsOf(slope);
    a.open(x);
    b.open(slope);
    c.open(dx);
    run(rows, ROWS, gateGradient);
  }

  private void gateGradient(int chunk, int worker) {
    for (int i = chunk * ROWS; i < Math.min(rows, (chunk + 1) * ROWS); i++) {
      for (int j = 0; j < width; j++) {
        int at = 2 * i * width + j;
        double gate = a.value(at);
        double up = a.value(at + width);
        double slope = b.value(i * width + j);
        c.put(at, Activation.SILU.slope(gate) * up * slope);
        c.put(at + width, Activation.SILU.of(gate) * slope);
      }
    }
  }

  // ---- attention ----

  @Override
  public void attention(
      SetAttention how, TensorData qkv, TensorData logSums, TensorData out, Memory scratch) {
    attention.forward(how, qkv, logSums, out);
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
    attention.backward(how, qkv, logSums, out, slope, dQkv);
  }

  // ---- tables, sums, copies ----

  @Override
  public void addRows(TensorData table, TensorData indices, long each, TensorData out) {
    rowsOf(out);
    requireIndices(indices, each, table);
    a.open(table);
    b.open(out);
    run(rows, ROWS, addRows);
  }

  private void requireIndices(TensorData indices, long each, TensorData table) {
    index = HeapMemory.ints(indices.memory());
    repeat = (int) each;
    entries = (int) table.size(0);
    for (int i = 0; i < rows / repeat; i++) {
      if (index[i] < 0 || index[i] >= entries) {
        throw new InvalidDataException(
            "An index is outside its table",
            "index " + index[i] + " at " + i + ", table of " + entries + " rows",
            "Pass indices from 0 to " + (entries - 1) + ".");
      }
    }
  }

  private void addRows(int chunk, int worker) {
    for (int i = chunk * ROWS; i < Math.min(rows, (chunk + 1) * ROWS); i++) {
      int row = index[i / repeat];
      for (int j = 0; j < width; j++) {
        b.put(i * width + j, b.value(i * width + j) + a.value(row * width + j));
      }
    }
  }

  @Override
  public void addRowsGradient(TensorData slope, TensorData indices, long each, TensorData table) {
    rowsOf(slope);
    requireIndices(indices, each, table);
    a.open(slope);
    b.open(table);
    run(width, COLUMNS, addRowsGradient);
  }

  private void addRowsGradient(int chunk, int worker) {
    int end = Math.min(width, (chunk + 1) * COLUMNS);
    for (int t = 0; t < entries; t++) {
      for (int j = chunk * COLUMNS; j < end; j++) {
        b.put(t * width + j, 0);
      }
    }
    for (int i = 0; i < rows; i++) {
      int at = index[i / repeat] * width;
      for (int j = chunk * COLUMNS; j < end; j++) {
        b.put(at + j, b.value(at + j) + a.value(i * width + j));
      }
    }
  }

  @Override
  public void add(float times, TensorData x, TensorData out) {
    factor = times;
    count = (int) x.elements();
    a.open(x);
    b.open(out);
    run(count, ELEMENTS, add);
  }

  private void add(int chunk, int worker) {
    for (int i = chunk * ELEMENTS; i < Math.min(count, (chunk + 1L) * ELEMENTS); i++) {
      b.put(i, b.value(i) + factor * a.value(i));
    }
  }

  @Override
  public void columnSums(TensorData x, TensorData out) {
    rowsOf(x);
    a.open(x);
    b.open(out);
    run(width, COLUMNS, columnSums);
  }

  private void columnSums(int chunk, int worker) {
    for (int j = chunk * COLUMNS; j < Math.min(width, (chunk + 1) * COLUMNS); j++) {
      double sum = 0;
      for (int i = 0; i < rows; i++) {
        sum += a.value(i * width + j);
      }
      b.put(j, sum);
    }
  }

  @Override
  public void copyColumns(TensorData x, long first, TensorData out, long target, long columns) {
    rows = (int) x.size(0);
    wide = (int) x.size(1);
    width = (int) out.size(1);
    from = (int) first;
    to = (int) target;
    count = (int) columns;
    a.open(x);
    b.open(out);
    run(rows, ROWS, copyColumns);
  }

  private void copyColumns(int chunk, int worker) {
    for (int i = chunk * ROWS; i < Math.min(rows, (chunk + 1) * ROWS); i++) {
      for (int j = 0; j < count; j++) {
        b.put(i * width + to + j, a.value(i * wide + from + j));
      }
    }
  }

  // ---- loss and optimiser ----

  @Override
  public void meanSquare(
      float weight, TensorData x, TensorData y, TensorData out, TensorData gradient) {
    count = (int) x.elements();
    factor = weight;
    a.open(x);
    b.open(y);
    c.open(gradient);
    try {
      double sum = partialSums(meanSquare);
      d.open(out);
      d.put(0, weight * sum / count);
    } finally {
      close();
    }
  }

  private void meanSquare(int chunk, int worker) {
    double sum = 0;
    for (int i = chunk * ELEMENTS; i < Math.min(count, (chunk + 1L) * ELEMENTS); i++) {
      double difference = a.value(i) - b.value(i);
      sum += difference * difference;
      c.put(i, 2 * factor * difference / count);
    }
    partial[chunk] = sum;
  }

  @Override
  public void squaredSum(TensorData x, TensorData out, int at) {
    count = (int) x.elements();
    a.open(x);
    b.open(out);
    try {
      b.put(at, partialSums(squares));
    } finally {
      close();
    }
  }

  private void squares(int chunk, int worker) {
    double sum = 0;
    for (int i = chunk * ELEMENTS; i < Math.min(count, (chunk + 1L) * ELEMENTS); i++) {
      sum += a.value(i) * a.value(i);
    }
    partial[chunk] = sum;
  }

  private double partialSums(ChunkTask task) {
    int chunks = (int) ((count + ELEMENTS - 1L) / ELEMENTS);
    if (partial.length < chunks) {
      partial = new double[chunks];
    }
    workers.run(chunks, task);
    double sum = 0;
    for (int i = 0; i < chunks; i++) {
      sum += partial[i];
    }
    return sum;
  }

  @Override
  public void clip(TensorData sums, float most, TensorData control) {
    a.open(sums);
    b.open(control);
    try {
      double sum = 0;
      for (int i = 0; i < sums.elements(); i++) {
        sum += a.value(i);
      }
      double length = Math.sqrt(sum);
      b.put(2, Math.min(1, most / (length + 1e-6)));
      b.put(3, length);
    } finally {
      close();
    }
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
    adam = how;
    count = (int) gradient.elements();
    a.open(control);
    rate = a.value(0);
    step = a.value(1);
    factor = a.value(2);
    b.open(gradient);
    c.open(weights);
    d.open(m);
    e.open(v);
    f.open(mean);
    run(count, ELEMENTS, adamw);
  }

  private void adamw(int chunk, int worker) {
    double first = rate / (1 - Math.pow(adam.beta1(), step));
    double second = 1 / (1 - Math.pow(adam.beta2(), step));
    for (int i = chunk * ELEMENTS; i < Math.min(count, (chunk + 1L) * ELEMENTS); i++) {
      double g = factor * b.value(i);
      double m = adam.beta1() * d.value(i) + (1 - adam.beta1()) * g;
      double v = adam.beta2() * e.value(i) + (1 - adam.beta2()) * g * g;
      d.put(i, m);
      e.put(i, v);
      double w = c.value(i) * (1 - rate * adam.decay());
      w -= first * m / (Math.sqrt(v * second) + adam.epsilon());
      c.put(i, w);
      if (f.isOpen()) {
        f.put(i, adam.average() * f.value(i) + (1 - adam.average()) * w);
      }
    }
  }

  // ---- dropout ----

  @Override
  public void dropout(TensorData seed, int where, double p, TensorData x, TensorData out) {
    key = HeapMemory.longs(seed.memory());
    place = where;
    factor = p;
    count = (int) x.elements();
    a.open(x);
    b.open(out);
    run(count, ELEMENTS, dropout);
  }

  private void dropout(int chunk, int worker) {
    double kept = 1 / (1 - factor);
    long threshold = (long) (factor * 0x1p32);
    for (int i = chunk * ELEMENTS; i < Math.min(count, (chunk + 1L) * ELEMENTS); i++) {
      long word = HeapPhilox.word(key[0], i >>> 2, place, key[1], i & 3);
      b.put(i, word < threshold ? 0 : a.value(i) * kept);
    }
  }
}
