package planted.evaluate;

/** Breaks a rule on purpose. */
public final class EvaluateUsesModel {
  planted.model.Door f0;
}
