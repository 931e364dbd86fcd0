package org.virtualcell.evaluate.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.virtualcell.api.OutputExistsException;
import org.virtualcell.provenance.Json;

class HtmlReportTest {
  @TempDir Path folder;

  @Test
  void theSameInputGivesTheSameBytes() {
    assertEquals(
        HtmlPage.of(ReportSamples.small(), HtmlPage.MOST_BYTES),
        HtmlPage.of(ReportSamples.small(), HtmlPage.MOST_BYTES));
  }

  @Test
  void anExistingReportIsReplacedOnlyByForce() throws IOException {
    Path target = folder.resolve("report.html");
    Files.writeString(target, "old");
    assertThrows(
        OutputExistsException.class, () -> HtmlReport.write(ReportSamples.small(), target, false));
    assertEquals("old", Files.readString(target));
    HtmlReport.write(ReportSamples.small(), target, true);
    assertTrue(Files.readString(target).startsWith("<!DOCTYPE html>"));
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(1, files.count());
    }
  }

  @Test
  void thePageRefersToNothingOutsideAndForbidsConnections() {
    String page = HtmlPage.of(ReportSamples.small(), HtmlPage.MOST_BYTES);
    String ours = withoutLibraryAndData(page);
    Matcher reference =
        Pattern.compile("(?:src|href|url)\\s*[=(]\\s*[\"']?([^\"'\\s>)]*)").matcher(ours);
    int references = 0;
    while (reference.find()) {
      String target = reference.group(1);
      assertTrue(target.startsWith("#") || target.equals("data:,"), target);
      references++;
    }
    assertTrue(references > 5, "references: " + references);
    assertTrue(page.contains("default-src 'none'; script-src 'sha256-"));
    assertTrue(page.contains("connect-src 'none'"));
  }

  @Test
  void textOfTheDataCannotEndItsScript() {
    String page = HtmlPage.of(ReportSamples.small(), HtmlPage.MOST_BYTES);
    assertEquals(3, page.split("</script>", -1).length - 1);
    assertFalse(withoutLibraryAndData(page).contains("<img"));
    String text = PageJson.text(Map.of("key", "<!--\u2028\u2029&</script>"));
    assertFalse(text.matches("(?s).*[<>&\u2028\u2029].*"), text);
    assertEquals("<!--\u2028\u2029&</script>", Json.read(text, "text").path("key").asText());
    assertEquals(ReportSamples.HOSTILE, data(page).path("genes").get(3).asText());
  }

  @Test
  void atMost2000GenesOfAPerturbationAreShownChangedOnesFirst() {
    ReportInput input = ReportSamples.of(2500, 1, 1);
    JsonNode data = data(HtmlPage.of(input, HtmlPage.MOST_BYTES));
    JsonNode k562 = data.path("measured").get(0);
    assertEquals("K562", k562.path("context").asText());
    assertEquals(2000, k562.path("genes").size());
    assertEquals(2000, k562.path("effect").size());
    assertEquals(k562.path("changedGenes").asInt(), k562.path("changed").size());
    assertTrue(k562.path("changed").size() > 100);
    assertTrue(data.path("cut").asText().contains("2000 of 2500 genes"), data.path("cut").asText());
  }

  @Test
  void aLargeEvaluationStaysBelowTheLimitAndSaysWhatItLeftOut() {
    ReportInput input = ReportSamples.of(2100, 4, 1);
    int limit = HtmlPage.of(input, 0).length() + 150_000;
    String page = HtmlPage.of(input, limit);
    int size = page.getBytes(StandardCharsets.UTF_8).length;
    assertTrue(size <= limit, "bytes: " + size);
    assertTrue(size > limit - 40_000, "bytes: " + size);
    JsonNode data = data(page);
    int genes = data.path("measured").get(0).path("genes").size();
    assertEquals(genes, data.path("measured").get(7).path("genes").size());
    assertTrue(
        data.path("cut").asText().startsWith("This page carries " + genes + " of 2100 genes"),
        data.path("cut").asText());
  }

  @Test
  void whereEvenFewGenesAreTooManyTheStrongestPerturbationsKeepTheirs() {
    ReportInput input = ReportSamples.of(200, 40, 1);
    int limit = HtmlPage.of(input, 0).length() + 20_000;
    JsonNode data = data(HtmlPage.of(input, limit));
    long detailed =
        Stream.of(data.path("measured"))
            .flatMap(n -> stream(n))
            .filter(m -> m.has("effect"))
            .count();
    assertTrue(detailed > 0 && detailed < 80, "with genes: " + detailed);
    assertTrue(
        data.path("cut").asText().contains("the " + detailed + " with most changed genes"),
        data.path("cut").asText());
    assertTrue(
        stream(data.path("measured"))
            .filter(m -> m.has("effect"))
            .allMatch(m -> m.path("context").asText().equals("K562")));
  }

  @Test
  void aReaderFindsTheVerdictTheCeilingTheConfidenceAndWhereItIsWrong() {
    JsonNode scrutiny =
        data(HtmlPage.of(ReportSamples.small(), HtmlPage.MOST_BYTES)).at("/scopes/0/scrutiny");
    assertEquals(
        "bilinear is better than the mean effect on 11 of 12 unseen perturbations, counted once per"
            + " context; not distinguishable on 1; worse on 0; 1 holds no signal at all.",
        scrutiny.at("/headlines/0").asText());
    assertEquals(
        java.util.List.of("Score", "Ceiling", "How sure", "Where wrong", "Can tell"),
        stream(scrutiny.path("answers")).map(a -> a.get(0).asText()).toList());
    assertTrue(scrutiny.at("/answers/2/1").asText().startsWith("its 90 % intervals hold "));
    assertTrue(scrutiny.path("selfTest").asText().contains("not on Pearson of the effect (0.40)"));
    assertTrue(scrutiny.at("/leakage/0/7").asBoolean(), "the batch leaks");
    assertEquals("knows the target", scrutiny.at("/wrongTargets/0/7").asText());
    assertEquals(12, scrutiny.at("/riskCoverage/series/0/data").size());
    assertTrue(scrutiny.at("/confidence/bilinear/coverageChart/series").size() == 2);
  }

  @Test
  void effectsAreStoredInThousandths() {
    ReportInput input = ReportSamples.small();
    JsonNode data = data(HtmlPage.of(input, HtmlPage.MOST_BYTES));
    double[] measured = input.result().effects().get(0).measured().toArray();
    long[] stored =
        stream(data.path("measured").get(0).path("effect")).mapToLong(JsonNode::asLong).toArray();
    long[] expected =
        java.util.Arrays.stream(measured).mapToLong(v -> Math.round(v * 1000)).toArray();
    assertArrayEquals(expected, stored);
    assertEquals(0.001, data.path("effectUnit").asDouble());
    assertEquals("0", data.path("cases").get(0).path("predicted").path("no-change").toString());
  }

  @Test
  void theInlinedChartLibraryIsTheOneThatIsDeclared() throws Exception {
    Properties declared = new Properties();
    try (InputStream in = HtmlPage.class.getResourceAsStream("echarts/echarts.properties")) {
      declared.load(in);
    }
    byte[] bytes;
    try (InputStream in =
        HtmlPage.class.getResourceAsStream("echarts/" + declared.getProperty("file"))) {
      bytes = in.readAllBytes();
    }
    assertEquals(
        declared.getProperty("sha256"),
        HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
    String library = new String(bytes, StandardCharsets.UTF_8);
    assertTrue(library.contains(".version=\"" + declared.getProperty("version") + "\""));
    assertTrue(HtmlPage.of(ReportSamples.small(), HtmlPage.MOST_BYTES).contains(library));
    assertTrue(HtmlPage.resource("echarts/LICENSE").contains("Apache License"));
    assertTrue(HtmlPage.resource("echarts/NOTICE").contains("Apache ECharts"));
    assertTrue(HtmlPage.resource("echarts/LICENSE-zrender").contains("BSD 3-Clause"));
    assertTrue(HtmlPage.resource("echarts/LICENSE-d3").contains("Bostock"));
    String page = HtmlPage.of(ReportSamples.small(), HtmlPage.MOST_BYTES);
    assertTrue(
        page.contains("Apache License") && page.contains("Bostock") && page.contains("Baidu"));
  }

  private static String withoutLibraryAndData(String page) {
    return page.replace(HtmlPage.resource("echarts/echarts-6.1.0.common.min.js"), "")
        .replaceAll("(?s)<script type=\"application/json\".*?</script>", "");
  }

  private static JsonNode data(String page) {
    Matcher script =
        Pattern.compile("(?s)<script type=\"application/json\" id=\"report-data\">(.*?)</script>")
            .matcher(page);
    assertTrue(script.find());
    return Json.read(script.group(1), "report.html");
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return java.util.stream.StreamSupport.stream(array.spliterator(), false);
  }
}
