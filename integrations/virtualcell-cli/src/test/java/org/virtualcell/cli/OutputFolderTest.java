package org.virtualcell.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.virtualcell.api.OutputExistsException;
import org.virtualcell.api.StorageException;

class OutputFolderTest {
  private static final Set<String> NAMES = Set.of("results.csv", "run.json");

  @TempDir private Path parent;

  private List<String> entries() throws IOException {
    try (Stream<Path> all = Files.list(parent)) {
      return all.map(p -> p.getFileName().toString()).sorted().toList();
    }
  }

  private void write(Path folder, boolean force, String text) throws IOException {
    try (OutputFolder out = OutputFolder.prepare(folder, force, NAMES)) {
      Files.writeString(out.file("results.csv"), text);
      out.commit();
    }
  }

  @Test
  void nothingIsThereBeforeTheCommitAndAllIsThereAfterIt() throws IOException {
    Path folder = parent.resolve("out");
    try (OutputFolder out = OutputFolder.prepare(folder, false, NAMES)) {
      Files.writeString(out.file("results.csv"), "a");
      assertFalse(Files.exists(folder));
      out.commit();
    }
    assertEquals("a", Files.readString(folder.resolve("results.csv")));
    assertEquals(List.of("out"), entries());
  }

  @Test
  void withoutACommitNothingIsLeft() throws IOException {
    try (OutputFolder out = OutputFolder.prepare(parent.resolve("out"), false, NAMES)) {
      Files.writeString(out.file("results.csv"), "a");
    }
    assertEquals(List.of(), entries());
  }

  @Test
  void aFolderOfEarlierResultsIsReplacedOnlyWithForceAndAsAWhole() throws IOException {
    Path folder = parent.resolve("out");
    write(folder, false, "old");
    Files.writeString(folder.resolve("run.json"), "{}");
    assertThrows(OutputExistsException.class, () -> write(folder, false, "new"));
    assertEquals("old", Files.readString(folder.resolve("results.csv")));
    write(folder, true, "new");
    assertEquals("new", Files.readString(folder.resolve("results.csv")));
    assertFalse(Files.exists(folder.resolve("run.json")));
    assertEquals(List.of("out"), entries());
  }

  @Test
  void aFolderWithForeignFilesIsNeverReplaced() throws IOException {
    Files.writeString(Files.createDirectory(parent.resolve("out")).resolve("thesis.doc"), "x");
    OutputExistsException refused =
        assertThrows(OutputExistsException.class, () -> write(parent.resolve("out"), true, "new"));
    assertTrue(refused.getMessage().contains("thesis.doc"), refused.getMessage());
    assertEquals("x", Files.readString(parent.resolve("out/thesis.doc")));
  }

  @Test
  void anEmptyFolderMayBeFilledWithoutForce() throws IOException {
    Files.createDirectory(parent.resolve("out"));
    write(parent.resolve("out"), false, "a");
    assertEquals("a", Files.readString(parent.resolve("out/results.csv")));
  }

  @Test
  void aMissingParentAndAFileInTheWayAreErrors() throws IOException {
    assertThrows(StorageException.class, () -> write(parent.resolve("no/out"), false, "a"));
    Files.writeString(parent.resolve("file"), "x");
    assertThrows(OutputExistsException.class, () -> write(parent.resolve("file"), true, "a"));
    assertEquals("x", Files.readString(parent.resolve("file")));
  }
}
