package org.virtualcell.evaluate.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A page of this library in a headless Chromium, as a reader has it before him. */
final class OpenedPage implements AutoCloseable {
  final Chromium browser;
  private final Path file;

  private OpenedPage(Chromium browser, Path file) {
    this.browser = browser;
    this.file = file;
  }

  /** Starts a browser for a page; skips the tests of the caller where there is none. */
  static OpenedPage in(Path folder, PageWriter writer) throws Exception {
    Optional<Path> program = Chromium.find();
    assumeTrue(
        program.isPresent(), "no chromium, chromium-browser or google-chrome on the PATH: skipped");
    Path file = folder.resolve("report.html");
    writer.write(file);
    return new OpenedPage(
        Chromium.start(program.get(), Files.createTempDirectory("virtualcell-browser")), file);
  }

  /** Writes a page. */
  interface PageWriter {
    void write(Path file);
  }

  Path file() {
    return file;
  }

  /** Loads the page in a window, where it must be ready and fit. */
  void show(int width, int height, String scheme) {
    browser.show(width, height, scheme);
    browser.open(file.toUri());
    assertEquals("true", text("document.documentElement.dataset.ready"));
    assertTrue(
        browser.evaluate("document.documentElement.scrollWidth <= window.innerWidth").asBoolean(),
        "the page does not scroll sideways at " + width);
    assertEquals(width, browser.evaluate("window.innerWidth").asInt());
  }

  String text(String expression) {
    return browser.evaluate(expression).asText();
  }

  /** Neither an error nor a request beyond the page itself. */
  void assertNoComplaint() {
    assertEquals(List.of(), browser.complaints);
    assertEquals(
        List.of(file.toUri().toString()),
        browser.requests.stream().filter(r -> !r.startsWith("data:")).toList());
  }

  @Override
  public void close() throws IOException {
    browser.close();
  }
}
