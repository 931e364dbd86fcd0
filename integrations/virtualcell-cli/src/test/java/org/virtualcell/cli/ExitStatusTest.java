package org.virtualcell.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.virtualcell.api.CancelledException;
import org.virtualcell.api.DataFormatException;
import org.virtualcell.api.DeviceException;
import org.virtualcell.api.DeviceUnavailableException;
import org.virtualcell.api.GeneCoverageException;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.MemoryBudgetException;
import org.virtualcell.api.OutputExistsException;
import org.virtualcell.api.StorageException;
import org.virtualcell.api.UnitsMismatchException;
import org.virtualcell.api.UnknownContextException;
import org.virtualcell.api.UnknownGeneException;
import org.virtualcell.api.UnknownPerturbationException;
import picocli.CommandLine.Command;

class ExitStatusTest {
  @Command(name = "fail")
  static final class FailingVerb extends Verb {
    private final Throwable failure;

    FailingVerb(Terminal terminal, Throwable failure) {
      super(terminal, new Interruption());
      this.failure = failure;
    }

    @Override
    int run(ProgressDisplay progress) throws Exception {
      if (failure instanceof Error error) {
        throw error;
      }
      if (failure != null) {
        throw (Exception) failure;
      }
      return ExitStatus.DONE;
    }
  }

  private static Shell.Result fail(Throwable failure, String... options) {
    String[] args = Stream.concat(Stream.of("fail"), Stream.of(options)).toArray(String[]::new);
    return Shell.run(t -> new FailingVerb(t, failure), args);
  }

  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(0, null),
        Arguments.of(1, new IllegalStateException("a fault of ours")),
        Arguments.of(1, new IOException("pipe")),
        Arguments.of(3, new DataFormatException("w", "h", "r")),
        Arguments.of(3, new InvalidDataException("w", "h", "r")),
        Arguments.of(3, new GeneCoverageException("w", "h", "r")),
        Arguments.of(3, new OutputExistsException("w", "h", "r")),
        Arguments.of(3, new StorageException("w", "h", "r")),
        Arguments.of(3, new UnitsMismatchException("w", "h", "r")),
        Arguments.of(3, new UnknownContextException("w", "h", "r")),
        Arguments.of(3, new UnknownGeneException("w", "h", "r")),
        Arguments.of(3, new UnknownPerturbationException("w", "h", "r")),
        Arguments.of(3, new NoSuchFileException("x.h5ad")),
        Arguments.of(3, new AccessDeniedException("x.h5ad")),
        Arguments.of(4, new DeviceException("w", "h", "r")),
        Arguments.of(4, new DeviceUnavailableException("w", "h", "r")),
        Arguments.of(4, new MemoryBudgetException("w", "h", "r")),
        Arguments.of(4, new OutOfMemoryError("Java heap space")),
        Arguments.of(4, new IOException("No space left on device")),
        Arguments.of(
            4, new StorageException("w", "h", "r", new IOException("No space left on device"))),
        Arguments.of(130, new CancelledException("w", "h", "r")));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void everyFailureHasTheStatusOfTheContractAndNoStackTrace(int status, Throwable failure) {
    Shell.Result result = fail(failure);
    assertEquals(status, result.status(), result.err());
    assertEquals("", result.out());
    assertFalse(result.err().contains("\tat "), result.err());
  }

  @Test
  void aMessageNamesWhatWhereAndRemedy() {
    Shell.Result result =
        fail(new InvalidDataException("Gene twice", "a.h5ad, row 3", "Remove one."));
    assertEquals(
        "vc fail: Gene twice.\n  where:  a.h5ad, row 3\n  remedy: Remove one.\n", result.err());
  }

  @Test
  void verboseShowsTheStackTrace() {
    Shell.Result result = fail(new InvalidDataException("w", "h", "r"), "--verbose");
    assertEquals(3, result.status());
    assertTrue(result.err().contains("\tat "), result.err());
  }

  @Test
  void aMistypedOptionIsAUsageErrorThatPointsToTheHelp() {
    Shell.Result result = fail(null, "--quite");
    assertEquals(2, result.status());
    assertTrue(result.err().contains("--quiet"), result.err());
    assertTrue(result.err().contains("See: vc fail --help"), result.err());
    assertEquals("", result.out());
  }

  @Test
  void noVerbAndAnUnknownVerbAreUsageErrors() {
    assertEquals(2, Shell.run().status());
    Shell.Result unknown = Shell.run("quikstart");
    assertEquals(2, unknown.status());
    assertTrue(unknown.err().contains("vc --help"), unknown.err());
  }

  @Test
  void versionAndHelpGoToStandardOutput() {
    Shell.Result version = Shell.run("--version");
    assertEquals(0, version.status());
    assertTrue(version.out().matches("(?s)virtualcell \\d+\\.\\d+\\.\\d+.*Java .*"), version.out());
    Shell.Result help = Shell.run("--help");
    assertEquals(0, help.status());
    assertTrue(help.out().contains("Exit status"), help.out());
    assertEquals("", help.err());
  }
}
