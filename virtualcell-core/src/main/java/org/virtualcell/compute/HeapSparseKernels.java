package org.virtualcell.compute;

import org.virtualcell.compute.spi.SparseKernels;

/** The sparse kernels of the Java device. */
final class HeapSparseKernels extends SparseKernels {}
