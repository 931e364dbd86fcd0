package org.virtualcell.compute;

import java.util.ArrayList;
import java.util.List;

/** The calls of a step while it is recorded. */
final class Recording {
  /** One use of a tensor; used for writing if any call writes it. */
  record Use(Operand operand, boolean write, String name) {}

  private final boolean captured;
  private final List<Runnable> calls = new ArrayList<>();
  private final List<Use> uses = new ArrayList<>();
  private int operations;

  /**
   * @param captured whether the backend captures the calls itself
   */
  Recording(boolean captured) {
    this.captured = captured;
  }

  boolean captured() {
    return captured;
  }

  void countOperation() {
    operations++;
  }

  void add(Runnable call) {
    calls.add(call);
  }

  void use(Operand operand, boolean write, String name) {
    for (int i = 0; i < uses.size(); i++) {
      Use known = uses.get(i);
      if (known.operand() == operand) {
        if (write && !known.write()) {
          uses.set(i, new Use(operand, true, name));
        }
        return;
      }
    }
    uses.add(new Use(operand, write, name));
  }

  int operations() {
    return operations;
  }

  Runnable[] calls() {
    return calls.toArray(new Runnable[0]);
  }

  Use[] uses() {
    return uses.toArray(new Use[0]);
  }
}
