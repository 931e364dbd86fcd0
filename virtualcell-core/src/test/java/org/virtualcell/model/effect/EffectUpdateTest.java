package org.virtualcell.model.effect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.CellState;
import org.virtualcell.api.Condition;
import org.virtualcell.api.ContentDigest;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.MatchedCells;
import org.virtualcell.api.Perturbation;
import org.virtualcell.api.Prediction;
import org.virtualcell.api.PredictionOptions;
import org.virtualcell.api.Predictor;
import org.virtualcell.api.Progress;
import org.virtualcell.api.TrainingSet;
import org.virtualcell.atlas.BundledData;
import org.virtualcell.features.FeatureBlock;
import org.virtualcell.features.FeatureSet;
import org.virtualcell.features.FeatureTable;
import org.virtualcell.features.Similarity;
import org.virtualcell.model.StoredModel;

/** A new screen joins a model, and models of version 1 are read. */
class EffectUpdateTest {
  private static final TrainingSet ALL = BundledData.norman().everything();

  /** Some conditions of the bundled screen, with the controls of their contexts. */
  private record Part(Predicate<Condition> wanted, GeneVocabulary genes) implements TrainingSet {
    Part(Predicate<Condition> wanted) {
      this(wanted, ALL.genes());
    }

    @Override
    public GeneVocabulary genes() {
      return genes;
    }

    @Override
    public ExpressionUnits units() {
      return ALL.units();
    }

    @Override
    public String controlLabel() {
      return ALL.controlLabel();
    }

    @Override
    public List<Condition> conditions() {
      return ALL.conditions().stream().filter(wanted).toList();
    }

    @Override
    public List<CellContext> contexts() {
      return ALL.contexts().stream()
          .filter(x -> conditions().stream().anyMatch(c -> c.context().equals(x)))
          .toList();
    }

    @Override
    public CellState controls(CellContext context) {
      return ALL.controls(context);
    }

    @Override
    public List<MatchedCells> cells(Condition condition) {
      return ALL.cells(condition);
    }

    @Override
    public ContentDigest dataDigest() {
      return ALL.dataDigest();
    }

    @Override
    public ContentDigest splitDigest() {
      return ContentDigest.of("part").add(conditions().toString()).build();
    }
  }

  /** Half of what was done to K562, and one of the other lines. */
  private static boolean first(Condition c) {
    return c.context().name().equals("k562")
        ? ALL.conditions().indexOf(c) % 2 == 0
        : c.context().name().equals("A172");
  }

  private static Prediction ask(Predictor model, String context, Perturbation perturbation) {
    CellState controls = BundledData.norman().controls(CellContext.of(context));
    return model.predict(controls, perturbation, PredictionOptions.DEFAULT);
  }

  private static void assertClose(double[] expected, double[] actual) {
    double size = 0;
    for (double v : expected) {
      size = Math.max(size, Math.abs(v));
    }
    for (int g = 0; g < expected.length; g++) {
      assertEquals(expected[g], actual[g], 1e-10 * size, "gene " + g);
    }
  }

  @Test
  void anUpdateIsTrainingOnEverythingAtTheSameHyperParameters() {
    EffectTrainer trainer = new EffectTrainer();
    try (EffectPredictor before = trainer.train(new Part(c -> first(c)), Progress.SILENT);
        EffectPredictor updated =
            trainer.update(before, new Part(c -> !first(c)), false, Progress.SILENT);
        EffectPredictor anew = trainer.trainAs(before, ALL, Progress.SILENT)) {
      assertEquals(ALL.conditions().size(), updated.card().conditions().size());
      for (String context : List.of("k562", "A172", "U87MG")) {
        for (Perturbation p :
            List.of(
                Perturbation.activation("KLF1"),
                Perturbation.activation("NEW"),
                Perturbation.interference("PLK4"),
                Perturbation.combination(
                    Perturbation.activation("KLF1"), Perturbation.activation("FOXO4")))) {
          Prediction expected = ask(anew, context, p);
          Prediction actual = ask(updated, context, p);
          assertClose(expected.effect().toArray(), actual.effect().toArray());
          assertClose(
              expected.state().rankEffect().toArray(), actual.state().rankEffect().toArray());
          assertEquals(expected.verdict().decision(), actual.verdict().decision());
          assertEquals(expected.regime(), actual.regime());
        }
      }
      assertEquals(
          before.models().get(0).weights(),
          updated.models().get(0).weights(),
          "weights are not tuned unless asked for");
      Perturbation klf1 = Perturbation.activation("KLF1");
      assertNotEquals(ask(before, "k562", klf1).effect(), ask(updated, "k562", klf1).effect());
    }
  }

  @Test
  void theWeightsAreEstimatedAnewWhenAskedFor() {
    EffectTrainer trainer = new EffectTrainer();
    try (EffectPredictor before = trainer.train(new Part(c -> first(c)), Progress.SILENT);
        EffectPredictor updated =
            trainer.update(before, new Part(c -> !first(c)), true, Progress.SILENT)) {
      assertNotEquals(
          before.models().get(1).weights().keySet(),
          updated.models().get(1).weights().keySet(),
          "one line of three before, now parts by context");
    }
  }

  @Test
  void whatDoesNotFitIsRefused() {
    EffectTrainer trainer = new EffectTrainer();
    try (EffectPredictor before = trainer.train(new Part(c -> first(c)), Progress.SILENT)) {
      InvalidDataException twice =
          assertThrows(
              InvalidDataException.class,
              () -> trainer.update(before, ALL, false, Progress.SILENT));
      assertTrue(twice.getMessage().contains("already"), twice.getMessage());
      TrainingSet other =
          new Part(c -> !first(c), GeneVocabulary.of(List.of("some", "other", "genes")));
      InvalidDataException genes =
          assertThrows(
              InvalidDataException.class,
              () -> trainer.update(before, other, false, Progress.SILENT));
      assertTrue(genes.getMessage().contains("genes"), genes.getMessage());
    }
    FeatureSet features =
        FeatureSet.of(
            new FeatureBlock(
                "table",
                FeatureTable.of("planted", Map.of("KLF1", new double[] {1, 0})),
                Similarity.COSINE));
    try (EffectPredictor knowing =
        new EffectTrainer(features).train(new Part(c -> first(c)), Progress.SILENT)) {
      InvalidDataException lacking =
          assertThrows(
              InvalidDataException.class,
              () -> trainer.update(knowing, new Part(c -> !first(c)), false, Progress.SILENT));
      assertTrue(lacking.getMessage().contains("features"), lacking.getMessage());
    }
  }

  @Test
  void aModelOfVersionOneIsReadAndAnswersAsBefore() {
    try (EffectPredictor model =
        new EffectTrainer().train(new Part(c -> first(c)), Progress.SILENT)) {
      StoredModel present = model.store();
      Map<String, String> settings = new HashMap<>(present.settings());
      assertEquals("2", settings.put("version", "1"));
      assertTrue(settings.keySet().removeIf(k -> k.endsWith(".covariance")));
      StoredModel one =
          new StoredModel(present.family(), present.card(), settings, present.tensors());
      try (EffectPredictor back = EffectTrainer.restore(one, "one.safetensors")) {
        Perturbation klf1 = Perturbation.activation("KLF1");
        assertEquals(ask(model, "k562", klf1).effect(), ask(back, "k562", klf1).effect());
        assertEquals(present.settings(), back.store().settings(), "kept as the present version");
      }
    }
  }
}
