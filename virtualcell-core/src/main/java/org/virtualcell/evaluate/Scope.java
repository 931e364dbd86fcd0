package org.virtualcell.evaluate;

import java.util.Objects;
import org.virtualcell.api.Condition;

/**
 * Which scored conditions a figure is about.
 *
 * @param protocol how they were held out, such as {@code unseen-perturbation}
 * @param stratum a part of the protocol (for combinations, how many singles were seen); empty for
 *     all
 * @param context the name of one context; empty for all
 */
public record Scope(String protocol, String stratum, String context) {
  /** Checks that nothing is missing. */
  public Scope {
    Objects.requireNonNull(protocol, "protocol");
    Objects.requireNonNull(stratum, "stratum");
    Objects.requireNonNull(context, "context");
  }

  /**
   * Everything that was held out in one way.
   *
   * @param protocol how
   * @return the widest scope of the protocol
   */
  public static Scope of(String protocol) {
    return new Scope(protocol, "", "");
  }

  /**
   * Whether this is the widest scope of its protocol.
   *
   * @return true if it is neither a stratum nor a context
   */
  public boolean isWhole() {
    return stratum.isEmpty() && context.isEmpty();
  }

  /**
   * The regime column of the tables.
   *
   * @return the protocol, with the stratum after a slash where there is one
   */
  public String regime() {
    return stratum.isEmpty() ? protocol : protocol + "/" + stratum;
  }

  boolean holds(String itemProtocol, String itemStratum, Condition condition) {
    return protocol.equals(itemProtocol)
        && (stratum.isEmpty() || stratum.equals(itemStratum))
        && (context.isEmpty() || context.equals(condition.context().name()));
  }

  @Override
  public String toString() {
    return context.isEmpty() ? regime() : regime() + " in " + context;
  }
}
