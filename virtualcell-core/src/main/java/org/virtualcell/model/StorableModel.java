package org.virtualcell.model;

/** A predictor that can be kept in a file. */
public interface StorableModel {
  /**
   * All that is needed to make the same predictions again.
   *
   * @return the model as tensors, settings and card
   */
  StoredModel store();
}
