package org.virtualcell.model.baseline;

import java.util.List;

/** Predicts that nothing happens. */
final class NoChange implements Rule {
  @Override
  public String name() {
    return "no-change";
  }

  @Override
  public String description() {
    return "Predicts that a perturbation changes nothing.";
  }

  @Override
  public Fitted fit(EffectTable table) {
    int genes = table.genes().size();
    return query ->
        Answer.unsupported(
            new double[genes], "This baseline answers 'no change' whatever is asked.", List.of());
  }
}
