package org.virtualcell.compute;

import java.util.Objects;

/**
 * What a device is.
 *
 * @param id the name it is selected by: {@code java}, {@code cpu}, {@code cuda:0}; the part before
 *     a colon is its family
 * @param name what a person calls it, the processor's or graphics card's name
 * @param memoryBytes the most its tensors can hold together
 * @param instructionSet what its kernels are compiled for: {@code jvm}, {@code avx512}, {@code
 *     sm_90}
 * @param version the version of the library that drives it
 * @param contract the number of the contract it implements, {@link
 *     org.virtualcell.compute.spi.DeviceProvider#CONTRACT}
 * @param preference the higher, the sooner {@code auto} takes it: 0 for plain Java, 100 for native
 *     processor code, 200 for a graphics card; below 0 it is taken only when named
 */
public record DeviceInfo(
    String id,
    String name,
    long memoryBytes,
    String instructionSet,
    String version,
    int contract,
    int preference) {
  /** Checks that nothing is missing. */
  public DeviceInfo {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(instructionSet, "instructionSet");
    Objects.requireNonNull(version, "version");
  }

  /**
   * The family, by which the best device of a kind is selected.
   *
   * @return the id up to its colon
   */
  public String family() {
    int colon = id.indexOf(':');
    return colon < 0 ? id : id.substring(0, colon);
  }
}
