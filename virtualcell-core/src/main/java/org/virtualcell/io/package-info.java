/**
 * File formats on one side, annotated matrices on the other.
 *
 * <p>Door: {@link org.virtualcell.io.AnnotatedFiles} opens a file as {@link
 * org.virtualcell.io.AnnotatedData}; {@link org.virtualcell.io.H5adWriter}, {@link
 * org.virtualcell.io.H5adCopy}, {@link org.virtualcell.io.Safetensors} and {@link
 * org.virtualcell.io.AtomicFile} write. A damaged file is an exception that names file, place and
 * remedy; memory is bounded by {@link org.virtualcell.io.ReadOptions}. HDF5 is read in two layers:
 * structure and strings in pure Java, bulk numbers by libhdf5 where it can be loaded.
 */
package org.virtualcell.io;
