package org.virtualcell.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/**
 * The modules of a source tree, read from its POMs and folders; each method answers with what is
 * wrong, nothing if all is well.
 */
record SourceTree(Path root) {
  private static final Set<String> NOT_CONSUMED = Set.of("test", "provided");

  /**
   * Module dependencies that run against {@code api <- core <- {native, bench, integrations}}. The
   * command line is an application: it may have another integration beside it when it runs, found
   * as a service, but is never compiled against one.
   */
  List<String> wrongArrows() {
    List<String> wrong = new ArrayList<>();
    for (Path module : modules()) {
      String name = module.getFileName().toString();
      for (Element dependency : dependencies(module)) {
        String on = text(dependency, "artifactId");
        if (NOT_CONSUMED.contains(text(dependency, "scope"))) {
          continue;
        }
        boolean house = on.startsWith("virtualcell-");
        boolean service = name.equals("virtualcell-cli") && on.equals("virtualcell-chemistry");
        if (service && text(dependency, "scope").equals("runtime")) {
          continue;
        }
        boolean allowed =
            switch (name) {
              case "virtualcell-api" -> false;
              case "virtualcell-core" -> !house || on.equals("virtualcell-api");
              default ->
                  !house
                      || Set.of("virtualcell-api", "virtualcell-core", "virtualcell-native")
                          .contains(on);
            };
        if (!allowed) {
          wrong.add(name + " -> " + on);
        }
      }
    }
    return wrong;
  }

  /** Published modules with native presets that do not name JavaCPP themselves. */
  List<String> presetsWithoutJavacpp() {
    List<String> wrong = new ArrayList<>();
    for (Path module : modules()) {
      Set<String> named = new TreeSet<>();
      dependencies(module).forEach(d -> named.add(text(d, "artifactId")));
      boolean presets = named.contains("hdf5-platform") || named.contains("cuda-platform");
      if (presets && !named.containsAll(Set.of("javacpp", "javacpp-platform"))) {
        wrong.add(module.getFileName().toString());
      }
    }
    return wrong;
  }

  /** Packages of main code that more than one module holds. */
  List<String> packagesInTwoModules() {
    Map<String, Set<String>> holders = new TreeMap<>();
    for (Path module : modules()) {
      packages(module)
          .forEach(
              p ->
                  holders
                      .computeIfAbsent(p, k -> new TreeSet<>())
                      .add(module.getFileName().toString()));
    }
    return holders.entrySet().stream()
        .filter(e -> e.getValue().size() > 1)
        .map(Object::toString)
        .toList();
  }

  /** Packages of main code that do not say what they are. */
  List<String> packagesWithoutDescription() {
    List<String> wrong = new ArrayList<>();
    for (Path module : modules()) {
      for (String name : packages(module)) {
        Path folder = module.resolve("src/main/java").resolve(name.replace('.', '/'));
        if (!Files.exists(folder.resolve("package-info.java"))) {
          wrong.add(name);
        }
      }
    }
    return wrong;
  }

  /** Group ids written out where a property does; see CONTRIBUTING.md. */
  List<String> literalGroupIds(String group) {
    List<String> wrong = new ArrayList<>();
    for (Path module : modules()) {
      for (Element dependency : dependencies(module)) {
        if (text(dependency, "groupId").equals(group)) {
          wrong.add(module.getFileName() + ": " + text(dependency, "artifactId"));
        }
      }
    }
    return wrong;
  }

  /** Versions that are not the parent's: of modules, of their parents, of JavaCPP in the BOM. */
  List<String> otherVersions() {
    String version = text(pom(root), "version");
    String javacpp = pom(root).getElementsByTagName("javacpp.version").item(0).getTextContent();
    List<String> wrong = new ArrayList<>();
    for (Path module : modules()) {
      Element pom = pom(module);
      NodeList parent = pom.getElementsByTagName("parent");
      String own =
          parent.getLength() > 0 ? text((Element) parent.item(0), "version") : text(pom, "version");
      if (!own.equals(version)) {
        wrong.add(module.getFileName() + ": " + own);
      }
      for (Element dependency : elements(pom.getElementsByTagName("dependency"))) {
        String stated = text(dependency, "version");
        if (text(dependency, "artifactId").startsWith("javacpp")
            && !stated.isEmpty()
            && !stated.equals(javacpp)) {
          wrong.add(module.getFileName() + ": javacpp " + stated);
        }
      }
    }
    return wrong;
  }

  private List<Path> modules() {
    List<Path> modules = new ArrayList<>();
    for (Element module : elements(pom(root).getElementsByTagName("module"))) {
      modules.add(root.resolve(module.getTextContent().strip()));
    }
    return modules;
  }

  private static Set<String> packages(Path module) {
    Path sources = module.resolve("src/main/java");
    Set<String> packages = new TreeSet<>();
    if (Files.isDirectory(sources)) {
      try (Stream<Path> files = Files.walk(sources)) {
        files
            .filter(f -> f.toString().endsWith(".java"))
            .filter(f -> !f.equals(sources.resolve("module-info.java")))
            .forEach(
                f -> packages.add(sources.relativize(f.getParent()).toString().replace('/', '.')));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return packages;
  }

  private static List<Element> dependencies(Path module) {
    return elements(pom(module).getElementsByTagName("dependency")).stream()
        .filter(d -> d.getParentNode().getParentNode().getNodeName().equals("project"))
        .toList();
  }

  private static Element pom(Path module) {
    try {
      return DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(module.resolve("pom.xml").toFile())
          .getDocumentElement();
    } catch (Exception e) {
      throw new AssertionError(module.toString(), e);
    }
  }

  private static List<Element> elements(NodeList nodes) {
    return IntStream.range(0, nodes.getLength())
        .mapToObj(nodes::item)
        .map(Element.class::cast)
        .toList();
  }

  private static String text(Element parent, String tag) {
    for (Node n = parent.getFirstChild(); n != null; n = n.getNextSibling()) {
      if (n.getNodeName().equals(tag)) {
        return n.getTextContent().strip();
      }
    }
    return "";
  }
}
