package planted.screen;

/** Breaks a rule on purpose. */
public final class ScreenUsesModel {
  planted.model.Door f0;
}
