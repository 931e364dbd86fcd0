package org.virtualcell.model.baseline;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.Condition;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.ModelCard;
import org.virtualcell.api.Predictor;
import org.virtualcell.api.Trainer;
import org.virtualcell.api.TrainingSet;
import org.virtualcell.model.StoredModel;
import org.virtualcell.provenance.Environment;
import org.virtualcell.stats.KeptEffects;

/** The baselines by name. */
public final class Baselines {
  private static final List<String> NAMES =
      List.of("no-change", "context-mean", "perturbation-mean", "additive", "bilinear", "nearest");

  private Baselines() {}

  /**
   * The names of all baselines, simplest first.
   *
   * @return an immutable list
   */
  public static List<String> names() {
    return NAMES;
  }

  /**
   * The trainer of a baseline with default settings.
   *
   * @param name one of {@link #names()}
   * @return a trainer, to be used as often as wanted
   * @throws InvalidDataException if there is none of this name; the message lists them
   */
  public static Trainer<? extends Predictor> trainer(String name) {
    return trainer(rule(name, BilinearSettings.DEFAULT), new KeptEffects());
  }

  /**
   * The trainers of all baselines with default settings. They share what they measure, so that
   * fitting all of them on the folds of one data set costs little more than fitting one.
   *
   * @return a trainer per name, in the order of {@link #names()}
   */
  public static Map<String, Trainer<? extends Predictor>> trainers() {
    KeptEffects kept = new KeptEffects();
    Map<String, Trainer<? extends Predictor>> trainers = new LinkedHashMap<>();
    NAMES.forEach(name -> trainers.put(name, trainer(rule(name, BilinearSettings.DEFAULT), kept)));
    return Collections.unmodifiableMap(trainers);
  }

  /**
   * The trainer of the bilinear ridge.
   *
   * @param settings its settings
   * @return a trainer, to be used as often as wanted
   */
  public static Trainer<? extends Predictor> bilinear(BilinearSettings settings) {
    return trainer(rule("bilinear", settings), new KeptEffects());
  }

  /**
   * A baseline from what was kept of it.
   *
   * @param stored what {@link org.virtualcell.model.StorableModel#store()} gave
   * @param source where it comes from, for messages
   * @return the predictor; it answers as the one that was kept
   * @throws org.virtualcell.api.DataFormatException if a part is missing or does not fit the card
   */
  public static Predictor restore(StoredModel stored, String source) {
    return BaselineStore.read(stored, source);
  }

  static Rule rule(String name, BilinearSettings bilinear) {
    return switch (name) {
      case "no-change" -> new NoChange();
      case "context-mean" -> new ContextMean();
      case "perturbation-mean" -> new PerturbationMean();
      case "additive" -> new Additive();
      case "bilinear" -> new BilinearRidge(bilinear);
      case "nearest" -> new Nearest();
      default ->
          throw new InvalidDataException(
              "There is no baseline '" + name + "'",
              "baseline name",
              "Use one of " + String.join(", ", NAMES) + ".");
    };
  }

  private static Trainer<Predictor> trainer(Rule rule, KeptEffects kept) {
    return (data, progress) -> {
      EffectTable table = EffectTable.of(data, kept, progress);
      return new BaselinePredictor(rule, table, card(rule, table, data));
    };
  }

  private static ModelCard card(Rule rule, EffectTable table, TrainingSet data) {
    Map<String, String> environment = new TreeMap<>(Environment.facts());
    environment.put("precision", "effects in single, sums in double precision");
    rule.settings().forEach((name, value) -> environment.put("setting " + name, value.toString()));
    return new ModelCard(
        "baseline:" + rule.name(),
        rule.description(),
        data.dataDigest(),
        data.splitDigest(),
        table.genes(),
        table.units(),
        data.controlLabel(),
        table.rows().stream().map(EffectTable.Row::condition).toList(),
        table.contexts().stream().map(EffectTable.ContextRow::context).toList(),
        List.of(),
        Map.of(),
        environment,
        limitations(table, data));
  }

  private static List<String> limitations(EffectTable table, TrainingSet data) {
    List<String> limits = new java.util.ArrayList<>();
    if (data.units() instanceof ExpressionUnits.RawCounts) {
      limits.add(
          "Trained on raw counts scaled to "
              + table.units()
              + "; totals are sums over the "
              + table.genes().size()
              + " genes of the training data.");
    }
    limits.add("Effects never transfer between modes (activation, interference, knock-out).");
    Map<CellContext, Integer> perturbed = new LinkedHashMap<>();
    table.contexts().forEach(c -> perturbed.put(c.context(), 0));
    for (EffectTable.Row row : table.rows()) {
      Condition c = row.condition();
      perturbed.merge(c.context(), 1, Integer::sum);
    }
    perturbed.forEach(
        (context, n) -> {
          if (n < Calibration.needed(0.9)) {
            limits.add(
                context.name()
                    + " has "
                    + n
                    + " perturbed training conditions, too few to calibrate a 90 % interval in it.");
          }
        });
    limits.add(
        "All effects of a context share the sampling error of its controls, which looks like a common"
            + " response.");
    return limits;
  }
}
