/**
 * Many models from many runs in one table. The door is {@link
 * org.virtualcell.evaluate.compare.ComparedModels}: it reads the {@code results.csv} of result
 * folders, judges all models on the conditions they share, and ranks them with intervals.
 */
package org.virtualcell.evaluate.compare;
