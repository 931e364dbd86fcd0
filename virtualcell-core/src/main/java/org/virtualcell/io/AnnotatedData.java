package org.virtualcell.io;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.virtualcell.api.ClosedException;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.ExpressionMatrix;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.MemoryBudgetException;

/**
 * Annotated cells: genes, expression in known or unknown units, and a table each of the cells and
 * of the genes. Safe for concurrent reading; close it when the expression is no longer needed.
 */
public final class AnnotatedData implements AutoCloseable {
  private static final int BYTES_PER_VALUE = Integer.BYTES + Float.BYTES;

  private final String source;
  private final String format;
  private final GeneVocabulary genes;
  private final ExpressionMatrix expression;
  private final DetectedUnits units;
  private final Table observations;
  private final Table variables;
  private final Contents contents;
  private final long memoryBudget;
  private final AutoCloseable resource;

  private volatile boolean closed;

  AnnotatedData(
      String source,
      String format,
      GeneVocabulary genes,
      ExpressionMatrix expression,
      DetectedUnits units,
      Table observations,
      Table variables,
      Contents contents,
      long memoryBudget,
      AutoCloseable resource) {
    this.source = source;
    this.format = format;
    this.genes = genes;
    this.expression = expression;
    this.units = units;
    this.observations = observations;
    this.variables = variables;
    this.contents = contents;
    this.memoryBudget = memoryBudget;
    this.resource = resource;
  }

  /**
   * Annotated cells that are in memory already.
   *
   * @param source where they come from, for messages
   * @param genes the genes, one per column of the expression
   * @param expression cells x genes
   * @param units what the values are
   * @param observations a row per cell
   * @return the data; closing it does nothing
   * @throws InvalidDataException if the parts do not fit
   */
  public static AnnotatedData of(
      String source,
      GeneVocabulary genes,
      ExpressionMatrix expression,
      ExpressionUnits units,
      Table observations) {
    if (expression.genes() != genes.size() || expression.rows() != observations.rows()) {
      throw new InvalidDataException(
          "An expression of "
              + expression.rows()
              + " x "
              + expression.genes()
              + " does not fit "
              + observations.rows()
              + " cells and "
              + genes.size()
              + " genes",
          source,
          "Pass the tables the matrix was built with.");
    }
    return new AnnotatedData(
        Objects.requireNonNull(source, "source"),
        "in memory",
        genes,
        expression,
        new DetectedUnits(Optional.of(units), "stated by the caller", List.of()),
        observations,
        Table.of(source, genes.ids(), List.of()),
        Contents.EMPTY,
        ReadOptions.defaults().memoryBudget(),
        () -> {});
  }

  /**
   * Where the cells come from.
   *
   * @return the file's path, as it was given
   */
  public String source() {
    return source;
  }

  /**
   * The file's format, with its age where it has one.
   *
   * @return such as {@code h5ad, encoding of anndata 0.8 and later}
   */
  public String format() {
    return format;
  }

  /**
   * The genes, one per column of the expression.
   *
   * @return the vocabulary
   */
  public GeneVocabulary genes() {
    return genes;
  }

  /**
   * The expression, cells x genes, read from the file block by block.
   *
   * @return the matrix; raises {@link ClosedException} on reading after {@link #close()}
   */
  public ExpressionMatrix expression() {
    requireOpen();
    return expression;
  }

  /**
   * Whether the expression lies dense in its file, zeros written out.
   *
   * @return false for compressed rows or columns, and for cells in memory
   */
  public boolean dense() {
    return UnitsGuard.dense(expression);
  }

  /**
   * The whole expression in memory.
   *
   * @return a copy
   * @throws MemoryBudgetException if it needs more bytes than the budget it was opened with
   */
  public CsrMatrix expressionInMemory() {
    requireOpen();
    if (expression instanceof CsrMatrix whole) {
      return whole;
    }
    long needed = expression.nonZeros() * BYTES_PER_VALUE + (expression.rows() + 1) * Integer.BYTES;
    if (needed > memoryBudget || expression.rows() >= Integer.MAX_VALUE - 8) {
      throw new MemoryBudgetException(
          "The expression needs " + needed + " bytes, the budget is " + memoryBudget,
          source,
          "Raise the memory budget (ReadOptions.withMemoryBudget) and the Java heap (-Xmx), or read"
              + " it block by block.");
    }
    return expression.block(0, (int) expression.rows());
  }

  /**
   * What the values are and which rule decided it.
   *
   * @return the units and the rule
   */
  public DetectedUnits units() {
    return units;
  }

  /**
   * The cells: a row each, labelled by barcode.
   *
   * @return the table
   */
  public Table observations() {
    return observations;
  }

  /**
   * The genes: a row each, labelled as in the file.
   *
   * @return the table
   */
  public Table variables() {
    return variables;
  }

  /**
   * What else the file holds, and what is wrong with it.
   *
   * @return the contents
   */
  public Contents contents() {
    return contents;
  }

  private void requireOpen() {
    if (closed) {
      throw new ClosedException(
          "The file has been closed", source, "Read the expression before closing the data.");
    }
  }

  /** Closes the file. Tables and genes stay usable, the expression does not. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      try {
        resource.close();
      } catch (RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException("closing raises no checked exception", e);
      }
    }
  }

  @Override
  public String toString() {
    return source + " (" + format + "): " + expression;
  }
}
