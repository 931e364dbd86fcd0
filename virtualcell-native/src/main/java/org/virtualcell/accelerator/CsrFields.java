package org.virtualcell.accelerator;

import org.virtualcell.compute.Packing;
import org.virtualcell.compute.spi.CsrData;

/** A sparse tensor as the native side reads it: {@code VC_CSR_FIELDS} numbers and addresses. */
final class CsrFields {
  /** {@code VC_CSR_FIELDS}. */
  static final int COUNT = 11;

  private CsrFields() {}

  /** Writes the fields in the order of {@code virtualcell.h}. */
  static void write(CsrData x, long[] fields) {
    fields[0] = x.packing() == Packing.COMPACT ? 1 : 0;
    fields[1] = x.rows();
    fields[2] = x.genes();
    fields[3] = x.nonZeros();
    fields[4] = Address.of(x.rowStart());
    fields[5] = Address.of(x.gene());
    fields[6] = Address.of(x.value());
    fields[7] = x.escapes();
    fields[8] = Address.of(x.escapeStart());
    fields[9] = Address.of(x.escapeGene());
    fields[10] = Address.of(x.escapeValue());
  }
}
