package org.virtualcell.provenance;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** Facts about what makes a result: library, Java, operating system, processor type. */
public final class Environment {
  private static final String BUILD =
      "/META-INF/maven/org.virtualcell/virtualcell-core/pom.properties";

  private Environment() {}

  /**
   * The version of this library.
   *
   * @return such as {@code 0.1.0}; {@code development} where it runs from unpackaged classes
   */
  public static String libraryVersion() {
    try (InputStream in = Environment.class.getResourceAsStream(BUILD)) {
      if (in != null) {
        Properties build = new Properties();
        build.load(in);
        return build.getProperty("version", "development");
      }
    } catch (IOException e) {
      System.getLogger(Environment.class.getName())
          .log(System.Logger.Level.DEBUG, "no build facts", e);
    }
    String stated = Environment.class.getPackage().getImplementationVersion();
    return stated == null ? "development" : stated;
  }

  /**
   * The facts by name: {@code library}, {@code java}, {@code os}, {@code arch}. No user, host or
   * path is among them.
   *
   * @return an unmodifiable map, keys sorted
   */
  public static Map<String, String> facts() {
    Map<String, String> facts = new TreeMap<>();
    facts.put("library", "virtualcell " + libraryVersion());
    facts.put("java", Runtime.version().toString());
    facts.put("os", System.getProperty("os.name", "unknown"));
    facts.put("arch", System.getProperty("os.arch", "unknown"));
    return java.util.Collections.unmodifiableMap(facts);
  }
}
