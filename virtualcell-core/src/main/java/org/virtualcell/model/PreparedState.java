package org.virtualcell.model;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.CellState;
import org.virtualcell.api.ContentDigest;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.GeneAlignment;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.api.ModelCard;
import org.virtualcell.api.PredictionOptions;
import org.virtualcell.model.cells.CellGenerator;
import org.virtualcell.stats.Normalization;
import org.virtualcell.stats.Pseudobulk;

/**
 * A baseline state in a model's terms: units, genes by name, mean, context. What every predictor
 * does before it answers. Thread-safe.
 */
public final class PreparedState {
  /** A state with a smaller share of the model's genes is refused. */
  public static final double LEAST_COVERAGE = 0.8;

  private final CellState given;
  private final CellState converted; // in the model's units
  private final double coverage;
  private final double[] mean; // per model gene, NaN where missing
  private final GeneVocabulary genes; // of the outcome
  private final int[] modelGene; // per outcome gene
  private final int[] givenGene; // per outcome gene
  private final CellContext context;
  private final ContentDigest digest;
  private final ExpressionUnits units;
  private CellGenerator generator; // made when cells are asked for

  /**
   * Aligns a state.
   *
   * @param given the cells asked about
   * @param modelGenes the genes of the model
   * @param units the model's units
   * @param contexts the contexts the model knows
   * @throws org.virtualcell.api.GeneCoverageException if less than {@link #LEAST_COVERAGE} of the
   *     model's genes are there
   * @throws org.virtualcell.api.UnitsMismatchException if the units cannot be converted
   */
  public PreparedState(
      CellState given,
      GeneVocabulary modelGenes,
      ExpressionUnits units,
      List<CellContext> contexts) {
    this.given = given;
    GeneAlignment alignment = modelGenes.alignTo(given.genes());
    alignment.requireCoverage(LEAST_COVERAGE);
    this.converted = Normalization.convert(given, units, "baseline state of " + given.context());
    this.coverage = alignment.coverage();
    Pseudobulk moments = Pseudobulk.of(converted);
    int n = modelGenes.size();
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
    this.context = resolve(given.context(), contexts);
    this.digest = given.digest();
    this.units = units;
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
  private static CellContext resolve(CellContext asked, List<CellContext> contexts) {
    CellContext plain = asked.without(CellContext.Fact.BATCH);
    if (contexts.contains(plain)) {
      return plain;
    }
    List<CellContext> alike =
        contexts.stream()
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

  /**
   * The cells as they were given.
   *
   * @return the state
   */
  public CellState given() {
    return given;
  }

  /**
   * The share of the model's genes that the state has.
   *
   * @return {@link #LEAST_COVERAGE} to 1
   */
  public double coverage() {
    return coverage;
  }

  /**
   * Mean log1p expression per gene of the model.
   *
   * @return NaN where the gene is missing; not to be changed
   */
  public double[] mean() {
    return mean;
  }

  /**
   * The genes of the outcome: those of the model that the state has, in the state's order.
   *
   * @return the vocabulary
   */
  public GeneVocabulary genes() {
    return genes;
  }

  /**
   * The model's index of each outcome gene.
   *
   * @return not to be changed
   */
  public int[] modelGene() {
    return modelGene;
  }

  /**
   * The state's column of each outcome gene.
   *
   * @return not to be changed
   */
  public int[] givenGene() {
    return givenGene;
  }

  /**
   * The model's context that is meant, or the given one where the model knows none.
   *
   * @return the context without its batch
   */
  public CellContext context() {
    return context;
  }

  /**
   * The state in the model's units.
   *
   * @return the given cells, converted
   */
  public CellState converted() {
    return converted;
  }

  /**
   * Makes cells like the given ones that carry an effect.
   *
   * @param effect the change of the mean log1p value of each outcome gene, in the model's units
   * @param cells how many, one or more
   * @param seed the same seed gives the same bytes
   * @return the cells, of the outcome's genes, in the units of the given cells
   * @throws org.virtualcell.api.InvalidDataException if an effect is not finite
   */
  public CellState cells(double[] effect, int cells, long seed) {
    return generator().generate(genes, givenGene, effect, cells, seed);
  }

  private synchronized CellGenerator generator() {
    if (generator == null) {
      generator = CellGenerator.of(given, units);
    }
    return generator;
  }

  /**
   * The units of the model.
   *
   * @return the units of everything in a model's terms
   */
  public ExpressionUnits units() {
    return units;
  }

  /**
   * What an answer of a model about this state rests on.
   *
   * @param card the model's card
   * @param options the options of the question
   * @return the training environment, model, data, split, baseline state and seed, by name
   */
  public Map<String, String> provenance(ModelCard card, PredictionOptions options) {
    Map<String, String> facts = new TreeMap<>(card.environment());
    facts.put("model", card.name());
    facts.put("data", card.dataDigest().toString());
    facts.put("split", card.splitDigest().toString());
    facts.put("baseline", digest.toString());
    facts.put("seed", Long.toString(options.seed()));
    return facts;
  }

  /**
   * The digest of the given cells.
   *
   * @return the digest
   */
  public ContentDigest digest() {
    return digest;
  }

  /**
   * The values of the outcome's genes out of those of the model's.
   *
   * @param perModelGene one value per gene of the model
   * @return one value per gene of the outcome
   */
  public double[] pick(double[] perModelGene) {
    double[] picked = new double[modelGene.length];
    for (int g = 0; g < picked.length; g++) {
      picked[g] = perModelGene[modelGene[g]];
    }
    return picked;
  }
}
