package org.virtualcell.evaluate.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Opens the page in a headless Chromium and uses it as a reader would. */
class ReportPageInBrowserTest {
  @TempDir static Path folder;

  private static OpenedPage page;
  private static Chromium browser;

  @BeforeAll
  static void start() throws Exception {
    page = OpenedPage.in(folder, file -> HtmlReport.write(ReportSamples.small(), file, false));
    browser = page.browser;
  }

  @AfterAll
  static void stop() throws Exception {
    if (page != null) {
      page.close();
    }
  }

  @ParameterizedTest
  @CsvSource({"1280, 900, light", "1280, 900, dark", "390, 844, light", "390, 844, dark"})
  void searchingAGeneAndClickingAPerturbationShowsItsEffect(int width, int height, String scheme) {
    page.show(width, height, scheme);
    assertEquals(scheme, page.text("document.documentElement.dataset.theme"));

    browser.click("#search");
    browser.type("gene9");
    // GENE9 is no perturbation, so perturbations are listed by how much they change it
    assertEquals(
        "GENE9", page.text("document.querySelector('#gene-table tr.chosen button').textContent"));
    assertEquals("descending", page.text(header("GENE9") + ".getAttribute('aria-sort')"));
    assertTrue(
        page.text("document.querySelector('#search-note').textContent").contains("1 gene match"));

    String second = "#condition-table tbody tr:nth-child(2) button";
    String perturbation = page.text("document.querySelector('" + second + "').textContent");
    browser.click(second);
    assertTrue(
        page.text("document.querySelector('#case-title').textContent")
            .startsWith(perturbation + " in "));
    assertEquals(
        page.text("document.querySelector('#gene-table tr.chosen td:nth-child(2)').textContent"),
        page.text(
            "echarts.getInstanceByDom(document.querySelector('#effect-plot')).getOption()"
                + ".series.find(s => s.name === 'found').data[0].value[0]"
                + ".toFixed(3).replace('-', '\\u2212')"),
        "the plot and the table show the same measured effect");

    browser.click("#plot-volcano");
    assertEquals(
        "-log10 p",
        page.text(
            "echarts.getInstanceByDom(document.querySelector('#effect-plot')).getOption()"
                + ".yAxis[0].name"));
    assertTrue(
        browser.evaluate("document.querySelectorAll('#effect-plot svg path').length").asInt() >= 40,
        "one mark per gene is drawn");
    page.assertNoComplaint();
  }

  @Test
  void aPerturbationIsFoundByPartOfItsName() {
    page.show(1280, 900, "light");
    browser.click("#search");
    browser.type("tf11");
    assertEquals(
        2,
        browser.evaluate("document.querySelectorAll('#condition-table tbody tr').length").asInt());
    assertTrue(
        page.text("document.querySelector('#case-title').textContent").startsWith("TF11 in "));
    page.assertNoComplaint();
  }

  @Test
  void clickingAPointOfThePlotMarksItsGeneInTheTable() {
    page.show(1280, 900, "light");
    JsonNode at =
        browser.evaluate(
            "(() => { const node = document.querySelector('#effect-plot');"
                + " node.scrollIntoView({block: 'center', behavior: 'instant'});"
                + " const chart = echarts.getInstanceByDom(node);"
                + " const s = chart.getOption().series.findIndex(s => s.name === 'changed, right way');"
                + " const v = chart.getOption().series[s].data[0].value;"
                + " const p = chart.convertToPixel({seriesIndex: s}, v);"
                + " const r = node.getBoundingClientRect();"
                + " return [r.x + p[0], r.y + p[1], v[2]]; })()");
    browser.clickAt(at.get(0).asDouble(), at.get(1).asDouble());
    assertEquals(
        at.get(2).asText(),
        page.text("document.querySelector('#gene-table tr.chosen').dataset.gene"));
    page.assertNoComplaint();
  }

  @Test
  void theTenWorstPairsNameTheBaselineThatWonAndLeadToTheirPlot() {
    page.show(1280, 900, "light");
    select("loss-model", "no-change");
    select("loss-metric", "0");
    select("loss-regime", "0");
    assertEquals(
        10, browser.evaluate("document.querySelectorAll('#loss-table tbody tr').length").asInt());
    assertEquals(
        List.of("TF0", "K562", "Unseen perturbation", "0.70", "0.10", "bilinear", "0.50", "0.40"),
        row("#loss-table tbody tr:first-child"));
    select("loss-model", "bilinear");
    select("loss-metric", "1");
    assertEquals(
        List.of(
            "TF5", "K562", "Unseen perturbation", "0.70", "4.00", "context-mean", "0.90", "3.10"),
        row("#loss-table tbody tr:first-child"));
    browser.click("#loss-table tbody tr:first-child button");
    assertEquals("TF5 in K562", page.text("document.querySelector('#case-title').textContent"));
    page.assertNoComplaint();
  }

  @Test
  void aRegimeWithoutSignalHasNoWinner() {
    page.show(1280, 900, "light");
    assertEquals(
        List.of("\u2713 tested", "\u2026 too few", "\u2205 no signal", "\u2205 no signal"),
        list("[...document.querySelectorAll('#verdicts .badge')].map(e => e.textContent)"));
    String winners =
        "[...document.querySelectorAll('#score-cards .panel')].map("
            + "p => p.querySelector('table tr.best th')?.textContent ?? '')";
    assertEquals(List.of("bilinear", "", "", ""), list(winners));
    select("metric", "pearson_effect_separate");
    assertEquals(List.of("", "", "", ""), list(winners), "not shown to be better than all others");
    assertEquals(
        List.of("1", "0", "0", "0"),
        list(
            "[...document.querySelectorAll('#verdicts .card')].map("
                + "c => String(c.textContent.split('comes first').length - 1))"));
    page.assertNoComplaint();
  }

  @Test
  void theColoursCanBeSwitchedAndChartsFollow() {
    page.show(1280, 900, "light");
    String label =
        "document.querySelector('#score-chart-0 svg text').getAttribute('fill') + ' '"
            + " + getComputedStyle(document.body).backgroundColor";
    String light = page.text(label);
    browser.click("#theme");
    assertEquals("dark", page.text("document.documentElement.dataset.theme"));
    assertEquals(
        "true", page.text("document.querySelector('#theme').getAttribute('aria-pressed')"));
    String dark = page.text(label);
    assertNotEquals(light.split(" ")[0], dark.split(" ")[0]);
    browser.click("#theme");
    assertEquals(light, page.text(label));
    page.assertNoComplaint();
  }

  @Test
  void hostileLabelsStayText() {
    page.show(1280, 900, "light");
    browser.click("#search");
    browser.type("onerror");
    assertEquals(
        ReportSamples.HOSTILE,
        page.text("document.querySelector('#gene-table tr.chosen button').textContent"));
    assertEquals(0, browser.evaluate("document.querySelectorAll('img, main b').length").asInt());
    assertEquals("undefined", page.text("typeof window.hostile"));
    assertEquals("Made-up cells <b>&", page.text("document.querySelector('h1').textContent"));
    page.assertNoComplaint();
  }

  @Test
  void everyControlHasANameAndEveryTableAHeader() {
    page.show(390, 844, "light");
    assertEquals(
        List.of(),
        list(
            "[...document.querySelectorAll('button, input, select, a')].filter(e =>"
                + " !(e.textContent.trim() || e.getAttribute('aria-label') || e.labels?.length))"
                + ".map(e => e.outerHTML)"));
    assertEquals(
        List.of(),
        list(
            "[...document.querySelectorAll('table')].filter(t => !t.querySelector('th[scope]'))"
                + ".map(e => e.outerHTML)"));
    assertEquals(
        List.of(),
        list(
            "[...document.querySelectorAll('[role=img]')].filter(e => !e.getAttribute('aria-label'))"
                + ".map(e => e.id)"));
  }

  @ParameterizedTest
  @CsvSource({"light", "dark"})
  void textHasEnoughContrast(String scheme) {
    page.show(1280, 900, scheme);
    // WCAG 2.2, 1.4.3: 4.5 to 1 against the nearest opaque background
    assertEquals(
        List.of(),
        list(
            "(() => { const rgb = s => s.match(/[\\d.]+/g).map(Number);"
                + " const lum = c => { const f = c.slice(0, 3).map(v => v / 255).map(v =>"
                + " v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);"
                + " return 0.2126 * f[0] + 0.7152 * f[1] + 0.0722 * f[2]; };"
                + " const back = e => { for (; e; e = e.parentElement) {"
                + " const c = rgb(getComputedStyle(e).backgroundColor);"
                + " if (c.length < 4 || c[3] > 0.99) return c; } return [255, 255, 255]; };"
                + " return [...document.querySelectorAll('body *')].filter(e =>"
                + " !e.closest('svg') && e.offsetParent && [...e.childNodes].some(n =>"
                + " n.nodeType === 3 && n.textContent.trim())).filter(e => {"
                + " const a = lum(rgb(getComputedStyle(e).color)), b = lum(back(e));"
                + " return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) < 4.5; })"
                + ".map(e => e.outerHTML.slice(0, 200)); })()"));
  }

  private static void select(String id, String value) {
    browser.evaluate(
        "(() => { const e = document.getElementById('"
            + id
            + "'); e.value = '"
            + value
            + "'; e.dispatchEvent(new Event('change')); })()");
  }

  private static String header(String label) {
    return "[...document.querySelectorAll('#condition-table th')].find(e => e.textContent === '"
        + label
        + "')";
  }

  private static List<String> row(String selector) {
    return list("[...document.querySelector('" + selector + "').cells].map(e => e.textContent)");
  }

  private static List<String> list(String expression) {
    List<String> values = new java.util.ArrayList<>();
    browser.evaluate(expression).forEach(value -> values.add(value.asText()));
    return values;
  }
}
