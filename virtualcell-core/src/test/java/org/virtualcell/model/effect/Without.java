package org.virtualcell.model.effect;

import java.util.List;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.CellState;
import org.virtualcell.api.Condition;
import org.virtualcell.api.ContentDigest;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.api.MatchedCells;
import org.virtualcell.api.TrainingSet;

/** A training set that lacks a condition. */
record Without(TrainingSet all, Condition left) implements TrainingSet {
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
    return all.conditions().stream().filter(c -> !c.equals(left)).toList();
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
    return all.cells(condition);
  }

  @Override
  public ContentDigest dataDigest() {
    return all.dataDigest();
  }

  @Override
  public ContentDigest splitDigest() {
    return ContentDigest.of("without/1").add(left.toString()).build();
  }
}
