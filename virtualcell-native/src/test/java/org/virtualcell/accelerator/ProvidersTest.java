package org.virtualcell.accelerator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.virtualcell.compute.DeviceStatus;
import org.virtualcell.compute.Devices;

class ProvidersTest {
  @Test
  void everyDeviceIsThereOrSaysWhyNot() {
    List<DeviceStatus> all = Devices.available();
    assertTrue(all.stream().anyMatch(status -> status.id().equals("cpu")), all::toString);
    assertTrue(
        all.stream().anyMatch(status -> status.id().matches("(cuda|emulated).*")), all::toString);
    for (DeviceStatus status : all) {
      assertEquals(status.device().isEmpty(), !status.reason().isEmpty(), status::toString);
    }
  }

  @Test
  void aWrongInstructionSetIsNamedWithTheRightOnes() {
    String before = System.setProperty(Isa.PROPERTY, "mmx");
    try {
      String reason = new CpuProvider().probe().get(0).reason();
      assertTrue(reason.contains("'mmx'") && reason.contains("avx2"), reason);
    } finally {
      if (before == null) {
        System.clearProperty(Isa.PROPERTY);
      } else {
        System.setProperty(Isa.PROPERTY, before);
      }
    }
  }

  @Test
  void otherPlatformsAreAbsentWithTheReason() {
    String os = System.getProperty("os.name");
    try {
      System.setProperty("os.name", "Windows 11");
      String cpu = new CpuProvider().probe().get(0).reason();
      assertTrue(cpu.contains("windows 11"), cpu);
    } finally {
      System.setProperty("os.name", os);
    }
  }

  @Test
  void aLibraryThatIsNotInTheJarHasAReason() {
    assertEquals(Optional.of("the reason"), NativeLibrary.absence("libnothing.so", "the reason"));
  }

  @Test
  void theReasonOfALinkageErrorIsItsRoot() {
    LinkageError error = new ExceptionInInitializerError(new UnsatisfiedLinkError("no such file"));
    assertTrue(NativeLibrary.reason(error).endsWith("no such file"));
  }
}
