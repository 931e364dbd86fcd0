package org.virtualcell.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.virtualcell.provenance.Json;

/**
 * The forty cases of bad_input.json as a user meets them: files on disk, the command line, exit
 * status 3 and a message with the place and the remedy. One verdict differs on purpose: a NaN in
 * compressed rows, which the original accepts and spreads, is refused.
 */
class BadInputTest {
  private static final String STRICTER = "a NaN value in CSR";

  @TempDir private Path folder;

  private int runs;
  private Path out;

  /** What a case expects: refused with these words, or accepted with these. */
  private record Verdict(boolean accepted, List<String> words) {}

  private static Verdict accepted(String... words) {
    return new Verdict(true, List.of(words));
  }

  private static Verdict refused(String... words) {
    return new Verdict(false, List.of(words));
  }

  /** A change of one side and what follows, under the rules of each suite. */
  private record Case(
      String name,
      Consumer<MadeFile> real,
      Consumer<MadeFile> predicted,
      Verdict verdict,
      String... options) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Case predicted(
      String name, Consumer<MadeFile> change, Verdict verdict, String... options) {
    return new Case(name, real -> {}, change, verdict, options);
  }

  private static final String CONTROL = MadeFile.CONTROL;

  static List<Case> ofCells() {
    Consumer<MadeFile> nothing = file -> {};
    return List.of(
        predicted("valid pair", nothing, accepted()),
        predicted(
            "prediction has one gene less",
            f -> f.dropGene(17),
            refused("40 and 39|40 measured genes 1 is", "G17|different numbers")),
        predicted(
            "same genes, other order",
            f -> java.util.Collections.swap(f.genes, 3, 4),
            refused("'G03' and 'G04'", "gene 3", "order")),
        predicted(
            "same number of genes, other names",
            f -> f.genes.set(5, "OTHER"),
            refused("'OTHER'|G05", "gene 5|predicted.h5ad")),
        predicted(
            "prediction lacks one perturbation",
            f -> f.dropLabel("G02"),
            refused("not predicted [G02]")),
        new Case(
            "real lacks one perturbation (prediction has an extra one)",
            f -> f.dropLabel("G02"),
            nothing,
            refused("not measured [G02]")),
        predicted(
            "prediction without control cells",
            f -> f.dropLabel(CONTROL),
            refused(CONTROL, "predicted.h5ad")),
        predicted(
            "control name absent from both", nothing, refused("absent"), "--control", "absent"),
        predicted(
            "perturbation column absent",
            nothing,
            refused("nowhere", "target_gene"),
            "--perturbation-key",
            "nowhere"),
        predicted(
            "a negative value",
            f -> f.rows.get(f.cell("G02"))[9] = -0.5f,
            refused("-0.5", "cell 80|cell80|row 80", "G09")),
        predicted(
            STRICTER,
            f -> f.rows.get(f.cell("G02"))[9] = Float.NaN,
            refused("NaN", "cell 80|cell80|row 80", "G09|gene 9")),
        predicted(
            "a NaN value in dense X",
            f -> {
              f.rows.get(f.cell("G02"))[9] = Float.NaN;
              f.layout = MadeFile.Layout.DENSE;
            },
            refused("NaN", "cell 80|cell80|row 80", "G09|gene 9")),
        predicted("prediction stored as CSC", f -> f.layout = MadeFile.Layout.CSC, accepted()),
        predicted("explicitly stored zeros in CSR", f -> f.storesZeros = true, accepted()),
        predicted("duplicate cell names", f -> f.names.set(7, f.names.get(8)), accepted()));
  }

  static Stream<org.junit.jupiter.params.provider.Arguments> cellsUnderEveryProfile() {
    return Stream.of("pds", "vcc2026", "virtualcell")
        .flatMap(
            profile ->
                ofCells().stream()
                    .map(c -> org.junit.jupiter.params.provider.Arguments.of(profile, c)));
  }

  @ParameterizedTest
  @MethodSource("cellsUnderEveryProfile")
  void aFaultyFileIsRefusedByNameUnderEveryProfile(String profile, Case c) throws IOException {
    MadeFile real = MadeFile.counts(1);
    MadeFile guess = MadeFile.counts(2);
    c.real().accept(real);
    c.predicted().accept(guess);
    boolean same = profile.equals("virtualcell") && lenient(c.name());
    assertVerdict(
        evaluate(profile, real, guess, c.options()), same ? accepted() : c.verdict(), c.name());
    if (same && c.name().contains("lacks one")) { // left out, and said so
      String run = Files.readString(out.resolve("run.json"));
      assertTrue(run.contains("not among the predicted cells") || run.contains("G02 in "), run);
    }
  }

  /**
   * This library's own profile judges what was predicted and lists what was not: it needs no equal
   * sets of labels, and matches genes by name.
   */
  private static boolean lenient(String name) {
    return List.of(
            "prediction lacks one perturbation",
            "real lacks one perturbation (prediction has an extra one)",
            "same genes, other order")
        .contains(name);
  }

  private Shell.Result evaluate(String profile, MadeFile real, MadeFile predicted, String... more) {
    out = folder.resolve("out" + ++runs);
    List<String> words = new ArrayList<>();
    if (profile.equals("vcc2026")) {
      words.addAll(List.of("--anchors", "none"));
    }
    words.addAll(List.of(more));
    return Shell.evaluate(real, predicted, profile, out, words);
  }

  private void assertVerdict(Shell.Result result, Verdict verdict, String name) {
    String said = result.out() + result.err();
    assertEquals(verdict.accepted() ? 0 : 3, result.status(), name + ": " + said);
    for (String word : verdict.words()) {
      assertTrue(
          Stream.of(word.split("\\|")).anyMatch(said::contains),
          name + ": no " + word + ": " + said);
    }
    if (!verdict.accepted()) {
      assertTrue(result.err().contains("where: ") && result.err().contains("remedy: "), said);
      assertFalse(Files.exists(out), "nothing is half written");
    }
  }

  @Test
  void logValuesFollowTheRulesOfTheirSuite() throws IOException {
    MadeFile real = MadeFile.logs(1);
    MadeFile large = MadeFile.logs(2);
    large.rows.get(large.cell("G02"))[9] = 15.2f;
    assertVerdict(
        evaluate("pds", real, large),
        refused("15.2 ", "cell 80", "G09"),
        "a value of 15.2 in log1p data");
    assertVerdict(
        evaluate("pds", real, large, "--allow-discrete"),
        accepted(),
        "a value of 15.2, allow_discrete");
    MadeFile negative = MadeFile.logs(2);
    negative.rows.get(negative.cell("G02"))[9] = -0.5f;
    assertVerdict(
        evaluate("pds", real, negative, "--allow-discrete"),
        new Verdict(false, List.of("-0.5", "G09")),
        "a negative value, allow_discrete");
  }

  @Test
  void aggregatesThatCannotBeScoredAreRefusedAndOddOnesScoreAsInTheOriginal() throws IOException {
    String plain = "statistic,mae,overlap_at_N\nmean,0.2,0.1\n";
    String base = "statistic,mae,overlap_at_N\nmean,0.4,0.05\n";
    Map<String, String[]> tables = new LinkedHashMap<>();
    tables.put("score: plain", new String[] {plain, base});
    tables.put(
        "score: columns in another order",
        new String[] {plain, "statistic,overlap_at_N,mae\nmean,0.05,0.4\n"});
    tables.put("score: no statistic column", new String[] {"mae,overlap_at_N\n0.2,0.1\n", base});
    tables.put("score: statistic median missing", new String[] {plain, base, "median"});
    tables.put(
        "score: NaN in the baseline",
        new String[] {plain, "statistic,mae,overlap_at_N\nmean,0.4,NaN\n"});
    tables.put(
        "score: baseline mae 0 and user mae 0.2",
        new String[] {plain, "statistic,mae,overlap_at_N\nmean,0,0.05\n"});
    tables.put(
        "score: both mae 0",
        new String[] {
          "statistic,mae,overlap_at_N\nmean,0,0.1\n", "statistic,mae,overlap_at_N\nmean,0,0.05\n"
        });
    tables.put(
        "score: baseline overlap 1, user 0.1",
        new String[] {plain, "statistic,mae,overlap_at_N\nmean,0.4,1\n"});
    tables.put(
        "score: worse than baseline on both",
        new String[] {"statistic,mae,overlap_at_N\nmean,0.8,0.01\n", base});
    tables.put(
        "score: user is better than perfect range (mae -0.1)",
        new String[] {"statistic,mae,overlap_at_N\nmean,-0.1,0.1\n", base});
    tables.put(
        "score: an unregistered metric column",
        new String[] {
          "statistic,mae,overlap_at_N,other\nmean,0.2,0.1,3\n",
          "statistic,mae,overlap_at_N,other\nmean,0.4,0.05,2\n"
        });
    tables.put(
        "score: count columns de_nsig_counts_real present",
        new String[] {
          "statistic,mae,overlap_at_N,de_nsig_counts_real\nmean,0.2,0.1,3\n",
          "statistic,mae,overlap_at_N,de_nsig_counts_real\nmean,0.4,0.05,2\n"
        });
    for (JsonNode expected : reference()) {
      String name = expected.get("case").asText();
      if (!name.startsWith("score:")) {
        continue;
      }
      String[] given = tables.remove(name);
      Path user = Files.writeString(folder.resolve("user.csv"), given[0]);
      Path baseline = Files.writeString(folder.resolve("base.csv"), given[1]);
      Path out = folder.resolve("score.csv");
      Files.deleteIfExists(out);
      Shell.Result result =
          Shell.run(
              "score",
              "--predicted",
              user.toString(),
              "--baseline",
              baseline.toString(),
              "--statistic",
              given.length > 2 ? given[2] : "mean",
              "--out",
              out.toString());
      boolean fine = expected.get("outcome").asText().equals("accepted");
      assertEquals(fine ? 0 : 3, result.status(), name + result.err());
      assertEquals(fine, Files.exists(out), name);
      if (fine) {
        Map<String, Double> scores = new LinkedHashMap<>();
        Files.readAllLines(out).stream()
            .skip(1)
            .forEach(l -> scores.put(l.split(",")[0], Double.parseDouble(l.split(",")[1])));
        expected
            .get("result")
            .properties()
            .forEach(
                e -> assertEquals(e.getValue().asDouble(), scores.get(e.getKey()), 1e-12, name));
        assertEquals(expected.get("result").size(), scores.size(), name);
      } else {
        assertTrue(result.err().contains("remedy: "), result.err());
      }
    }
    assertEquals(Map.of(), tables, "every case of the original was met");
    assertTrue(
        Shell.run(
                "score",
                "--predicted",
                Files.writeString(folder.resolve("a.csv"), "mae\n0.2\n").toString(),
                "--baseline",
                folder.resolve("base.csv").toString())
            .err()
            .contains("'statistic'"));
  }

  /** The cases of {@code prep} are in SuiteVerbsTest; here only their number is held. */
  @Test
  void everyCaseOfTheOriginalIsTested() throws IOException {
    TreeSet<String> cases = new TreeSet<>();
    reference().forEach(c -> cases.add(c.get("case").asText()));
    assertEquals(40, cases.size());
    cases.removeIf(name -> name.startsWith("score:") || name.startsWith("prep:"));
    ofCells().forEach(c -> cases.remove(c.name()));
    assertEquals(
        new TreeSet<>(
            List.of(
                "a negative value, allow_discrete",
                "a value of 15.2 in log1p data",
                "a value of 15.2, allow_discrete")),
        cases,
        "these three are in the test of log values");
  }

  private static JsonNode reference() throws IOException {
    Path file =
        Path.of(System.getProperty("virtualcell.root", "../.."))
            .resolve(
                "virtualcell-core/src/test/resources/org/virtualcell/reference/cell-eval/bad_input.json.gz");
    try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
      return Json.read(new String(in.readAllBytes(), StandardCharsets.UTF_8), file.toString());
    }
  }
}
