package org.virtualcell.io;

import java.util.List;

/**
 * What a file holds beside the matrix that was read.
 *
 * @param matrices the matrices that can be chosen with {@link ReadOptions#withMatrix(String)}
 * @param faults what is wrong with the file or was left out, a sentence each
 */
public record Contents(List<String> matrices, List<String> faults) {
  static final Contents EMPTY = new Contents(List.of(), List.of());

  /** Copies the lists. */
  public Contents {
    matrices = List.copyOf(matrices);
    faults = List.copyOf(faults);
  }
}
