package org.virtualcell.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each rule is held against this source tree and against one planted to break it. */
class SourceTreeTest {
  private static final SourceTree HOUSE =
      new SourceTree(Path.of(System.getProperty("virtualcell.root")));

  @TempDir private Path folder;

  @BeforeEach
  void plant() throws IOException {
    write(
        "pom.xml",
        "<project><version>1</version><properties><javacpp.version>1.5.13</javacpp.version>"
            + "</properties><modules><module>virtualcell-api</module><module>virtualcell-core</module>"
            + "<module>integrations/virtualcell-lims</module></modules></project>");
    write("virtualcell-api/pom.xml", pom(dependency("jackson-databind", "compile")));
    write(
        "virtualcell-core/pom.xml",
        pom(
            dependency("virtualcell-api", "compile")
                + dependency("virtualcell-native", "compile")
                + dependency("hdf5-platform", "compile")));
    write(
        "integrations/virtualcell-lims/pom.xml",
        pom(
            dependency("virtualcell-core", "compile")
                + dependency("virtualcell-cli", "compile")
                + dependency("virtualcell-bench", "test")));
    write("virtualcell-core/src/main/java/org/virtualcell/io/package-info.java", "");
    write("virtualcell-core/src/main/java/org/virtualcell/io/Reader.java", "");
    write("integrations/virtualcell-lims/src/main/java/org/virtualcell/io/Writer.java", "");
    write("integrations/virtualcell-lims/src/main/java/org/virtualcell/lims/Row.java", "");
  }

  @Test
  void modulesDependOnlyDownwards() {
    assertEquals(List.of(), HOUSE.wrongArrows());
    assertEquals(
        List.of(
            "virtualcell-api -> jackson-databind",
            "virtualcell-core -> virtualcell-native",
            "virtualcell-lims -> virtualcell-cli"),
        new SourceTree(folder).wrongArrows());
  }

  @Test
  void theCommandLineHasAnotherIntegrationOnlyWhenItRuns() throws IOException {
    write(
        "pom.xml",
        "<project><modules><module>integrations/virtualcell-cli</module></modules></project>");
    String cli = "integrations/virtualcell-cli/pom.xml";
    write(cli, pom(dependency("virtualcell-chemistry", "runtime")));
    assertEquals(List.of(), new SourceTree(folder).wrongArrows());
    write(cli, pom(dependency("virtualcell-chemistry", "compile")));
    assertEquals(
        List.of("virtualcell-cli -> virtualcell-chemistry"), new SourceTree(folder).wrongArrows());
    write(cli, pom(dependency("virtualcell-lims", "runtime")));
    assertEquals(
        List.of("virtualcell-cli -> virtualcell-lims"), new SourceTree(folder).wrongArrows());
  }

  @Test
  void modulesWithPresetsNameJavacppThemselves() {
    assertEquals(List.of(), HOUSE.presetsWithoutJavacpp());
    assertEquals(List.of("virtualcell-core"), new SourceTree(folder).presetsWithoutJavacpp());
  }

  @Test
  void aPackageLivesInOneModule() {
    assertEquals(List.of(), HOUSE.packagesInTwoModules());
    assertEquals(
        List.of("org.virtualcell.io=[virtualcell-core, virtualcell-lims]"),
        new SourceTree(folder).packagesInTwoModules());
  }

  @Test
  void everyPackageSaysWhatItIs() {
    assertEquals(List.of(), HOUSE.packagesWithoutDescription());
    assertEquals(
        List.of("org.virtualcell.io", "org.virtualcell.lims"),
        new SourceTree(folder).packagesWithoutDescription());
  }

  @Test
  void theGroupIdIsWrittenOncePerModule() {
    assertEquals(List.of(), HOUSE.literalGroupIds("org.virtualcell"));
    assertEquals(
        List.of(
            "virtualcell-api: jackson-databind",
            "virtualcell-core: virtualcell-api",
            "virtualcell-core: virtualcell-native",
            "virtualcell-core: hdf5-platform",
            "virtualcell-lims: virtualcell-core",
            "virtualcell-lims: virtualcell-cli",
            "virtualcell-lims: virtualcell-bench"),
        new SourceTree(folder).literalGroupIds("some.group"));
  }

  @Test
  void allModulesHaveTheVersionOfTheirParent() throws IOException {
    assertEquals(List.of(), HOUSE.otherVersions());
    write("virtualcell-api/pom.xml", "<project><parent><version>0</version></parent></project>");
    write(
        "virtualcell-core/pom.xml",
        "<project><version>1</version><dependencies><dependency><artifactId>javacpp</artifactId>"
            + "<version>1.5.10</version></dependency></dependencies></project>");
    write("integrations/virtualcell-lims/pom.xml", "<project><version>1</version></project>");
    assertEquals(
        List.of("virtualcell-api: 0", "virtualcell-core: javacpp 1.5.10"),
        new SourceTree(folder).otherVersions());
  }

  private void write(String path, String text) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private static String pom(String dependencies) {
    return "<project><dependencies>" + dependencies + "</dependencies></project>";
  }

  private static String dependency(String artifact, String scope) {
    return "<dependency><groupId>some.group</groupId><artifactId>"
        + artifact
        + "</artifactId><scope>"
        + scope
        + "</scope></dependency>";
  }
}
