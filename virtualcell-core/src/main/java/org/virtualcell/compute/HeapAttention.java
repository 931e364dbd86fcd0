package org.virtualcell.compute;

import java.util.Arrays;
import org.virtualcell.compute.spi.ChunkTask;
import org.virtualcell.compute.spi.TensorData;
import org.virtualcell.compute.spi.Workers;

/**
 * Set attention of the Java device. A chunk is a head of a set; the way back computes the
 * probabilities again from the kept sums.
 */
final class HeapAttention {
  private final Workers workers;
  private final double[][] rooms;
  private final HeapNumbers qkv = new HeapNumbers();
  private final HeapNumbers logSums = new HeapNumbers();
  private final HeapNumbers out = new HeapNumbers();
  private final HeapNumbers slope = new HeapNumbers();
  private final HeapNumbers dQkv = new HeapNumbers();
  private final ChunkTask forward = this::forward;
  private final ChunkTask backward = this::backward;
  private SetAttention how;

  HeapAttention(Workers workers) {
    this.workers = workers;
    this.rooms = new double[workers.threads()][0];
  }

  void forward(SetAttention sizes, TensorData x, TensorData sums, TensorData result) {
    how = sizes;
    qkv.open(x);
    logSums.open(sums);
    out.open(result);
    run(forward);
  }

  void backward(
      SetAttention sizes,
      TensorData x,
      TensorData sums,
      TensorData result,
      TensorData gradient,
      TensorData dx) {
    how = sizes;
    qkv.open(x);
    logSums.open(sums);
    out.open(result);
    slope.open(gradient);
    dQkv.open(dx);
    run(backward);
  }

  private void run(ChunkTask task) {
    // q, k, v, gradients of each, slope, and a row of probabilities
    int room = how.cells() * (7 * how.headSize() + 1);
    for (int w = 0; w < rooms.length; w++) {
      if (rooms[w].length < room) {
        rooms[w] = new double[room];
      }
    }
    try {
      workers.run(how.sets() * how.heads(), task);
    } finally {
      qkv.close();
      logSums.close();
      out.close();
      slope.close();
      dQkv.close();
    }
  }

  /** Copies q, k or v of a head (part 0, 1, 2) into a room. */
  private void read(int set, int head, int part, double[] room, int at) {
    int d = how.headSize();
    for (int i = 0; i < how.cells(); i++) {
      int first = place(set, head, part, i);
      for (int x = 0; x < d; x++) {
        room[at + i * d + x] = qkv.value(first + x);
      }
    }
  }

  private int place(int set, int head, int part, int cell) {
    return ((set * how.cells() + cell) * 3 + part) * how.width() + head * how.headSize();
  }

  private static double dot(double[] room, int a, int b, int d) {
    double sum = 0;
    for (int x = 0; x < d; x++) {
      sum += room[a + x] * room[b + x];
    }
    return sum;
  }

  private void forward(int chunk, int worker) {
    int set = chunk / how.heads();
    int head = chunk % how.heads();
    int s = how.cells();
    int d = how.headSize();
    double[] room = rooms[worker];
    int k = s * d;
    int v = 2 * k;
    int p = 7 * k;
    for (int part = 0; part < 3; part++) {
      read(set, head, part, room, part * k);
    }
    double scale = 1 / Math.sqrt(d);
    for (int i = 0; i < s; i++) {
      double most = Double.NEGATIVE_INFINITY;
      for (int j = 0; j < s; j++) {
        room[p + j] = scale * dot(room, i * d, k + j * d, d);
        most = Math.max(most, room[p + j]);
      }
      double sum = 0;
      for (int j = 0; j < s; j++) {
        room[p + j] = Math.exp(room[p + j] - most);
        sum += room[p + j];
      }
      logSums.put((set * how.heads() + head) * s + i, most + Math.log(sum));
      int to = (set * s + i) * how.width() + head * d;
      for (int x = 0; x < d; x++) {
        double y = 0;
        for (int j = 0; j < s; j++) {
          y += room[p + j] * room[v + j * d + x];
        }
        out.put(to + x, y / sum);
      }
    }
  }

  private void backward(int chunk, int worker) {
    int set = chunk / how.heads();
    int head = chunk % how.heads();
    int s = how.cells();
    int d = how.headSize();
    double[] room = rooms[worker];
    int k = s * d;
    int v = 2 * k;
    int dq = 3 * k;
    int dk = 4 * k;
    int dv = 5 * k;
    int g = 6 * k;
    for (int part = 0; part < 3; part++) {
      read(set, head, part, room, part * k);
    }
    Arrays.fill(room, dq, g, 0);
    double scale = 1 / Math.sqrt(d);
    for (int i = 0; i < s; i++) {
      int from = (set * s + i) * how.width() + head * d;
      double along = 0;
      for (int x = 0; x < d; x++) {
        room[g + i * d + x] = slope.value(from + x);
        along += room[g + i * d + x] * out.value(from + x);
      }
      double logSum = logSums.value((set * how.heads() + head) * s + i);
      for (int j = 0; j < s; j++) {
        double p = Math.exp(scale * dot(room, i * d, k + j * d, d) - logSum);
        double ds = scale * p * (dot(room, g + i * d, v + j * d, d) - along);
        for (int x = 0; x < d; x++) {
          room[dv + j * d + x] += p * room[g + i * d + x];
          room[dq + i * d + x] += ds * room[k + j * d + x];
          room[dk + j * d + x] += ds * room[i * d + x];
        }
      }
    }
    for (int part = 0; part < 3; part++) {
      for (int i = 0; i < s; i++) {
        int to = place(set, head, part, i);
        for (int x = 0; x < d; x++) {
          dQkv.put(to + x, room[(3 + part) * k + i * d + x]);
        }
      }
    }
  }
}
