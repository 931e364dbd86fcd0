package planted.model;

/** Breaks a rule on purpose. */
public final class ModelUsesEvaluate {
  planted.evaluate.Door f0;
}
