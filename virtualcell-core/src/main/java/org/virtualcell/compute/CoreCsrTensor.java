package org.virtualcell.compute;

import org.virtualcell.compute.spi.CsrData;
import org.virtualcell.compute.spi.Memory;

/** A sparse tensor; see {@link CsrTensor}. */
final class CoreCsrTensor extends Operand implements CsrTensor, CsrData {
  /** The arrays; the last three are null for PLAIN. */
  record Arrays(
      Memory rowStart,
      Memory gene,
      Memory value,
      long escapes,
      Memory escapeStart,
      Memory escapeGene,
      Memory escapeValue) {}

  /**
   * What is known of the values.
   *
   * @param largest the largest magnitude where they are whole numbers
   */
  record Facts(boolean wholeNumbers, boolean nonNegative, long largest) {
    static final Facts UNKNOWN = new Facts(false, false, 0);
    static final Facts NON_NEGATIVE = new Facts(false, true, 0);
  }

  private final long rows;
  private final int genes;
  private final long nonZeros;
  private final Packing packing;
  private final Arrays arrays;
  private final Object structure;
  private volatile Facts facts;

  /**
   * @param structure equal (identical) for tensors whose offsets and genes are equal
   */
  CoreCsrTensor(
      CoreDevice device,
      Allocation allocation,
      long rows,
      int genes,
      long nonZeros,
      Packing packing,
      Arrays arrays,
      Object structure,
      Facts facts) {
    super(device, allocation);
    this.rows = rows;
    this.genes = genes;
    this.nonZeros = nonZeros;
    this.packing = packing;
    this.arrays = arrays;
    this.structure = structure;
    this.facts = facts;
  }

  static String name(Packing packing, long rows, int genes, long nonZeros) {
    return "sparse tensor " + packing + " " + rows + " x " + genes + ", " + nonZeros + " values";
  }

  boolean hasStructureOf(CoreCsrTensor other) {
    return structure == other.structure;
  }

  Object structure() {
    return structure;
  }

  Facts facts() {
    return facts;
  }

  void facts(Facts known) {
    facts = known;
  }

  @Override
  public long rows() {
    return rows;
  }

  @Override
  public int genes() {
    return genes;
  }

  @Override
  public long nonZeros() {
    return nonZeros;
  }

  @Override
  public Packing packing() {
    return packing;
  }

  @Override
  public boolean wholeNumbers() {
    return facts.wholeNumbers();
  }

  @Override
  public boolean nonNegative() {
    return facts.nonNegative();
  }

  @Override
  public Memory rowStart() {
    return arrays.rowStart();
  }

  @Override
  public Memory gene() {
    return arrays.gene();
  }

  @Override
  public Memory value() {
    return arrays.value();
  }

  @Override
  public long escapes() {
    return arrays.escapes();
  }

  @Override
  public Memory escapeStart() {
    return arrays.escapeStart();
  }

  @Override
  public Memory escapeGene() {
    return arrays.escapeGene();
  }

  @Override
  public Memory escapeValue() {
    return arrays.escapeValue();
  }

  @Override
  public String toString() {
    return name(packing, rows, genes, nonZeros);
  }
}
