/**
 * Judges predictions: metrics, the noise ceiling of the data, paired comparisons with baselines
 * that cannot be left out, and the tables that come of it.
 *
 * <p>The door is {@link org.virtualcell.evaluate.Evaluation}. Models are known here only as
 * predictors and trainers. Every figure carries the number of perturbations it rests on; a value
 * that is undefined is never a NaN but a stated convention that is counted, or a listed absence.
 */
package org.virtualcell.evaluate;
