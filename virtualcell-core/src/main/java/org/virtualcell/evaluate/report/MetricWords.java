package org.virtualcell.evaluate.report;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * What the metrics of the suites are called and mean, in words for a reader who does not know the
 * suite: a line {@code name = title | meaning} each.
 */
final class MetricWords {
  private static final String PREFIX = "de_wilcoxon_";

  private final Properties words;

  private MetricWords(Properties words) {
    this.words = words;
  }

  static MetricWords read() {
    Properties words = new Properties();
    try {
      words.load(new StringReader(HtmlPage.resource("suite-metrics.properties")));
    } catch (IOException e) {
      throw new UncheckedIOException("Reading suite-metrics.properties", e);
    }
    return new MetricWords(words);
  }

  /** A few words; the name itself where there are none. */
  String title(String metric) {
    String text = text(metric);
    return text.isEmpty() ? metric : text.substring(0, text.indexOf('|')).strip();
  }

  /** A sentence; empty where there is none. */
  String meaning(String metric) {
    String text = text(metric);
    return text.substring(text.indexOf('|') + 1).strip();
  }

  private String text(String metric) {
    String name = metric.startsWith(PREFIX) ? metric.substring(PREFIX.length()) : metric;
    return words.getProperty(name, "");
  }
}
