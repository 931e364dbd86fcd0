package org.virtualcell.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.virtualcell.api.DataFormatException;
import org.virtualcell.api.ExpressionMatrix;
import org.virtualcell.api.Progress;
import org.virtualcell.api.StorageException;
import org.virtualcell.atlas.PerturbationKeys;
import org.virtualcell.evaluate.paired.GroupedCells;
import org.virtualcell.evaluate.paired.LabelledMatrix;
import org.virtualcell.evaluate.paired.PairedCells;
import org.virtualcell.evaluate.paired.Resources;
import org.virtualcell.evaluate.vcc.AnchorFile;
import org.virtualcell.evaluate.vcc.Anchors;
import org.virtualcell.evaluate.vcc.Baseline;
import org.virtualcell.evaluate.vcc.Challenge;
import org.virtualcell.evaluate.vcc.ChallengeOptions;
import org.virtualcell.evaluate.vcc.ChallengeProfile;
import org.virtualcell.evaluate.vcc.ChallengeResult;
import org.virtualcell.evaluate.vcc.ReplicateSplits;
import org.virtualcell.io.AnnotatedData;
import org.virtualcell.provenance.Json;

/** Scores two files by a profile of the 2026 suite. */
final class ChallengeEvaluation {
  /** Files up to this size are held in memory; larger ones are read batch by batch. */
  private static final long IN_MEMORY = 256L << 20;

  /** The context of files without one. */
  private static final String ONLY_CONTEXT = "all";

  /** The column of contexts in the competition's files. */
  private static final String CONTEXT_COLUMN = "context";

  private final CellOptions columns;
  private final Resources resources;
  private final long seed;
  private final Consumer<String> notes;

  ChallengeEvaluation(CellOptions columns, Resources resources, long seed, Consumer<String> notes) {
    this.columns = columns;
    this.resources = resources;
    this.seed = seed;
    this.notes = notes;
  }

  /**
   * What the options of the verb say.
   *
   * @param real measured cells
   * @param predicted predicted cells
   * @param profile the rules
   * @param anchors {@code compute}, {@code none} or a file
   * @param splits {@code own}, {@code numpy} or a table
   * @param baseline {@code tiled}, {@code dispersed} or a file of cells
   * @param targetGenes a map from label to gene
   * @param fractional whether predicted counts may be fractions
   */
  record Request(
      Path real,
      Path predicted,
      ChallengeProfile profile,
      String anchors,
      String splits,
      String baseline,
      Optional<Path> targetGenes,
      boolean fractional) {}

  ChallengeResult run(Request request, Progress progress) {
    try (AnnotatedData real = columns.open(request.real());
        AnnotatedData predicted = columns.open(request.predicted())) {
      PerturbationKeys keys = columns.keys(real, notes);
      Map<String, PairedCells> pairs =
          PairedCells.byContext(
              labelled(real, keys),
              contexts(real, keys),
              labelled(predicted, keys),
              contexts(predicted, keys),
              keys.control());
      ChallengeOptions options =
          ChallengeOptions.DEFAULT
              .withThreads(resources.threads())
              .withBatchBytes(resources.bytes())
              .withCache(resources.cache())
              .withFractionalCounts(request.fractional())
              .withTargetGenes(request.targetGenes().map(this::targetGenes).orElse(Map.of()));
      return switch (request.anchors()) {
        case "none" -> score(pairs, request, options, new Anchors.None(), progress);
        case "compute" -> computed(pairs, request, keys, options, progress);
        default ->
            score(
                pairs,
                request,
                options,
                new Anchors.Known(
                    AnchorFile.read(text(Path.of(request.anchors())), request.anchors())),
                progress);
      };
    }
  }

  private static ChallengeResult score(
      Map<String, PairedCells> pairs,
      Request request,
      ChallengeOptions options,
      Anchors anchors,
      Progress progress) {
    return Challenge.score(pairs, request.profile(), options.withAnchors(anchors), progress);
  }

  private ChallengeResult computed(
      Map<String, PairedCells> pairs,
      Request request,
      PerturbationKeys keys,
      ChallengeOptions options,
      Progress progress) {
    ReplicateSplits splits =
        switch (request.splits()) {
          case "own" -> ReplicateSplits.own(seed);
          case "numpy" -> ReplicateSplits.numpy(seed);
          default -> splits(Path.of(request.splits()));
        };
    if (request.baseline().equals("tiled") || request.baseline().equals("dispersed")) {
      Baseline baseline =
          request.baseline().equals("tiled")
              ? Baseline.tiled()
              : new Baseline.MeanResponseDispersed(seed);
      return score(pairs, request, options, new Anchors.Computed(baseline, splits), progress);
    }
    try (AnnotatedData cells = columns.open(Path.of(request.baseline()))) {
      LabelledMatrix side = labelled(cells, keys);
      List<String> contexts = contexts(cells, keys);
      Map<String, GroupedCells> given = new TreeMap<>();
      for (String context : pairs.keySet()) {
        given.put(context, GroupedCells.of(side, row -> context.equals(contexts.get(row))));
      }
      return score(
          pairs,
          request,
          options,
          new Anchors.Computed(new Baseline.Given(given), splits),
          progress);
    }
  }

  private LabelledMatrix labelled(AnnotatedData data, PerturbationKeys keys) {
    ExpressionMatrix cells = data.expression();
    long bytes = cells.nonZeros() * (Integer.BYTES + Float.BYTES);
    return new LabelledMatrix(
        data.source(),
        data.genes(),
        bytes <= Math.min(IN_MEMORY, resources.bytes() / 4) ? data.expressionInMemory() : cells,
        data.observations().column(keys.perturbation()).strings(),
        data.observations().index());
  }

  private List<String> contexts(AnnotatedData data, PerturbationKeys keys) {
    return contextColumn(data, keys)
        .map(column -> data.observations().column(column).strings())
        .orElseGet(
            () ->
                IntStream.range(0, data.observations().rows())
                    .mapToObj(row -> ONLY_CONTEXT)
                    .toList());
  }

  /** The column of the competition's files counts as a context where nothing else was found. */
  private Optional<String> contextColumn(AnnotatedData data, PerturbationKeys keys) {
    boolean unasked = keys.context().isEmpty() && columns.contextKey == null;
    if (unasked && data.observations().has(CONTEXT_COLUMN)) {
      notes.accept(
          "context: but this suite has its own column '"
              + CONTEXT_COLUMN
              + "', taken from "
              + data.source());
      return Optional.of(CONTEXT_COLUMN);
    }
    return keys.context();
  }

  private Map<String, String> targetGenes(Path file) {
    Map<String, String> map = new HashMap<>();
    Json.read(text(file), file.toString())
        .properties()
        .forEach(
            entry -> {
              if (!entry.getValue().isTextual()) {
                throw new DataFormatException(
                    "The target of a label is not a text",
                    file + ", '" + entry.getKey() + "'",
                    "Write an object from label to gene id.");
              }
              map.put(entry.getKey(), entry.getValue().asText());
            });
    return map;
  }

  /** Columns {@code cell}, {@code split0}, {@code split1} and so on; letters A and B. */
  private static ReplicateSplits splits(Path file) {
    List<String> lines = text(file).lines().toList();
    String[] header = lines.isEmpty() ? new String[0] : lines.get(0).split(",", -1);
    int cell = List.of(header).indexOf("cell");
    int first =
        IntStream.range(0, header.length)
            .filter(c -> header[c].startsWith("split"))
            .findFirst()
            .orElse(-1);
    if (cell < 0 || first < 0) {
      throw new DataFormatException(
          "This is no table of halves",
          file.toString(),
          "Write columns cell, split0, split1, ... with A, B or - in each row.");
    }
    List<Map<String, String>> splits = new ArrayList<>();
    for (int c = first; c < header.length && header[c].startsWith("split"); c++) {
      splits.add(new HashMap<>());
    }
    for (int i = 1; i < lines.size(); i++) {
      String[] row = lines.get(i).split(",", -1);
      if (row.length != header.length) {
        throw new DataFormatException(
            "A row has " + row.length + " columns, the header " + header.length,
            file + ", line " + (i + 1),
            "Write every row in full.");
      }
      for (int s = 0; s < splits.size(); s++) {
        splits.get(s).put(row[cell], row[first + s]);
      }
    }
    return ReplicateSplits.given(file.getFileName().toString(), splits);
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new StorageException(
          "The file cannot be read: " + e.getClass().getSimpleName(),
          file.toString(),
          "Check that it is there and holds UTF-8 text.",
          e);
    }
  }
}
