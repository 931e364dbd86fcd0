package org.virtualcell.io;

import java.util.Objects;
import java.util.Optional;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.InvalidDataException;

/**
 * What to read from a file and how. Immutable; every {@code with} method returns a changed copy.
 *
 * @param matrix which matrix is the expression: {@code X}, {@code raw}, {@code layers/NAME}, {@code
 *     obsm/NAME}, {@code varm/NAME} (a row per gene), or {@code features/TYPE} of a 10x file
 * @param memoryBudget the most bytes the reader may hold at a time: labels, row offsets, a
 *     transposed or dense matrix, decoded chunks. Arrays a caller asks for are the caller's
 * @param statedUnits what the values are, if the caller knows better than the file; else detected
 * @param geneIds the variable column that holds the gene ids, else the file's own row labels
 * @param duplicateGenes what to do when a gene id occurs twice
 * @param genome which genome of a 10x version 2 file with several; else the only one
 */
public record ReadOptions(
    String matrix,
    long memoryBudget,
    Optional<ExpressionUnits> statedUnits,
    Optional<String> geneIds,
    DuplicateGenes duplicateGenes,
    Optional<String> genome) {
  /** What to do when a gene id occurs twice. */
  public enum DuplicateGenes {
    /** An error that names them. */
    REFUSE,
    /** Take the ids from the file's id column (Ensembl ids); the names become symbols. */
    USE_ID_COLUMN
  }

  private static final long MEBIBYTE = 1L << 20;
  private static final long LARGEST_DEFAULT = 1024 * MEBIBYTE;

  /**
   * Checks the options.
   *
   * @throws InvalidDataException if the budget is not positive or the matrix has none of these
   *     forms
   */
  public ReadOptions {
    Objects.requireNonNull(statedUnits, "statedUnits");
    Objects.requireNonNull(geneIds, "geneIds");
    Objects.requireNonNull(duplicateGenes, "duplicateGenes");
    Objects.requireNonNull(genome, "genome");
    if (memoryBudget <= 0) {
      throw new InvalidDataException(
          "A memory budget of " + memoryBudget + " bytes is not positive",
          "ReadOptions",
          "State a budget in bytes, " + LARGEST_DEFAULT + " for instance.");
    }
    if (!matrix.equals("X")
        && !matrix.equals("raw")
        && !matrix.matches("(layers|obsm|varm|features)/.+")) {
      throw new InvalidDataException(
          "'" + matrix + "' names no matrix",
          "ReadOptions",
          "Use X, raw, layers/NAME, obsm/NAME, varm/NAME, or features/TYPE for 10x files.");
    }
  }

  /**
   * Matrix X, detected units, ids from the row labels, duplicates refused, and a budget of a
   * quarter of the Java heap but at most 1 GiB.
   *
   * @return the defaults
   */
  public static ReadOptions defaults() {
    long budget = Math.min(LARGEST_DEFAULT, Runtime.getRuntime().maxMemory() / 4);
    return new ReadOptions(
        "X",
        Math.max(budget, 16 * MEBIBYTE),
        Optional.empty(),
        Optional.empty(),
        DuplicateGenes.REFUSE,
        Optional.empty());
  }

  /**
   * Another matrix.
   *
   * @param name {@code X}, {@code raw}, {@code layers/NAME}, {@code obsm/NAME} or {@code
   *     features/TYPE}
   * @return changed options
   */
  public ReadOptions withMatrix(String name) {
    return new ReadOptions(name, memoryBudget, statedUnits, geneIds, duplicateGenes, genome);
  }

  /**
   * Another budget.
   *
   * @param bytes the most bytes the reader may hold at a time
   * @return changed options
   */
  public ReadOptions withMemoryBudget(long bytes) {
    return new ReadOptions(matrix, bytes, statedUnits, geneIds, duplicateGenes, genome);
  }

  /**
   * Units stated by the caller instead of detected. Values that cannot be of these units are still
   * refused.
   *
   * @param units what the values are
   * @return changed options
   */
  public ReadOptions withUnits(ExpressionUnits units) {
    return new ReadOptions(
        matrix, memoryBudget, Optional.of(units), geneIds, duplicateGenes, genome);
  }

  /**
   * Gene ids from a column.
   *
   * @param column the name of a variable column
   * @return changed options
   */
  public ReadOptions withGeneIds(String column) {
    return new ReadOptions(
        matrix, memoryBudget, statedUnits, Optional.of(column), duplicateGenes, genome);
  }

  /**
   * Another rule for duplicate genes.
   *
   * @param rule what to do when a gene id occurs twice
   * @return changed options
   */
  public ReadOptions withDuplicateGenes(DuplicateGenes rule) {
    return new ReadOptions(matrix, memoryBudget, statedUnits, geneIds, rule, genome);
  }

  /**
   * One genome of a 10x version 2 file with several.
   *
   * @param name the genome's name
   * @return changed options
   */
  public ReadOptions withGenome(String name) {
    return new ReadOptions(
        matrix, memoryBudget, statedUnits, geneIds, duplicateGenes, Optional.of(name));
  }
}
