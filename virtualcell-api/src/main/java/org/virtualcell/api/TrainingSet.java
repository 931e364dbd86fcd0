package org.virtualcell.api;

import java.util.List;

/**
 * The training part of a split: perturbed cells with their matched controls. Implementations are
 * immutable and thread-safe.
 *
 * <p>The controls of held-out contexts may be in it (they are what a prediction starts from), their
 * perturbed cells never.
 */
public interface TrainingSet {
  /**
   * The genes of all states.
   *
   * @return the vocabulary
   */
  GeneVocabulary genes();

  /**
   * The units of all states.
   *
   * @return the units
   */
  ExpressionUnits units();

  /**
   * The label controls carry in the data.
   *
   * @return such as {@code non-targeting}
   */
  String controlLabel();

  /**
   * The perturbed conditions, in a fixed order. Controls are not among them.
   *
   * @return an immutable list
   */
  List<Condition> conditions();

  /**
   * The contexts that have control cells, in a fixed order.
   *
   * @return an immutable list
   */
  List<CellContext> contexts();

  /**
   * All control cells of a context.
   *
   * @param context one of {@link #contexts()}
   * @return the controls
   * @throws UnknownContextException if the context has no controls here
   */
  CellState controls(CellContext context);

  /**
   * The cells of a condition with the controls they are compared to, one group per batch where
   * batches are known and have controls, else one group for the whole context.
   *
   * @param condition one of {@link #conditions()}
   * @return one or more groups
   * @throws UnknownPerturbationException if the condition is not in this set
   */
  List<MatchedCells> cells(Condition condition);

  /**
   * The digest of the data this is a part of.
   *
   * @return the data digest
   */
  ContentDigest dataDigest();

  /**
   * The digest of the split this is the training part of.
   *
   * @return the split digest
   */
  ContentDigest splitDigest();
}
