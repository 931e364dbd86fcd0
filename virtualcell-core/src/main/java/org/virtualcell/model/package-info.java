/**
 * Predictive models, one folder per family, and the file they are kept in.
 *
 * <p>Door: {@link org.virtualcell.model.baseline.Baselines} for the baselines every model is shown
 * beside.
 */
package org.virtualcell.model;
