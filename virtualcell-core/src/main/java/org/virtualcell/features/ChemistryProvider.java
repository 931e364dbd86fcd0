package org.virtualcell.features;

import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What turns structures of compounds into features. Found by {@link java.util.ServiceLoader}; the
 * module {@code virtualcell-chemistry} brings one. Core knows no chemistry itself.
 */
public interface ChemistryProvider {
  /**
   * The compounds as a block of features.
   *
   * @param name the block's name
   * @param smiles the SMILES of each compound
   * @param place where the structure of a compound stands, for messages
   * @return a vector per compound with the similarity that suits them
   * @throws org.virtualcell.api.InvalidDataException if one is no valid SMILES; the message names
   *     the compound and its place
   */
  FeatureBlock fingerprints(String name, Map<String, String> smiles, UnaryOperator<String> place);

  /**
   * The scaffold of each compound: its rings and what links them.
   *
   * @param smiles the SMILES of each compound
   * @param place where the structure of a compound stands, for messages
   * @return a text per compound, equal for equal scaffolds; empty for compounds without a ring
   * @throws org.virtualcell.api.InvalidDataException if one is no valid SMILES; the message names
   *     the compound and its place
   */
  Map<String, Optional<String>> scaffolds(Map<String, String> smiles, UnaryOperator<String> place);
}
