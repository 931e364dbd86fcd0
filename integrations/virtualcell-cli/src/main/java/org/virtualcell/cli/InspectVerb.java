package org.virtualcell.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.Condition;
import org.virtualcell.api.DataFormatException;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.MemoryBudgetException;
import org.virtualcell.atlas.PerturbationData;
import org.virtualcell.io.AnnotatedData;
import org.virtualcell.io.Column;
import org.virtualcell.provenance.Json;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says what a file of cells is. */
@Command(
    name = "inspect",
    header = "Say what a file of cells is.",
    synopsisHeading = "%nUsage: ",
    customSynopsis = {"vc inspect FILE [options]"},
    descriptionHeading = "%n",
    description =
        "Format and its age, cells, genes, units and the rule that told them, contexts, perturbations, controls, faults. Nothing is written.",
    parameterListHeading = "%nFile:%n",
    optionListHeading = "%nOptions:%n",
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  vc inspect screen.h5ad",
      "  vc inspect screen.h5ad --perturbation-key target --control NTC",
      "  vc inspect filtered_feature_bc_matrix.h5 --json"
    })
final class InspectVerb extends Verb {
  private static final int LISTED = 12;

  @Parameters(paramLabel = "FILE", description = "An .h5ad, 10x .h5 or matrix-market folder.")
  private Path file;

  @ArgGroup(validate = false, heading = "%nHow the cells are read:%n")
  private CellOptions cells = new CellOptions();

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  InspectVerb(Terminal terminal, Interruption interruption) {
    super(terminal, interruption);
  }

  @Override
  int run(ProgressDisplay progress) {
    try (AnnotatedData data = cells.open(file)) {
      Perturbations perturbations = perturbations(data);
      if (json) {
        terminal().results().print(Json.pretty(tree(data, perturbations)));
      } else {
        print(data, perturbations);
      }
    }
    return ExitStatus.DONE;
  }

  /** What was done to the cells, or why that cannot be told. */
  private record Perturbations(Optional<PerturbationData> data, List<String> notes) {}

  private Perturbations perturbations(AnnotatedData file) {
    List<String> notes = new ArrayList<>();
    try {
      PerturbationData data = cells.label(file, notes::add).data();
      return new Perturbations(Optional.of(data), notes);
    } catch (InvalidDataException | DataFormatException | MemoryBudgetException e) {
      notes.add(e.what() + " (" + e.where() + "). " + e.remedy());
      return new Perturbations(Optional.empty(), notes);
    }
  }

  private static ObjectNode tree(AnnotatedData file, Perturbations perturbations) {
    ObjectNode facts = Json.object();
    facts.put("file", file.source());
    facts.put("format", file.format());
    facts.put("cells", file.expression().rows());
    facts.put("genes", file.genes().size());
    facts.put("storedValues", file.expression().nonZeros());
    facts.put("units", file.units().units().map(Object::toString).orElse("unknown"));
    facts.put("unitsRule", file.units().rule());
    file.contents().matrices().forEach(facts.putArray("matrices")::add);
    faults(file).forEach(facts.putArray("faults")::add);
    ArrayNode columns = facts.putArray("columns");
    for (Column column : file.observations().columns()) {
      ObjectNode node = columns.addObject();
      node.put("name", column.name());
      node.put("kind", column.kind().name().toLowerCase(Locale.ROOT));
      node.put("different", different(column));
      node.put("missing", missing(column));
    }
    perturbations.notes().forEach(facts.putArray("notes")::add);
    perturbations.data().ifPresent(data -> addPerturbations(facts, data));
    return facts;
  }

  private static void addPerturbations(ObjectNode facts, PerturbationData data) {
    facts.put("control", data.controlLabel());
    facts.put("digest", data.digest().toString());
    ArrayNode contexts = facts.putArray("contexts");
    for (CellContext context : data.contexts()) {
      ObjectNode node = contexts.addObject();
      node.put("name", context.name());
      node.put("controlCells", data.controlCount(context));
    }
    ArrayNode conditions = facts.putArray("conditions");
    for (Condition condition : data.conditions()) {
      ObjectNode node = conditions.addObject();
      node.put("perturbation", condition.perturbation().label());
      node.put("kind", PerturbationWords.kind(condition.perturbation()));
      node.put("context", condition.context().name());
      node.put("cells", data.cellCount(condition));
    }
  }

  private void print(AnnotatedData file, Perturbations perturbations) {
    PrintStream out = terminal().results();
    long rows = file.expression().rows();
    int genes = file.genes().size();
    double filled = rows * genes == 0 ? 0 : 100.0 * file.expression().nonZeros() / rows / genes;
    out.println(file.source());
    TextTable facts = new TextTable("", "");
    facts.row("format", file.format());
    facts.row("cells", whole(rows));
    facts.row("genes", whole(genes) + ": " + first(file.genes().symbols()));
    facts.row("values", String.format(Locale.ROOT, "%.1f %% of the matrix are stored", filled));
    facts.row("units", file.units().units().map(Object::toString).orElse("unknown"));
    facts.row("", "because " + file.units().rule());
    facts.row("matrices", String.join(", ", file.contents().matrices()));
    int width = terminal().resultColumns();
    facts.lines("  ", width).stream().skip(1).forEach(out::println);

    out.println();
    out.println("Columns of the cells");
    TextTable columns = new TextTable("column", "kind", ">different", ">missing", "for instance");
    for (Column column : file.observations().columns()) {
      columns.row(
          column.name(),
          column.kind().name().toLowerCase(Locale.ROOT),
          whole(different(column)),
          whole(missing(column)),
          instance(column));
    }
    columns.lines("  ", width).forEach(out::println);

    out.println();
    out.println("Perturbations");
    TextTable notes = new TextTable("");
    perturbations.notes().forEach(notes::row);
    notes.lines("  ", width).stream().skip(1).forEach(out::println);
    perturbations.data().ifPresent(data -> print(data, out, width));

    List<String> faults = faults(file);
    out.println();
    out.println(faults.isEmpty() ? "Faults: none found" : "Faults");
    TextTable list = new TextTable("");
    faults.forEach(list::row);
    list.lines("  ", width).stream().skip(1).forEach(out::println);
  }

  private static void print(PerturbationData data, PrintStream out, int width) {
    TextTable contexts =
        new TextTable("context", ">controls", ">perturbed", ">conditions", "perturbations");
    for (CellContext context : data.contexts()) {
      List<Condition> conditions =
          data.conditions().stream().filter(c -> c.context().equals(context)).toList();
      contexts.row(
          context.name(),
          whole(data.controlCount(context)),
          whole(conditions.stream().mapToLong(data::cellCount).sum()),
          whole(conditions.size()),
          FactCards.kinds(conditions));
    }
    out.println();
    contexts.lines("  ", width).forEach(out::println);
    out.println();
    List<String> labels =
        data.conditions().stream().map(c -> c.perturbation().label()).distinct().sorted().toList();
    TextTable facts = new TextTable("", "");
    facts.row("control label", data.controlLabel());
    facts.row("perturbations", whole(labels.size()) + " different: " + first(labels));
    facts.lines("  ", width).stream().skip(1).forEach(out::println);
  }

  private static List<String> faults(AnnotatedData file) {
    List<String> faults = new ArrayList<>(file.contents().faults());
    faults.addAll(file.units().faults());
    return faults;
  }

  private static long different(Column column) {
    return column.strings().stream().filter(Objects::nonNull).distinct().count();
  }

  private static long missing(Column column) {
    return IntStream.range(0, column.size()).filter(column::isMissing).count();
  }

  private static String instance(Column column) {
    return column.strings().stream()
        .filter(Objects::nonNull)
        .distinct()
        .limit(3)
        .map(s -> s.length() > 16 ? s.substring(0, 15) + "…" : s)
        .collect(Collectors.joining(", "));
  }

  private static String first(List<String> names) {
    String listed = String.join(", ", names.subList(0, Math.min(LISTED, names.size())));
    return names.size() > LISTED ? listed + ", ..." : listed;
  }

  private static String whole(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
