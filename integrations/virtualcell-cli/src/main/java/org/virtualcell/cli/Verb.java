package org.virtualcell.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** One verb of the command line. */
abstract class Verb implements Callable<Integer> {
  private final Terminal terminal;
  private final Interruption interruption;

  @Spec private CommandSpec spec;

  @ArgGroup(validate = false, heading = "%nCommon:%n", order = 99)
  private CommonOptions common = new CommonOptions();

  Verb(Terminal terminal, Interruption interruption) {
    this.terminal = terminal;
    this.interruption = interruption;
  }

  @Override
  public final Integer call() throws Exception {
    try (ProgressDisplay progress = new ProgressDisplay(terminal, common.quiet, interruption)) {
      return run(progress);
    }
  }

  /**
   * Does the work.
   *
   * @param progress shows how far it is, and carries the wish to stop
   * @return the exit status
   * @throws Exception if it fails; {@link ExitStatus} knows what that means
   */
  abstract int run(ProgressDisplay progress) throws Exception;

  /**
   * Where this verb speaks.
   *
   * @return the terminal
   */
  final Terminal terminal() {
    return terminal;
  }

  /**
   * Says something that is no result: a choice that was made, a fault that was found.
   *
   * @param line one line
   */
  final void note(String line) {
    if (!common.quiet) {
      terminal.messages().println(line);
    }
  }

  /**
   * Whether a failure shall show its stack trace.
   *
   * @return true if asked for
   */
  final boolean verbose() {
    return common.verbose;
  }

  /**
   * A usage error of this verb.
   *
   * @param message what is wrong and what would be right
   * @return the exception to throw
   */
  final ParameterException usageError(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  /**
   * The words this verb was called with, its name first.
   *
   * @return as they were typed
   */
  final List<String> words() {
    List<String> words = new ArrayList<>(List.of(spec.name()));
    words.addAll(spec.commandLine().getParseResult().originalArgs());
    return words;
  }
}
