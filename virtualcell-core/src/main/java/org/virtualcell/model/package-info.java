/**
 * Predictive models, one folder per family, and the file they are kept in.
 *
 * <p>Doors: {@link org.virtualcell.model.ModelFiles} to save and load any model, {@link
 * org.virtualcell.model.effect.EffectTrainer} for the model to use, {@link
 * org.virtualcell.model.ensemble.EnsembleTrainer} for all models weighed together, {@link
 * org.virtualcell.model.baseline.Baselines} for the baselines every model is shown beside.
 */
package org.virtualcell.model;
