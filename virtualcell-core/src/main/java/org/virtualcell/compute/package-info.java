/**
 * One contract, many devices. {@link org.virtualcell.compute.Devices} finds a {@link
 * org.virtualcell.compute.Device}; the device opens a {@link org.virtualcell.compute.Lane}, a queue
 * of work for one thread at a time; the lane makes {@link org.virtualcell.compute.Tensor}s and runs
 * operations on them ({@link org.virtualcell.compute.SparseOps}). {@link
 * org.virtualcell.compute.JavaDevice} runs everywhere; faster devices come with other jars through
 * {@link org.virtualcell.compute.spi}, where it says how to write one. Everything that is the same
 * for all devices, checking, counting, closing, recording, is done here once.
 */
package org.virtualcell.compute;
