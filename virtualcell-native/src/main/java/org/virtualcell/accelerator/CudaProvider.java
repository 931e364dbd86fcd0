package org.virtualcell.accelerator;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.virtualcell.compute.DeviceStatus;
import org.virtualcell.compute.spi.DeviceProvider;

/**
 * Finds the NVIDIA graphics cards, {@code cuda:0} and so on. The library loads without a driver;
 * then there is one absent device, {@code cuda}, with the reason.
 */
public final class CudaProvider implements DeviceProvider {
  /** The oldest compute capability there are kernels for, 10 x major + minor. */
  private static final int OLDEST = 75;

  /** Creates the provider; called by the service loader. */
  public CudaProvider() {}

  @Override
  public int contract() {
    return DeviceProvider.CONTRACT;
  }

  @Override
  public List<DeviceStatus> probe() {
    boolean replaced = !System.getProperty(CudaKernels.LIBRARY, "").isEmpty();
    Optional<String> absence =
        NativeLibrary.absence(
            "libjnivc_cuda.so",
            "this build has no CUDA kernels; with nvcc installed, ./mvnw -DskipTests package adds them");
    if (absence.isPresent() && !replaced) {
      return List.of(DeviceStatus.absent("cuda", absence.get()));
    }
    try {
      return devices();
    } catch (LinkageError failed) {
      return List.of(DeviceStatus.absent("cuda", NativeLibrary.reason(failed)));
    }
  }

  private static List<DeviceStatus> devices() {
    int boundary = CudaKernels.vc_cuda_boundary();
    if (boundary != NativeStatus.BOUNDARY) {
      return List.of(DeviceStatus.absent("cuda", NativeLibrary.wrongBoundary(boundary)));
    }
    int[] count = new int[1];
    if (CudaKernels.vc_cuda_device_count(count) != NativeStatus.OK) {
      return List.of(DeviceStatus.absent("cuda", CudaKernels.vc_cuda_error_text()));
    }
    List<DeviceStatus> found = new ArrayList<>();
    for (int device = 0; device < count[0]; device++) {
      found.add(status(device));
    }
    return found;
  }

  private static DeviceStatus status(int device) {
    String id = (CudaKernels.vc_cuda_is_emulated() == 1 ? "emulated:" : "cuda:") + device;
    CudaFacts facts;
    try {
      facts = CudaFacts.of(device);
    } catch (RuntimeException failed) {
      return DeviceStatus.absent(id, failed.getMessage());
    }
    if (facts.capability() < OLDEST) {
      return DeviceStatus.absent(
          id, facts.name() + " is " + facts.architecture() + ", kernels exist from sm_75 on");
    }
    if (CudaKernels.vc_cuda_device_alive(device) != NativeStatus.OK) {
      String reason = CudaKernels.vc_cuda_error_text();
      return DeviceStatus.absent(id, facts.name() + " (" + facts.architecture() + "): " + reason);
    }
    return DeviceStatus.present(new CudaBackend(id, device, facts));
  }
}
