package org.virtualcell.evaluate.celleval;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.virtualcell.api.InvalidDataException;

/**
 * The metrics of PerturBench (NeurIPS 2025) and Systema (Nature Biotechnology 2025) on the mean
 * log1p profiles of the same two files. Predicted profiles are ranked among all
 * <em>predictions</em> by their distance to one truth, the transpose of cell-eval's rank.
 */
public final class OtherSuites {
  private static final double PSEUDO = 0.1;
  private static final double ROUNDING = 1e-12;
  private static final int TOP_GENES = 20;

  private final double[][] real;
  private final double[][] predicted;
  private final double[] realControl;
  private final double[] predictedControl;

  private OtherSuites(ComparedSides sides) {
    real = means(sides, true);
    predicted = means(sides, false);
    realControl = MeanProfiles.mean(sides.real().values(), sides.realRows(sides.control()));
    predictedControl =
        MeanProfiles.mean(sides.predicted().values(), sides.predictedRows(sides.control()));
  }

  private static double[][] means(ComparedSides sides, boolean measured) {
    return sides.perturbations().stream()
        .map(
            label ->
                measured
                    ? MeanProfiles.mean(sides.real().values(), sides.realRows(label))
                    : MeanProfiles.mean(sides.predicted().values(), sides.predictedRows(label)))
        .toArray(double[][]::new);
  }

  /**
   * The metrics of one perturbation.
   *
   * @param perturbation its label
   * @param rmse root mean squared error of the mean profile
   * @param rmseRank share of the other predictions that are nearer to this truth, ties counting
   *     half, over n; 0 is best
   * @param cosine cosine of the log2 fold changes of mean log1p values, each side against its own
   *     control; NaN where one is zero
   * @param cosineRank its rank, as for the error
   * @param pearsonToControl Pearson of the changes against the measured control
   * @param pearsonToPerturbed Pearson of the differences from the mean of all measured
   *     perturbations, which takes out what all perturbed cells share
   * @param pearsonTopToPerturbed the same over the 20 genes that really change most
   * @param centroidAccuracy share of the other measured profiles that are strictly farther from the
   *     prediction than its own
   */
  public record Row(
      String perturbation,
      double rmse,
      double rmseRank,
      double cosine,
      double cosineRank,
      double pearsonToControl,
      double pearsonToPerturbed,
      double pearsonTopToPerturbed,
      double centroidAccuracy) {}

  /**
   * Evaluates a prediction.
   *
   * @param measured measured cells
   * @param guessed predicted cells, controls among them
   * @param options the control and how values are read; the profile does not matter
   * @return a row per perturbation, sorted
   * @throws InvalidDataException if the sides cannot be compared, or there are fewer than two
   *     perturbations
   */
  public static List<Row> of(CellEvalSide measured, CellEvalSide guessed, CellEvalOptions options) {
    ComparedSides sides = ComparedSides.of(measured, guessed, options);
    if (sides.perturbations().size() < 2) {
      throw new InvalidDataException(
          "One perturbation cannot be ranked", measured.source(), "Pass at least two.");
    }
    OtherSuites suites = new OtherSuites(sides);
    double[][] errors = suites.pairs((p, q) -> rmse(suites.predicted[p], suites.real[q]));
    double[][] cosines = suites.pairs(suites::cosine);
    double[] perturbed = mean(suites.real);
    List<Row> rows = new ArrayList<>();
    for (int p = 0; p < suites.real.length; p++) {
      rows.add(suites.row(p, sides.perturbations().get(p), errors, cosines, perturbed));
    }
    return rows;
  }

  private Row row(int p, String label, double[][] errors, double[][] cosines, double[] perturbed) {
    double[] change = MeanProfiles.difference(real[p], realControl);
    double[] truth = MeanProfiles.difference(real[p], perturbed);
    double[] guess = MeanProfiles.difference(predicted[p], perturbed);
    int[] top =
        IntStream.range(0, change.length)
            .boxed()
            .sorted(Comparator.comparingDouble(g -> -Math.abs(change[g])))
            .limit(TOP_GENES)
            .mapToInt(g -> g)
            .toArray();
    return new Row(
        label,
        errors[p][p],
        rank(errors, p, 1),
        cosines[p][p],
        rank(cosines, p, -1),
        Correlation.pearson(MeanProfiles.difference(predicted[p], realControl), change),
        Correlation.pearson(guess, truth),
        Correlation.pearson(chosen(guess, top), chosen(truth, top)),
        farther(errors[p], p));
  }

  private interface Pair {
    double of(int prediction, int truth);
  }

  private double[][] pairs(Pair value) {
    int n = real.length;
    double[][] values = new double[n][n];
    for (int p = 0; p < n; p++) {
      for (int q = 0; q < n; q++) {
        values[p][q] = value.of(p, q);
      }
    }
    return values;
  }

  private static double rmse(double[] a, double[] b) {
    double sum = 0;
    for (int g = 0; g < a.length; g++) {
      sum += (a[g] - b[g]) * (a[g] - b[g]);
    }
    return StrictMath.sqrt(sum / a.length);
  }

  private double cosine(int p, int q) {
    double[] a = foldChange(predicted[p], predictedControl);
    double[] b = foldChange(real[q], realControl);
    double aa = 0;
    double bb = 0;
    double ab = 0;
    for (int g = 0; g < a.length; g++) {
      aa += a[g] * a[g];
      bb += b[g] * b[g];
      ab += a[g] * b[g];
    }
    return aa == 0 || bb == 0 ? Double.NaN : ab / StrictMath.sqrt(aa) / StrictMath.sqrt(bb);
  }

  private static double[] foldChange(double[] profile, double[] control) {
    double[] change = new double[profile.length];
    for (int g = 0; g < change.length; g++) {
      change[g] = StrictMath.log((profile[g] + PSEUDO) / (control[g] + PSEUDO)) / StrictMath.log(2);
    }
    return change;
  }

  /** Where the own prediction stands in the column of a truth; differences of rounding are ties. */
  private static double rank(double[][] values, int truth, int sign) {
    double own = values[truth][truth];
    double before = 0;
    for (int p = 0; p < values.length; p++) {
      double difference = sign * (values[p][truth] - own);
      double rounding = ROUNDING * Math.abs(own);
      if (p != truth) {
        before += difference < -rounding ? 1 : Math.abs(difference) <= rounding ? 0.5 : 0;
      }
    }
    return before / values.length;
  }

  private static double farther(double[] errors, int own) {
    double farther = Arrays.stream(errors).filter(e -> e > errors[own]).count();
    return farther / (errors.length - 1);
  }

  private static double[] mean(double[][] profiles) {
    double[] mean = new double[profiles[0].length];
    for (double[] profile : profiles) {
      for (int g = 0; g < mean.length; g++) {
        mean[g] += profile[g] / profiles.length;
      }
    }
    return mean;
  }

  private static double[] chosen(double[] values, int[] genes) {
    return IntStream.of(genes).mapToDouble(g -> values[g]).toArray();
  }
}
