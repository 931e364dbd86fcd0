package org.virtualcell.evaluate.celleval;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Areas under curves of a score that should single out some genes. Equal scores are one step. */
final class DetectionCurves {
  private final boolean[] label;
  private final Integer[] order;
  private final double[] score;
  private final int positives;

  DetectionCurves(boolean[] label, double... score) {
    this.label = label.clone();
    this.score = score.clone();
    this.order = IntStream.range(0, score.length).boxed().toArray(Integer[]::new);
    Arrays.sort(order, Comparator.comparingDouble(i -> -this.score[i]));
    this.positives = (int) IntStream.range(0, label.length).filter(i -> label[i]).count();
  }

  private boolean oneClass() {
    return positives == 0 || positives == label.length;
  }

  /** Sum over steps of (recall gained) x precision; NaN with one class only. */
  double averagePrecision() {
    if (oneClass()) {
      return Double.NaN;
    }
    double area = 0;
    int hits = 0;
    int before = 0;
    for (int from = 0, to; from < order.length; from = to) {
      to = stepEnd(from);
      hits += hits(from, to);
      area += (double) (hits - before) / positives * hits / to;
      before = hits;
    }
    return area;
  }

  /** The trapezoid area under hits against false alarms; NaN with one class only. */
  double receiverOperating() {
    if (oneClass()) {
      return Double.NaN;
    }
    double doubled = 0;
    int above = 0;
    for (int from = 0, to; from < order.length; from = to) {
      to = stepEnd(from);
      int hits = hits(from, to);
      doubled += (double) (to - from - hits) * (2L * above + hits);
      above += hits;
    }
    return doubled / 2 / positives / (label.length - positives);
  }

  private int stepEnd(int from) {
    int to = from + 1;
    while (to < order.length && score[order[to]] == score[order[from]]) {
      to++;
    }
    return to;
  }

  private int hits(int from, int to) {
    int hits = 0;
    for (int k = from; k < to; k++) {
      hits += label[order[k]] ? 1 : 0;
    }
    return hits;
  }
}
