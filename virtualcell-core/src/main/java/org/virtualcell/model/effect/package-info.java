/**
 * The effect model, the default predictor: measured effects as the sum of a template, a context, a
 * perturbation and what one adds in the other, in a mixed model with known measurement errors.
 *
 * <p>Door: {@link org.virtualcell.model.effect.EffectTrainer}. {@code Screen} is what was measured,
 * {@code ModeModel} the model of one mode, {@code Posterior} the arithmetic, {@code HeldOutTrials}
 * what the model says of conditions it leaves out, from which amplitudes, intervals and verdicts
 * follow.
 */
package org.virtualcell.model.effect;
