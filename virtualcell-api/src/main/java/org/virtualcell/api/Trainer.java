package org.virtualcell.api;

/**
 * Fits a model.
 *
 * @param <P> the predictor it makes
 */
public interface Trainer<P extends Predictor> {
  /**
   * Fits a model. The same data and the same settings give the same model, for any number of
   * threads.
   *
   * @param data the training part of a split
   * @param progress hears how far the work is, and may cancel it
   * @return a predictor, which the caller closes
   * @throws CancelledException if the listener asked to stop
   */
  P train(TrainingSet data, Progress progress);
}
