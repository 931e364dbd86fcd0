package org.virtualcell.model.transition;

import java.util.HashSet;
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
import org.virtualcell.api.UnknownPerturbationException;

/** A training set cut to some of its conditions. */
final class ChosenConditions implements TrainingSet {
  private final TrainingSet all;
  private final List<Condition> conditions;
  private final Set<Condition> kept;

  ChosenConditions(TrainingSet all, List<Condition> conditions) {
    this.all = all;
    this.conditions = List.copyOf(conditions);
    this.kept = new HashSet<>(conditions);
  }

  @Override
  public GeneVocabulary genes() {
    return all.genes();
  }

  @Override
  public ExpressionUnits units() {
    return all.units();
  }

  @Override
  public String controlLabel() {
    return all.controlLabel();
  }

  @Override
  public List<Condition> conditions() {
    return conditions;
  }

  @Override
  public List<CellContext> contexts() {
    return all.contexts();
  }

  @Override
  public CellState controls(CellContext context) {
    return all.controls(context);
  }

  @Override
  public List<MatchedCells> cells(Condition condition) {
    if (!kept.contains(condition)) {
      throw new UnknownPerturbationException(
          "The condition is held out", condition.toString(), "Ask for one of conditions().");
    }
    return all.cells(condition);
  }

  @Override
  public ContentDigest dataDigest() {
    return all.dataDigest();
  }

  @Override
  public ContentDigest splitDigest() {
    ContentDigest.Builder digest = ContentDigest.of("chosen/1").add(all.splitDigest());
    conditions.forEach(c -> digest.add(c.perturbation().canonical()).add(c.context().digest()));
    return digest.build();
  }
}
