package org.virtualcell.compute.spi;

/**
 * One ordered queue of work. Core lets one thread in at a time and has checked every argument:
 * types, extents, ownership. Kernels may still meet any value in data a host uploaded (group
 * numbers, for instance) and guard what they index by it.
 */
public abstract class LaneBackend {
  /** Creates the lane. */
  protected LaneBackend() {}

  /**
   * Copies from the host. The array may change when this returns.
   *
   * @param from a primitive array: float[] for F32, short[] for BF16 and U16, int[] for I32, long[]
   *     for I64, byte[] for U8
   * @param fromIndex the first element taken
   * @param to where to
   * @param toElement the first element written
   * @param count how many elements
   */
  public abstract void upload(Object from, int fromIndex, Memory to, long toElement, int count);

  /**
   * Waits for the queue, then copies to the host.
   *
   * @param from where from
   * @param fromElement the first element taken
   * @param to a primitive array as for {@link #upload}
   * @param toIndex the first element written
   * @param count how many elements
   * @throws org.virtualcell.api.DeviceException if queued work failed
   */
  public abstract void download(Memory from, long fromElement, Object to, int toIndex, int count);

  /**
   * Waits for the queue. The default suits a backend that works at once.
   *
   * @throws org.virtualcell.api.DeviceException if queued work failed
   */
  public void synchronize() {}

  /**
   * Marks the end of the queue. The default suits a backend that works at once.
   *
   * @return something {@link #await} of another lane and {@link #release(Object)} understand; may
   *     be null
   */
  public Object mark() {
    return null;
  }

  /**
   * Lets later work wait for a mark of another lane of this device.
   *
   * @param mark from {@link #mark}
   */
  public void await(Object mark) {}

  /**
   * Releases a mark or a graph, once; by any thread.
   *
   * @param handle from {@link #mark} or {@link #endCapture}, not null
   */
  public void release(Object handle) {}

  /**
   * Begins to capture: kernels called from now on are recorded and not run. The default says that
   * this lane does not capture; core then keeps the list of calls and repeats it.
   *
   * @return whether capturing has begun
   */
  public boolean beginCapture() {
    return false;
  }

  /**
   * Ends a capture.
   *
   * @return the graph, for {@link #launch}; null to give up what was captured
   */
  public Object endCapture() {
    return null;
  }

  /**
   * Enqueues a captured graph.
   *
   * @param graph from {@link #endCapture}
   */
  public void launch(Object graph) {}

  /**
   * The kernels of {@link org.virtualcell.compute.SparseOps}. A family added to the contract later
   * gets a method of its own beside this one, with a default that has none.
   *
   * @return the same object at every call
   */
  public SparseKernels sparse() {
    return SparseKernels.NONE;
  }

  /**
   * The kernels of {@link org.virtualcell.compute.DenseOps}.
   *
   * @return the same object at every call
   */
  public DenseKernels dense() {
    return DenseKernels.NONE;
  }

  /**
   * The kernels of {@link org.virtualcell.compute.RankOps}.
   *
   * @return the same object at every call
   */
  public RankKernels rank() {
    return RankKernels.NONE;
  }

  /**
   * The kernels of {@link org.virtualcell.compute.DistanceOps}.
   *
   * @return the same object at every call
   */
  public DistanceKernels distance() {
    return DistanceKernels.NONE;
  }

  /**
   * The kernels of {@link org.virtualcell.compute.NeuralOps} and {@link
   * org.virtualcell.compute.RandomOps}.
   *
   * @return the same object at every call
   */
  public NeuralKernels neural() {
    return NeuralKernels.NONE;
  }

  /**
   * Waits for the queue and releases what the lane holds, marks and graphs not yet released
   * included. Called once; core asks nothing of the lane afterwards.
   *
   * @throws org.virtualcell.api.DeviceException if queued work failed
   */
  public abstract void close();
}
