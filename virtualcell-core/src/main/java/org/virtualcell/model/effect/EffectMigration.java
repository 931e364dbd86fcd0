package org.virtualcell.model.effect;

import java.util.Map;
import java.util.TreeMap;
import org.virtualcell.model.StoredModel;

/**
 * Brings models kept by earlier versions to the present one, a step per version. What a step adds
 * says what the earlier version did without saying so; answers stay the same to the last bit. A
 * version that changes what answers are needs no step but a new model.
 */
final class EffectMigration {
  /** The version written. */
  static final String VERSION = "2";

  private EffectMigration() {}

  /** The model as the present version would have kept it; of an unknown version as it is. */
  static StoredModel current(StoredModel stored) {
    StoredModel model = stored;
    if ("1".equals(model.settings().get("version"))) {
      model = sayHowTheCovarianceIsHeld(model);
    }
    return model;
  }

  /** Version 1 wrote every covariance out. */
  private static StoredModel sayHowTheCovarianceIsHeld(StoredModel one) {
    Map<String, String> settings = new TreeMap<>(one.settings());
    settings.put("version", "2");
    for (String name : one.settings().keySet()) {
      if (name.startsWith("mode.") && name.endsWith(".cells")) {
        settings.put(name.replaceFirst("cells$", "covariance"), Covariance.DENSE.label());
      }
    }
    return new StoredModel(one.family(), one.card(), settings, one.tensors());
  }
}
