package org.virtualcell.accelerator;

/**
 * What a graphics card is.
 *
 * @param name its name
 * @param memoryBytes its memory
 * @param capability 10 x major + minor compute capability
 */
record CudaFacts(String name, long memoryBytes, int capability) {
  static CudaFacts of(int device) {
    long[] facts = new long[8];
    CudaBackend.check(CudaKernels.vc_cuda_device_facts(device, facts));
    return new CudaFacts(
        CudaKernels.vc_cuda_device_name(device), facts[0], (int) (10 * facts[1] + facts[2]));
  }

  /** As nvcc names it. */
  String architecture() {
    return "sm_" + capability;
  }
}
