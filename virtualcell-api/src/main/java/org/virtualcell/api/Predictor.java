package org.virtualcell.api;

import java.util.ArrayList;
import java.util.List;

/**
 * Predicts how cells respond to a perturbation. Safe for concurrent use by many threads until it is
 * closed; close is idempotent.
 *
 * <p>The baseline state is unperturbed cells of the context that is asked about. Its genes are
 * matched by name; too small a coverage is an error, and so are other units than the model's.
 */
public interface Predictor extends AutoCloseable {
  /**
   * Predicts one perturbation.
   *
   * @param baseline unperturbed cells of the context asked about
   * @param perturbation what would be done to them
   * @param options what else is wanted
   * @return the prediction; check its verdict
   * @throws UnitsMismatchException if the state is not in the model's units and cannot be turned
   *     into them
   * @throws GeneCoverageException if too few of the model's genes are in the state
   * @throws ClosedException if this predictor has been closed
   */
  Prediction predict(CellState baseline, Perturbation perturbation, PredictionOptions options);

  /**
   * Predicts one perturbation with the default options.
   *
   * @param baseline unperturbed cells of the context asked about
   * @param perturbation what would be done to them
   * @return the prediction; check its verdict
   * @throws UnitsMismatchException if the state is not in the model's units and cannot be turned
   *     into them
   * @throws GeneCoverageException if too few of the model's genes are in the state
   * @throws ClosedException if this predictor has been closed
   */
  default Prediction predict(CellState baseline, Perturbation perturbation) {
    return predict(baseline, perturbation, PredictionOptions.DEFAULT);
  }

  /**
   * Predicts many perturbations of one state. Models may share work among them; the answers are
   * those of single calls.
   *
   * @param baseline unperturbed cells of the context asked about
   * @param perturbations what would be done to them
   * @param options what else is wanted
   * @return one prediction per perturbation, in order
   * @throws UnitsMismatchException if the state is not in the model's units and cannot be turned
   *     into them
   * @throws GeneCoverageException if too few of the model's genes are in the state
   * @throws ClosedException if this predictor has been closed
   */
  default List<Prediction> predict(
      CellState baseline, List<Perturbation> perturbations, PredictionOptions options) {
    List<Prediction> predictions = new ArrayList<>(perturbations.size());
    for (Perturbation perturbation : perturbations) {
      predictions.add(predict(baseline, perturbation, options));
    }
    return List.copyOf(predictions);
  }

  /**
   * What this model is, what it was trained on, and how well it did.
   *
   * @return the card
   */
  ModelCard card();

  /** Releases what the model holds. Idempotent. */
  @Override
  void close();
}
