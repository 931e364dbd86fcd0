package org.virtualcell.model.baseline;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SortedSet;
import java.util.concurrent.ConcurrentHashMap;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.dense.row.factory.LinearSolverFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;
import org.ejml.interfaces.linsol.LinearSolverDense;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.model.Targets;

/**
 * Bilinear ridge regression, {@code Y ~ G K P' + b} (the linear model of Ahlmann-Eltze, Huber and
 * Anders 2025), fitted per mode.
 *
 * <ul>
 *   <li>{@code Y}: genes x conditions, the measured effects; {@code b}: the mean effect of each
 *       condition's context, subtracted from its columns to {@code Yc}.
 *   <li>{@code G = U S}: genes x k, the scores of the k leading principal components of {@code Yc}.
 *   <li>{@code P}: conditions x (k + targets). A target's vector is its row of {@code G} where the
 *       gene is in the panel, and a learned coordinate of its own where it was perturbed in
 *       training; a condition's vector is the sum over its targets.
 *   <li>{@code K = (G'G + lambda I)^-1 G' Yc P (P'P + lambda I)^-1}.
 * </ul>
 *
 * <p>With {@code Yc'Yc = V L V'} the fit needs matrices of conditions x conditions only: {@code G =
 * Yc V}, and {@code (G'G + lambda I)^-1 G' Yc = diag(l / (l + lambda)) V'}, and {@code P (P'P +
 * lambda I)^-1 = (PP' + lambda I)^-1 P}.
 *
 * <p>A target without any vector contributes nothing. Where all are without, the answer is the
 * context's mean {@code b}, marked as no evidence.
 */
final class BilinearRidge implements Rule {
  private static final double LEAST_EIGENVALUE = 1e-10; // of the largest
  private static final double LEAST_SIMILARITY = 1e-12;

  private final BilinearSettings settings;

  BilinearRidge(BilinearSettings settings) {
    this.settings = settings;
  }

  @Override
  public String name() {
    return "bilinear";
  }

  @Override
  public String description() {
    return "Bilinear ridge regression between gene factors and perturbation factors, both learned"
        + " from the training effects of the same mode ("
        + settings.dimensions()
        + " dimensions, lambda "
        + settings.lambda()
        + ").";
  }

  @Override
  public Map<String, Double> settings() {
    return Map.of("dimensions", (double) settings.dimensions(), "lambda", settings.lambda());
  }

  @Override
  public Fitted fit(EffectTable table) {
    Map<SortedSet<String>, Fit> fits = new ConcurrentHashMap<>();
    return query ->
        fits.computeIfAbsent(
                Targets.modes(query.perturbation()),
                modes -> new Fit(table, table.sameMode(query.perturbation()), settings))
            .answer(query);
  }

  /** The fit of one mode. */
  private static final class Fit {
    private final GeneVocabulary genes;
    private final List<EffectTable.Row> rows;
    private final Map<CellContext, double[]> contextMean = new LinkedHashMap<>();
    private final double[][] centred; // conditions x genes
    private final double[][] conditionFactor; // V: conditions x k
    private final double[] shrinkage; // l / (l + lambda), k
    private final double[][] factorSum; // conditions x k: the gene factors of all targets
    private final LinearSolverDense<DMatrixRMaj> similarity; // PP' + lambda I
    private final Map<String, double[]> geneFactor = new HashMap<>();

    Fit(EffectTable table, List<EffectTable.Row> rows, BilinearSettings settings) {
      this.genes = table.genes();
      this.rows = rows;
      this.centred = centre();
      int n = rows.size();
      DMatrixRMaj gram = new DMatrixRMaj(n, n);
      for (int i = 0; i < n; i++) {
        for (int j = 0; j <= i; j++) {
          double product = dot(centred[i], centred[j]);
          gram.set(i, j, product);
          gram.set(j, i, product);
        }
      }
      int[] leading = n == 0 ? new int[0] : new int[Math.min(settings.dimensions(), n)];
      double[][] vectors = new double[leading.length][];
      double[] values = new double[leading.length];
      int kept = n == 0 ? 0 : decompose(gram, vectors, values);
      this.conditionFactor = new double[n][kept];
      this.shrinkage = new double[kept];
      for (int k = 0; k < kept; k++) {
        shrinkage[k] = values[k] / (values[k] + settings.lambda());
        for (int i = 0; i < n; i++) {
          conditionFactor[i][k] = vectors[k][i];
        }
      }
      this.factorSum =
          rows.stream().map(row -> sumOfFactors(row.targets())).toArray(double[][]::new);
      this.similarity = n == 0 ? null : similaritySolver(settings.lambda());
    }

    private double[][] centre() {
      Map<CellContext, List<EffectTable.Row>> byContext = ContextMean.byContext(rows);
      byContext.forEach(
          (context, group) -> {
            WeightedMean mean = new WeightedMean(genes.size());
            mean.addAll(group, 1.0 / group.size());
            contextMean.put(context, mean.effect());
          });
      double[][] result = new double[rows.size()][genes.size()];
      for (int i = 0; i < result.length; i++) {
        float[] effect = rows.get(i).effect();
        double[] mean = contextMean.get(rows.get(i).condition().context());
        for (int g = 0; g < effect.length; g++) {
          result[i][g] = effect[g] - mean[g];
        }
      }
      return result;
    }

    /** Leading eigenvectors of the Gram matrix, largest first; returns how many are not noise. */
    private static int decompose(DMatrixRMaj gram, double[][] vectors, double[] values) {
      int n = gram.getNumRows();
      EigenDecomposition_F64<DMatrixRMaj> eigen = DecompositionFactory_DDRM.eig(n, true, true);
      if (!eigen.decompose(gram.copy())) {
        throw new IllegalStateException("the eigenvalues of a symmetric matrix did not converge");
      }
      List<Integer> order = new ArrayList<>();
      for (int i = 0; i < n; i++) {
        order.add(i);
      }
      order.sort(
          java.util.Comparator.comparingDouble((Integer i) -> -eigen.getEigenvalue(i).getReal()));
      double largest = eigen.getEigenvalue(order.get(0)).getReal();
      int kept = 0;
      for (int i = 0; i < vectors.length; i++) {
        double value = eigen.getEigenvalue(order.get(i)).getReal();
        if (largest > 0 && value > LEAST_EIGENVALUE * largest) {
          values[kept] = value;
          vectors[kept++] = eigen.getEigenVector(order.get(i)).getData();
        }
      }
      return kept;
    }

    private LinearSolverDense<DMatrixRMaj> similaritySolver(double lambda) {
      int n = rows.size();
      DMatrixRMaj matrix = new DMatrixRMaj(n, n);
      for (int i = 0; i < n; i++) {
        List<String> targets = rows.get(i).targets();
        for (int j = 0; j <= i; j++) {
          double s = similarity(targets, factorSum[i], j);
          matrix.set(i, j, s);
          matrix.set(j, i, s);
        }
        matrix.add(i, i, lambda);
      }
      LinearSolverDense<DMatrixRMaj> solver = LinearSolverFactory_DDRM.chol(n);
      if (!solver.setA(matrix)) {
        throw new IllegalStateException("a ridge matrix is not positive definite");
      }
      return solver;
    }

    /** An entry of PP': products of summed gene factors, plus the number of shared targets. */
    private double similarity(List<String> targets, double[] factors, int row) {
      double shared = 0;
      for (String target : targets) {
        shared += rows.get(row).targets().contains(target) ? 1 : 0;
      }
      return shared + dot(factors, factorSum[row]);
    }

    private double[] sumOfFactors(List<String> targets) {
      double[] sum = new double[shrinkage.length];
      for (String target : targets) {
        double[] factor = geneFactor(target);
        for (int k = 0; k < sum.length; k++) {
          sum[k] += factor[k];
        }
      }
      return sum;
    }

    /** A gene's row of G = Yc' V in the panel, zeros outside. */
    private synchronized double[] geneFactor(String gene) {
      return geneFactor.computeIfAbsent(
          gene,
          name -> {
            double[] factor = new double[shrinkage.length];
            OptionalInt index = genes.find(name);
            if (index.isPresent()) {
              for (int i = 0; i < centred.length; i++) {
                for (int k = 0; k < factor.length; k++) {
                  factor[k] += centred[i][index.getAsInt()] * conditionFactor[i][k];
                }
              }
            }
            return factor;
          });
    }

    Answer answer(Query query) {
      if (rows.isEmpty()) {
        return Answer.unsupported(
            new double[genes.size()],
            "No training condition of mode "
                + Targets.modes(query.perturbation())
                + "; answers 'no change'.",
            List.of());
      }
      List<String> asked = Targets.all(query.perturbation());
      double[] weight = weights(asked);
      double[] effect = mean(query.context());
      WeightedMean sources = new WeightedMean(0);
      double total = 0;
      for (double w : weight) {
        total += Math.abs(w);
      }
      for (int i = 0; i < weight.length; i++) {
        for (int g = 0; g < effect.length; g++) {
          effect[g] += weight[i] * centred[i][g];
        }
        if (total > 0 && Math.abs(weight[i]) > LEAST_SIMILARITY * total) {
          sources.add(sourceOnly(rows.get(i)), weight[i] / total);
        }
      }
      List<String> unknown = asked.stream().filter(this::isUnknown).toList();
      String base =
          contextMean.containsKey(query.context())
              ? "the mean effect in " + query.context().name()
              : "the mean effect over " + contextMean.size() + " other contexts";
      if (unknown.size() == asked.size()) {
        return Answer.unsupported(
            effect,
            "No target of "
                + query.perturbation().label()
                + " was perturbed in training in this mode, nor is its transcript among the"
                + " responding genes; answers with "
                + base
                + ".",
            sources.sources());
      }
      return Answer.supported(
          effect,
          "Bilinear ridge over "
              + rows.size()
              + " training conditions around "
              + base
              + (unknown.isEmpty()
                  ? "."
                  : "; targets without a vector contribute nothing: " + unknown + "."),
          sources.sources());
    }

    private static EffectTable.Row sourceOnly(EffectTable.Row row) {
      return new EffectTable.Row(row.condition(), row.cells(), new float[0]);
    }

    private boolean isUnknown(String target) {
      List<String> one = List.of(target);
      double[] factors = sumOfFactors(one);
      return java.util.stream.IntStream.range(0, rows.size())
          .allMatch(row -> Math.abs(similarity(one, factors, row)) < LEAST_SIMILARITY);
    }

    /** u of effect = b + Yc u: V diag(l / (l + lambda)) V' (PP' + lambda I)^-1 P p. */
    private double[] weights(List<String> asked) {
      int n = rows.size();
      DMatrixRMaj towards = new DMatrixRMaj(n, 1);
      double[] factors = sumOfFactors(asked);
      for (int i = 0; i < n; i++) {
        towards.set(i, 0, similarity(asked, factors, i));
      }
      DMatrixRMaj solved = new DMatrixRMaj(n, 1);
      synchronized (similarity) { // a solver keeps scratch
        similarity.solve(towards, solved);
      }
      double[] weight = new double[n];
      for (int k = 0; k < shrinkage.length; k++) {
        double score = 0;
        for (int i = 0; i < n; i++) {
          score += conditionFactor[i][k] * solved.get(i, 0);
        }
        for (int i = 0; i < n; i++) {
          weight[i] += shrinkage[k] * conditionFactor[i][k] * score;
        }
      }
      return weight;
    }

    private double[] mean(CellContext context) {
      double[] known = contextMean.get(context);
      if (known != null) {
        return known.clone();
      }
      double[] mean = new double[genes.size()];
      for (double[] other : contextMean.values()) {
        for (int g = 0; g < mean.length; g++) {
          mean[g] += other[g] / contextMean.size();
        }
      }
      return mean;
    }

    private static double dot(double[] a, double[] b) {
      double sum = 0;
      for (int i = 0; i < a.length; i++) {
        sum += a[i] * b[i];
      }
      return sum;
    }
  }
}
