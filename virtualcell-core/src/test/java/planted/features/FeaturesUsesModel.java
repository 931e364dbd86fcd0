package planted.features;

/** Breaks a rule on purpose. */
public final class FeaturesUsesModel {
  planted.model.Door f0;
}
