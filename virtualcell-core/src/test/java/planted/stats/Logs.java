package planted.stats;

import java.util.logging.Logger;

/** Breaks a rule on purpose. */
public final class Logs {
  final Logger logger = Logger.getLogger("x");
}
