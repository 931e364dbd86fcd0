/**
 * The transition model: a set transformer that learns what the effect model leaves, in sets of
 * cells. It starts equal to the effect model and keeps what it learned only where held-out
 * conditions show a gain.
 *
 * <p>Doors: {@link org.virtualcell.model.transition.TransitionTrainer} with a {@link
 * org.virtualcell.model.transition.TransitionConfig}; {@link org.virtualcell.model.ModelFiles}
 * saves and loads what it trains.
 */
package org.virtualcell.model.transition;
