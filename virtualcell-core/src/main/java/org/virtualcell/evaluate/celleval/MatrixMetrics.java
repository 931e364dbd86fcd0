package org.virtualcell.evaluate.celleval;

import java.util.List;
import org.virtualcell.api.InvalidDataException;

/** The metrics on cells. */
final class MatrixMetrics {
  private static final double ROUNDING = 1e-12;

  private final ComparedSides sides;
  private final CellEvalOptions options;
  private final MeanProfiles profiles;
  private final List<GroupFigures> measured;
  private final List<GroupFigures> guessed;

  MatrixMetrics(
      ComparedSides sides,
      CellEvalOptions options,
      MeanProfiles profiles,
      List<GroupFigures> measured,
      List<GroupFigures> guessed) {
    this.sides = sides;
    this.options = options;
    this.profiles = profiles;
    this.measured = measured;
    this.guessed = guessed;
  }

  MetricColumn column(CellEvalMetric metric) {
    int n = sides.perturbations().size();
    return switch (metric) {
      case PEARSON_DELTA, MSE, MAE, MSE_DELTA, MAE_DELTA -> {
        double[] values = new double[n];
        for (int p = 0; p < n; p++) {
          values[p] = value(metric, p);
        }
        yield MetricColumn.of(metric, values);
      }
      case DISCRIMINATION_L1 -> MetricColumn.of(metric, ofGenes().scores(metric));
      case DISCRIMINATION_L2, DISCRIMINATION_COSINE ->
          MetricColumn.of(metric, (options.embedding() ? ofEmbedding() : ofGenes()).scores(metric));
      case PEARSON_ENERGY_DISTANCE -> MetricColumn.constant(metric, energy(), n);
      case CLUSTERING_AGREEMENT ->
          MetricColumn.constant(
              metric, ClusteringAgreement.of(realCentroids(), predictedCentroids()), n);
      default -> throw new IllegalArgumentException(metric + " does not read cells");
    };
  }

  private double value(CellEvalMetric metric, int p) {
    return switch (metric) {
      case MSE -> squaredError(profiles.predicted(p), profiles.real(p));
      case MAE -> absoluteError(profiles.predicted(p), profiles.real(p));
      case MSE_DELTA -> squaredError(profiles.predictedDelta(p), profiles.realDelta(p));
      case MAE_DELTA -> absoluteError(profiles.predictedDelta(p), profiles.realDelta(p));
      default -> Correlation.pearson(profiles.predictedDelta(p), profiles.realDelta(p));
    };
  }

  private static double squaredError(double[] a, double[] b) {
    double sum = 0;
    for (int g = 0; g < a.length; g++) {
      sum += (a[g] - b[g]) * (a[g] - b[g]);
    }
    return sum / a.length;
  }

  private static double absoluteError(double[] a, double[] b) {
    double sum = 0;
    for (int g = 0; g < a.length; g++) {
      sum += Math.abs(a[g] - b[g]);
    }
    return sum / a.length;
  }

  private Discrimination ofGenes() {
    int n = sides.perturbations().size();
    double[][] predicted = new double[n][];
    double[][] real = new double[n][];
    for (int p = 0; p < n; p++) {
      predicted[p] = profiles.predictedDelta(p);
      real[p] = profiles.realDelta(p);
    }
    int[] own = Discrimination.ownGenes(sides.perturbations(), sides.real().genes());
    return new Discrimination(predicted, real, own, options.strict());
  }

  /** Effects in the embedding; there no gene is left out. */
  private Discrimination ofEmbedding() {
    int n = sides.perturbations().size();
    double[] realControl = centre(sides.real(), sides.realRows(sides.control()));
    double[] predictedControl =
        options.strict()
            ? realControl
            : centre(sides.predicted(), sides.predictedRows(sides.control()));
    double[][] predicted = new double[n][];
    double[][] real = new double[n][];
    int[] own = new int[n];
    for (int p = 0; p < n; p++) {
      String label = sides.perturbations().get(p);
      predicted[p] =
          MeanProfiles.difference(
              centre(sides.predicted(), sides.predictedRows(label)), predictedControl);
      real[p] = MeanProfiles.difference(centre(sides.real(), sides.realRows(label)), realControl);
      own[p] = -1;
    }
    return new Discrimination(predicted, real, own, options.strict());
  }

  private static double[] centre(CellEvalSide side, int... rows) {
    List<double[]> vectors =
        side.embedding()
            .orElseThrow(
                () ->
                    new InvalidDataException(
                        "The cells have no embedding",
                        side.source(),
                        "Add it to both files, or evaluate without an embedding."));
    double[] mean = new double[vectors.get(0).length];
    for (int row : rows) {
      for (int k = 0; k < mean.length; k++) {
        mean[k] += vectors.get(row)[k];
      }
    }
    for (int k = 0; k < mean.length; k++) {
      mean[k] /= rows.length;
    }
    return mean;
  }

  private double energy() {
    EnergyDistance.Value[] a = energies(measured);
    EnergyDistance.Value[] b = energies(guessed);
    double[] x = distances(a);
    double[] y = distances(b);
    return noise(a) || noise(b) ? Double.NaN : Correlation.pearson(x, y);
  }

  private static EnergyDistance.Value[] energies(List<GroupFigures> side) {
    return side.stream().map(f -> f.energy().orElseThrow()).toArray(EnergyDistance.Value[]::new);
  }

  private static double[] distances(EnergyDistance.Value... values) {
    return java.util.Arrays.stream(values).mapToDouble(EnergyDistance.Value::distance).toArray();
  }

  /** Whether distances differ by no more than the rounding of the terms they are made of. */
  private static boolean noise(EnergyDistance.Value... values) {
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    double terms = 0;
    for (EnergyDistance.Value value : values) {
      least = Math.min(least, value.distance());
      most = Math.max(most, value.distance());
      terms = Math.max(terms, value.terms());
    }
    return most - least <= ROUNDING * terms;
  }

  private double[][] realCentroids() {
    return java.util.stream.IntStream.range(0, sides.perturbations().size())
        .mapToObj(profiles::real)
        .toArray(double[][]::new);
  }

  private double[][] predictedCentroids() {
    return java.util.stream.IntStream.range(0, sides.perturbations().size())
        .mapToObj(profiles::predicted)
        .toArray(double[][]::new);
  }
}
