/**
 * Files too large for memory, made on the spot, to try programs that read them. Start {@link
 * org.virtualcell.bench.scale.LargeScreen}.
 *
 * <p>Every number follows from a seed and its place, so that nothing but labels is held while a
 * file is written.
 */
package org.virtualcell.bench.scale;
