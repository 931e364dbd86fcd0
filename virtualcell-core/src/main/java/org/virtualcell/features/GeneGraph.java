package org.virtualcell.features;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.virtualcell.api.DataFormatException;
import org.virtualcell.api.InvalidDataException;

/** An undirected graph of genes with weighted edges, such as a protein network. Immutable. */
public final class GeneGraph {
  /** The step of the walk at which a diffusion has settled to single precision. */
  private static final double SETTLED = 1e-7;

  private final String source;
  private final List<String> names;
  private final Map<String, Integer> index = new TreeMap<>();
  private final int[][] neighbour; // rising
  private final double[][] weight;
  private final double[] total; // of the weights of a gene's edges

  private GeneGraph(String source, Map<String, Map<String, Double>> edges) {
    this.source = source;
    this.names = List.copyOf(edges.keySet());
    for (int g = 0; g < names.size(); g++) {
      index.put(names.get(g), g);
    }
    this.neighbour = new int[names.size()][];
    this.weight = new double[names.size()][];
    this.total = new double[names.size()];
    for (int g = 0; g < names.size(); g++) {
      Map<String, Double> of = edges.get(names.get(g));
      neighbour[g] = of.keySet().stream().mapToInt(index::get).toArray();
      weight[g] = of.values().stream().mapToDouble(Double::doubleValue).toArray();
      for (double w : weight[g]) {
        total[g] += w;
      }
    }
  }

  /**
   * How an edge list is written.
   *
   * @param header whether the first line names the columns
   * @param weightColumn the column of weights, counted from 0; negative for none, all edges then
   *     weigh 1
   * @param leastWeight edges of a smaller weight are left out
   */
  public record Format(boolean header, int weightColumn, double leastWeight) {
    /** Two genes a line, such as TRRUST's; more columns are ignored. */
    public static final Format PAIRS = new Format(false, -1, 0);

    /** A header, two names and a score, such as STRING's; scores from 400 (medium confidence). */
    public static final Format STRING = new Format(true, 2, 400);
  }

  /**
   * Reads an edge list: two names a line, separated by tabs (by commas in a file named {@code
   * .csv}; by blanks where a line has no tab). Edges have no direction; an edge given several times
   * has the largest of its weights; edges of a gene to itself are left out. Gzip is recognised.
   *
   * @param file the file
   * @param format how it is written
   * @return the graph
   * @throws org.virtualcell.api.StorageException if the file cannot be read
   * @throws DataFormatException if a line has fewer than two names, or a weight that is no positive
   *     number; the message names the line
   */
  public static GeneGraph edges(Path file, Format format) {
    Map<String, Map<String, Double>> edges = new TreeMap<>();
    String name = TextLines.nameOf(file);
    String plain = name.toLowerCase(Locale.ROOT);
    String separator = plain.endsWith(".csv") || plain.endsWith(".csv.gz") ? "," : "\t";
    boolean[] pastHeader = {!format.header()};
    TextLines.of(file)
        .forEach(
            (line, number) -> {
              if (!pastHeader[0]) {
                pastHeader[0] = true;
                return;
              }
              String[] fields = line.split(line.contains(separator) ? separator : "\\s+", -1);
              int needed = Math.max(2, format.weightColumn() + 1);
              if (fields.length < needed || fields[0].isBlank() || fields[1].isBlank()) {
                throw new DataFormatException(
                    "A line of an edge list has fewer than "
                        + (needed == 2 ? "two names" : needed + " fields"),
                    file + ", line " + number,
                    "Write two names separated by a tab, and the weight where one is expected.");
              }
              double w =
                  format.weightColumn() < 0
                      ? 1
                      : weight(fields[format.weightColumn()], file, number);
              String a = fields[0].strip();
              String b = fields[1].strip();
              if (!a.equals(b) && w >= format.leastWeight()) {
                edges.computeIfAbsent(a, any -> new TreeMap<>()).merge(b, w, Math::max);
                edges.computeIfAbsent(b, any -> new TreeMap<>()).merge(a, w, Math::max);
              }
            });
    return new GeneGraph(name, edges);
  }

  private static double weight(String field, Path file, int line) {
    double w;
    try {
      w = Double.parseDouble(field.strip());
    } catch (NumberFormatException e) {
      throw new DataFormatException(
          "The weight '" + field.strip() + "' of an edge is no number",
          file + ", line " + line,
          "Say which column holds the weights, or that the first line is a header.",
          e);
    }
    if (!(w > 0) || Double.isInfinite(w)) {
      throw new DataFormatException(
          "The weight " + w + " of an edge is not positive and finite",
          file + ", line " + line,
          "Leave edges without weight out.");
    }
    return w;
  }

  /**
   * Where it comes from.
   *
   * @return the file's name
   */
  public String source() {
    return source;
  }

  /**
   * The genes with an edge.
   *
   * @return sorted
   */
  public List<String> genes() {
    return names;
  }

  /**
   * How many edges there are.
   *
   * @return zero or more, each counted once
   */
  public long edges() {
    long ends = 0;
    for (int[] of : neighbour) {
      ends += of.length;
    }
    return ends / 2;
  }

  /**
   * The neighbourhood of each gene as a set: the gene and its neighbours. Genes are then alike when
   * they are neighbours, or have neighbours in common.
   *
   * @return a set per gene, named after it
   */
  public GeneSets neighbourhoods() {
    Map<String, Set<String>> sets = new TreeMap<>();
    for (int g = 0; g < neighbour.length; g++) {
      Set<String> near = new TreeSet<>();
      near.add(names.get(g));
      for (int n : neighbour[g]) {
        near.add(names.get(n));
      }
      sets.put(names.get(g), near);
    }
    return GeneSets.of(source, sets);
  }

  /**
   * Where random walks from a gene are found: {@code p = r e + (1 - r) W p} with e at the gene and
   * W the step to a neighbour with probability in proportion to the edge's weight, settled to 1e-7.
   * Parts below a millionth are left out. (Köhler et al., Am. J. Hum. Genet. 82, 2008)
   *
   * @param restart r, the chance of going back to the gene at each step, 0.01 to 1
   * @param targets the genes to start from; those without an edge get no vector
   * @return a vector per target with a dimension per gene of the graph
   * @throws InvalidDataException if r is out of range, or no target has an edge
   */
  public FeatureTable diffusion(double restart, Collection<String> targets) {
    if (!(restart >= 0.01 && restart <= 1)) {
      throw new InvalidDataException(
          "The chance of a walk to restart is out of range",
          String.valueOf(restart),
          "Use 0.01 to 1; 0.5 is usual.");
    }
    Map<String, FeatureVector> vectors = new TreeMap<>();
    for (String target : targets) {
      Integer from = index.get(Objects.requireNonNull(target, "target"));
      if (from != null && neighbour[from].length > 0) {
        vectors.computeIfAbsent(target, any -> walk(from, restart));
      }
    }
    return FeatureTable.ofVectors(source, vectors);
  }

  private FeatureVector walk(int from, double restart) {
    double[] now = new double[names.size()];
    now[from] = 1;
    double change = 1;
    while (change > SETTLED) {
      double[] next = new double[now.length];
      next[from] = restart;
      for (int g = 0; g < now.length; g++) {
        if (now[g] > 0) {
          for (int k = 0; k < neighbour[g].length; k++) {
            next[neighbour[g][k]] += (1 - restart) * now[g] * weight[g][k] / total[g];
          }
        }
      }
      change = 0;
      for (int g = 0; g < now.length; g++) {
        change += Math.abs(next[g] - now[g]);
      }
      now = next;
    }
    List<Integer> kept = new ArrayList<>();
    for (int g = 0; g < now.length; g++) {
      if (now[g] > 1e-6) {
        kept.add(g);
      }
    }
    int[] place = kept.stream().mapToInt(Integer::intValue).toArray();
    float[] value = new float[place.length];
    for (int k = 0; k < place.length; k++) {
      value[k] = (float) now[place[k]];
    }
    return FeatureVector.ofSparse(place, value, now.length);
  }
}
