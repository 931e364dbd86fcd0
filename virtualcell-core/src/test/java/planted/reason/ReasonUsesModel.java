package planted.reason;

/** Breaks a rule on purpose. */
public final class ReasonUsesModel {
  planted.model.Door f0;
}
