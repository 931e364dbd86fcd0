package org.virtualcell.accelerator;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The instruction sets the processor's kernels exist for, rising, with the numbers {@code
 * VC_ISA_*}.
 */
enum Isa {
  SCALAR(0),
  AVX2(1),
  AVX512(2),
  AVX512BF16(3);

  /** The property that caps the instruction set, so that each can be tested on one machine. */
  static final String PROPERTY = "virtualcell.cpu.isa";

  private final int number;

  Isa(int number) {
    this.number = number;
  }

  /** The set by its name, or empty. */
  static Optional<Isa> named(String name) {
    return Arrays.stream(values()).filter(isa -> isa.label().equals(name)).findFirst();
  }

  /** The names a user can give, for messages. */
  static String names() {
    return Arrays.stream(values()).map(Isa::label).collect(Collectors.joining(", "));
  }

  /** The best set the processor has. Loads the library. */
  static Isa best() {
    int best = CpuKernels.vc_cpu_best_isa();
    return Arrays.stream(values()).filter(isa -> isa.number == best).findFirst().orElse(SCALAR);
  }

  /** The number of the native side, {@code VC_ISA_*}. */
  int number() {
    return number;
  }

  /** The name a user gives. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The lower of two sets. */
  Isa atMost(Isa cap) {
    return number <= cap.number ? this : cap;
  }
}
