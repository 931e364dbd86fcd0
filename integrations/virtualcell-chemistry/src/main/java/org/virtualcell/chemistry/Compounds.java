package org.virtualcell.chemistry;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.openscience.cdk.exception.CDKException;
import org.openscience.cdk.exception.InvalidSmilesException;
import org.openscience.cdk.fingerprint.CircularFingerprinter;
import org.openscience.cdk.fragment.MurckoFragmenter;
import org.openscience.cdk.graph.ConnectivityChecker;
import org.openscience.cdk.interfaces.IAtom;
import org.openscience.cdk.interfaces.IAtomContainer;
import org.openscience.cdk.interfaces.IBond;
import org.openscience.cdk.silent.SilentChemObjectBuilder;
import org.openscience.cdk.smiles.SmiFlavor;
import org.openscience.cdk.smiles.SmilesGenerator;
import org.openscience.cdk.smiles.SmilesParser;
import org.openscience.cdk.tools.manipulator.AtomContainerManipulator;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.features.FeatureBlock;
import org.virtualcell.features.FeatureTable;
import org.virtualcell.features.Similarity;

/**
 * Compounds by name, with their structures. Of a salt or mixture the largest part is taken, so that
 * a compound and its hydrochloride are one structure. Immutable.
 */
public final class Compounds {
  /** The length of fingerprints. */
  public static final int BITS = 2048;

  private final Map<String, IAtomContainer> structures;

  private Compounds(Map<String, IAtomContainer> structures) {
    this.structures = structures;
  }

  /**
   * Reads structures.
   *
   * @param smiles the SMILES of each compound
   * @return the compounds
   * @throws InvalidDataException if one is no valid SMILES; the message names the compound and what
   *     is wrong
   */
  public static Compounds ofSmiles(Map<String, String> smiles) {
    return ofSmiles(smiles, name -> "'" + smiles.get(name) + "'");
  }

  /**
   * Reads structures that come from somewhere.
   *
   * @param smiles the SMILES of each compound
   * @param place where a compound's structure stands, such as a file and row
   * @return the compounds
   * @throws InvalidDataException if one is no valid SMILES; the message names the compound, its
   *     place and what is wrong
   */
  public static Compounds ofSmiles(Map<String, String> smiles, UnaryOperator<String> place) {
    Map<String, IAtomContainer> structures = new TreeMap<>();
    new TreeMap<>(smiles)
        .forEach((name, text) -> structures.put(name, structure(name, text, place)));
    return new Compounds(structures);
  }

  private static IAtomContainer structure(String name, String smiles, UnaryOperator<String> place) {
    try {
      IAtomContainer whole =
          new SmilesParser(SilentChemObjectBuilder.getInstance())
              .parseSmiles(Objects.requireNonNull(smiles, name).strip());
      IAtomContainer largest = null;
      for (IAtomContainer part :
          ConnectivityChecker.partitionIntoMolecules(whole).atomContainers()) {
        if (largest == null || part.getAtomCount() > largest.getAtomCount()) {
          largest = part;
        }
      }
      if (largest == null || largest.getAtomCount() == 0) {
        throw new InvalidDataException(
            "The SMILES of '" + name + "' holds no atom",
            place.apply(name),
            "Leave the compound out if its structure is unknown.");
      }
      return AtomContainerManipulator.suppressHydrogens(largest);
    } catch (InvalidSmilesException e) {
      throw new InvalidDataException(
          "The SMILES of '" + name + "' is not valid: " + firstLine(e),
          place.apply(name),
          "Correct it, or leave the compound out if its structure is unknown.",
          e);
    }
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  /**
   * Morgan fingerprints: circular neighbourhoods of each atom up to a diameter of 4 bonds (ECFP4),
   * folded to {@link #BITS} bits of 0 and 1. (Rogers and Hahn, J. Chem. Inf. Model. 50, 2010)
   *
   * @return a vector per compound
   * @throws InvalidDataException if there is no compound
   */
  public FeatureTable fingerprints() {
    Map<String, double[]> vectors = new HashMap<>();
    structures.forEach((name, structure) -> vectors.put(name, fingerprint(name, structure)));
    return FeatureTable.of("ECFP4 fingerprints", vectors);
  }

  private static double[] fingerprint(String name, IAtomContainer structure) {
    double[] bits = new double[BITS];
    try {
      // a fingerprinter keeps state: one each
      new CircularFingerprinter(CircularFingerprinter.CLASS_ECFP4, BITS)
          .getBitFingerprint(structure).asBitSet().stream().forEach(bit -> bits[bit] = 1);
    } catch (CDKException e) {
      throw new InvalidDataException(
          "No fingerprint can be made of '" + name + "': " + firstLine(e),
          "structure of '" + name + "'",
          "Leave the compound out, or correct its structure.",
          e);
    }
    return bits;
  }

  /**
   * The fingerprints with Tanimoto similarity.
   *
   * @param name the block's name in cards and reports
   * @return the block
   * @throws InvalidDataException if there is no compound
   */
  public FeatureBlock block(String name) {
    return new FeatureBlock(name, fingerprints(), Similarity.TANIMOTO);
  }

  /**
   * The scaffold of each compound, to hold out whole scaffolds in a split: rings and what links
   * them, as canonical SMILES. (Bemis and Murcko, J. Med. Chem. 39, 1996)
   *
   * @return a scaffold per compound, sorted by name; empty for compounds without a ring
   */
  public Map<String, Optional<String>> scaffolds() {
    Map<String, Optional<String>> scaffolds = new TreeMap<>();
    structures.forEach((name, structure) -> scaffolds.put(name, scaffold(name, structure)));
    return Collections.unmodifiableMap(scaffolds);
  }

  private static Optional<String> scaffold(String name, IAtomContainer structure) {
    IAtomContainer scaffold = MurckoFragmenter.scaffold(structure);
    if (scaffold == null || scaffold.getAtomCount() == 0) {
      return Optional.empty();
    }
    saturate(scaffold);
    try {
      return Optional.of(
          new SmilesGenerator(SmiFlavor.Unique | SmiFlavor.UseAromaticSymbols).create(scaffold));
    } catch (CDKException e) {
      throw new InvalidDataException(
          "The scaffold of '" + name + "' cannot be written: " + firstLine(e),
          "structure of '" + name + "'",
          "Leave the compound out, or correct its structure.",
          e);
    }
  }

  /**
   * Puts hydrogens where side chains were cut off: else a scaffold would tell where these were, and
   * toluene and xylene would have different ones.
   */
  private static void saturate(IAtomContainer scaffold) {
    for (IAtom atom : scaffold.atoms()) {
      int charge = atom.getFormalCharge() == null ? 0 : atom.getFormalCharge();
      int valence =
          switch (atom.getAtomicNumber()) {
            case 5 -> 3;
            case 6 -> 4 - Math.abs(charge);
            case 7, 15 -> 3 + charge;
            case 8, 16 -> 2 + charge;
            default -> 0;
          };
      int bonds = 0;
      for (IBond bond : atom.bonds()) {
        bonds += bond.getOrder().numeric();
      }
      atom.setImplicitHydrogenCount(Math.max(0, valence - bonds));
    }
  }
}
