package org.virtualcell.accelerator;

import java.util.List;
import java.util.Optional;
import org.virtualcell.compute.DeviceStatus;
import org.virtualcell.compute.spi.DeviceProvider;

/**
 * Finds the processor's SIMD device, {@code cpu}. The best instruction set the processor has is
 * taken; the system property {@code virtualcell.cpu.isa} (scalar, avx2, avx512, avx512bf16) caps
 * it.
 */
public final class CpuProvider implements DeviceProvider {
  private static final String ID = "cpu";

  /** Creates the provider; called by the service loader. */
  public CpuProvider() {}

  @Override
  public int contract() {
    return DeviceProvider.CONTRACT;
  }

  @Override
  public List<DeviceStatus> probe() {
    return List.of(status());
  }

  private static DeviceStatus status() {
    String cap = System.getProperty(Isa.PROPERTY, Isa.AVX512BF16.label()).strip();
    Optional<Isa> named = Isa.named(cap);
    if (named.isEmpty()) {
      return DeviceStatus.absent(
          ID, "the property " + Isa.PROPERTY + " is '" + cap + "'; use one of " + Isa.names());
    }
    Optional<String> absence =
        NativeLibrary.absence(
            "libjnivc_cpu.so", "this build has no native kernels: it was made without g++");
    if (absence.isPresent()) {
      return DeviceStatus.absent(ID, absence.get());
    }
    try {
      return status(Isa.best().atMost(named.get()));
    } catch (LinkageError failed) {
      return DeviceStatus.absent(ID, NativeLibrary.reason(failed));
    }
  }

  /** The device with the kernels of one instruction set, which the processor must have. */
  static DeviceStatus status(Isa isa) {
    int boundary = CpuKernels.vc_cpu_boundary();
    if (boundary != NativeStatus.BOUNDARY) {
      return DeviceStatus.absent(ID, NativeLibrary.wrongBoundary(boundary));
    }
    return DeviceStatus.present(new CpuBackend(isa));
  }
}
