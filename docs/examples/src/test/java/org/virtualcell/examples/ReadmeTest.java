package org.virtualcell.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the README shows is what runs. */
class ReadmeTest {
  @Test
  void theExampleOfTheReadmeIsTheOneThatRuns() throws IOException {
    String source =
        Files.readString(
            BundledData.HOUSE.resolve(
                "docs/examples/src/main/java/org/virtualcell/examples/PredictPerturbation.java"));
    assertEquals(
        between(source, "    // README\n", "    // end of README\n").replaceAll("(?m)^    ", ""),
        between(readme(), "```java\n", "```\n"));
  }

  @Test
  void theOutputOfTheReadmeIsTheOneOfTheExample() throws IOException {
    PrintStream console = System.out;
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    try {
      System.setOut(new PrintStream(output, true, StandardCharsets.UTF_8));
      PredictPerturbation.main(BundledData.NORMAN.toString());
    } finally {
      System.setOut(console);
    }
    assertEquals(between(readme(), "```text\n", "```\n"), output.toString(StandardCharsets.UTF_8));
  }

  @Test
  void theDependenciesOfTheReadmeNameTheVersionThatIsBuilt() throws IOException {
    String version = System.getProperty("virtualcell.version");
    List<String> shown =
        Pattern.compile("<version>([^<]*)</version>")
            .matcher(readme())
            .results()
            .map(m -> m.group(1))
            .toList();
    assertTrue(shown.size() >= 2, "two snippets");
    assertEquals(shown.stream().map(v -> version).toList(), shown);
  }

  @Test
  void everyPictureAndPageTheReadmeLinksToIsThere() throws IOException {
    Matcher link = Pattern.compile("\\]\\((?!https?:|#)([^)#]+)").matcher(readme());
    while (link.find()) {
      assertTrue(Files.exists(BundledData.HOUSE.resolve(link.group(1))), link.group(1));
    }
  }

  private static String readme() throws IOException {
    return Files.readString(BundledData.HOUSE.resolve("README.md"));
  }

  private static String between(String text, String start, String end) {
    int from = text.indexOf(start);
    assertTrue(from >= 0, start);
    return text.substring(from + start.length(), text.indexOf(end, from + start.length()));
  }
}
