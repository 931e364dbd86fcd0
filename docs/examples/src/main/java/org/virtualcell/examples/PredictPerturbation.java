package org.virtualcell.examples;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.Perturbation;
import org.virtualcell.api.Prediction;
import org.virtualcell.api.Predictor;
import org.virtualcell.api.Progress;
import org.virtualcell.atlas.CellLabel;
import org.virtualcell.atlas.PerturbationData;
import org.virtualcell.io.AnnotatedData;
import org.virtualcell.io.AnnotatedFiles;
import org.virtualcell.model.baseline.Baselines;

/** The example of the README: from a file of cells to a prediction of something never measured. */
public final class PredictPerturbation {
  private PredictPerturbation() {}

  /**
   * Trains on a file and predicts two activated genes together, which the file has one by one.
   *
   * @param arguments the file
   */
  public static void main(String... arguments) {
    try (AnnotatedData file = AnnotatedFiles.open(Path.of(arguments[0]))) {
      List<String> names = file.observations().column("condition").strings();
      List<String> cells = file.observations().column("cell_type").strings();
      List<CellLabel> labels =
          IntStream.range(0, names.size())
              .mapToObj(
                  i ->
                      CellLabel.of(
                          names.get(i).equals("control")
                              ? Perturbation.control()
                              : names.get(i).contains("+")
                                  ? Perturbation.combination(
                                      Perturbation.activation(names.get(i).split("\\+", -1)[0]),
                                      Perturbation.activation(names.get(i).split("\\+", -1)[1]))
                                  : Perturbation.activation(names.get(i)),
                          CellContext.of(cells.get(i))))
              .toList();
      PerturbationData data =
          PerturbationData.of(
              file.source(), file.genes(), file.expression(), file.units().require("x"), labels);
      try (Predictor model =
          Baselines.trainer("additive").train(data.everything(), Progress.SILENT)) {
        Perturbation both =
            Perturbation.combination(
                Perturbation.activation("KLF1"), Perturbation.activation("FOXO4"));
        Prediction answer = model.predict(data.controls(CellContext.of("k562")), both);
        System.out.println(answer.regime().label() + ": " + answer.verdict().reason());
        for (int gene : answer.state().topGenes(10)) {
          System.out.println(data.genes().symbol(gene) + " " + answer.effect().get(gene));
        }
      }
    }
  }
}
