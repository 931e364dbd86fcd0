/**
 * Neural networks on the lanes of {@link org.virtualcell.compute}: layers with an explicit way
 * forward and back, losses with their gradients, and an optimiser; nothing about cells beyond rows
 * in sets. The doors are {@link org.virtualcell.nn.ParameterSet}, {@link
 * org.virtualcell.nn.Workspace}, {@link org.virtualcell.nn.Layer}, {@link
 * org.virtualcell.nn.SetTransformer} and {@link org.virtualcell.nn.AdamOptimizer}.
 */
package org.virtualcell.nn;
