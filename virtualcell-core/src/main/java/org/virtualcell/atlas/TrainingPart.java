package org.virtualcell.atlas;

import java.util.List;
import java.util.Set;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.CellState;
import org.virtualcell.api.Condition;
import org.virtualcell.api.ContentDigest;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.api.MatchedCells;
import org.virtualcell.api.TrainingSet;
import org.virtualcell.api.UnknownContextException;
import org.virtualcell.api.UnknownPerturbationException;

/** Some conditions of the data, all their cells or the training half, with the controls of all. */
final class TrainingPart implements TrainingSet {
  private final PerturbationData data;
  private final List<Condition> conditions;
  private final Set<Condition> known;
  private final List<CellContext> contexts;
  private final Half half;
  private final long seed;
  private final ContentDigest split;

  TrainingPart(
      PerturbationData data,
      List<Condition> conditions,
      Half half,
      long seed,
      ContentDigest split) {
    this.data = data;
    this.half = half;
    this.seed = seed;
    this.split = split;
    // the training half of n cells has (n + 1) / 2 of them, so that no condition and no context is
    // without cells
    this.conditions = List.copyOf(conditions);
    this.known = Set.copyOf(conditions);
    this.contexts = data.contexts();
  }

  @Override
  public GeneVocabulary genes() {
    return data.genes();
  }

  @Override
  public ExpressionUnits units() {
    return data.units();
  }

  @Override
  public String controlLabel() {
    return data.controlLabel();
  }

  @Override
  public List<Condition> conditions() {
    return conditions;
  }

  @Override
  public List<CellContext> contexts() {
    return contexts;
  }

  @Override
  public CellState controls(CellContext context) {
    return data.controls(context, null, half, seed)
        .orElseThrow(
            () ->
                new UnknownContextException(
                    "Context '" + context + "' has no controls in this part",
                    data.source(),
                    "Contexts with controls: " + contexts + "."));
  }

  @Override
  public List<MatchedCells> cells(Condition condition) {
    if (!known.contains(condition)) {
      throw new UnknownPerturbationException(
          "Condition '" + condition + "' is not in this training set",
          data.source(),
          "Ask for one of its " + conditions.size() + " conditions.");
    }
    return data.matched(condition, half, half, seed);
  }

  @Override
  public ContentDigest dataDigest() {
    return data.digest();
  }

  @Override
  public ContentDigest splitDigest() {
    return split;
  }
}
