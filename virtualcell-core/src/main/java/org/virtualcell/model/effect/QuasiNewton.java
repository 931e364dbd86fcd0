package org.virtualcell.model.effect;

import java.util.ArrayDeque;
import java.util.Iterator;

/**
 * Maximises a smooth function of a few variables: limited-memory BFGS with a backtracking line
 * search (Nocedal and Wright, Numerical Optimization, algorithms 7.4 and 3.1). Deterministic.
 */
final class QuasiNewton {
  private static final int MEMORY = 8;
  private static final double SUFFICIENT = 1e-4;
  private static final int MOST_HALVINGS = 20;
  private static final double LARGEST_STEP = 2; // of any variable; they are logarithms

  private QuasiNewton() {}

  /** A function with its gradient. */
  interface Objective {
    /** The value at x; fills the gradient. */
    double at(double[] x, double[] gradient);
  }

  /** A pair of steps, in variables and in gradients. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Step(double[] moved, double[] turned, double curvature) {}

  /**
   * Climbs from a start.
   *
   * @param steps at most so many line searches
   * @return where it stopped; never lower than the start
   */
  static double[] maximise(Objective objective, double[] start, int steps) {
    double[] x = start.clone();
    double[] gradient = new double[x.length];
    double value = objective.at(x, gradient);
    ArrayDeque<Step> memory = new ArrayDeque<>();
    for (int step = 0; step < steps; step++) {
      double[] direction = direction(gradient, memory);
      double slope = dot(direction, gradient);
      if (!(slope > 1e-10)) {
        break;
      }
      double length = Math.min(1, LARGEST_STEP / largest(direction));
      double[] next = new double[x.length];
      double[] nextGradient = new double[x.length];
      double nextValue = Double.NEGATIVE_INFINITY;
      for (int halving = 0; halving < MOST_HALVINGS; halving++, length /= 2) {
        for (int i = 0; i < x.length; i++) {
          next[i] = x[i] + length * direction[i];
        }
        nextValue = objective.at(next, nextGradient);
        if (nextValue >= value + SUFFICIENT * length * slope) {
          break;
        }
      }
      if (!(nextValue > value)) {
        break;
      }
      remember(memory, x, next, gradient, nextGradient);
      boolean flat = nextValue - value < 1e-9 * Math.abs(value);
      x = next;
      gradient = nextGradient;
      value = nextValue;
      if (flat) {
        break;
      }
    }
    return x;
  }

  private static void remember(
      ArrayDeque<Step> memory,
      double[] x,
      double[] next,
      double[] gradient,
      double[] nextGradient) {
    double[] moved = new double[x.length];
    double[] turned = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      moved[i] = next[i] - x[i];
      turned[i] = gradient[i] - nextGradient[i]; // of the function turned over, to be minimised
    }
    double curvature = dot(moved, turned);
    if (curvature > 1e-12) {
      memory.addLast(new Step(moved, turned, curvature));
      if (memory.size() > MEMORY) {
        memory.removeFirst();
      }
    }
  }

  private static double[] direction(double[] gradient, ArrayDeque<Step> memory) {
    double[] direction = gradient.clone();
    double[] alpha = new double[memory.size()];
    int i = memory.size();
    for (Iterator<Step> newest = memory.descendingIterator(); newest.hasNext(); ) {
      Step step = newest.next();
      alpha[--i] = dot(step.moved(), direction) / step.curvature();
      add(direction, -alpha[i], step.turned());
    }
    if (!memory.isEmpty()) {
      Step last = memory.getLast();
      double scale = last.curvature() / dot(last.turned(), last.turned());
      for (int k = 0; k < direction.length; k++) {
        direction[k] *= scale;
      }
    }
    for (Step step : memory) {
      double beta = dot(step.turned(), direction) / step.curvature();
      add(direction, alpha[i++] - beta, step.moved());
    }
    return direction;
  }

  private static void add(double[] to, double factor, double[] what) {
    for (int k = 0; k < to.length; k++) {
      to[k] += factor * what[k];
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int k = 0; k < a.length; k++) {
      sum += a[k] * b[k];
    }
    return sum;
  }

  private static double largest(double[] a) {
    double most = 1e-300;
    for (double v : a) {
      most = Math.max(most, Math.abs(v));
    }
    return most;
  }
}
