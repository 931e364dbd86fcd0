/**
 * Cells as short vectors: an embedding is fitted once, kept in a file, and places new cells in the
 * same space.
 *
 * <p>Doors: {@link org.virtualcell.model.embedding.LinearEmbedding} fits principal components of
 * log-normalised expression and keeps them; {@link org.virtualcell.model.embedding.EmbeddedCells}
 * is what it makes of cells, to be written into the {@code obsm} of an h5ad file by {@link
 * org.virtualcell.io.H5adCopy}.
 */
package org.virtualcell.model.embedding;
