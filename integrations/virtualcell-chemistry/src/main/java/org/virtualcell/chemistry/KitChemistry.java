package org.virtualcell.chemistry;

import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.virtualcell.features.ChemistryProvider;
import org.virtualcell.features.FeatureBlock;

/** The Chemistry Development Kit as core finds it. */
public final class KitChemistry implements ChemistryProvider {
  /** For the service loader. */
  public KitChemistry() {}

  @Override
  public FeatureBlock fingerprints(
      String name, Map<String, String> smiles, UnaryOperator<String> place) {
    return Compounds.ofSmiles(smiles, place).block(name);
  }

  @Override
  public Map<String, Optional<String>> scaffolds(
      Map<String, String> smiles, UnaryOperator<String> place) {
    return Compounds.ofSmiles(smiles, place).scaffolds();
  }
}
