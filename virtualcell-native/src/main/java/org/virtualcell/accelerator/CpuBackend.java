package org.virtualcell.accelerator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.virtualcell.compute.DType;
import org.virtualcell.compute.DeviceInfo;
import org.virtualcell.compute.LaneOptions;
import org.virtualcell.compute.Op;
import org.virtualcell.compute.spi.DeviceBackend;
import org.virtualcell.compute.spi.DeviceProvider;
import org.virtualcell.compute.spi.LaneBackend;
import org.virtualcell.compute.spi.Memory;
import org.virtualcell.compute.spi.Workers;

/** The processor with the kernels of one instruction set; memory from our own allocator. */
final class CpuBackend extends DeviceBackend {
  /** {@code VC_TAG_TENSOR}. */
  private static final int TENSOR = 0;

  private final Isa isa;
  private final DeviceInfo info;

  CpuBackend(Isa isa) {
    this.isa = isa;
    String version = CpuBackend.class.getPackage().getImplementationVersion();
    info =
        new DeviceInfo(
            "cpu",
            field("/proc/cpuinfo", "model name", "x86-64 processor"),
            memoryBytes(),
            isa.label(),
            version == null ? "development" : version,
            DeviceProvider.CONTRACT,
            100);
  }

  @Override
  public DeviceInfo info() {
    return info;
  }

  @Override
  public boolean supports(Op op, DType... types) {
    return SparseSupport.covers(op, types)
        || DistanceSupport.covers(op, types)
        || DenseSupport.covers(op)
        || RankSupport.covers(op, types)
        || NeuralSupport.covers(op);
  }

  @Override
  public LaneBackend open(LaneOptions options, Workers workers) {
    return new CpuLane(isa, options.precision(), workers);
  }

  @Override
  public Memory allocate(DType type, long elements, LaneBackend lane) {
    return allocate(type, elements);
  }

  /** Memory of the host on a 64-byte boundary. */
  static Address allocate(DType type, long elements) {
    long bytes = Math.multiplyExact(elements, (long) type.bytes());
    long[] address = new long[1];
    check(CpuKernels.vc_cpu_allocate(bytes, TENSOR, address));
    return new Address(address[0], type, bytes);
  }

  @Override
  public void release(Memory memory, LaneBackend lane) {
    check(CpuKernels.vc_cpu_release(Address.of(memory)));
  }

  /** Raises the exception behind a status, if it is one. */
  static void check(int status) {
    if (status != NativeStatus.OK) {
      throw NativeStatus.exception(status, "cpu", CpuKernels::vc_cpu_error_text);
    }
  }

  private static long memoryBytes() {
    String total = field("/proc/meminfo", "MemTotal", "").replaceAll("[^0-9]", "");
    return total.isEmpty() ? Long.MAX_VALUE : Long.parseLong(total) * 1024;
  }

  /** The value behind the first "key : value" line of a file of facts. */
  private static String field(String file, String key, String otherwise) {
    try (Stream<String> lines = Files.lines(Path.of(file))) {
      return lines
          .filter(line -> line.startsWith(key))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(otherwise);
    } catch (IOException | java.io.UncheckedIOException unreadable) {
      return otherwise;
    }
  }
}
