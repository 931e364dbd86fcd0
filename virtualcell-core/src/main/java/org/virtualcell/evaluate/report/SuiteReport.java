package org.virtualcell.evaluate.report;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.virtualcell.io.AtomicFile;

/**
 * Writes what a suite found as one self-contained interactive page, of the same make as {@link
 * HtmlReport}: which claim, against which baseline, how near the replicate, how sure, where wrong;
 * every member with its scale; every perturbation by itself; what was left out and why.
 */
public final class SuiteReport {
  private SuiteReport() {}

  /**
   * Writes the page, whole or not at all. The same arguments give the same bytes.
   *
   * @param scores what was found
   * @param title the heading
   * @param command the command that reproduces the page
   * @param facts what was asked: data files, digests, seed
   * @param target the file to write, usually {@code report.html}
   * @param force whether a file that is there may be replaced
   * @throws org.virtualcell.api.OutputExistsException if the target is there and {@code force} is
   *     false
   * @throws org.virtualcell.api.StorageException if it cannot be written
   */
  public static void write(
      SuiteScores scores,
      String title,
      String command,
      List<FactCard.Fact> facts,
      Path target,
      boolean force) {
    AtomicFile.requireWritable(target, force);
    byte[] page = page(scores, title, command, facts).getBytes(StandardCharsets.UTF_8);
    AtomicFile.write(target, force, out -> out.write(page));
  }

  static String page(SuiteScores scores, String title, String command, List<FactCard.Fact> facts) {
    return HtmlPage.of(
        "suite", "verdict", title, new SuitePageData(scores, title, command, facts).tree());
  }
}
