package org.virtualcell.compute;

import java.lang.ref.Cleaner;
import org.virtualcell.api.ClosedException;

/** A recorded step; see {@link Replay}. */
final class CoreReplay implements Replay {
  private final CoreLane lane;
  private final int operations;
  private final Runnable[] calls;
  private final Recording.Use[] uses;
  private final Object graph;
  private final Cleaner.Cleanable releaseGraph;
  private boolean closed;

  /**
   * @param graph what the backend captured; null where the calls are listed
   */
  CoreReplay(CoreLane lane, LaneState state, Recording recording, Object graph) {
    this.lane = lane;
    this.operations = recording.operations();
    this.calls = recording.calls();
    this.uses = recording.uses();
    this.graph = graph;
    this.releaseGraph =
        graph == null
            ? () -> {}
            : ((CoreDevice) lane.device()).cleaner().register(this, () -> state.release(graph));
  }

  @Override
  public synchronized void run() {
    lane.enter("replay");
    try {
      lane.requireNotRecording("replay");
      if (closed) {
        throw new ClosedException(
            "A recorded step was run after it had been closed",
            operations + " operations",
            "Record it again.");
      }
      for (Recording.Use use : uses) {
        lane.use(use.operand(), use.write(), use.name());
      }
      if (graph != null) {
        lane.backend().launch(graph);
      }
      for (Runnable call : calls) {
        call.run();
      }
    } catch (RuntimeException | LinkageError failed) {
      throw lane.failure("replay", failed);
    } finally {
      lane.exit();
    }
  }

  @Override
  public int operations() {
    return operations;
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      releaseGraph.clean();
    }
  }
}
