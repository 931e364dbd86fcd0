package org.virtualcell.evaluate.report;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.virtualcell.io.AtomicFile;

/**
 * Writes an evaluation as one self-contained interactive page. The page opens from a file, asks the
 * network for nothing (its content security policy forbids it), has at most 6 MB and at most 2,000
 * genes per perturbation, and says where it left something out.
 */
public final class HtmlReport {
  private HtmlReport() {}

  /**
   * Writes the page, whole or not at all.
   *
   * @param input what it shows
   * @param target the file to write, usually {@code report.html}
   * @param force whether a file that is there may be replaced
   * @throws org.virtualcell.api.OutputExistsException if the target is there and {@code force} is
   *     false
   * @throws org.virtualcell.api.StorageException if it cannot be written
   */
  public static void write(ReportInput input, Path target, boolean force) {
    AtomicFile.requireWritable(target, force);
    byte[] page = HtmlPage.of(input, HtmlPage.MOST_BYTES).getBytes(StandardCharsets.UTF_8);
    AtomicFile.write(target, force, out -> out.write(page));
  }
}
