package org.virtualcell.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version of this build. */
final class BuildVersion implements IVersionProvider {
  @Override
  public String[] getVersion() throws IOException {
    return new String[] {"virtualcell " + get(), "Java " + Runtime.version()};
  }

  /**
   * The version.
   *
   * @return such as {@code 0.1.0}
   * @throws IOException if the jar is damaged
   */
  static String get() throws IOException {
    Properties build = new Properties();
    try (InputStream in = BuildVersion.class.getResourceAsStream("build.properties")) {
      build.load(in);
    }
    return build.getProperty("version");
  }
}
