package org.virtualcell.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.CellState;
import org.virtualcell.api.Condition;
import org.virtualcell.api.ContentDigest;
import org.virtualcell.api.DataFormatException;
import org.virtualcell.api.Dose;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.api.Interval;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.ModelCard;
import org.virtualcell.api.OutputExistsException;
import org.virtualcell.api.Perturbation;
import org.virtualcell.api.PredictionOptions;
import org.virtualcell.api.Predictor;
import org.virtualcell.api.Progress;
import org.virtualcell.api.VirtualCellException;
import org.virtualcell.atlas.BundledData;
import org.virtualcell.atlas.PerturbationData;
import org.virtualcell.model.baseline.Baselines;
import org.virtualcell.provenance.Json;

class ModelFilesTest {
  @TempDir private Path folder;

  private static Predictor train(String name) {
    return Baselines.trainer(name).train(BundledData.norman().everything(), Progress.SILENT);
  }

  @Test
  void aModelReadBackPredictsTheSameToTheLastBit() {
    PerturbationData data = BundledData.norman();
    PredictionOptions options = PredictionOptions.DEFAULT.withSampledCells(5);
    for (String name : Baselines.names()) {
      Path file = folder.resolve(name + ".safetensors");
      try (Predictor model = train(name)) {
        ModelFiles.save(model, file, false);
        try (Predictor back = ModelFiles.load(file)) {
          assertEquals(model.card(), back.card());
          assertEquals(model.card(), ModelFiles.card(file));
          for (String context : List.of("k562", "A172")) {
            CellState baseline = data.controls(CellContext.of(context));
            for (Perturbation p :
                List.of(
                    Perturbation.activation("KLF1"),
                    Perturbation.activation("NEW"),
                    Perturbation.interference("PLK4"),
                    Perturbation.combination(
                        Perturbation.activation("KLF1"), Perturbation.activation("FOXO4")))) {
              var expected = model.predict(baseline, p, options);
              var actual = back.predict(baseline, p, options);
              assertEquals(expected.effect(), actual.effect());
              assertEquals(expected.interval(), actual.interval());
              assertEquals(expected.verdict(), actual.verdict());
              assertEquals(expected.support(), actual.support());
              assertEquals(
                  expected.state().cells().orElseThrow().digest(),
                  actual.state().cells().orElseThrow().digest());
            }
          }
        }
      }
    }
  }

  @Test
  void writingTheSameModelTwiceGivesTheSameBytes() throws IOException {
    Path first = folder.resolve("a.safetensors");
    Path second = folder.resolve("b.safetensors");
    try (Predictor model = train("bilinear");
        Predictor again = train("bilinear")) {
      ModelFiles.save(model, first, false);
      ModelFiles.save(again, second, false);
    }
    assertTrue(Arrays.equals(Files.readAllBytes(first), Files.readAllBytes(second)));
  }

  @Test
  void anExistingFileIsKeptUnlessForced() {
    Path file = folder.resolve("model.safetensors");
    try (Predictor model = train("no-change")) {
      ModelFiles.save(model, file, false);
      assertThrows(OutputExistsException.class, () -> ModelFiles.save(model, file, false));
      ModelFiles.save(model, file, true);
    }
  }

  @Test
  void scoresCanBeAddedToTheCardAndNothingElseChanged() {
    Path file = folder.resolve("scored.safetensors");
    try (Predictor model = train("additive")) {
      ModelCard.Score score =
          new ModelCard.Score(
              "unseen-perturbation",
              "ceiling",
              "pearson",
              0.53,
              Optional.of(new Interval(0.95, 0.4, 0.6)),
              17,
              ModelCard.Status.TESTED);
      ModelCard scored = model.card().withScores(List.of(score));
      ModelFiles.save(model, scored, file, false);
      assertEquals(scored, ModelFiles.card(file));
      try (Predictor other = train("nearest")) {
        assertThrows(
            InvalidDataException.class,
            () -> ModelFiles.save(other, scored, folder.resolve("wrong"), false));
      }
    }
  }

  @Test
  void damagedFilesAreRefusedWithAReason() throws IOException {
    Path file = folder.resolve("model.safetensors");
    try (Predictor model = train("context-mean")) {
      ModelFiles.save(model, file, false);
    }
    byte[] good = Files.readAllBytes(file);
    SplittableRandom random = new SplittableRandom(11);
    Path damaged = folder.resolve("damaged.safetensors");
    for (int i = 0; i < 90; i++) {
      byte[] bytes = i % 3 == 0 ? Arrays.copyOf(good, random.nextInt(good.length)) : good.clone();
      if (i % 3 != 0) {
        // in the header (lengths, card, settings, shapes) and anywhere
        int reach = i % 3 == 1 ? Math.min(good.length, 20_000) : good.length;
        bytes[random.nextInt(reach)] ^= (byte) (1 << random.nextInt(8));
      }
      Files.write(damaged, bytes);
      VirtualCellException e =
          assertThrows(VirtualCellException.class, () -> ModelFiles.load(damaged), "case " + i);
      assertTrue(e.getMessage().contains("damaged.safetensors"), e.getMessage());
    }
  }

  @Test
  void filesThatAreNoModelAreRefused() throws IOException {
    Path text = folder.resolve("text.safetensors");
    Files.write(text, "not a model".getBytes(StandardCharsets.UTF_8));
    assertThrows(DataFormatException.class, () -> ModelFiles.load(text));
    Path tensors = folder.resolve("other.safetensors");
    org.virtualcell.io.Safetensors.writer().put("x", new float[] {1}, 1).write(tensors, false);
    DataFormatException e = assertThrows(DataFormatException.class, () -> ModelFiles.load(tensors));
    assertTrue(e.getMessage().contains("no model card"), e.getMessage());
    assertThrows(VirtualCellException.class, () -> ModelFiles.load(folder.resolve("absent")));
  }

  @Test
  void aCardWithEveryKindOfEntryComesBackFromJson() {
    CellContext context =
        CellContext.of("liver \"cell\"")
            .withTermId("CL:0000182")
            .with(CellContext.Fact.ORGANISM, "human", "NCBITaxon:9606")
            .with(CellContext.Fact.DONOR, "d1");
    List<Perturbation> perturbations =
        List.of(
            Perturbation.overexpression("A"),
            Perturbation.compound("drug", new Dose(1.5, Dose.Unit.MICROMOLAR)),
            new Perturbation.CompoundPerturbation(
                "x", Optional.of("CCO"), Optional.empty(), Optional.of(Duration.ofHours(6))),
            Perturbation.cytokine("IFNB1"),
            Perturbation.combination(Perturbation.knockout("A"), Perturbation.cytokine("TNF")));
    ModelCard card =
        new ModelCard(
            "name",
            "description",
            ContentDigest.of("a").build(),
            ContentDigest.of("b").build(),
            GeneVocabulary.of(List.of("ENSG1", "ENSG2"), List.of("A", "</script>")),
            ExpressionUnits.logNormalizedToUnstatedTotal(),
            "non-targeting",
            perturbations.stream().map(p -> new Condition(p, context)).toList(),
            List.of(context, CellContext.of("other")),
            List.of(),
            Map.of("training", Long.MIN_VALUE),
            Map.of("java", "17"),
            List.of("none"));
    String json = Json.pretty(CardJson.write(card));
    assertEquals(card, CardJson.read(Json.read(json, "test"), "test"));
  }
}
