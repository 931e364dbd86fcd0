/**
 * Vectors for genes, compounds and proteins, and how alike two of them are: from gene sets, graphs,
 * control cells and tables of embeddings. Doors: {@link org.virtualcell.features.FeatureTable}, a
 * name with a vector each; {@link org.virtualcell.features.FeatureBlock}, a table with a
 * similarity; {@link org.virtualcell.features.FeatureSet}, the blocks a model uses. Readers: {@link
 * org.virtualcell.features.GeneSets}, {@link org.virtualcell.features.GeneGraph}, {@link
 * org.virtualcell.features.FeatureFiles}, {@link org.virtualcell.features.ControlFeatures}. A name
 * without a vector is missing, never zeros; coverage is always reported.
 */
package org.virtualcell.features;
