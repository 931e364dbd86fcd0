package org.virtualcell.model.baseline;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.CellState;
import org.virtualcell.api.ContentDigest;
import org.virtualcell.api.GeneAlignment;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.stats.Normalization;
import org.virtualcell.stats.Pseudobulk;

/** A baseline state in the model's terms: units, genes by name, mean, context. Immutable. */
final class PreparedBaseline {
  /** A state with a smaller share of the model's genes is refused. */
  static final double LEAST_COVERAGE = 0.8;

  private final CellState given;
  private final CellState converted; // in the model's units
  private final double coverage;
  private final double[] mean; // per model gene, NaN where missing
  private final GeneVocabulary genes; // of the outcome
  private final int[] modelGene; // per outcome gene
  private final int[] givenGene; // per outcome gene
  private final CellContext context;
  private final CoExpression coExpression;
  private final ContentDigest digest;

  PreparedBaseline(CellState given, EffectTable table) {
    this.given = given;
    GeneAlignment alignment = table.genes().alignTo(given.genes());
    alignment.requireCoverage(LEAST_COVERAGE);
    this.converted =
        Normalization.convert(given, table.units(), "baseline state of " + given.context());
    this.coverage = alignment.coverage();
    Pseudobulk moments = Pseudobulk.of(converted);
    int n = table.genes().size();
    this.mean = new double[n];
    for (int g = 0; g < n; g++) {
      int from = alignment.sourceIndex(g);
      mean[g] = from == GeneAlignment.MISSING ? Double.NaN : moments.mean(from);
    }
    this.modelGene =
        IntStream.range(0, n)
            .filter(g -> alignment.sourceIndex(g) != GeneAlignment.MISSING)
            .boxed()
            .sorted(java.util.Comparator.comparingInt(alignment::sourceIndex))
            .mapToInt(Integer::intValue)
            .toArray();
    this.givenGene = Arrays.stream(modelGene).map(alignment::sourceIndex).toArray();
    this.genes = alignment.isIdentity() ? given.genes() : chosen(given.genes(), givenGene);
    this.context = resolve(given.context(), table);
    this.coExpression = new CellCoExpression(converted);
    this.digest = given.digest();
  }

  private static GeneVocabulary chosen(GeneVocabulary all, int[] which) {
    if (which.length == all.size()) {
      return all;
    }
    List<String> ids = Arrays.stream(which).mapToObj(all::id).toList();
    List<String> symbols = Arrays.stream(which).mapToObj(all::symbol).toList();
    return GeneVocabulary.of(ids, symbols);
  }

  /**
   * The training context that is meant: the one that agrees in all facts, batch aside; else the
   * only one of the same name that contradicts no fact; else the given one, which is unseen.
   */
  private static CellContext resolve(CellContext asked, EffectTable table) {
    CellContext plain = asked.without(CellContext.Fact.BATCH);
    if (table.context(plain).isPresent()) {
      return plain;
    }
    List<CellContext> alike =
        table.contexts().stream()
            .map(EffectTable.ContextRow::context)
            .filter(c -> c.name().equals(plain.name()) && !contradict(c, plain))
            .toList();
    return alike.size() == 1 ? alike.get(0) : plain;
  }

  private static boolean contradict(CellContext a, CellContext b) {
    for (CellContext.Fact fact : CellContext.Fact.values()) {
      Optional<String> x = a.get(fact);
      Optional<String> y = b.get(fact);
      if (x.isPresent() && y.isPresent() && !x.equals(y)) {
        return true;
      }
    }
    return a.termId().isPresent() && b.termId().isPresent() && !a.termId().equals(b.termId());
  }

  CellState given() {
    return given;
  }

  double coverage() {
    return coverage;
  }

  double[] mean() {
    return mean;
  }

  GeneVocabulary genes() {
    return genes;
  }

  int[] modelGene() {
    return modelGene;
  }

  int[] givenGene() {
    return givenGene;
  }

  CellContext context() {
    return context;
  }

  CoExpression coExpression() {
    return coExpression;
  }

  ContentDigest digest() {
    return digest;
  }

  /** The values of the outcome's genes out of those of the model's. */
  double[] pick(double[] perModelGene) {
    return Arrays.stream(modelGene).mapToDouble(g -> perModelGene[g]).toArray();
  }
}
