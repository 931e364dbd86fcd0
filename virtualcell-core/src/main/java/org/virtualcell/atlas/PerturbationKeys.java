package org.virtualcell.atlas;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.virtualcell.api.Dose;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.Perturbation;
import org.virtualcell.api.Perturbation.GeneMode;
import org.virtualcell.io.Table;

/**
 * Which columns of annotated cells say what was done to a cell, in which context and batch, and how
 * the labels are to be read. Found by the names and labels of the known dialects: scPerturb, GEARS
 * ({@code A+ctrl}), PerturBench ({@code A+B}, {@code control}), Arc ({@code target_gene}, {@code
 * non-targeting}), Replogle ({@code gene}, {@code gem_group}), guide columns ({@code STAT1g2},
 * {@code NTg5}).
 *
 * @param perturbation the column of perturbation labels
 * @param control the label of controls; for guide columns after the guide's number is cut off
 * @param context the column of the cell line or type; empty for data of one context
 * @param batch the column of the plate, lane or replicate; empty where batches are not known
 * @param mode the column that says how genes were perturbed; empty where no column does
 * @param assumedMode the mode where no column states one
 * @param separator what joins the parts of a combination; empty where there are none
 * @param exposure the columns of doses and times of compounds and proteins
 * @param guides whether labels name guides, whose number is cut off to get the target
 * @param explanation how each choice was made, a sentence each
 */
public record PerturbationKeys(
    String perturbation,
    String control,
    Optional<String> context,
    Optional<String> batch,
    Optional<String> mode,
    GeneMode assumedMode,
    Optional<String> separator,
    ExposureColumns exposure,
    boolean guides,
    List<String> explanation) {
  /** The name of the only context of data that name none. */
  public static final String ONLY_CONTEXT = "all-cells";

  private static final List<String> PERTURBATION_NAMES =
      List.of(
          "perturbation",
          "condition",
          "target_gene",
          "gene",
          "perturbation_name",
          "perturbed_target_symbol",
          "gene_target",
          "target",
          "guide_target",
          "treatment",
          "treatment_label",
          "drug",
          "compound",
          "cytokine",
          "stim",
          "perturbation_raw");
  private static final List<String> GUIDE_NAMES =
      List.of("guide_id", "guide_identity", "guide", "sgrna", "sgRNA", "top_grna", "gRNA", "grna");
  private static final List<String> CONTEXT_NAMES =
      List.of("cell_type", "cell_line", "celltype", "cellline", "cell_line_id", "model_system");
  private static final List<String> BATCH_NAMES =
      List.of(
          "batch",
          "gem_group",
          "batch_var",
          "bio_rep",
          "replicate",
          "plate",
          "lane",
          "channel",
          "biological_replicate",
          "library");
  private static final List<String> MODE_NAMES =
      List.of("perturbation_type", "genetic_perturbation_strategy", "perturbation_types");
  private static final List<String> UNREAD_NAMES =
      List.of("perturbation_2", "dose_value", "dose", "time", "timepoint");
  private static final List<String> SEPARATORS = List.of("+", "|", ";", ",", "_");

  /**
   * A guide's number at the end of its name: {@code STAT1g2}, {@code STAT1_sg2}, {@code STAT1_2}.
   */
  private static final Pattern GUIDE_NUMBER = Pattern.compile("(?:[_.-]?(?:sg|g)|[_.-])\\d+$");

  /** Checks the parts. */
  public PerturbationKeys {
    Objects.requireNonNull(perturbation, "perturbation");
    Objects.requireNonNull(control, "control");
    Objects.requireNonNull(context, "context");
    Objects.requireNonNull(batch, "batch");
    Objects.requireNonNull(mode, "mode");
    Objects.requireNonNull(assumedMode, "assumedMode");
    Objects.requireNonNull(separator, "separator");
    Objects.requireNonNull(exposure, "exposure");
    explanation = List.copyOf(explanation);
  }

  /**
   * Detects all columns.
   *
   * @param observations a table with a row per cell
   * @return the keys
   * @throws InvalidDataException if a choice is ambiguous or nothing fits; the message lists the
   *     candidates
   */
  public static PerturbationKeys detect(Table observations) {
    return detect(observations, KeyRequest.NONE);
  }

  /**
   * Detects what is not stated.
   *
   * @param observations a table with a row per cell
   * @param stated what the caller knows
   * @return the keys
   * @throws InvalidDataException if a stated column or label is not there, a choice is ambiguous,
   *     or nothing fits; the message lists the candidates
   */
  public static PerturbationKeys detect(Table observations, KeyRequest stated) {
    List<String> why = new ArrayList<>();
    String column = perturbationColumn(observations, stated, why);
    List<String> labels = observations.column(column).strings();
    boolean guides = stated.control().isEmpty() && namesGuides(column, labels);
    if (guides) {
      why.add("labels of '" + column + "' name guides; the guide's number is cut off");
      labels = labels.stream().map(PerturbationKeys::withoutGuideNumber).toList();
    }
    String control = controlLabel(observations, column, labels, stated, why);
    Optional<String> separator = separator(labels, control, why);
    Optional<String> mode = modeColumn(observations, why);
    GeneMode assumed = assumedMode(stated, mode, why);
    ExposureColumns exposure = ExposureColumns.detect(observations, stated, why);
    whatIsNotRead(observations, exposure, why);
    return new PerturbationKeys(
        column,
        control,
        contextColumn(observations, stated, why),
        batchColumn(observations, stated, why),
        mode,
        assumed,
        separator,
        exposure,
        guides,
        why);
  }

  /**
   * The column that names each cell's guide, where there is one; it plays a part in audits only.
   */
  Optional<String> guideColumn(Table observations) {
    return guides
        ? Optional.of(perturbation)
        : GUIDE_NAMES.stream()
            .filter(name -> observations.has(name) && !name.equals(perturbation))
            .findFirst();
  }

  private static String perturbationColumn(Table table, KeyRequest stated, List<String> why) {
    if (stated.perturbation().isPresent()) {
      table.column(stated.perturbation().get());
      why.add("perturbation: column '" + stated.perturbation().get() + "', as stated");
      return stated.perturbation().get();
    }
    List<String> candidates = new ArrayList<>();
    for (String name : PERTURBATION_NAMES) {
      if (table.has(name) && looksLikePerturbations(table.column(name).strings(), stated)) {
        candidates.add(name);
      }
    }
    if (candidates.isEmpty()) {
      for (String name : GUIDE_NAMES) {
        if (table.has(name)) {
          List<String> targets =
              table.column(name).strings().stream()
                  .map(PerturbationKeys::withoutGuideNumber)
                  .toList();
          if (looksLikePerturbations(targets, stated)) {
            candidates.add(name);
          }
        }
      }
    }
    if (candidates.isEmpty()) {
      throw new InvalidDataException(
          stated
              .control()
              .map(c -> "No column that may name perturbations holds the control label '" + c + "'")
              .orElse("No column looks like perturbation labels with controls among them"),
          table.source(),
          "State the column and its control label; the columns are: "
              + String.join(", ", table.names())
              + ".");
    }
    String first = candidates.get(0);
    for (String other : candidates) {
      if (!equivalent(table, first, other)) {
        throw new InvalidDataException(
            "Several columns could be the perturbation: " + String.join(", ", candidates),
            table.source(),
            "State which one is (--perturbation-key).");
      }
    }
    why.add(
        "perturbation: column '"
            + first
            + "'"
            + (candidates.size() == 1
                ? ""
                : " (" + String.join(", ", candidates) + " divide the cells in the same way)"));
    return first;
  }

  private static boolean looksLikePerturbations(List<String> labels, KeyRequest stated) {
    boolean control =
        labels.stream()
            .anyMatch(l -> stated.control().map(c -> c.equals(l)).orElse(ControlLabels.isKnown(l)));
    boolean other = labels.stream().anyMatch(l -> l != null && !ControlLabels.isKnown(l));
    return control && other;
  }

  private static boolean equivalent(Table table, String a, String b) {
    List<String> x = table.column(a).strings();
    List<String> y = table.column(b).strings();
    return a.equals(b) || Partition.refines(x, y) && Partition.refines(y, x);
  }

  private static boolean namesGuides(String column, List<String> labels) {
    if (!GUIDE_NAMES.contains(column)) {
      return false;
    }
    List<String> named = labels.stream().filter(Objects::nonNull).distinct().toList();
    long numbered = named.stream().filter(l -> GUIDE_NUMBER.matcher(l).find()).count();
    return numbered > named.size() / 2;
  }

  private static String withoutGuideNumber(String label) {
    return label == null ? null : GUIDE_NUMBER.matcher(label).replaceFirst("");
  }

  private static String controlLabel(
      Table table, String column, List<String> labels, KeyRequest stated, List<String> why) {
    String where = table.source() + ", column '" + column + "'";
    if (stated.control().isPresent()) {
      if (!labels.contains(stated.control().get())) {
        throw new InvalidDataException(
            "No cell carries the control label '" + stated.control().get() + "'",
            where,
            "Use a label that is there: " + some(labels) + ".");
      }
      why.add("control: label '" + stated.control().get() + "', as stated");
      return stated.control().get();
    }
    TreeSet<String> known = new TreeSet<>();
    labels.stream().filter(ControlLabels::isKnown).forEach(known::add);
    if (known.size() == 1) {
      why.add("control: label '" + known.first() + "', a known name of controls");
      return known.first();
    }
    throw new InvalidDataException(
        known.isEmpty()
            ? "No label is a known name of controls"
            : "Several labels could be the control: " + String.join(", ", known),
        where,
        "State the control label (--control); labels are " + some(labels) + ".");
  }

  private static String some(List<String> labels) {
    List<String> distinct = labels.stream().filter(Objects::nonNull).distinct().sorted().toList();
    return String.join(", ", distinct.subList(0, Math.min(12, distinct.size())))
        + (distinct.size() > 12 ? " and " + (distinct.size() - 12) + " more" : "");
  }

  private static Optional<String> separator(List<String> labels, String control, List<String> why) {
    List<String> distinct = labels.stream().filter(Objects::nonNull).distinct().toList();
    for (String candidate : SEPARATORS) {
      List<String[]> joined =
          distinct.stream()
              .filter(l -> !l.equals(control) && l.contains(candidate))
              .map(l -> l.split(Pattern.quote(candidate), -1))
              .toList();
      boolean parts =
          !joined.isEmpty()
              && joined.stream()
                  .allMatch(p -> java.util.Arrays.stream(p).noneMatch(String::isBlank));
      // '+' joins in every known dialect; any other sign may belong to a name, so that most of the
      // parts must be labels of their own
      boolean convincing =
          candidate.equals("+")
              || joined.stream()
                          .flatMap(java.util.Arrays::stream)
                          .filter(p -> distinct.contains(p) || ControlLabels.isKnown(p))
                          .count()
                      * 2
                  > joined.stream().mapToLong(p -> p.length).sum();
      if (parts && convincing) {
        why.add("combinations: parts are joined by '" + candidate + "'");
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  private static Optional<String> modeColumn(Table table, List<String> why) {
    for (String name : MODE_NAMES) {
      if (table.has(name)) {
        List<String> values = table.column(name).strings();
        if (values.stream().anyMatch(ModeNames::isKnown)) {
          why.add("mode: column '" + name + "'");
          return Optional.of(name);
        }
      }
    }
    return Optional.empty();
  }

  /** Columns that tell conditions apart and that the labels do not carry. */
  private static void whatIsNotRead(Table table, ExposureColumns read, List<String> why) {
    for (String name : UNREAD_NAMES) {
      if (table.has(name)
          && !read.dose().equals(Optional.of(name))
          && !read.time().equals(Optional.of(name))
          && table.column(name).strings().stream()
                  .filter(Objects::nonNull)
                  .filter(v -> !ControlLabels.isKnown(v))
                  .distinct()
                  .count()
              > 1) {
        why.add(
            "not read: column '"
                + name
                + "'; cells that differ in it only count as one condition, pass them apart if they"
                + " are not");
      }
    }
  }

  private static GeneMode assumedMode(
      KeyRequest stated, Optional<String> column, List<String> why) {
    if (stated.mode().isPresent()) {
      why.add("mode: " + stated.mode().get() + ", as stated, where no column says otherwise");
      return stated.mode().get();
    }
    if (column.isEmpty()) {
      why.add("mode: no column states it; genes are taken as knocked out unless you state a mode");
    }
    return GeneMode.KNOCKOUT;
  }

  private static Optional<String> contextColumn(Table table, KeyRequest stated, List<String> why) {
    Optional<String> column = choose(table, "context", stated.context(), CONTEXT_NAMES, false, why);
    if (column.isEmpty()) {
      why.add("context: no column; all cells are taken as one context");
    }
    return column;
  }

  private static Optional<String> batchColumn(Table table, KeyRequest stated, List<String> why) {
    Optional<String> column = choose(table, "batch", stated.batch(), BATCH_NAMES, true, why);
    if (column.isEmpty()) {
      why.add("batch: no column; cells are compared to all controls of their context");
    }
    return column;
  }

  private static Optional<String> choose(
      Table table,
      String what,
      Optional<String> stated,
      List<String> names,
      boolean finest,
      List<String> why) {
    if (stated.isPresent()) {
      if (stated.get().equals(KeyRequest.NO_COLUMN)) {
        return Optional.empty();
      }
      table.column(stated.get());
      why.add(what + ": column '" + stated.get() + "', as stated");
      return stated;
    }
    List<String> candidates =
        names.stream()
            .filter(table::has)
            .filter(n -> table.column(n).strings().stream().anyMatch(Objects::nonNull))
            .toList();
    if (candidates.isEmpty()) {
      return Optional.empty();
    }
    String best = candidates.get(0);
    for (String other : candidates) {
      List<String> x = table.column(best).strings();
      List<String> y = table.column(other).strings();
      boolean finer = Partition.refines(y, x);
      boolean coarser = Partition.refines(x, y);
      if (!finer && !coarser
          || !finest && Partition.parts(x) > 1 && Partition.parts(y) > 1 && !(finer && coarser)) {
        throw new InvalidDataException(
            "Several columns could be the " + what + ": " + String.join(", ", candidates),
            table.source(),
            "State which one is (--" + what + "-key).");
      }
      if (finer && !coarser) {
        best = other;
      }
    }
    why.add(
        what
            + ": column '"
            + best
            + "'"
            + (candidates.size() == 1 ? "" : " out of " + String.join(", ", candidates)));
    return Optional.of(best);
  }

  /**
   * Reads a label of the perturbation column.
   *
   * @param label as the data spell it; parts that are controls are dropped
   * @param modeText what the mode column says of the cell; empty where it says nothing
   * @return the perturbation
   * @throws InvalidDataException if a combination holds a part twice or a part is blank
   */
  public Perturbation parse(String label, Optional<String> modeText) {
    return parse(label, modeText, "", "", "label '" + label + "'");
  }

  /** Reads a label with its dose and time; blank where none is known. */
  Perturbation parse(
      String label, Optional<String> modeText, String dose, String time, String where) {
    String plain = guides ? withoutGuideNumber(label) : label;
    if (plain.equals(control)) {
      return new Perturbation.Control(control);
    }
    List<Perturbation> parts = new ArrayList<>();
    List<String> names = split(plain);
    for (int k = 0; k < names.size(); k++) {
      String name = names.get(k);
      if (!name.equals(control) && !(separator.isPresent() && ControlLabels.isKnown(name))) {
        parts.add(
            single(
                name, modeText, part(dose, k, names.size()), part(time, k, names.size()), where));
      }
    }
    if (parts.isEmpty()) {
      return new Perturbation.Control(control);
    }
    return parts.size() == 1 ? parts.get(0) : new Perturbation.Combination(parts);
  }

  private List<String> split(String label) {
    return separator
        .map(s -> List.of(label.split(Pattern.quote(s), -1)))
        .orElse(List.of(label))
        .stream()
        .map(String::strip)
        .toList();
  }

  /** What a column names where no mode column says so. */
  private ModeNames.Kind kindOfColumn() {
    return switch (perturbation) {
      case "drug", "compound", "treatment", "treatment_label" -> ModeNames.Kind.COMPOUND;
      case "cytokine", "stim" -> ModeNames.Kind.PROTEIN;
      default -> ModeNames.Kind.GENE;
    };
  }

  /** What is meant for one part of a combination: its own text, or the one of all. */
  private String part(String text, int number, int parts) {
    List<String> own = split(text);
    return own.size() == parts ? own.get(number) : text;
  }

  private Perturbation single(
      String name, Optional<String> modeText, String doseText, String timeText, String where) {
    ModeNames.Kind kind = modeText.flatMap(ModeNames::otherKind).orElse(kindOfColumn());
    if (kind == ModeNames.Kind.GENE) {
      doseText = ""; // of a gene there is none
      timeText = "";
    }
    Optional<Dose> dose =
        doseText.isBlank() ? Optional.empty() : Optional.of(ExposureColumns.dose(doseText, where));
    Optional<Duration> time =
        timeText.isBlank() ? Optional.empty() : Optional.of(ExposureText.time(timeText, where));
    return switch (kind) {
      case COMPOUND -> new Perturbation.CompoundPerturbation(name, Optional.empty(), dose, time);
      case PROTEIN ->
          new Perturbation.ProteinPerturbation(name, Perturbation.ProteinKind.OTHER, dose, time);
      case GENE ->
          new Perturbation.GenePerturbation(
              name, modeText.flatMap(ModeNames::geneMode).orElse(assumedMode));
    };
  }
}
