/**
 * The public face of virtualcell. An application builds a {@link org.virtualcell.api.CellState} and
 * a {@link org.virtualcell.api.Perturbation}, hands them to a {@link
 * org.virtualcell.api.Predictor}, and gets a {@link org.virtualcell.api.Prediction} that says what
 * it expects, how sure it is, which of four claims it makes, and on what it rests.
 *
 * <p>Every type here is an interface, an immutable value, or an exception. Nothing is matched by
 * position, nothing unknown is replaced by zeros, and no two units are ever mixed.
 */
package org.virtualcell.api;
