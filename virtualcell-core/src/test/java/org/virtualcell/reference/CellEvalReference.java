package org.virtualcell.reference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import io.jhdf.HdfFile;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.virtualcell.provenance.Json;
import org.virtualcell.stats.differential.CellValues;
import org.virtualcell.stats.differential.DifferentialTable;

/** The numbers cell-eval 0.8.1 and pdex 0.2.5 printed, and the cells they were given. */
public final class CellEvalReference {
  private CellEvalReference() {}

  /**
   * Cells of a file.
   *
   * @param values dense rows, in the precision of the file
   * @param doubles whether the file holds double precision
   * @param genes the genes' names
   * @param columns the columns of the cells
   * @param embedding X_emb, or null
   */
  public record Cells(
      List<double[]> values,
      boolean doubles,
      List<String> genes,
      Map<String, List<String>> columns,
      List<double[]> embedding) {
    public CellValues view() {
      return CellValues.ofRows(values, genes.size());
    }

    public List<String> column(String name) {
      return columns.get(name);
    }
  }

  /** The bytes of a reference file, unpacked. */
  public static InputStream open(String name) {
    try {
      InputStream plain = CellEvalReference.class.getResourceAsStream("cell-eval/" + name);
      if (plain != null) {
        return plain;
      }
      return new GZIPInputStream(
          CellEvalReference.class.getResourceAsStream("cell-eval/" + name + ".gz"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static JsonNode json(String name) {
    try (InputStream in = open(name)) {
      // Python writes NaN
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("NaN", "null");
      return Json.read(text, name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The rows of a CSV by column name; text. */
  public static List<Map<String, String>> csv(String name) {
    try (InputStream in = open(name);
        MappingIterator<String[]> lines =
            CsvMapper.builder()
                .enable(CsvParser.Feature.WRAP_AS_ARRAY)
                .build()
                .readerFor(String[].class)
                .readValues(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      String[] header = lines.next();
      List<Map<String, String>> rows = new ArrayList<>();
      while (lines.hasNext()) {
        String[] line = lines.next();
        Map<String, String> row = new LinkedHashMap<>();
        for (int c = 0; c < header.length; c++) {
          row.put(header[c], c < line.length ? line[c] : "");
        }
        rows.add(row);
      }
      return rows;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static double number(String text) {
    return switch (text) {
      case "" -> Double.NaN;
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }

  public static DifferentialTable table(String name) {
    try (InputStream in = open(name)) {
      return DifferentialTable.readCsv(new InputStreamReader(in, StandardCharsets.UTF_8), name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static Cells cells(String name) {
    try {
      Path copy = Files.createTempFile("reference", ".h5ad");
      try (InputStream in = open(name)) {
        Files.write(copy, in.readAllBytes());
        try (HdfFile file = new HdfFile(copy)) {
          return read(file);
        }
      } finally {
        Files.delete(copy);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Cells read(HdfFile file) {
    List<String> genes = List.of((String[]) file.getDatasetByPath("var/_index").getData());
    Node x = file.getByPath("X");
    List<double[]> rows = new ArrayList<>();
    boolean doubles;
    if (x instanceof Dataset dense) {
      Object data = dense.getData();
      doubles = data instanceof double[][];
      for (Object row : (Object[]) data) {
        rows.add(widened(row));
      }
    } else {
      Group sparse = (Group) x;
      Object data = ((Dataset) sparse.getChild("data")).getData();
      doubles = data instanceof double[];
      double[] values = widened(data);
      int[] indices = (int[]) ((Dataset) sparse.getChild("indices")).getData();
      int[] start = (int[]) ((Dataset) sparse.getChild("indptr")).getData();
      for (int r = 0; r + 1 < start.length; r++) {
        double[] row = new double[genes.size()];
        for (int k = start[r]; k < start[r + 1]; k++) {
          row[indices[k]] = values[k];
        }
        rows.add(row);
      }
    }
    Map<String, List<String>> columns = new LinkedHashMap<>();
    for (Node column : ((Group) file.getByPath("obs")).getChildren().values()) {
      columns.put(column.getName(), text(column));
    }
    List<double[]> embedding = null;
    if (((Group) file.getByPath("obsm")).getChildren().containsKey("X_emb")) {
      embedding = new ArrayList<>();
      for (Object row : (Object[]) file.getDatasetByPath("obsm/X_emb").getData()) {
        embedding.add(widened(row));
      }
    }
    return new Cells(rows, doubles, genes, columns, embedding);
  }

  private static List<String> text(Node column) {
    if (column instanceof Group category) {
      String[] names = (String[]) ((Dataset) category.getChild("categories")).getData();
      List<String> labels = new ArrayList<>();
      for (byte code : (byte[]) ((Dataset) category.getChild("codes")).getData()) {
        labels.add(names[code]);
      }
      return labels;
    }
    return List.of((String[]) ((Dataset) column).getData());
  }

  private static double[] widened(Object row) {
    if (row instanceof double[] exact) {
      return exact;
    }
    float[] single = (float[]) row;
    double[] wide = new double[single.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = single[i];
    }
    return wide;
  }
}
