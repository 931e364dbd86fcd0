package org.virtualcell.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.virtualcell.features.FeatureBlock;
import org.virtualcell.features.FeatureFiles;
import org.virtualcell.features.FeatureSet;
import org.virtualcell.features.FeatureTable;
import org.virtualcell.features.GeneGraph;
import org.virtualcell.features.GeneSets;
import org.virtualcell.features.Similarity;

/**
 * Reads what {@code --features} names: gene sets (.gmt), edge lists ({@code edges:FILE}) and tables
 * of vectors (csv, tsv, npz, safetensors, h5ad). One block a file, named after it.
 */
final class FeatureSources {
  private static final String EDGES = "edges:";
  private static final int LEAST_SET = 3;
  private static final int LARGEST_SET = 400; // larger sets say little about any one gene

  private FeatureSources() {}

  static FeatureSet read(List<String> sources) {
    List<FeatureBlock> blocks = new ArrayList<>();
    for (String source : sources) {
      Path file = Path.of(source.startsWith(EDGES) ? source.substring(EDGES.length()) : source);
      blocks.add(
          new FeatureBlock(
              String.valueOf(file.getFileName()), table(source, file), Similarity.COSINE));
    }
    return new FeatureSet(blocks);
  }

  private static FeatureTable table(String source, Path file) {
    if (source.startsWith(EDGES)) {
      return GeneGraph.edges(file, GeneGraph.Format.PAIRS)
          .neighbourhoods()
          .between(LEAST_SET, LARGEST_SET)
          .weighted();
    }
    return source.toLowerCase(Locale.ROOT).endsWith(".gmt")
        ? GeneSets.gmt(file).between(LEAST_SET, LARGEST_SET).weighted()
        : FeatureFiles.read(file);
  }
}
