package org.virtualcell.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Runs commands: parses the arguments, runs the verb, turns a failure into a message and an exit
 * status. Not thread-safe; one command at a time.
 */
public final class CommandShell {
  private final Terminal terminal;
  private final CommandLine commands;

  /**
   * Creates a shell.
   *
   * @param terminal where commands speak
   * @param interruption how they are told to stop
   */
  public CommandShell(Terminal terminal, Interruption interruption) {
    this(terminal, commands(terminal, interruption));
  }

  CommandShell(Terminal terminal, CommandLine commands) {
    this.terminal = terminal;
    this.commands = commands;
    configure();
  }

  /**
   * All verbs.
   *
   * @param terminal where they speak
   * @param interruption how they are told to stop
   * @return the command {@code vc} with its verbs, in the order people meet them
   */
  static CommandLine commands(Terminal terminal, Interruption interruption) {
    return new CommandLine(new RootCommand())
        .addSubcommand(new QuickstartVerb(terminal, interruption))
        .addSubcommand(new InspectVerb(terminal, interruption))
        .addSubcommand(new TrainVerb(terminal, interruption))
        .addSubcommand(new PredictVerb(terminal, interruption))
        .addSubcommand(new EvaluateVerb(terminal, interruption))
        .addSubcommand(new CompareVerb(terminal, interruption))
        .addSubcommand(new ScoreVerb(terminal, interruption))
        .addSubcommand(new DeVerb(terminal, interruption))
        .addSubcommand(new PrepVerb(terminal, interruption))
        .addSubcommand(new EmbedVerb(terminal, interruption))
        .addSubcommand(new NearestVerb(terminal, interruption))
        .addSubcommand(new SplitVerb(terminal, interruption))
        .addSubcommand(new DevicesVerb(terminal, interruption))
        .addSubcommand(
            new CommandLine(new ModelCommand())
                .addSubcommand(new ModelShowVerb(terminal, interruption)));
  }

  private void configure() { // settings reach the subcommands that are there
    commands.setOut(new PrintWriter(terminal.results(), true, StandardCharsets.UTF_8));
    commands.setErr(new PrintWriter(terminal.messages(), true, StandardCharsets.UTF_8));
    commands.setColorScheme(
        Help.defaultColorScheme(terminal.coloursResults() ? Help.Ansi.ON : Help.Ansi.OFF));
    commands.setUsageHelpWidth(Math.max(60, Math.min(terminal.columns(), 110)));
    commands.setUsageHelpLongOptionsMaxWidth(30);
    commands.setAbbreviatedOptionsAllowed(false);
    commands.setCaseInsensitiveEnumValuesAllowed(true);
    commands.setParameterExceptionHandler(this::usageError);
    commands.setExecutionExceptionHandler(this::failure);
  }

  /**
   * Runs one command.
   *
   * @param args the verb and its options
   * @return the exit status: 0 done, 1 internal error, 2 usage, 3 bad input or existing output, 4
   *     the machine lacks something, 130 interrupted
   */
  public int run(String... args) {
    int status;
    try {
      status = commands.execute(args);
    } catch (OutOfMemoryError | StackOverflowError | LinkageError e) { // picocli lets errors pass
      boolean verbose = List.of(args).contains("--verbose");
      new FailureReport(terminal, verbose).print("vc", e);
      status = ExitStatus.of(e);
    }
    if (terminal.resultsLost() && status == ExitStatus.DONE) {
      terminal.messages().println("vc: Standard output could not be written to the end.");
      return ExitStatus.MACHINE;
    }
    return status;
  }

  private int usageError(ParameterException error, String[] args) {
    CommandLine command = error.getCommandLine();
    Help.Ansi ansi = terminal.coloursMessages() ? Help.Ansi.ON : Help.Ansi.OFF;
    String name = command.getCommandSpec().qualifiedName();
    terminal.messages().println(ansi.string("@|bold,red " + name + ":|@ ") + error.getMessage());
    UnmatchedArgumentException.printSuggestions(
        error, new PrintWriter(terminal.messages(), true, StandardCharsets.UTF_8));
    terminal.messages().println("See: " + name + " --help");
    return ExitStatus.USAGE;
  }

  private int failure(Exception failure, CommandLine command, ParseResult parsed) {
    if (failure instanceof ParameterException usage) {
      return usageError(usage, new String[0]);
    }
    boolean verbose = command.getCommand() instanceof Verb verb && verb.verbose();
    new FailureReport(terminal, verbose).print(command.getCommandSpec().qualifiedName(), failure);
    return ExitStatus.of(failure);
  }
}
