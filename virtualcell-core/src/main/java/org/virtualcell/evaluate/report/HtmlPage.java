package org.virtualcell.evaluate.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts the template, the style, the scripts and the data together. The content security policy
 * names the two scripts by their SHA-256 and forbids every connection, so that text in the data can
 * neither run nor call out.
 */
public final class HtmlPage {
  /** The most bytes a page may have: 6 MB. */
  static final int MOST_BYTES = 6_000_000;

  /** Genes per perturbation below which the page rather drops whole perturbations' genes. */
  static final int FEWEST_GENES = 50;

  private static final String ECHARTS = "echarts/echarts-6.1.0.common.min.js";
  private static final String DATA = "[[data]]";
  private static final Pattern SLOT = Pattern.compile("\\{\\{([a-z]+)}}");

  private HtmlPage() {}

  /**
   * The page.
   *
   * @param report what it shows
   * @param mostBytes the most bytes it may have
   * @return HTML text; at most {@code mostBytes} in UTF-8 unless the tables alone are larger
   */
  static String of(ReportInput report, int mostBytes) {
    PageData data = new PageData(report);
    String frame = frame("report", "verdicts", report.title());
    return frame.replace(DATA, fitting(data, mostBytes - bytes(frame)));
  }

  /**
   * The data, with as many genes as fit: first fewer per perturbation, then fewer perturbations.
   */
  private static String fitting(PageData data, int mostBytes) {
    int genes = data.mostGenes();
    int measurements = data.measurements();
    String text = PageJson.text(data.tree(genes, measurements));
    int size = bytes(text);
    if (size <= mostBytes) {
      return text;
    }
    int bare = bytes(PageJson.text(data.tree(0, 0)));
    while (size > mostBytes && measurements > 0) {
      double share = Math.min(0.95, 0.98 * Math.max(0, mostBytes - bare) / (double) (size - bare));
      if (genes > FEWEST_GENES) {
        genes = Math.max(FEWEST_GENES, (int) (genes * share));
      } else {
        measurements = (int) (measurements * share);
      }
      text = PageJson.text(data.tree(genes, measurements));
      size = bytes(text);
    }
    return text;
  }

  /**
   * A page whose data are small enough whatever they are.
   *
   * @param name of its sections, its links to them and its script
   * @param answer what its first section holds, in a word
   * @param title its title
   * @param data the tree its script reads
   */
  static String of(String name, String answer, String title, Object data) {
    return frame(name, answer, title).replace(DATA, PageJson.text(data));
  }

  /** What all pages have, with the sections of one. */
  private static String frame(String name, String answer, String title) {
    String echarts = resource(ECHARTS);
    String script = resource("page.js") + resource(name + ".js");
    String policy =
        "default-src 'none'; script-src '"
            + hash(echarts)
            + "' '"
            + hash(script)
            + "'; style-src 'unsafe-inline'; img-src data:; connect-src 'none';"
            + " base-uri 'none'; form-action 'none'";
    String template =
        resource("page.html")
            .replace("{{nav}}", resource(name + "-nav.html"))
            .replace("{{sections}}", resource(name + ".html"));
    return fill(
        template,
        Map.of(
            "head",
            head(title, policy, resource("report.css")),
            "title",
            escaped(title),
            "answer",
            answer,
            "echarts",
            echarts,
            "script",
            script,
            "notice",
            escaped(resource("echarts/NOTICE").strip()),
            "echartslicence",
            escaped(resource("echarts/LICENSE")),
            "zrenderlicence",
            escaped(resource("echarts/LICENSE-zrender")),
            "dlicence",
            escaped(resource("echarts/LICENSE-d3"))));
  }

  /**
   * The head of every page of an evaluation.
   *
   * @param title its title, any text
   * @param policy its content security policy
   * @param style its style sheet
   * @return HTML up to the body
   */
  public static String head(String title, String policy, String style) {
    return fill(
        resource("page-head.html"),
        Map.of("title", escaped(title), "policy", policy, "style", style));
  }

  private static String fill(String template, Map<String, String> slots) {
    Matcher slot = SLOT.matcher(template);
    StringBuilder page = new StringBuilder();
    while (slot.find()) {
      String text = slots.get(slot.group(1));
      if (text == null) {
        throw new IllegalStateException("The template has an unknown slot " + slot.group());
      }
      slot.appendReplacement(page, Matcher.quoteReplacement(text));
    }
    return slot.appendTail(page).toString();
  }

  /**
   * A text as HTML that shows it; also safe where data are put in later.
   *
   * @param text any
   * @return the text without characters that mean something in HTML
   */
  public static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("[", "&#91;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  static String resource(String name) {
    return resource(HtmlPage.class, name);
  }

  /**
   * A resource of the jar as text.
   *
   * @param beside the class it lies beside
   * @param name its file name
   * @return the text
   * @throws IllegalStateException if the jar lacks it
   */
  public static String resource(Class<?> beside, String name) {
    try (InputStream in = beside.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("The jar lacks the resource " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("Reading the resource " + name, e);
    }
  }

  private static String hash(String script) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8));
      return "sha256-" + Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
