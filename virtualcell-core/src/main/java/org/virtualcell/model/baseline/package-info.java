/**
 * The six baselines every model is shown beside: no change, context mean, perturbation mean,
 * additive, bilinear ridge, nearest perturbation. Closed forms over one table of measured effects.
 *
 * <p>Door: {@link org.virtualcell.model.baseline.Baselines}. A {@code Rule} turns the table into
 * answers; {@code BaselinePredictor} does what is common: units, gene names, regime, interval,
 * cells.
 */
package org.virtualcell.model.baseline;
