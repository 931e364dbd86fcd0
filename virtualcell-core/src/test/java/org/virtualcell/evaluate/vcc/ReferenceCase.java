package org.virtualcell.evaluate.vcc;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.evaluate.paired.LabelledMatrix;
import org.virtualcell.evaluate.paired.PairedCells;
import org.virtualcell.io.AnnotatedData;
import org.virtualcell.io.AnnotatedFiles;
import org.virtualcell.provenance.Json;

/** A pair of files and the numbers the original program computed on them. */
final class ReferenceCase {
  static final String CONTROL = "non-targeting";

  private final String name;
  private final Map<String, String> expected;
  private final Side real;

  /** Labelled cells with the context of each. */
  record Side(LabelledMatrix cells, List<String> contexts) {}

  ReferenceCase(String name) {
    this.name = name;
    this.expected = unzip(name + "/expected.zip");
    this.real = read("real");
  }

  static InputStream resource(String name) {
    return ReferenceCase.class.getResourceAsStream(name);
  }

  private static Map<String, String> unzip(String name) {
    Map<String, String> texts = new HashMap<>();
    try (ZipInputStream zip = new ZipInputStream(resource(name))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        texts.put(entry.getName(), new String(zip.readAllBytes(), StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return texts;
  }

  Path file(String stem) {
    try {
      return Path.of(ReferenceCase.class.getResource(name + "/" + stem + ".h5ad").toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  Side real() {
    return real;
  }

  Side read(String stem) {
    try (AnnotatedData data = AnnotatedFiles.open(file(stem))) {
      List<String> labels = data.observations().column("target_gene").strings();
      return new Side(
          new LabelledMatrix(
              stem, data.genes(), data.expressionInMemory(), labels, data.observations().index()),
          data.observations().has("context")
              ? data.observations().column("context").strings()
              : labels.stream().map(l -> "A").toList());
    }
  }

  /** A prediction by its name; two are kept as rows of the measured cells. */
  Side arm(String arm) {
    if (arm.equals("truth")) {
      return real;
    }
    if (!expected.containsKey("rows_" + arm + ".csv")) {
      return read("pred_" + arm);
    }
    List<Map<String, String>> rows = table("rows_" + arm + ".csv");
    int[] chosen = rows.stream().mapToInt(r -> Integer.parseInt(r.get("row"))).toArray();
    return new Side(
        new LabelledMatrix(
            arm,
            real.cells().genes(),
            ((CsrMatrix) real.cells().cells()).select(chosen),
            rows.stream().map(r -> r.get("label")).toList(),
            IntStream.range(0, chosen.length).mapToObj(i -> "cell" + i).toList()),
        rows.stream().map(r -> r.get("context")).toList());
  }

  Map<String, PairedCells> pairs(Side prediction) {
    return PairedCells.byContext(
        real.cells(), real.contexts(), prediction.cells(), prediction.contexts(), CONTROL);
  }

  Map<String, String> targetGenes() {
    Map<String, String> map = new HashMap<>();
    if (expected.containsKey("target_gene_map.json")) {
      Json.read(text("target_gene_map.json"), "map")
          .properties()
          .forEach(e -> map.put(e.getKey(), e.getValue().asText()));
    }
    return map;
  }

  boolean has(String entry) {
    return expected.containsKey(entry);
  }

  String text(String entry) {
    String text = expected.get(entry);
    if (text == null) {
      throw new IllegalArgumentException("no " + entry + " in " + name);
    }
    return text;
  }

  /** A comma-separated table without quotes; an empty cell is an empty text. */
  List<Map<String, String>> table(String entry) {
    String[] lines = text(entry).replace("\r", "").split("\n");
    String[] header = lines[0].split(",", -1);
    List<Map<String, String>> rows = new ArrayList<>();
    for (int i = 1; i < lines.length; i++) {
      String[] cells = lines[i].split(",", -1);
      Map<String, String> row = new LinkedHashMap<>();
      for (int c = 0; c < header.length; c++) {
        row.put(header[c], cells[c]);
      }
      rows.add(row);
    }
    return rows;
  }

  /** The halves the original program drew, as shipped. */
  ReplicateSplits shippedSplits(List<String> entries, String prefix) {
    List<Map<String, String>> splits = new ArrayList<>();
    for (int s = 0; s < 5; s++) {
      splits.add(new HashMap<>());
    }
    for (String entry : entries) {
      for (Map<String, String> row : table(entry)) {
        for (Map.Entry<String, String> cell : row.entrySet()) {
          if (cell.getKey().startsWith(prefix)) {
            int split = cell.getKey().charAt(prefix.length()) - '0';
            splits.get(split).put(row.get("cell"), cell.getValue());
          }
        }
      }
    }
    return ReplicateSplits.given("split_assignment.csv", splits);
  }

  static double number(String text) {
    return text.isEmpty() ? Double.NaN : Double.parseDouble(text);
  }
}
