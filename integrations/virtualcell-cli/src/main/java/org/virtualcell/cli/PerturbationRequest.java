package org.virtualcell.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.virtualcell.api.DataFormatException;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.StorageException;

/**
 * One line of what a user asks {@code predict} for.
 *
 * @param where which row of which file, for messages
 * @param perturbation the label, parts of a combination joined by {@code +}
 * @param context the context asked about; empty for every context of the data
 * @param cells how many cells to predict; empty for the default
 * @param dose the dose as written; empty where none
 * @param time the time as written; empty where none
 */
record PerturbationRequest(
    String where,
    String perturbation,
    Optional<String> context,
    OptionalInt cells,
    Optional<String> dose,
    Optional<String> time) {
  private static final String PERTURBATION = "perturbation";
  private static final Set<String> COLUMNS =
      Set.of(PERTURBATION, "context", "cells", "dose", "time");

  /**
   * A request of the command line.
   *
   * @param label the perturbation's label
   * @return a request for every context of the data
   */
  static PerturbationRequest of(String label) {
    return new PerturbationRequest(
        "--perturbation " + label,
        label.strip(),
        Optional.empty(),
        OptionalInt.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** This request with a dose. */
  PerturbationRequest withDose(String text) {
    return new PerturbationRequest(where, perturbation, context, cells, Optional.of(text), time);
  }

  /**
   * The requests of a CSV file with a header.
   *
   * @param file the file: column {@code perturbation}, and where wanted {@code context}, {@code
   *     cells}, {@code dose}, {@code time}
   * @return one request per line
   * @throws DataFormatException if it is no such table
   * @throws InvalidDataException if a value makes no sense; the message names the row, counted
   *     without the header and blank lines
   * @throws StorageException if it cannot be read
   */
  static List<PerturbationRequest> read(Path file) {
    List<PerturbationRequest> requests = new ArrayList<>();
    CsvMapper csv =
        CsvMapper.builder()
            .enable(CsvParser.Feature.TRIM_SPACES)
            .enable(CsvParser.Feature.SKIP_EMPTY_LINES)
            .build();
    try (BufferedReader text = Files.newBufferedReader(file)) {
      skipByteOrderMark(text);
      if (isEmpty(text)) {
        throw empty(file);
      }
      MappingIterator<Map<String, String>> lines =
          csv.readerForMapOf(String.class)
              .with(CsvSchema.emptySchema().withHeader())
              .readValues(text);
      while (lines.hasNext()) {
        Map<String, String> line = lines.next();
        requests.add(of(line, file + ", row " + (requests.size() + 1)));
      }
    } catch (NoSuchFileException e) {
      throw new StorageException(
          "There is no such file", file.toString(), "Check the path of --perturbations.", e);
    } catch (CharacterCodingException e) {
      throw new DataFormatException(
          "The file is not text in UTF-8", file.toString(), "Save it as CSV in UTF-8.", e);
    } catch (JsonProcessingException e) {
      throw new DataFormatException(
          "The file is not a CSV table: " + e.getOriginalMessage(),
          file.toString(),
          "Write a header with the column 'perturbation', then one line per perturbation.",
          e);
    } catch (IOException e) {
      throw new StorageException(
          "The file cannot be read: " + e.getMessage(), file.toString(), "Check the path.", e);
    }
    if (requests.isEmpty()) {
      throw empty(file);
    }
    return List.copyOf(requests);
  }

  private static InvalidDataException empty(Path file) {
    return new InvalidDataException(
        "The table of perturbations is empty",
        file.toString(),
        "Write a header with the column 'perturbation', then one line per perturbation.");
  }

  private static boolean isEmpty(BufferedReader text) throws IOException {
    text.mark(1);
    int first = text.read();
    text.reset();
    return first < 0;
  }

  private static void skipByteOrderMark(BufferedReader text) throws IOException {
    text.mark(1);
    if (text.read() != '\uFEFF') {
      text.reset();
    }
  }

  private static PerturbationRequest of(Map<String, String> line, String where) {
    if (!line.containsKey(PERTURBATION)) {
      throw new DataFormatException(
          "There is no column 'perturbation' but " + line.keySet(),
          where,
          "Name the columns in the first line: perturbation, and where wanted context, cells,"
              + " dose, time.");
    }
    for (String column : line.keySet()) {
      if (!COLUMNS.contains(column)) {
        throw new DataFormatException(
            "Column '" + column + "' is not known",
            where,
            "Use perturbation, context, cells, dose, time; nothing is ignored in silence.");
      }
    }
    Optional<String> label = text(line, PERTURBATION);
    return new PerturbationRequest(
        where,
        label.orElseThrow(
            () ->
                new InvalidDataException(
                    "The perturbation is blank", where, "Name one, or remove the line.")),
        text(line, "context"),
        number(text(line, "cells"), where),
        text(line, "dose"),
        text(line, "time"));
  }

  private static Optional<String> text(Map<String, String> line, String column) {
    return Optional.ofNullable(line.get(column)).map(String::strip).filter(s -> !s.isEmpty());
  }

  private static OptionalInt number(Optional<String> text, String where) {
    if (text.isEmpty()) {
      return OptionalInt.empty();
    }
    try {
      int cells = Integer.parseInt(text.get());
      if (cells >= 0) {
        return OptionalInt.of(cells);
      }
    } catch (NumberFormatException e) {
      // falls through to the one message for both mistakes
    }
    throw new InvalidDataException(
        "'" + text.get() + "' is not a number of cells", where, "Write a whole number, 0 or more.");
  }
}
