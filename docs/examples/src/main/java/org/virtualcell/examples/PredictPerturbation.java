package org.virtualcell.examples;

import static org.virtualcell.api.Perturbation.activation;
import static org.virtualcell.api.Perturbation.combination;

import java.nio.file.Path;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.Interval;
import org.virtualcell.api.Prediction;
import org.virtualcell.api.Predictor;
import org.virtualcell.api.Progress;
import org.virtualcell.atlas.PerturbationData;
import org.virtualcell.atlas.PerturbationKeys;
import org.virtualcell.io.AnnotatedData;
import org.virtualcell.io.AnnotatedFiles;
import org.virtualcell.model.baseline.Baselines;

/** The example of the README: from a file of cells to a prediction of something never measured. */
public final class PredictPerturbation {
  private PredictPerturbation() {}

  /**
   * Trains on a file and predicts two genes activated together, which were measured one by one.
   *
   * @param arguments the file
   */
  public static void main(String... arguments) {
    Path path = Path.of(arguments[0]);
    // README
    try (AnnotatedData file = AnnotatedFiles.open(path)) {
      var data = PerturbationData.of(file, PerturbationKeys.detect(file.observations()));
      var both = combination(activation("KLF1"), activation("FOXO4"));
      var trainer = Baselines.trainer("additive");
      try (Predictor model = trainer.train(data.everything(), Progress.SILENT)) {
        Prediction answer = model.predict(data.controls(CellContext.of("k562")), both);
        System.out.println(answer.regime().label() + ": " + answer.verdict().reason());
        for (int gene : answer.state().topGenes(10)) {
          Interval range = answer.interval().orElseThrow().get(gene);
          System.out.printf("%-8s %+.3f", data.genes().symbol(gene), answer.effect().get(gene));
          System.out.printf(" (%+.3f to %+.3f)%n", range.lower(), range.upper());
        }
      }
    }
    // end of README
  }
}
