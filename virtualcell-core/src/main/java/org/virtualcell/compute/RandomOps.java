package org.virtualcell.compute;

/**
 * Operations that draw random numbers, from counters: what is drawn depends on the key, the place
 * and the element alone, so that every device draws the same for any number of threads. Rules
 * common to all operations stand at {@link Lane}.
 */
public sealed interface RandomOps permits CoreRandomOps {
  /**
   * out = x / (1 - p) with probability 1 - p, else 0. Called with the gradient it is its own way
   * back. Element i is dropped if word i mod 4 of Philox 4x32-10 at counter (i / 4, place, low and
   * high half of key[1]) with the key (low and high half of key[0]) is below p 2^32.
   *
   * @param key {@link DType#I64}, [2]: a seed, and a counter that changes from step to step
   * @param place which dropout of the network this is
   * @param p the share dropped, 0 to below 1
   * @param x {@link DType#F32} or {@link DType#BF16}, any shape
   * @param out of the type of x, as many elements
   */
  void dropout(Tensor key, int place, double p, Tensor x, Tensor out);
}
