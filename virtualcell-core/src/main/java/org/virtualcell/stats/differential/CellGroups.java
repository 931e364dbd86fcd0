package org.virtualcell.stats.differential;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.virtualcell.api.InvalidDataException;

/**
 * Cells in groups, and the reference cells each group is compared with. Groups are in the order of
 * their names. Immutable.
 */
public final class CellGroups {
  private final CellValues cells;
  private final List<String> genes;
  private final List<String> names;
  private final int[] groupOfCell;
  private final String reference;
  private final CellValues referenceCells;
  private final List<String> replicates;
  private final List<String> referenceReplicates;

  private CellGroups(
      CellValues cells,
      List<String> genes,
      List<String> names,
      int[] groupOfCell,
      String reference,
      CellValues referenceCells,
      List<String> replicates,
      List<String> referenceReplicates) {
    this.replicates = replicates;
    this.referenceReplicates = referenceReplicates;
    this.cells = cells;
    this.genes = genes;
    this.names = names;
    this.groupOfCell = groupOfCell;
    this.reference = reference;
    this.referenceCells = referenceCells;
  }

  /**
   * Groups by label, compared with the cells of one label.
   *
   * @param cells the cells
   * @param genes the genes' names
   * @param labels a label per cell; cells whose label is null or empty are left out
   * @param reference the label of the reference
   * @return the groups
   * @throws InvalidDataException if the sizes differ or no cell has the reference's label
   */
  public static CellGroups of(
      CellValues cells, List<String> genes, List<String> labels, String reference) {
    CellGroups all = ofAll(cells, genes, labels);
    int at = all.names.indexOf(reference);
    if (at < 0) {
      throw new InvalidDataException(
          "No cell has the reference's label '" + reference + "'",
          "labels " + all.names.subList(0, Math.min(10, all.names.size())),
          "Name a label the cells have.");
    }
    List<String> names = new ArrayList<>(all.names);
    names.remove(at);
    int[] group = new int[all.groupOfCell.length];
    for (int cell = 0; cell < group.length; cell++) {
      int old = all.groupOfCell[cell];
      group[cell] = old == at ? -1 : old > at ? old - 1 : old;
    }
    int[] rows = IntStream.range(0, group.length).filter(c -> all.groupOfCell[c] == at).toArray();
    return new CellGroups(
        cells,
        all.genes,
        List.copyOf(names),
        group,
        reference,
        cells.select(rows),
        List.of(),
        List.of());
  }

  /**
   * Groups by label, each compared with all other labelled cells.
   *
   * @param cells the cells
   * @param genes the genes' names
   * @param labels a label per cell; cells whose label is null or empty are left out
   * @return the groups
   * @throws InvalidDataException if the sizes differ or a gene's name occurs twice
   */
  public static CellGroups ofAll(CellValues cells, List<String> genes, List<String> labels) {
    if (labels.size() != cells.cells() || genes.size() != cells.genes()) {
      throw new InvalidDataException(
          "Labels or genes do not fit the cells",
          labels.size()
              + " labels and "
              + genes.size()
              + " genes for "
              + cells.cells()
              + " x "
              + cells.genes(),
          "Pass one label per cell and one name per gene.");
    }
    requireDifferent(genes);
    TreeSet<String> distinct = new TreeSet<>();
    for (String label : labels) {
      if (label != null && !label.isEmpty()) {
        distinct.add(label);
      }
    }
    List<String> names = List.copyOf(distinct);
    Map<String, Integer> index = new HashMap<>();
    names.forEach(name -> index.put(name, index.size()));
    int[] group = new int[labels.size()];
    for (int cell = 0; cell < group.length; cell++) {
      group[cell] = index.getOrDefault(labels.get(cell), -1);
    }
    return new CellGroups(
        cells, List.copyOf(genes), names, group, null, null, List.of(), List.of());
  }

  private static void requireDifferent(List<String> genes) {
    Map<String, Integer> seen = new HashMap<>();
    for (int g = 0; g < genes.size(); g++) {
      Integer earlier = seen.put(genes.get(g), g);
      if (earlier != null) {
        throw new InvalidDataException(
            "Gene '" + genes.get(g) + "' occurs twice",
            "genes " + earlier + " and " + g,
            "Make the names unique.");
      }
    }
  }

  /**
   * The same groups compared with cells from elsewhere: predicted cells with measured controls.
   *
   * @param others cells of the same genes in the same order
   * @param name what they are called
   * @return the groups
   * @throws InvalidDataException if the number of genes differs or there is no cell
   */
  public CellGroups against(CellValues others, String name) {
    if (others.genes() != genes.size() || others.cells() == 0) {
      throw new InvalidDataException(
          "The reference has " + others.cells() + " cells x " + others.genes() + " genes",
          "reference '" + name + "', " + genes.size() + " genes needed",
          "Pass at least one cell, aligned by gene.");
    }
    return new CellGroups(cells, genes, names, groupOfCell, name, others, List.of(), List.of());
  }

  /**
   * The same groups with the replicate each cell belongs to, for engines that compare replicates.
   *
   * @param ofCells the donor or batch of each of these cells
   * @param ofReference the donor or batch of each reference cell, in their order
   * @return the groups
   * @throws InvalidDataException if a cell has no replicate, or the groups are compared with the
   *     rest
   */
  public CellGroups withReplicates(List<String> ofCells, List<String> ofReference) {
    if (versusRest()
        || ofCells.size() != cells.cells()
        || ofReference.size() != referenceCells.cells()
        || new ArrayList<>(ofCells).contains(null)
        || new ArrayList<>(ofReference).contains(null)) {
      throw new InvalidDataException(
          ofCells.size()
              + " and "
              + ofReference.size()
              + " replicates for "
              + cells.cells()
              + " cells"
              + (versusRest() ? " without a reference" : " and the reference"),
          "replicates",
          "State the replicate of every cell, and compare with a reference.");
    }
    return new CellGroups(
        cells,
        genes,
        names,
        groupOfCell,
        reference,
        referenceCells,
        List.copyOf(ofCells),
        List.copyOf(ofReference));
  }

  List<String> replicates() {
    return replicates;
  }

  List<String> referenceReplicates() {
    return referenceReplicates;
  }

  /**
   * The cells.
   *
   * @return all of them, in groups or not
   */
  public CellValues cells() {
    return cells;
  }

  /**
   * The genes' names.
   *
   * @return in the order of the cells' columns
   */
  public List<String> genes() {
    return genes;
  }

  /**
   * The groups' names.
   *
   * @return sorted, the reference not among them
   */
  public List<String> names() {
    return names;
  }

  /**
   * The label of the reference.
   *
   * @return its label, or {@code rest} where each group is compared with all others
   */
  public String reference() {
    return versusRest() ? "rest" : reference;
  }

  boolean versusRest() {
    return referenceCells == null;
  }

  CellValues referenceCells() {
    return versusRest() ? cells.select(labelled()) : referenceCells;
  }

  int[] labelled() {
    return IntStream.range(0, groupOfCell.length).filter(c -> groupOfCell[c] >= 0).toArray();
  }

  int groupOf(int cell) {
    return groupOfCell[cell];
  }

  int[] sizes() {
    int[] sizes = new int[names.size()];
    Arrays.stream(groupOfCell).filter(g -> g >= 0).forEach(g -> sizes[g]++);
    return sizes;
  }
}
