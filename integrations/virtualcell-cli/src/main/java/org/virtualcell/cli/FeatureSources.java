package org.virtualcell.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.features.CompoundTable;
import org.virtualcell.features.FeatureBlock;
import org.virtualcell.features.FeatureFiles;
import org.virtualcell.features.FeatureSet;
import org.virtualcell.features.FeatureTable;
import org.virtualcell.features.GeneGraph;
import org.virtualcell.features.GeneSets;
import org.virtualcell.features.LigandReceptors;
import org.virtualcell.features.Similarity;

/**
 * Reads what {@code --features} names: gene sets (.gmt), edge lists ({@code edges:FILE}), compounds
 * with their SMILES ({@code compounds:FILE}), ligands with their receptors ({@code
 * receptors:FILE}), and tables of vectors (csv, tsv, npz, safetensors, h5ad; {@code FILE:ENTRY} for
 * one of several, such as {@code genes.h5ad:varm/ESM2}; {@code columns:FILE} where names head the
 * columns). One block a file, named after it.
 */
final class FeatureSources {
  private static final String EDGES = "edges:";
  private static final String COMPOUNDS = "compounds:";
  private static final String RECEPTORS = "receptors:";
  private static final String COLUMNS = "columns:";
  private static final Pattern ENTRY =
      Pattern.compile("(.+\\.(?:h5ad|npz|safetensors)):(.+)", Pattern.CASE_INSENSITIVE);
  private static final int LEAST_SET = 3;
  private static final int LARGEST_SET = 400; // larger sets say little about any one gene

  private FeatureSources() {}

  static FeatureSet read(List<String> sources) {
    List<FeatureBlock> blocks = new ArrayList<>();
    List<LigandReceptors> ligands = new ArrayList<>();
    for (String source : sources) {
      if (source.startsWith(RECEPTORS)) {
        Path file = Path.of(source.substring(RECEPTORS.length()));
        LigandReceptors read = LigandReceptors.read(file);
        ligands.add(read);
        blocks.add(read.block(String.valueOf(file.getFileName())));
      } else {
        blocks.add(block(source));
      }
    }
    if (ligands.size() > 1) {
      throw new InvalidDataException(
          "Receptors are given " + ligands.size() + " times",
          String.join(", ", sources),
          "Put the receptors of all ligands into one file.");
    }
    // ligands have the features of their receptors in the other blocks; no gene is among compounds
    return new FeatureSet(
        ligands.isEmpty()
            ? blocks
            : blocks.stream()
                .map(b -> b.similarity() == Similarity.COSINE ? ligands.get(0).through(b) : b)
                .toList());
  }

  private static FeatureBlock block(String source) {
    if (source.startsWith(EDGES)) {
      Path file = Path.of(source.substring(EDGES.length()));
      return cosine(
          file,
          GeneGraph.edges(file, GeneGraph.Format.PAIRS)
              .neighbourhoods()
              .between(LEAST_SET, LARGEST_SET)
              .weighted());
    }
    if (source.startsWith(COMPOUNDS)) {
      Path file = Path.of(source.substring(COMPOUNDS.length()));
      return CompoundTable.read(file).fingerprints(String.valueOf(file.getFileName()));
    }
    if (source.startsWith(COLUMNS)) {
      Path file = Path.of(source.substring(COLUMNS.length()));
      return cosine(
          file,
          FeatureFiles.read(
              file, FeatureFiles.Options.DEFAULT.withLayout(FeatureFiles.Layout.COLUMNS)));
    }
    Matcher entry = ENTRY.matcher(source);
    if (entry.matches()) {
      Path file = Path.of(entry.group(1));
      return new FeatureBlock(
          file.getFileName() + ":" + entry.group(2),
          FeatureFiles.read(file, FeatureFiles.Options.DEFAULT.withEntry(entry.group(2))),
          Similarity.COSINE);
    }
    Path file = Path.of(source);
    return cosine(
        file,
        source.toLowerCase(Locale.ROOT).endsWith(".gmt")
            ? GeneSets.gmt(file).between(LEAST_SET, LARGEST_SET).weighted()
            : FeatureFiles.read(file));
  }

  private static FeatureBlock cosine(Path file, FeatureTable table) {
    return new FeatureBlock(String.valueOf(file.getFileName()), table, Similarity.COSINE);
  }
}
