package org.virtualcell.evaluate.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.virtualcell.api.OutputExistsException;

/** Opens the page of a suite in a headless Chromium. */
class SuitePageInBrowserTest {
  private static Chromium browser;

  @TempDir static Path folder;

  private static Path page;

  @BeforeAll
  static void start() throws Exception {
    Optional<Path> program = Chromium.find();
    assumeTrue(
        program.isPresent(), "no chromium, chromium-browser or google-chrome on the PATH: skipped");
    page = folder.resolve("report.html");
    write(false);
    browser = Chromium.start(program.get(), Files.createTempDirectory("virtualcell-browser"));
  }

  @AfterAll
  static void stop() throws Exception {
    if (browser != null) {
      browser.close();
    }
  }

  private static void write(boolean force) {
    SuiteReport.write(
        SuiteSamples.small(),
        "Cells <b>&",
        "vc evaluate --real a.h5ad",
        List.of(new FactCard.Fact("real", "sha256")),
        page,
        force);
  }

  @ParameterizedTest
  @CsvSource({"1280, 900, light", "390, 844, dark"})
  void aReaderFindsVerdictScoresAndAPerturbation(int width, int height, String scheme) {
    browser.show(width, height, scheme);
    browser.open(page.toUri());
    assertEquals("true", text("document.documentElement.dataset.ready"));
    assertTrue(
        browser.evaluate("document.documentElement.scrollWidth <= window.innerWidth").asBoolean(),
        "the page does not scroll sideways at " + width);
    String verdict = text("document.querySelector('#verdicts').textContent");
    assertTrue(verdict.contains("Better than the mean response on 1 of 3 metrics"), verdict);
    for (String question :
        List.of(
            "Which claim", "Which baseline", "How near the ceiling", "How sure", "Where wrong")) {
      assertTrue(verdict.contains(question), question);
    }
    assertEquals(
        "better,worse,not told apart,",
        text(
            "[...document.querySelectorAll('#score-cards tbody tr')].map(r =>"
                + " r.cells[r.cells.length - 1].textContent).join(',')"));
    browser.click("#search");
    browser.type("tf11");
    assertEquals(
        1,
        browser.evaluate("document.querySelectorAll('#condition-table tbody tr').length").asInt());
    assertEquals("TF11 in K562", text("document.querySelector('#case-title').textContent"));
    assertTrue(
        browser.evaluate("document.querySelectorAll('#case-chart svg path').length").asInt() > 3);
    assertTrue(
        text("document.querySelector('#omissions').textContent").contains("no gene changes"));
    assertEquals("undefined", text("typeof window.hostile"));
    assertEquals(0, browser.evaluate("document.querySelectorAll('img, main b').length").asInt());
    assertEquals(List.of(), browser.complaints);
    assertEquals(
        List.of(),
        browser.requests.stream()
            .filter(r -> !r.startsWith("data:") && !r.equals(page.toUri().toString()))
            .toList());
  }

  @Test
  void anExistingPageIsReplacedOnlyByForce() {
    assertThrows(OutputExistsException.class, () -> write(false));
    write(true);
  }

  private static String text(String expression) {
    return browser.evaluate(expression).asText();
  }
}
