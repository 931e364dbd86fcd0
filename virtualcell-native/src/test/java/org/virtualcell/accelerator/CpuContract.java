package org.virtualcell.accelerator;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.virtualcell.compute.Device;
import org.virtualcell.compute.DeviceContract;

/** The contract on the processor's kernels of one instruction set. */
abstract class CpuContract extends DeviceContract {
  private final Isa isa;
  private Device device;

  CpuContract(Isa isa) {
    this.isa = isa;
  }

  @BeforeEach
  void theProcessorHasTheInstructions() {
    device();
  }

  @Override
  public Device device() {
    if (device == null) {
      device = open(isa);
    }
    return device;
  }

  /** A device of its own, or a skipped test where the kernels were not built or cannot run. */
  static Device open(Isa isa) {
    boolean built = CpuContract.class.getResource("linux-x86_64/libjnivc_cpu.so") != null;
    Assumptions.assumeTrue(built, "the native kernels were not built: no C++ compiler");
    Assumptions.assumeTrue(
        Isa.best().atMost(isa) == isa, () -> "this processor lacks " + isa.label());
    return CpuProvider.status(isa).device().orElseThrow();
  }
}
