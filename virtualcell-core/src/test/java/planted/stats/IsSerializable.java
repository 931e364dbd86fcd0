package planted.stats;

import java.io.Serializable;

/** Breaks a rule on purpose. */
public final class IsSerializable implements Serializable {
  private static final long serialVersionUID = 1L;
}
