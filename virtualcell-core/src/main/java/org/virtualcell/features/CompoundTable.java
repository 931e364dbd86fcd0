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
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.virtualcell.api.DataFormatException;
import org.virtualcell.api.InvalidDataException;

/**
 * The structures of compounds by name, from a table of names and SMILES. What is made of them
 * (fingerprints, scaffolds) needs a {@link ChemistryProvider} on the class path. Immutable.
 */
public final class CompoundTable {
  private static final Set<String> UNKNOWN = Set.of("", "NA", "NaN", "nan", "null", "None", "-666");
  private static final List<String> SMILES =
      List.of("smiles", "canonical_smiles", "isomeric_smiles");
  private static final List<String> NAMES =
      List.of(
          "name", "compound", "drug", "perturbation", "treatment", "pert_iname", "pert_id", "id");

  private final Path file;
  private final Map<String, String> smiles = new TreeMap<>();
  private final Map<String, String> places = new TreeMap<>();

  private CompoundTable(Path file) {
    this.file = file;
  }

  /**
   * Reads a table: text separated by commas, or by tabs in a {@code .tsv} or {@code .txt} file;
   * also gzipped. With a header that names a column {@code smiles}, the names stand in the column
   * {@code name}, {@code compound}, {@code drug}, {@code perturbation}, {@code treatment}, {@code
   * pert_iname}, {@code pert_id} or {@code id}, else in the first other one. Without such a header
   * every row is a name and its SMILES. A compound whose SMILES is blank, {@code NA} or {@code
   * -666} has no structure.
   *
   * @param file the file
   * @return the structures
   * @throws org.virtualcell.api.StorageException if it cannot be read
   * @throws DataFormatException if it is no such table
   * @throws InvalidDataException if a compound occurs twice, or none has a structure
   */
  public static CompoundTable read(Path file) {
    CompoundTable table = new CompoundTable(file);
    String name = TextLines.nameOf(file).toLowerCase(Locale.ROOT);
    String plain = name.endsWith(".gz") ? name.substring(0, name.length() - 3) : name;
    char separator = plain.endsWith(".tsv") || plain.endsWith(".txt") ? '\t' : ',';
    try (Reader text = TextLines.open(file);
        MappingIterator<String[]> lines =
            CsvMapper.builder()
                .enable(CsvParser.Feature.WRAP_AS_ARRAY)
                .enable(CsvParser.Feature.SKIP_EMPTY_LINES)
                .build()
                .readerFor(String[].class)
                .with(CsvSchema.emptySchema().withColumnSeparator(separator))
                .readValues(text)) {
      table.rows(lines);
    } catch (RuntimeJsonMappingException e) {
      throw new DataFormatException(
          "The table cannot be understood", file.toString(), "Check its quotes and separators.", e);
    } catch (IOException e) {
      throw TextLines.unreadable(file, e);
    }
    if (table.smiles.isEmpty()) {
      throw new InvalidDataException(
          "The table holds no structure",
          file.toString(),
          "Write a name and its SMILES a row, separated by a "
              + (separator == ',' ? "comma." : "tab."));
    }
    return table;
  }

  private void rows(MappingIterator<String[]> lines) {
    int[] columns = {0, 1};
    for (int number = 1; lines.hasNext(); number++) {
      String[] fields = lines.next();
      Optional<int[]> header = number == 1 ? header(fields) : Optional.empty();
      if (header.isPresent()) {
        columns = header.get();
        continue;
      }
      String place = file + ", row " + number;
      if (fields.length <= Math.max(columns[0], columns[1])) {
        throw new DataFormatException(
            "A row has " + fields.length + (fields.length == 1 ? " field" : " fields"),
            place,
            "Write a name and its SMILES a row.");
      }
      add(fields[columns[0]].strip(), fields[columns[1]].strip(), place);
    }
  }

  /** The columns of names and SMILES, where the first row names that of SMILES. */
  private static Optional<int[]> header(String[] fields) {
    List<String> titles =
        Arrays.stream(fields).map(f -> f.strip().toLowerCase(Locale.ROOT)).toList();
    int structure =
        SMILES.stream().mapToInt(titles::indexOf).filter(c -> c >= 0).findFirst().orElse(-1);
    if (structure < 0) {
      return Optional.empty();
    }
    int name =
        NAMES.stream()
            .mapToInt(titles::indexOf)
            .filter(c -> c >= 0)
            .findFirst()
            .orElse(structure == 0 ? 1 : 0);
    return Optional.of(new int[] {name, structure});
  }

  private void add(String name, String structure, String place) {
    if (name.isEmpty()) {
      throw new InvalidDataException(
          "A compound has no name", place, "Name every compound, or leave it out.");
    }
    String earlier = places.put(name, place);
    if (earlier != null) {
      boolean same = structure.equals(smiles.getOrDefault(name, ""));
      throw new InvalidDataException(
          "Compound '" + name + "' has two rows" + (same ? "" : " with different structures"),
          earlier + " and " + place,
          "Keep one of them.");
    }
    if (!UNKNOWN.contains(structure)) {
      smiles.put(name, structure);
    }
  }

  /**
   * The SMILES of each compound that has one.
   *
   * @return sorted by name, unmodifiable
   */
  public Map<String, String> smiles() {
    return Collections.unmodifiableMap(smiles);
  }

  /**
   * The compounds as features.
   *
   * @param name the block's name
   * @return a vector per compound
   * @throws InvalidDataException if a SMILES is not valid; the message names compound and row
   * @throws DataFormatException if no chemistry is on the class path
   */
  public FeatureBlock fingerprints(String name) {
    return provided(chemistry -> chemistry.fingerprints(name, smiles, this::place));
  }

  /**
   * The scaffold of each compound: its rings and what links them.
   *
   * @return a text per compound, equal for equal scaffolds; empty for compounds without a ring
   * @throws InvalidDataException if a SMILES is not valid; the message names compound and row
   * @throws DataFormatException if no chemistry is on the class path
   */
  public Map<String, Optional<String>> scaffolds() {
    return provided(chemistry -> chemistry.scaffolds(smiles, this::place));
  }

  private String place(String compound) {
    return places.getOrDefault(compound, file.toString());
  }

  private <T> T provided(Function<ChemistryProvider, T> task) {
    List<String> broken = new ArrayList<>();
    for (ClassLoader loader :
        new ClassLoader[] {
          CompoundTable.class.getClassLoader(), Thread.currentThread().getContextClassLoader()
        }) {
      try {
        Optional<ChemistryProvider> found =
            ServiceLoader.load(ChemistryProvider.class, loader).findFirst();
        if (found.isPresent()) {
          return task.apply(found.get());
        }
      } catch (ServiceConfigurationError | LinkageError e) {
        broken.add(String.valueOf(e.getMessage()));
      }
    }
    throw new DataFormatException(
        "Structures of compounds cannot be read: no chemistry is on the class path"
            + (broken.isEmpty() ? "" : " that works: " + String.join("; ", broken)),
        file.toString(),
        "Add the module virtualcell-chemistry to the application.");
  }
}
