package org.virtualcell.features;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.virtualcell.api.ContentDigest;
import org.virtualcell.api.InvalidDataException;

/**
 * The blocks of features a model is given.
 *
 * @param blocks blocks of different names
 */
public record FeatureSet(List<FeatureBlock> blocks) {
  /** No features. */
  public static final FeatureSet EMPTY = new FeatureSet(List.of());

  /**
   * Checks the names.
   *
   * @throws InvalidDataException if two blocks have the same name
   */
  public FeatureSet {
    blocks = List.copyOf(blocks);
    Set<String> names = new HashSet<>();
    for (FeatureBlock block : blocks) {
      if (!names.add(block.name())) {
        throw new InvalidDataException(
            "Two blocks of features have the name '" + block.name() + "'",
            block.table().source(),
            "Give every block a name of its own.");
      }
    }
  }

  /**
   * Blocks in order.
   *
   * @param blocks blocks of different names
   * @return the set
   * @throws InvalidDataException if two have the same name
   */
  public static FeatureSet of(FeatureBlock... blocks) {
    return new FeatureSet(List.of(blocks));
  }

  /**
   * Whether there is nothing in it.
   *
   * @return true without blocks
   */
  public boolean isEmpty() {
    return blocks.isEmpty();
  }

  /**
   * Which targets each block knows.
   *
   * @param targets the targets
   * @return one coverage per block, in order
   */
  public List<Coverage> coverage(Collection<String> targets) {
    return blocks.stream().map(block -> block.coverage(targets)).toList();
  }

  /**
   * The blocks cut to the vectors of some targets, which is what a model file has to keep. Blocks
   * that know none of them are left out.
   *
   * @param targets the targets
   * @return smaller blocks with the same similarities
   */
  public FeatureSet only(Collection<String> targets) {
    return new FeatureSet(
        blocks.stream()
            .filter(block -> targets.stream().anyMatch(block::has))
            .map(b -> new FeatureBlock(b.name(), b.table().only(targets), b.similarity()))
            .toList());
  }

  /**
   * The digest of all blocks in order.
   *
   * @return equal for equal sets, on every platform
   */
  public ContentDigest digest() {
    ContentDigest.Builder content = ContentDigest.of("feature-set/1");
    blocks.forEach(block -> content.add(block.digest()));
    return content.build();
  }
}
