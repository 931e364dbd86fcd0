package org.virtualcell.model.ensemble;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.CellState;
import org.virtualcell.api.ClosedException;
import org.virtualcell.api.DataFormatException;
import org.virtualcell.api.Interval;
import org.virtualcell.api.Perturbation;
import org.virtualcell.api.Prediction;
import org.virtualcell.api.PredictionOptions;
import org.virtualcell.api.Predictor;
import org.virtualcell.api.Progress;
import org.virtualcell.api.Regime;
import org.virtualcell.api.Trainer;
import org.virtualcell.api.Verdict;
import org.virtualcell.atlas.PerturbationData;
import org.virtualcell.atlas.TinyData;
import org.virtualcell.model.Absence;
import org.virtualcell.model.ModelFiles;
import org.virtualcell.model.StoredModel;
import org.virtualcell.model.baseline.Baselines;

/**
 * Four contexts; the effect of P in c is a template of c plus a part of P's own. For an unseen P in
 * a known context the mean of the context is right; for a known P in an unseen context the mean of
 * P over contexts.
 */
class EnsembleTrainerTest {
  private static final int GENES = 40;
  private static final List<String> CONTEXTS = List.of("a", "b", "c", "d");

  @TempDir private Path folder;

  private static PerturbationData world(int perturbations, double strength, long seed) {
    Random random = new Random(seed);
    TinyData data =
        new TinyData(IntStream.range(0, GENES).mapToObj(g -> "g" + g).toArray(String[]::new));
    double[][] template = normal(random, CONTEXTS.size(), strength);
    double[][] own = normal(random, perturbations, strength);
    for (int c = 0; c < CONTEXTS.size(); c++) {
      for (int cell = 0; cell < 12; cell++) {
        data.cell(Perturbation.control(), CONTEXTS.get(c), values(random, new double[GENES]));
      }
      for (int p = 0; p < perturbations; p++) {
        double[] effect = new double[GENES];
        for (int g = 0; g < GENES; g++) {
          effect[g] = template[c][g] + own[p][g];
        }
        for (int cell = 0; cell < 6; cell++) {
          data.cell(Perturbation.knockout("P" + p), CONTEXTS.get(c), values(random, effect));
        }
      }
    }
    return data.build();
  }

  private static double[][] normal(Random random, int rows, double strength) {
    double[][] values = new double[rows][GENES];
    for (double[] row : values) {
      for (int g = 0; g < GENES; g++) {
        row[g] = strength * random.nextGaussian();
      }
    }
    return values;
  }

  private static float[] values(Random random, double[] effect) {
    float[] values = new float[GENES];
    for (int g = 0; g < GENES; g++) {
      values[g] = (float) Math.max(0, 4 + effect[g] + 0.3 * random.nextGaussian());
    }
    return values;
  }

  private static EnsembleTrainer means() {
    Map<String, Trainer<? extends Predictor>> members = new LinkedHashMap<>();
    members.put("context-mean", Baselines.trainers().get("context-mean"));
    members.put("perturbation-mean", Baselines.trainers().get("perturbation-mean"));
    return new EnsembleTrainer(members, "perturbation-mean", 3);
  }

  private static EnsemblePredictor train(EnsembleTrainer trainer, PerturbationData data) {
    return (EnsemblePredictor) trainer.train(data.everything(), Progress.SILENT);
  }

  private static Stack stack(EnsemblePredictor model, Absence absence) {
    return model.stacks().stream()
        .filter(s -> s.stratum().absence() == absence)
        .findFirst()
        .orElseThrow();
  }

  private static Prediction ask(Predictor model, PerturbationData data, String context, String p) {
    CellState controls = data.controls(CellContext.of("a"));
    CellState state =
        CellState.of(
            controls.genes(), controls.expression(), controls.units(), CellContext.of(context));
    return model.predict(state, Perturbation.knockout(p), PredictionOptions.DEFAULT);
  }

  @Test
  void eachKindOfQuestionIsAnsweredByTheMemberThatIsRightThere() {
    PerturbationData data = world(14, 0.8, 1);
    try (EnsemblePredictor model = train(means(), data)) {
      Stack targets = stack(model, Absence.TARGETS);
      assertEquals(14, targets.perturbations());
      assertTrue(targets.weights()[0] > 0.8, Arrays.toString(targets.weights()));
      assertTrue(targets.gains().get(0).admitted() && targets.gains().get(0).lower() > 0);
      assertTrue(targets.weights()[1] < 0.1, Arrays.toString(targets.weights()));
      Stack context = stack(model, Absence.CONTEXT);
      assertTrue(context.weights()[1] > 0.6, Arrays.toString(context.weights()));
      assertTrue(context.gains().get(1).admitted());
      assertTrue(context.error() < 0.9 && targets.error() < 0.7);

      Prediction unseen = ask(model, data, "a", "NEW");
      assertEquals(Regime.UNSEEN_PERTURBATION_SEEN_CONTEXT, unseen.regime());
      assertEquals(Verdict.Decision.ANSWER, unseen.verdict().decision());
      assertTrue(unseen.verdict().reason().contains("context-mean"), unseen.verdict().reason());
      try (Predictor mean =
          Baselines.trainer("context-mean").train(data.everything(), Progress.SILENT)) {
        Prediction alone = ask(mean, data, "a", "NEW");
        for (int g = 0; g < GENES; g++) {
          assertEquals(targets.weights()[0] * alone.effect().get(g), unseen.effect().get(g), 0.1);
        }
      }
      Prediction elsewhere = ask(model, data, "new", "P3");
      assertEquals(Regime.SEEN_PERTURBATION_UNSEEN_CONTEXT, elsewhere.regime());
      assertTrue(
          elsewhere.verdict().reason().contains("perturbation-mean"), elsewhere.verdict().reason());
      Interval.PerGene interval = elsewhere.interval().orElseThrow();
      assertTrue(interval.basis().contains("14 held-out perturbations"), interval.basis());
      assertFalse(elsewhere.support().sources().isEmpty());
      assertTrue(
          model.card().environment().entrySet().stream()
              .anyMatch(e -> e.getKey().startsWith("stack ") && e.getValue().contains("admitted")),
          model.card().environment().toString());
    }
  }

  @Test
  void weightsAreZeroWhereNothingIsPlantedThoughControlsAreShared() {
    PerturbationData data = world(14, 0, 2);
    try (EnsemblePredictor model = train(means(), data)) {
      for (Stack stack : model.stacks()) {
        assertTrue(stack.decided());
        assertFalse(stack.anyWeight(), stack.stratum().label() + stack.gains());
      }
      for (Prediction p :
          List.of(
              ask(model, data, "a", "NEW"),
              ask(model, data, "new", "P3"),
              ask(model, data, "new", "NEW"))) {
        assertEquals(Verdict.Decision.NO_EVIDENCE, p.verdict().decision(), p.verdict().reason());
        assertTrue(Arrays.stream(p.effect().toArray()).allMatch(v -> v == 0));
        assertTrue(p.interval().isPresent());
      }
    }
  }

  @Test
  void withTooFewPerturbationsTheDefaultMemberAnswersAndSaysSo() {
    PerturbationData data = world(Stack.FEWEST - 1, 0.8, 3);
    try (EnsemblePredictor model = train(means(), data);
        Predictor alone =
            Baselines.trainer("perturbation-mean").train(data.everything(), Progress.SILENT)) {
      assertTrue(model.stacks().stream().noneMatch(Stack::decided));
      Prediction p = ask(model, data, "new", "P3");
      assertEquals(ask(alone, data, "new", "P3").effect(), p.effect());
      assertTrue(p.verdict().reason().startsWith("8 held-out perturbations"), p.verdict().reason());
      assertTrue(
          model.card().environment().values().stream().anyMatch(v -> v.contains("fewer than 9")));
      Prediction measured = ask(model, data, "a", "P3");
      assertTrue(measured.support().measuredTogether());
      assertTrue(measured.verdict().reason().contains("Measured in training"));
    }
  }

  @Test
  void anEnsembleReadBackPredictsTheSameToTheLastBit() throws IOException {
    PerturbationData data = world(10, 0.8, 4);
    Path file = folder.resolve("ensemble.safetensors");
    Path again = folder.resolve("again.safetensors");
    EnsemblePredictor model = train(new EnsembleTrainer(), data);
    assertTrue(model.stacks().stream().anyMatch(Stack::anyWeight));
    ModelFiles.save(model, file, false);
    try (Predictor back = ModelFiles.load(file)) {
      assertEquals(model.card(), back.card());
      for (String context : List.of("a", "new")) {
        for (String p : List.of("P1", "NEW")) {
          Prediction expected = ask(model, data, context, p);
          Prediction actual = ask(back, data, context, p);
          assertEquals(expected.effect(), actual.effect());
          assertEquals(expected.state().rankEffect(), actual.state().rankEffect());
          assertEquals(expected.interval(), actual.interval());
          assertEquals(expected.verdict(), actual.verdict());
          assertEquals(expected.support(), actual.support());
          assertEquals(expected.provenance(), actual.provenance());
        }
      }
      ModelFiles.save(back, again, false);
    }
    assertTrue(Arrays.equals(Files.readAllBytes(file), Files.readAllBytes(again)));
    refusesDamage(model.store());
    model.close();
    assertThrows(ClosedException.class, () -> ask(model, data, "a", "P1"));
  }

  private static void refusesDamage(StoredModel good) {
    for (Map.Entry<String, String> fault :
        Map.of(
                "version", "2",
                "stack.0.weights", "1,1,1,1,1,1",
                "stack.0.absence", "nothing",
                "member.0.family", "unknown",
                "default", "nobody")
            .entrySet()) {
      Map<String, String> settings = new HashMap<>(good.settings());
      settings.put(fault.getKey(), fault.getValue());
      StoredModel bad = new StoredModel(good.family(), good.card(), settings, good.tensors());
      DataFormatException refused =
          assertThrows(
              DataFormatException.class, () -> EnsembleTrainer.restore(bad, "model.safetensors"));
      assertTrue(refused.getMessage().contains("model.safetensors"), refused.getMessage());
    }
  }

  @Test
  void theSameSeedGivesTheSameEnsemble() {
    PerturbationData data = world(10, 0.8, 4);
    try (EnsemblePredictor one = train(means(), data);
        EnsemblePredictor two = train(means(), data)) {
      assertEquals(one.card(), two.card());
      assertEquals(ask(one, data, "a", "NEW").interval(), ask(two, data, "a", "NEW").interval());
    }
  }
}
