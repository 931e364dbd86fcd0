/**
 * Baselines and the effect model as one: a weighted sum per kind of question, with weights from
 * held-out trials inside the training data and members admitted by what they add there.
 *
 * <p>Door: {@link org.virtualcell.model.ensemble.EnsembleTrainer}. {@code InnerTrials} asks members
 * about what they were not shown; {@code Stacking} weighs them; {@code EnsemblePredictor} answers.
 */
package org.virtualcell.model.ensemble;
