package org.virtualcell.model.effect;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.CellState;
import org.virtualcell.api.ClosedException;
import org.virtualcell.api.Condition;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.DataFormatException;
import org.virtualcell.api.GeneCoverageException;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.api.Perturbation;
import org.virtualcell.api.Prediction;
import org.virtualcell.api.PredictionOptions;
import org.virtualcell.api.Predictor;
import org.virtualcell.api.Progress;
import org.virtualcell.api.Regime;
import org.virtualcell.api.Verdict;
import org.virtualcell.atlas.BundledData;
import org.virtualcell.atlas.PerturbationData;
import org.virtualcell.features.FeatureBlock;
import org.virtualcell.features.FeatureSet;
import org.virtualcell.features.FeatureTable;
import org.virtualcell.features.Similarity;
import org.virtualcell.model.ModelFiles;
import org.virtualcell.model.StoredModel;

class EffectPredictorTest {
  private static final CellContext K562 = CellContext.of("k562");
  private static EffectPredictor trained;

  @TempDir private Path folder;

  private static synchronized EffectPredictor model() {
    if (trained == null) {
      trained = new EffectTrainer().train(BundledData.norman().everything(), Progress.SILENT);
    }
    return trained;
  }

  private static Prediction ask(Predictor model, String context, Perturbation perturbation) {
    CellState controls = BundledData.norman().controls(CellContext.of(context));
    return model.predict(controls, perturbation, PredictionOptions.DEFAULT);
  }

  @Test
  void aModelReadBackPredictsTheSameToTheLastBit() throws IOException {
    Path file = folder.resolve("effect.safetensors");
    Path again = folder.resolve("again.safetensors");
    ModelFiles.save(model(), file, false);
    try (Predictor back = ModelFiles.load(file)) {
      assertEquals(model().card(), back.card());
      for (String context : List.of("k562", "A172")) {
        for (Perturbation p :
            List.of(
                Perturbation.activation("KLF1"),
                Perturbation.activation("NEW"),
                Perturbation.interference("PLK4"),
                Perturbation.combination(
                    Perturbation.activation("KLF1"), Perturbation.activation("FOXO4")))) {
          Prediction expected = ask(model(), context, p);
          Prediction actual = ask(back, context, p);
          assertEquals(expected.effect(), actual.effect());
          assertEquals(expected.state().rankEffect(), actual.state().rankEffect());
          assertEquals(expected.interval(), actual.interval());
          assertEquals(expected.verdict(), actual.verdict());
          assertEquals(expected.support(), actual.support());
        }
      }
      ModelFiles.save(back, again, false);
    }
    assertTrue(Arrays.equals(Files.readAllBytes(file), Files.readAllBytes(again)));
  }

  @Test
  void everyPredictionSaysWhichOfTheFourClaimsItIs() {
    assertEquals(
        Regime.SEEN_PERTURBATION_SEEN_CONTEXT,
        ask(model(), "k562", Perturbation.activation("KLF1")).regime());
    assertEquals(
        Regime.UNSEEN_PERTURBATION_SEEN_CONTEXT,
        ask(model(), "k562", Perturbation.activation("NEW")).regime());
    CellState stranger = renamed(BundledData.norman().controls(K562), "HepG2");
    assertEquals(
        Regime.SEEN_PERTURBATION_UNSEEN_CONTEXT,
        model().predict(stranger, Perturbation.activation("KLF1")).regime());
    assertEquals(
        Regime.UNSEEN_PERTURBATION_UNSEEN_CONTEXT,
        model().predict(stranger, Perturbation.activation("NEW")).regime());
  }

  private static CellState renamed(CellState state, String name) {
    return CellState.of(state.genes(), state.expression(), state.units(), CellContext.of(name));
  }

  @Test
  void aMeasuredConditionIsAnsweredNearItsMeasurementAndCloserToZero() {
    Prediction measured = ask(model(), "k562", Perturbation.activation("KLF1"));
    assertTrue(measured.support().measuredTogether());
    assertEquals(Verdict.Decision.ANSWER, measured.verdict().decision());
    PerturbationData data = BundledData.norman();
    double[] truth =
        org.virtualcell.stats.Effect.of(
                data.cells(new Condition(Perturbation.activation("KLF1"), K562)))
            .toArray();
    double product = 0;
    double own = 0;
    double other = 0;
    for (int g = 0; g < truth.length; g++) {
      product += truth[g] * measured.effect().get(g);
      own += measured.effect().get(g) * measured.effect().get(g);
      other += truth[g] * truth[g];
    }
    assertTrue(
        product / Math.sqrt(own * other) > 0.95, "cosine " + product / Math.sqrt(own * other));
    assertTrue(own < other, "shrunk: " + own + " against " + other);
  }

  @Test
  void anotherModeIsAnsweredWithNoChangeAndNoEvidence() {
    Prediction prediction = ask(model(), "k562", Perturbation.knockout("KLF1"));
    assertEquals(Verdict.Decision.NO_EVIDENCE, prediction.verdict().decision());
    assertTrue(prediction.verdict().reason().contains("do not transfer"));
    for (double v : prediction.effect().toArray()) {
      assertEquals(0, v);
    }
  }

  @Test
  void linesWithoutSignalAreAnsweredWithoutEvidence() {
    // the halves of these lines do not agree: whatever their conditions share is control error
    for (String line : List.of("A172", "T98G", "U87MG")) {
      Prediction prediction = ask(model(), line, Perturbation.interference("NEW"));
      assertEquals(Verdict.Decision.NO_EVIDENCE, prediction.verdict().decision(), line);
      double energy = 0;
      for (double v : prediction.effect().toArray()) {
        energy += v * v;
      }
      assertTrue(energy < 1e-3, line + ": " + energy);
    }
  }

  @Test
  void featuresSurviveTheFileAndTheirCoverageIsOnTheCard() {
    Map<String, double[]> vectors = new HashMap<>();
    vectors.put("KLF1", new double[] {1, 0, 0});
    vectors.put("NEW", new double[] {1, 0.2, 0});
    vectors.put("FOXO4", new double[] {0, 1, 0});
    vectors.put("MAPK1", new double[] {0, 0.5, 1});
    FeatureSet features =
        FeatureSet.of(
            new FeatureBlock("table", FeatureTable.of("planted", vectors), Similarity.COSINE));
    Path file = folder.resolve("features.safetensors");
    try (EffectPredictor knowing =
        new EffectTrainer(features).train(BundledData.norman().everything(), Progress.SILENT)) {
      assertTrue(
          knowing.card().environment().keySet().stream().anyMatch(k -> k.startsWith("features ")),
          knowing.card().environment().toString());
      ModelFiles.save(knowing, file, false);
      try (Predictor back = ModelFiles.load(file)) {
        for (String gene : List.of("NEW", "UNHEARD", "KLF1")) {
          Prediction expected = ask(knowing, "k562", Perturbation.activation(gene));
          Prediction actual = ask(back, "k562", Perturbation.activation(gene));
          assertEquals(expected.effect(), actual.effect());
          assertEquals(expected.state().rankEffect(), actual.state().rankEffect());
          assertEquals(expected.verdict(), actual.verdict());
        }
      }
    }
  }

  @Test
  void effectsAloneAreThoseOfPredictions() {
    List<Perturbation> asked =
        List.of(
            Perturbation.activation("KLF1"),
            Perturbation.activation("NEW"),
            Perturbation.knockout("KLF1"),
            Perturbation.combination(
                Perturbation.activation("KLF1"), Perturbation.activation("FOXO4")));
    double[][] effects = model().effects(BundledData.norman().controls(K562), asked);
    for (int i = 0; i < asked.size(); i++) {
      assertArrayEquals(ask(model(), "k562", asked.get(i)).effect().toArray(), effects[i]);
    }
  }

  @Test
  void trainingTwiceGivesTheSameModel() {
    try (EffectPredictor other =
        new EffectTrainer().train(BundledData.norman().everything(), Progress.SILENT)) {
      Perturbation unseen = Perturbation.activation("NEW");
      assertEquals(ask(model(), "k562", unseen).effect(), ask(other, "k562", unseen).effect());
      assertEquals(model().card(), other.card());
    }
  }

  @Test
  void aClosedModelAndForeignGenesAreRefused() {
    EffectPredictor other =
        new EffectTrainer().train(BundledData.norman().everything(), Progress.SILENT);
    other.close();
    assertThrows(ClosedException.class, () -> ask(other, "k562", Perturbation.activation("KLF1")));
    CellState controls = BundledData.norman().controls(K562);
    CellState foreign =
        CellState.of(
            GeneVocabulary.of(List.of("nothing", "known")),
            CsrMatrix.ofDense(new float[][] {{1, 0}, {0, 1}}, 2),
            controls.units(),
            K562);
    assertThrows(
        GeneCoverageException.class,
        () -> model().predict(foreign, Perturbation.activation("KLF1")));
  }

  @Test
  void aDamagedOrNewerModelIsRefusedWithTheFaultNamed() {
    StoredModel good = model().store();
    Map<String, String> newer = new HashMap<>(good.settings());
    newer.put("version", "3");
    Map<String, String> less = new HashMap<>(good.settings());
    less.keySet().removeIf(k -> k.startsWith("mode.0.weight"));
    Map<String, StoredModel.Tensor> cut = new HashMap<>(good.tensors());
    cut.remove("mode.0.effects");
    Map<String, StoredModel.Tensor> wrong = new HashMap<>(good.tensors());
    StoredModel.Tensor scale = wrong.get("mode.0.scale");
    float[] values = scale.values().clone();
    values[3] = Float.NaN;
    wrong.put("mode.0.scale", new StoredModel.Tensor(1, values.length, values));
    for (StoredModel bad :
        List.of(
            new StoredModel("effect", good.card(), newer, good.tensors()),
            new StoredModel("effect", good.card(), less, good.tensors()),
            new StoredModel("effect", good.card(), good.settings(), cut),
            new StoredModel("effect", good.card(), good.settings(), wrong))) {
      DataFormatException refused =
          assertThrows(
              DataFormatException.class, () -> EffectTrainer.restore(bad, "model.safetensors"));
      assertTrue(refused.getMessage().contains("model.safetensors"), refused.getMessage());
      assertFalse(refused.getMessage().contains("null"), refused.getMessage());
    }
  }
}
