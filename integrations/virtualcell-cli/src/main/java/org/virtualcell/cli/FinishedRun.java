package org.virtualcell.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.virtualcell.api.OutputExistsException;
import org.virtualcell.api.StorageException;
import org.virtualcell.provenance.Json;

/** A folder of results that an earlier run completed. */
final class FinishedRun {
  private static final String RUN = "run.json";

  private FinishedRun() {}

  /**
   * Whether a folder holds a completed run.
   *
   * @param folder the folder
   * @return true if its record is there, which is written last
   */
  static boolean isThere(Path folder) {
    return Files.exists(folder.resolve(RUN));
  }

  /**
   * Requires that a completed run is the one that is asked for.
   *
   * @param folder the folder
   * @param command what is asked for, word by word
   * @param inputs the digests of its files
   * @throws OutputExistsException if it is another run
   */
  static void requireSame(Path folder, List<String> command, Map<String, String> inputs) {
    JsonNode run;
    try {
      run = Json.read(Files.readString(folder.resolve(RUN)), folder + "/" + RUN);
    } catch (IOException e) {
      throw new StorageException(
          "The record of a run cannot be read", folder + "/" + RUN, "Check its permissions.", e);
    }
    if (!run.path("command").equals(Json.tree(command))
        || !run.path("inputs").equals(Json.tree(inputs))) {
      throw new OutputExistsException(
          "The output is complete and was made from other files or by other options",
          folder.toString(),
          "Name another folder, or add --force to replace it.");
    }
  }
}
