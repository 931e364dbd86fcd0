package org.virtualcell.features;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.virtualcell.api.CellState;
import org.virtualcell.api.DataFormatException;
import org.virtualcell.api.InvalidDataException;

/**
 * Which receptors a cytokine or other protein binds: what represents it where nothing else is known
 * of it. A ligand is like another by the receptors they share, and has the features of its
 * receptors. Immutable.
 */
public final class LigandReceptors {
  private final String source;
  private final Map<String, Set<String>> receptors; // by ligand

  private LigandReceptors(String source, Map<String, Set<String>> receptors) {
    this.source = source;
    this.receptors = receptors;
  }

  /**
   * Receptors by ligand.
   *
   * @param source where they come from, for messages and reports
   * @param receptors the genes of the receptors of each ligand
   * @return the table
   * @throws InvalidDataException if there is no ligand, or one has no receptor
   */
  public static LigandReceptors of(String source, Map<String, ? extends Set<String>> receptors) {
    Map<String, Set<String>> copy = new TreeMap<>();
    receptors.forEach((ligand, genes) -> copy.put(ligand, new TreeSet<>(genes)));
    for (Map.Entry<String, Set<String>> e : copy.entrySet()) {
      if (e.getKey().isBlank() || e.getValue().isEmpty()) {
        throw new InvalidDataException(
            "Ligand '" + e.getKey() + "' has no name or no receptor",
            source,
            "Name one receptor or more, or leave the ligand out.");
      }
    }
    if (copy.isEmpty()) {
      throw new InvalidDataException(
          "There is no ligand", source, "Write a ligand and a receptor a line.");
    }
    return new LigandReceptors(source, copy);
  }

  /**
   * Reads a table: a {@code .gmt} file with a set of receptors per ligand; or a ligand and a
   * receptor a line, separated by a tab (by a comma in a {@code .csv} file), more columns being
   * ignored. A first line whose fields are {@code ligand} and {@code receptor} is a header. Gzip is
   * recognised.
   *
   * @param file the file
   * @return the table
   * @throws org.virtualcell.api.StorageException if the file cannot be read
   * @throws DataFormatException if a line is no pair; the message names it
   * @throws InvalidDataException if there is no ligand
   */
  public static LigandReceptors read(Path file) {
    String name = TextLines.nameOf(file).toLowerCase(Locale.ROOT);
    if (name.endsWith(".gmt") || name.endsWith(".gmt.gz")) {
      return of(file.toString(), GeneSets.gmt(file).genes());
    }
    String separator = name.endsWith(".csv") || name.endsWith(".csv.gz") ? "," : "\t";
    Map<String, Set<String>> pairs = new LinkedHashMap<>();
    TextLines.of(file)
        .forEach(
            (line, number) -> {
              String[] fields = line.split(separator, -1);
              if (fields.length < 2 || fields[0].isBlank() || fields[1].isBlank()) {
                throw new DataFormatException(
                    "A line is not a ligand and its receptor",
                    file + ", line " + number,
                    "Separate the two by a " + (separator.equals(",") ? "comma." : "tab."));
              }
              boolean header =
                  number == 1
                      && fields[0].strip().equalsIgnoreCase("ligand")
                      && fields[1].strip().equalsIgnoreCase("receptor");
              if (!header) {
                pairs
                    .computeIfAbsent(fields[0].strip(), any -> new TreeSet<>())
                    .add(fields[1].strip());
              }
            });
    return of(file.toString(), pairs);
  }

  /**
   * The ligands with their receptors as a block: a dimension per receptor, weighted by how few
   * ligands bind it, so that a receptor of all says little.
   *
   * @param name the block's name
   * @return a vector per ligand
   */
  public FeatureBlock block(String name) {
    return new FeatureBlock(name, FeatureTable.of(source, vectors(Map.of())), Similarity.COSINE);
  }

  /**
   * The same for cells of a context, each receptor weighted by the share of the cells that express
   * it too: a receptor that is not there transmits nothing. A receptor that was not measured keeps
   * its weight; a ligand none of whose receptors is expressed is missing.
   *
   * @param name the block's name
   * @param controls unperturbed cells of the context
   * @return a vector per ligand
   * @throws InvalidDataException if no ligand has an expressed receptor
   */
  public FeatureBlock block(String name, CellState controls) {
    Set<String> all = new TreeSet<>();
    receptors.values().forEach(all::addAll);
    Map<String, Double> expressed = new TreeMap<>();
    if (all.stream().anyMatch(r -> controls.genes().find(r).isPresent())) {
      FeatureTable shares = ControlFeatures.expression(controls, all);
      shares.names().forEach(r -> expressed.put(r, (double) shares.find(r).orElseThrow()[1]));
    }
    return new FeatureBlock(
        name,
        FeatureTable.of(source + " in " + controls.context(), vectors(expressed)),
        Similarity.COSINE);
  }

  private Map<String, double[]> vectors(Map<String, Double> expressed) {
    Map<String, Integer> ligands = new TreeMap<>();
    receptors.values().forEach(all -> all.forEach(r -> ligands.merge(r, 1, Integer::sum)));
    List<String> dimensions = List.copyOf(ligands.keySet());
    Map<String, double[]> vectors = new TreeMap<>();
    receptors.forEach(
        (ligand, all) -> {
          double[] vector = new double[dimensions.size()];
          double sum = 0;
          for (int d = 0; d < vector.length; d++) {
            String receptor = dimensions.get(d);
            if (all.contains(receptor)) {
              // one more ligand than there are, so that a receptor of all still counts a little
              double rare = Math.log((1.0 + receptors.size()) / ligands.get(receptor));
              vector[d] = rare * expressed.getOrDefault(receptor, 1.0);
              sum += vector[d];
            }
          }
          if (sum > 0) {
            vectors.put(ligand, vector);
          }
        });
    return vectors;
  }

  /**
   * A block of features of genes with the ligands added: each has the mean of the vectors its
   * receptors have there. Ligands that have a vector of their own keep it; one none of whose
   * receptors has a vector stays without.
   *
   * @param genes vectors of genes
   * @return a block of the same name and similarity
   */
  public FeatureBlock through(FeatureBlock genes) {
    Map<String, double[]> all = new TreeMap<>();
    for (String name : genes.table().names()) {
      all.put(name, doubles(genes.table().find(name).orElseThrow()));
    }
    receptors.forEach(
        (ligand, bound) -> {
          List<float[]> known = new ArrayList<>();
          for (String receptor : bound) {
            Optional<float[]> vector = genes.table().find(receptor);
            vector.ifPresent(known::add);
          }
          if (!known.isEmpty() && !genes.has(ligand)) {
            double[] mean = new double[genes.table().dimensions()];
            for (float[] vector : known) {
              for (int d = 0; d < mean.length; d++) {
                mean[d] += vector[d] / known.size();
              }
            }
            all.put(ligand, mean);
          }
        });
    return new FeatureBlock(
        genes.name(), FeatureTable.of(genes.table().source(), all), genes.similarity());
  }

  private static double[] doubles(float[] values) {
    double[] wide = new double[values.length];
    for (int d = 0; d < wide.length; d++) {
      wide[d] = values[d];
    }
    return wide;
  }
}
