package org.virtualcell.io;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.virtualcell.api.ContentDigest;
import org.virtualcell.api.VirtualCellException;

/**
 * Runs in a JVM of its own: takes paths on stdin, reads all there is in each file, and answers a
 * line per path: {@code DATA digest}, {@code ERROR message}, or {@code BROKEN exception}.
 */
final class FuzzWorker {
  private FuzzWorker() {}

  public static void main(String[] args) throws Exception {
    PrintStream answers = System.out;
    System.setOut(System.err);
    BufferedReader paths =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String path = paths.readLine(); path != null; path = paths.readLine()) {
      answers.println(outcome(Path.of(path)).replace('\n', ' ').replace('\r', ' '));
      answers.flush();
    }
  }

  static String outcome(Path file) {
    try {
      return "DATA " + readAll(file);
    } catch (VirtualCellException e) {
      boolean named = e.where().contains(file.getFileName().toString());
      return (named ? "ERROR " : "BROKEN message does not name the file: ") + e;
    } catch (Throwable e) {
      java.io.StringWriter trace = new java.io.StringWriter();
      e.printStackTrace(new java.io.PrintWriter(trace));
      return "BROKEN " + trace.toString().replace('\n', '|');
    }
  }

  /** The digest of everything that can be read from a file. */
  private static String readAll(Path file) {
    ContentDigest.Builder all = ContentDigest.of("fuzz/1");
    try (AnnotatedData data = AnnotatedFiles.open(file)) {
      add(all, data);
      for (String matrix : data.contents().matrices()) {
        if (!matrix.equals("X")) {
          try (AnnotatedData other =
              AnnotatedFiles.open(file, ReadOptions.defaults().withMatrix(matrix))) {
            add(all, other);
          }
        }
      }
    }
    return all.build().hex();
  }

  private static void add(ContentDigest.Builder all, AnnotatedData data) {
    all.add(data.genes().digest()).add(data.expression().digest()).add(data.units().toString());
    data.observations().index().forEach(all::add);
    for (Column column : data.observations().columns()) {
      column.strings().forEach(value -> all.add(String.valueOf(value)));
    }
  }
}
