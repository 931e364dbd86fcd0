package org.virtualcell.cli;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/** Runs commands in this process and catches what they print. */
final class Shell {
  private Shell() {}

  /**
   * What a command did.
   *
   * @param status its exit status
   * @param out what it printed to standard output
   * @param err what it printed to standard error
   */
  record Result(int status, String out, String err) {}

  static Result run(String... args) {
    return run(new Interruption(), args);
  }

  static Result run(Interruption interruption, String... args) {
    return capture(t -> new CommandShell(t, interruption), args);
  }

  static Result run(java.util.function.Function<Terminal, Verb> verb, String... args) {
    return capture(
        t -> new CommandShell(t, new CommandLine(new RootCommand()).addSubcommand(verb.apply(t))),
        args);
  }

  /** Writes both files beside the folder of results and scores one against the other. */
  static Result evaluate(
      MadeFile real, MadeFile predicted, String profile, Path out, List<String> more) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "evaluate",
                "--real",
                real.write(out.resolveSibling("real.h5ad")).toString(),
                "--predicted",
                predicted.write(out.resolveSibling("predicted.h5ad")).toString(),
                "--profile",
                profile,
                "--out",
                out.toString()));
    words.addAll(more);
    return run(words.toArray(String[]::new));
  }

  private static Result capture(
      java.util.function.Function<Terminal, CommandShell> shell, String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int status;
    try (Terminal terminal = Terminal.of(out, err)) {
      status = shell.apply(terminal).run(args);
    }
    return new Result(
        status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
