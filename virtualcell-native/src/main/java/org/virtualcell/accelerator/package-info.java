/**
 * The accelerated devices behind core's compute contract: SIMD kernels for the processor ({@code
 * cpu}) and CUDA kernels for graphics cards ({@code cuda:0}). There is no door to call: put this
 * jar on the class path and {@link org.virtualcell.compute.Devices} finds it. Kernels live in
 * {@code cpp/}; what is here is their memory, their arguments and their errors. {@link
 * org.virtualcell.accelerator.CudaInterop} lets an application share its own device memory.
 */
package org.virtualcell.accelerator;
