package org.virtualcell.accelerator;

import java.util.Locale;
import java.util.Optional;

/** Whether a native library can be loaded here, found out before anything is loaded. */
final class NativeLibrary {
  private NativeLibrary() {}

  /**
   * Why a library cannot be there.
   *
   * @param name its file name in the folder of the platform
   * @param otherwise the reason if this build lacks it on a platform that could have it
   * @return empty if it is there
   */
  static Optional<String> absence(String name, String otherwise) {
    String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    String arch = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
    if (!os.startsWith("linux") || !(arch.equals("amd64") || arch.equals("x86_64"))) {
      return Optional.of("native kernels exist for Linux on x86-64, this is " + os + " on " + arch);
    }
    boolean bundled = NativeLibrary.class.getResource("linux-x86_64/" + name) != null;
    return bundled ? Optional.empty() : Optional.of(otherwise);
  }

  /** The reason if a library does not belong to this jar. */
  static String wrongBoundary(int boundary) {
    return "its native library has boundary "
        + boundary
        + ", this jar needs "
        + NativeStatus.BOUNDARY
        + "; empty the JavaCPP cache";
  }

  /** The reason behind an error of the class loader or the linker, in one line. */
  static String reason(LinkageError error) {
    Throwable root = error;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return "its native library could not be loaded: " + root.getMessage();
  }
}
