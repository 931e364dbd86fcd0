package org.virtualcell.evaluate.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.virtualcell.api.OutputExistsException;

/** Opens the page of a suite in a headless Chromium. */
class SuitePageInBrowserTest {
  @TempDir static Path folder;

  private static OpenedPage page;

  @BeforeAll
  static void start() throws Exception {
    page = OpenedPage.in(folder, file -> write(file, false));
  }

  @AfterAll
  static void stop() throws Exception {
    if (page != null) {
      page.close();
    }
  }

  private static void write(Path file, boolean force) {
    SuiteReport.write(
        SuiteSamples.small(),
        "Cells <b>&",
        "vc evaluate --real a.h5ad",
        List.of(new FactCard.Fact("real", "sha256")),
        file,
        force);
  }

  @ParameterizedTest
  @CsvSource({"1280, 900, light", "390, 844, dark"})
  void aReaderFindsVerdictScoresAndAPerturbation(int width, int height, String scheme) {
    page.show(width, height, scheme);
    String verdict = page.text("document.querySelector('#verdicts').textContent");
    assertTrue(verdict.contains("Better than the mean response on 1 of 3 metrics"), verdict);
    for (String question :
        List.of(
            "Which claim", "Which baseline", "How near the ceiling", "How sure", "Where wrong")) {
      assertTrue(verdict.contains(question), question);
    }
    assertEquals(
        "better,worse,not told apart,",
        page.text(
            "[...document.querySelectorAll('#score-cards tbody tr')].map(r =>"
                + " r.cells[r.cells.length - 1].textContent).join(',')"));
    page.browser.click("#search");
    page.browser.type("tf11");
    assertEquals(
        1,
        page.browser
            .evaluate("document.querySelectorAll('#condition-table tbody tr').length")
            .asInt());
    assertEquals("TF11 in K562", page.text("document.querySelector('#case-title').textContent"));
    assertTrue(
        page.browser.evaluate("document.querySelectorAll('#case-chart svg path').length").asInt()
            > 3);
    assertTrue(
        page.text("document.querySelector('#omissions').textContent").contains("no gene changes"));
    assertEquals("undefined", page.text("typeof window.hostile"));
    assertEquals(
        0, page.browser.evaluate("document.querySelectorAll('img, main b').length").asInt());
    page.assertNoComplaint();
  }

  @Test
  void anExistingPageIsReplacedOnlyByForce() {
    assertThrows(OutputExistsException.class, () -> write(page.file(), false));
    write(page.file(), true);
  }
}
