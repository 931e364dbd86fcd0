package org.virtualcell.atlas;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.api.Perturbation;

/** Builds small data cell by cell. */
public final class TinyData {
  private final List<String> genes;
  private final List<float[]> rows = new ArrayList<>();
  private final List<CellLabel> labels = new ArrayList<>();

  public TinyData(String... genes) {
    this.genes = List.of(genes);
  }

  public TinyData cell(Perturbation perturbation, String context, String batch, float... values) {
    rows.add(values);
    labels.add(
        new CellLabel(
            Optional.of(perturbation), CellContext.of(context), Optional.ofNullable(batch)));
    return this;
  }

  public TinyData cell(Perturbation perturbation, String context, float... values) {
    return cell(perturbation, context, null, values);
  }

  /** The same cells in another order. */
  public TinyData shuffled(long seed) {
    TinyData other = new TinyData(genes.toArray(String[]::new));
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      order.add(i);
    }
    Collections.shuffle(order, new Random(seed));
    order.forEach(
        i -> {
          other.rows.add(rows.get(i));
          other.labels.add(labels.get(i));
        });
    return other;
  }

  /** The same cells with the genes in reverse order. */
  public TinyData genesReversed() {
    List<String> reversed = new ArrayList<>(genes);
    Collections.reverse(reversed);
    TinyData other = new TinyData(reversed.toArray(String[]::new));
    for (int r = 0; r < rows.size(); r++) {
      float[] row = rows.get(r).clone();
      for (int g = 0; g < row.length; g++) {
        row[g] = rows.get(r)[row.length - 1 - g];
      }
      other.rows.add(row);
      other.labels.add(labels.get(r));
    }
    return other;
  }

  public PerturbationData build() {
    return build(ExpressionUnits.logNormalized(10_000));
  }

  public PerturbationData build(ExpressionUnits units) {
    return PerturbationData.of(
        "tiny data",
        GeneVocabulary.of(genes),
        CsrMatrix.ofDense(rows.toArray(float[][]::new), genes.size()),
        units,
        labels);
  }
}
