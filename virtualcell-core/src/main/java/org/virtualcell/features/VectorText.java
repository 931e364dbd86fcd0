package org.virtualcell.features;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.RuntimeJsonMappingException;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.virtualcell.api.DataFormatException;
import org.virtualcell.api.InvalidDataException;

/** A text table of vectors, separated by commas or tabs. */
final class VectorText {
  private static final Set<String> EMPTY = Set.of("", "NA", "NaN", "nan", "null", "None");
  private static final Pattern ENTREZ = Pattern.compile("\\s*\\(\\d+\\)$");

  private final Path file;
  private final char separator;

  VectorText(Path file, char separator) {
    this.file = file;
    this.separator = separator;
  }

  FeatureTable read(FeatureFiles.Layout layout) {
    try (Reader text = TextLines.open(file);
        MappingIterator<String[]> lines =
            CsvMapper.builder()
                .enable(CsvParser.Feature.WRAP_AS_ARRAY)
                .enable(CsvParser.Feature.SKIP_EMPTY_LINES)
                .build()
                .readerFor(String[].class)
                .with(CsvSchema.emptySchema().withColumnSeparator(separator))
                .readValues(text)) {
      if (!lines.hasNext()) {
        throw new DataFormatException(
            "The table is empty", file.toString(), "Name a table with a header and vectors.");
      }
      String[] header = lines.next();
      if (header.length < 2) {
        throw new DataFormatException(
            "The header has one column only",
            file.toString(),
            "Separate columns by " + (separator == ',' ? "commas." : "tabs."));
      }
      return layout == FeatureFiles.Layout.ROWS ? rows(header, lines) : columns(header, lines);
    } catch (RuntimeJsonMappingException e) {
      throw new DataFormatException(
          "The table cannot be understood", file.toString(), "Check its quotes and separators.", e);
    } catch (IOException e) {
      throw TextLines.unreadable(file, e);
    }
  }

  private FeatureTable rows(String[] header, MappingIterator<String[]> lines) {
    VectorRows rows = new VectorRows(TextLines.nameOf(file), file.toString());
    for (int number = 2; lines.hasNext(); number++) {
      String[] fields = lines.next();
      String place = "row " + number;
      requireWidth(header, fields, place);
      float[] vector = new float[header.length - 1];
      boolean whole = true;
      for (int c = 0; c < vector.length; c++) {
        String field = fields[c + 1].strip();
        boolean empty = EMPTY.contains(field);
        whole &= !empty;
        vector[c] = empty ? 0 : number(field, place + ", column " + header[c + 1]);
      }
      if (whole) {
        rows.add(fields[0].strip(), vector, place);
      } else {
        rows.claim(fields[0].strip(), place);
      }
    }
    return rows.table();
  }

  private FeatureTable columns(String[] header, MappingIterator<String[]> lines) {
    List<float[]> read = new ArrayList<>();
    for (int number = 2; lines.hasNext(); number++) {
      String[] fields = lines.next();
      requireWidth(header, fields, "row " + number);
      float[] values = new float[header.length - 1];
      for (int c = 0; c < values.length; c++) {
        String field = fields[c + 1].strip();
        values[c] =
            EMPTY.contains(field)
                ? Float.NaN
                : number(field, "row " + number + ", column " + header[c + 1]);
      }
      read.add(values);
    }
    VectorRows rows = new VectorRows(TextLines.nameOf(file), file.toString());
    for (int c = 1; c < header.length; c++) {
      String name = ENTREZ.matcher(header[c].strip()).replaceFirst("");
      float[] vector = new float[read.size()];
      boolean whole = true;
      for (int r = 0; r < vector.length; r++) {
        vector[r] = read.get(r)[c - 1];
        whole &= !Float.isNaN(vector[r]);
      }
      if (whole) {
        rows.add(name, vector, "column " + (c + 1));
      } else {
        rows.claim(name, "column " + (c + 1));
      }
    }
    return rows.table();
  }

  private void requireWidth(String[] header, String[] fields, String place) {
    if (fields.length != header.length) {
      throw new DataFormatException(
          "A row has " + fields.length + " fields, the header " + header.length,
          file + ", " + place,
          "Give every row a name and a value per column.");
    }
  }

  private float number(String field, String place) {
    try {
      return Float.parseFloat(field);
    } catch (NumberFormatException e) {
      throw new InvalidDataException(
          "'" + field + "' is not a number",
          file + ", " + place,
          "Keep the name and numbers only; leave a value empty where it is unknown.",
          e);
    }
  }
}
