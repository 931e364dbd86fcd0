package org.virtualcell.evaluate;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.virtualcell.io.AtomicFile;

/**
 * Writes a result into a folder: {@code results.csv}, {@code agg_results.csv}, {@code
 * comparisons.csv} and {@code run.json}, UTF-8. Each file is written atomically, {@code run.json}
 * last.
 */
public final class ResultFiles {
  private ResultFiles() {}

  /**
   * Writes the files.
   *
   * @param result the result
   * @param folder an existing folder
   * @param command the command that made it, word by word, without anything that should stay
   *     private
   * @param inputs more facts of the run, such as digests of files by name
   * @param force whether files that are there may be replaced
   * @throws org.virtualcell.api.OutputExistsException if a file is there and {@code force} is
   *     false; then none is written
   * @throws org.virtualcell.api.StorageException if the folder cannot be written
   */
  public static void write(
      EvaluationResult result,
      Path folder,
      List<String> command,
      Map<String, String> inputs,
      boolean force) {
    Map<String, String> files = new LinkedHashMap<>();
    files.put("results.csv", ResultTables.results(result));
    files.put("agg_results.csv", ResultTables.aggregated(result));
    files.put("comparisons.csv", ResultTables.comparisons(result));
    files.put("run.json", RunFacts.json(result, command, inputs));
    files.keySet().forEach(name -> AtomicFile.requireWritable(folder.resolve(name), force));
    files.forEach(
        (name, text) ->
            AtomicFile.write(
                folder.resolve(name),
                force,
                out -> out.write(text.getBytes(StandardCharsets.UTF_8))));
  }
}
