package org.virtualcell.model.baseline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.virtualcell.api.Prediction;
import org.virtualcell.api.Predictor;
import org.virtualcell.api.Progress;
import org.virtualcell.atlas.BundledData;
import org.virtualcell.atlas.Fold;
import org.virtualcell.atlas.HeldOut;
import org.virtualcell.atlas.PerturbationData;
import org.virtualcell.atlas.Splits;

class BaselineWalkTest {
  @Test
  void everyBaselineAnswersEveryHeldOutConditionOfTheRotation() {
    PerturbationData data = BundledData.norman();
    for (Fold fold : Splits.rotation(data, 0)) {
      for (String name : Baselines.names()) {
        try (Predictor model = Baselines.trainer(name).train(fold.training(), Progress.SILENT)) {
          for (HeldOut held : fold.heldOut()) {
            Prediction p =
                model.predict(
                    fold.training().controls(held.condition().context()),
                    held.condition().perturbation());
            assertTrue(p.verdict().answered());
            assertEquals(data.genes(), p.effect().genes());
            assertEquals(held.condition(), p.condition());
            assertTrue(!p.support().measuredTogether());
          }
        }
      }
    }
  }
}
