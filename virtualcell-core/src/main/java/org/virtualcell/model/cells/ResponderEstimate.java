package org.virtualcell.model.cells;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.GeneProfile;
import org.virtualcell.api.Interval;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.MatchedCells;
import org.virtualcell.api.PredictedState;
import org.virtualcell.stats.Effect;
import org.virtualcell.stats.NormalTail;

/**
 * Whether a part of the perturbed cells responds while the rest stays as the controls are.
 *
 * <p>Cells are projected on the direction of the effect, its genes weighted by {@code effect /
 * variance} as far as they are clear. Direction and scores come from different halves of the cells,
 * perturbed and controls alike, so that chance does not find itself again. The scores of perturbed
 * cells are then a mixture of the controls' distribution and of the same distribution moved and
 * stretched; the share is the one of largest likelihood, its interval that of the profile
 * likelihood. No estimate is made where the held-out halves show no effect, or too few cells are
 * there, or responders have moved by less than a standard deviation of the controls, or the
 * interval would leave nearly everything open. That all cells respond is believed unless the
 * likelihood speaks clearly against it.
 *
 * @param share of the cells that responds, above 0 to 1
 * @param interval its range
 * @param shift how far responders have moved along the effect, in standard deviations of controls
 * @param responderEffect the change of mean log1p expression of the cells that respond: the effect
 *     over the share
 */
public record ResponderEstimate(
    double share, Interval interval, double shift, GeneProfile responderEffect) {
  /** With fewer cells on either side there is no estimate. */
  public static final int LEAST_CELLS = 100;

  private static final int LEAST_OF_BATCH = 40;
  private static final int MOST_CELLS = 2000;
  private static final double CLEAR = 2; // standard errors of a gene's effect
  private static final double SEEN = 3; // standard errors of the held-out shift
  private static final double AGAINST_ALL = 10; // twice log likelihood
  private static final double WIDEST = 0.5;
  private static final double LEAST_SHIFT = 1; // deviations of controls

  /**
   * Estimates the share in measured cells.
   *
   * @param groups perturbed cells with the controls they are compared to, by batch where batches
   *     are known; batches too small for a direction of their own are left out
   * @param level the share of cases the interval is meant to hold, 0.5 to 0.99
   * @return empty where the cells do not support an estimate
   * @throws InvalidDataException if there is no group, genes differ or the level is out of range
   */
  public static Optional<ResponderEstimate> of(List<MatchedCells> groups, double level) {
    if (!(level >= 0.5 && level <= 0.99)) {
      throw new InvalidDataException(
          "The level of an interval is out of range", String.valueOf(level), "Use 0.5 to 0.99.");
    }
    Effect.requireComparable(groups);
    List<MatchedCells> large = groups.stream().filter(ResponderEstimate::isLarge).toList();
    if (large.stream().mapToLong(g -> g.perturbed().cells()).sum() < LEAST_CELLS) {
      return Optional.empty(); // before any gene is looked at: most conditions of large screens
    }
    Scores scores = Scores.NONE;
    for (MatchedCells group : large) {
      scores =
          scores.with(
              Scores.of(
                  LogCells.of(group.perturbed(), MOST_CELLS),
                  LogCells.of(group.controls(), MOST_CELLS)));
    }
    if (scores.perturbed().length < LEAST_CELLS
        || scores.controls().length < LEAST_CELLS
        || !(scores.z() > SEEN)) {
      return Optional.empty();
    }
    ResponseMixture mixture =
        new ResponseMixture(scores.perturbed(), new ControlDensity(scores.controls()));
    double[] range = mixture.range(quantile(level));
    boolean all = mixture.againstAll() < AGAINST_ALL;
    double share = all ? 1 : mixture.share();
    double upper = all ? 1 : range[1];
    double shift = all ? mixture.shiftOfAll() : mixture.shift();
    if (upper - range[0] > WIDEST || shift < LEAST_SHIFT) {
      return Optional.empty();
    }
    Effect effect = Effect.of(groups);
    double[] whole = effect.profile().toArray();
    for (int g = 0; g < whole.length; g++) {
      whole[g] /= share;
    }
    return Optional.of(
        new ResponderEstimate(
            share,
            new Interval(level, range[0], upper),
            shift,
            GeneProfile.of(effect.profile().genes(), whole)));
  }

  private static boolean isLarge(MatchedCells group) {
    return group.perturbed().cells() >= LEAST_OF_BATCH
        && group.controls().cells() >= LEAST_OF_BATCH;
  }

  /**
   * The share as a prediction states it.
   *
   * @return share and interval
   */
  public PredictedState.Responders responders() {
    return new PredictedState.Responders(share, interval);
  }

  /**
   * The quantile of chi-squared with one degree of freedom, by bisection of the normal integral.
   */
  private static double quantile(double level) {
    double low = 0;
    double high = 5;
    for (int i = 0; i < 60; i++) {
      double middle = (low + high) / 2;
      if (NormalTail.twoSided(middle) > 1 - level) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low * low;
  }

  /** Scores in standard deviations of controls, and how clearly the held-out halves moved. */
  @SuppressWarnings("ArrayRecordComponent") // lives for one estimate
  private record Scores(double[] perturbed, double[] controls, double z, int batches) {
    static final Scores NONE = new Scores(new double[0], new double[0], 0, 0);

    /** Of both batches together. */
    Scores with(Scores other) {
      int all = batches + other.batches;
      return new Scores(
          joined(perturbed, other.perturbed),
          joined(controls, other.controls),
          (z * Math.sqrt(batches) + other.z * Math.sqrt(other.batches)) / Math.sqrt(all),
          all);
    }

    private static double[] joined(double[] a, double[] b) {
      double[] both = Arrays.copyOf(a, a.length + b.length);
      System.arraycopy(b, 0, both, a.length, b.length);
      return both;
    }

    static Scores of(CsrMatrix treated, CsrMatrix untreated) {
      double[] perturbed = new double[(int) treated.rows()];
      double[] controls = new double[(int) untreated.rows()];
      int p = 0;
      int c = 0;
      double z = 0;
      for (int half = 0; half < 2; half++) {
        double[] direction =
            direction(LogCells.half(treated, half), LogCells.half(untreated, half));
        double[] moved = LogCells.half(treated, 1 - half).along(direction);
        double[] still = LogCells.half(untreated, 1 - half).along(direction);
        double mean = mean(still);
        double deviation = Math.sqrt(variance(still, mean));
        if (!(deviation > 0)) {
          return new Scores(perturbed, controls, 0, 1);
        }
        for (double s : moved) {
          perturbed[p++] = (s - mean) / deviation;
        }
        for (double s : still) {
          controls[c++] = (s - mean) / deviation;
        }
        double after = mean(moved);
        double error =
            Math.sqrt(variance(moved, after) / moved.length + deviation * deviation / still.length);
        z += (after - mean) / error / Math.sqrt(2);
      }
      return new Scores(perturbed, controls, z, 1);
    }

    /** effect / variance for genes whose effect is clear, else 0. */
    private static double[] direction(LogCells treated, LogCells untreated) {
      double[] direction = new double[treated.genes()];
      for (int g = 0; g < direction.length; g++) {
        double effect = treated.mean(g) - untreated.mean(g);
        double error =
            Math.sqrt(
                treated.variance(g) / treated.size() + untreated.variance(g) / untreated.size());
        if (error > 0 && Math.abs(effect) > CLEAR * error) {
          direction[g] = effect / (untreated.variance(g) + treated.variance(g));
        }
      }
      return direction;
    }

    private static double mean(double[] values) {
      double sum = 0;
      for (double v : values) {
        sum += v;
      }
      return sum / values.length;
    }

    private static double variance(double[] values, double mean) {
      double sum = 0;
      for (double v : values) {
        sum += (v - mean) * (v - mean);
      }
      return sum / (values.length - 1);
    }
  }
}
