package org.virtualcell.model.transition;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.virtualcell.api.CancelledException;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.CellState;
import org.virtualcell.api.ClosedException;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.Perturbation;
import org.virtualcell.api.PredictionOptions;
import org.virtualcell.api.Predictor;
import org.virtualcell.api.Progress;
import org.virtualcell.api.TrainingSet;
import org.virtualcell.compute.Device;
import org.virtualcell.compute.JavaDevice;
import org.virtualcell.compute.Lane;
import org.virtualcell.compute.LaneOptions;
import org.virtualcell.features.FeatureSet;
import org.virtualcell.io.Safetensors;
import org.virtualcell.model.ModelFiles;
import org.virtualcell.model.effect.EffectTrainer;
import org.virtualcell.nn.ParameterSet;

/** Training, interruption, files and answers of the transition model on a planted screen. */
class TransitionTrainerTest {
  private static final int STEPS = 40;

  @TempDir Path folder;

  private static CellState controls(int context) {
    return PlantedGate.training().controls(CellContext.of("c" + context));
  }

  private static double[] effect(Predictor model, int target, int context) {
    return model.predict(controls(context), Perturbation.knockout("T" + target)).effect().toArray();
  }

  private byte[] saved(Predictor model, String name) throws Exception {
    ModelFiles.save(model, folder.resolve(name), true);
    return Files.readAllBytes(folder.resolve(name));
  }

  @Test
  void beforeTheFirstStepTheAnswersAreThoseOfTheEffectModel() {
    try (Predictor none = PlantedGate.trainer(0).train(PlantedGate.training(), Progress.SILENT);
        Predictor linear =
            new EffectTrainer(PlantedGate.known(0))
                .train(PlantedGate.training(), Progress.SILENT)) {
      for (int target : new int[] {0, 5, PlantedGate.TARGETS}) {
        assertArrayEquals(effect(linear, target, 1), effect(none, target, 1));
      }
    }
    TransitionConfig config = PlantedGate.config(1);
    try (Device device = JavaDevice.create();
        Lane lane = device.open(LaneOptions.defaults());
        Learner learner = new Learner(lane, config, 16, 5);
        ParameterSet set = new ParameterSet(lane);
        CorrectionNetwork network = new CorrectionNetwork(set, learner.options(), 2, 8)) {
      learner.averages().forEach(set::set);
      float[] x = new float[2 * 8 * 16];
      for (int i = 0; i < x.length; i++) {
        x[i] = (i * 7 % 13) / 3f;
      }
      float[] added = network.of(x, new float[] {1, -2, 3, 0, 1, 2, 2, 2, 2, 2});
      assertArrayEquals(new float[x.length], added, "the gate is closed");
    }
  }

  @Test
  void whatAContextTurnsAroundIsLearnedFromFeaturesAndControls() throws Exception {
    TrainingSet data = PlantedGate.training();
    try (Predictor model = PlantedGate.trainer(200).train(data, Progress.SILENT);
        Predictor linear = new EffectTrainer(PlantedGate.known(0)).train(data, Progress.SILENT)) {
      TransitionPredictor found = (TransitionPredictor) model;
      double[] last = found.history().get(found.history().size() - 1);
      assertTrue(last[3] < 0.5, "error of held-out conditions " + last[3]);
      assertTrue(
          model.card().environment().containsKey("network kept from step"),
          model.card().environment().toString());
      assertNotEquals(effect(linear, 3, 1)[8], effect(model, 3, 1)[8]);
    }
  }

  @Test
  @SuppressWarnings("try") // closed twice: the second time does nothing
  void aModelReadFromItsFileAnswersToTheLastBitWhateverTheThreads() throws Exception {
    try (Predictor model = PlantedGate.trainer(60).train(PlantedGate.training(), Progress.SILENT)) {
      byte[] bytes = saved(model, "a.safetensors");
      try (Predictor read = ModelFiles.load(folder.resolve("a.safetensors"))) {
        double[] wanted = effect(model, 3, 1);
        List<double[]> found =
            IntStream.range(0, 12).parallel().mapToObj(i -> effect(read, 3, 1)).toList();
        found.forEach(f -> assertArrayEquals(wanted, f));
        assertArrayEquals(bytes, saved(read, "b.safetensors"));
        PredictionOptions cells = PredictionOptions.DEFAULT.withSampledCells(40).withSeed(5);
        assertEquals(
            model
                .predict(controls(0), Perturbation.knockout("T2"), cells)
                .state()
                .cells()
                .orElseThrow()
                .digest(),
            read.predict(controls(0), Perturbation.knockout("T2"), cells)
                .state()
                .cells()
                .orElseThrow()
                .digest());
        assertArrayEquals(
            new double[PlantedGate.GENES],
            read.predict(controls(0), Perturbation.control()).effect().toArray());
      }
      try (Predictor two =
          PlantedGate.trainer(60).withThreads(2).train(PlantedGate.training(), Progress.SILENT)) {
        assertArrayEquals(bytes, saved(two, "c.safetensors"));
      }
      model.close();
      assertThrows(ClosedException.class, () -> effect(model, 3, 1));
    }
  }

  /** Asks to stop after some steps. */
  private static Progress stopping(int steps) {
    AtomicLong done = new AtomicLong();
    return new Progress() {
      @Override
      public void update(String stage, long step, long total) {
        if (stage.startsWith("training")) {
          done.set(step);
        }
      }

      @Override
      public boolean cancelled() {
        return done.get() >= steps;
      }
    };
  }

  private static final List<byte[]> UNDISTURBED = new ArrayList<>();

  private byte[] undisturbed() throws Exception {
    if (UNDISTURBED.isEmpty()) {
      try (Predictor model =
          PlantedGate.trainer(STEPS)
              .withCheckpoints(folder.resolve("w"), false)
              .train(PlantedGate.training(), Progress.SILENT)) {
        UNDISTURBED.add(saved(model, "whole.safetensors"));
      }
    }
    return UNDISTURBED.get(0);
  }

  @Test
  void aRunThatWasStoppedAndResumedGivesTheBytesOfOneThatWasNot() throws Exception {
    TrainingSet data = PlantedGate.training();
    byte[] whole = undisturbed();
    Path parts = folder.resolve("parts");
    TransitionTrainer trainer = PlantedGate.trainer(STEPS).withCheckpoints(parts, true);
    assertThrows(CancelledException.class, () -> trainer.train(data, stopping(7)));
    assertThrows(CancelledException.class, () -> trainer.train(data, stopping(23)));
    assertEquals(
        List.of("checkpoint.safetensors", "optimizer-24.safetensors"),
        Arrays.stream(parts.toFile().list()).sorted().toList());
    try (Predictor model = trainer.train(data, Progress.SILENT)) {
      assertArrayEquals(whole, saved(model, "parts.safetensors"));
    }
  }

  private Process process(String limit, Path parts, Path model) throws Exception {
    return new ProcessBuilder(
            "/bin/bash",
            "-c",
            limit + "exec \"$@\"",
            "bash",
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:-UsePerfData",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            PlantedGate.Run.class.getName(),
            Integer.toString(STEPS),
            parts.toString(),
            model.toString())
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("log").toFile())
        .start();
  }

  @Test
  void aProcessKilledInTheMiddleIsResumedToTheSameBytesAndAFullDiskLosesNothing() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "needs a shell that limits file sizes");
    Path parts = folder.resolve("parts");
    Path model = folder.resolve("model.safetensors");
    Process killed = process("", parts, model);
    while (!Checkpoint.isThere(parts) && killed.isAlive()) {
      Thread.sleep(5);
    }
    killed.destroyForcibly().waitFor();
    assertFalse(Files.exists(model), "killed before it was done");
    long stood = step(parts);
    Process full = process("ulimit -c 0; ulimit -f 30; ", parts, model);
    assertTrue(full.waitFor(120, TimeUnit.SECONDS));
    String said = Files.readString(folder.resolve("log"), StandardCharsets.UTF_8);
    assertTrue(said.contains("could not be written"), said);
    assertEquals(stood, step(parts), "the last good checkpoint is kept");
    Process resumed = process("", parts, model);
    assertTrue(resumed.waitFor(120, TimeUnit.SECONDS));
    said = Files.readString(folder.resolve("log"), StandardCharsets.UTF_8);
    assertEquals("trained", said.strip());
    assertArrayEquals(undisturbed(), Files.readAllBytes(model));
  }

  private static long step(Path parts) {
    try (Safetensors file = Safetensors.open(parts.resolve("checkpoint.safetensors"))) {
      return Long.parseLong(file.metadata().get("step"));
    }
  }

  @Test
  void aCheckpointOfOtherGenesOrSettingsIsRefused() {
    Path parts = folder.resolve("parts");
    PlantedGate.trainer(10)
        .withCheckpoints(parts, false)
        .train(PlantedGate.training(), Progress.SILENT)
        .close();
    InvalidDataException settings =
        assertThrows(
            InvalidDataException.class,
            () ->
                PlantedGate.trainer(20)
                    .withCheckpoints(parts, true)
                    .train(PlantedGate.training(), Progress.SILENT));
    assertTrue(settings.getMessage().contains("settings"), settings.getMessage());
    InvalidDataException data =
        assertThrows(
            InvalidDataException.class,
            () ->
                PlantedGate.trainer(10)
                    .withCheckpoints(parts, true)
                    .train(PlantedGate.data(4, 16).everything(), Progress.SILENT));
    assertTrue(data.getMessage().contains("of another run"), data.getMessage());
  }

  @Test
  void aWarmStartMatchesGenesByName() {
    try (Predictor old = PlantedGate.trainer(120).train(PlantedGate.training(), Progress.SILENT)) {
      ModelFiles.save(old, folder.resolve("old.safetensors"), false);
      TrainingSet fewer = PlantedGate.data(2, 16).everything();
      try (Predictor cold = PlantedGate.trainer(10).train(fewer, Progress.SILENT);
          Predictor warm =
              PlantedGate.trainer(10)
                  .withWarmStart(folder.resolve("old.safetensors"))
                  .train(fewer, Progress.SILENT)) {
        double[] first = ((TransitionPredictor) warm).history().get(1);
        double[] without = ((TransitionPredictor) cold).history().get(1);
        assertTrue(first[3] < without[3] - 0.1, first[3] + " and " + without[3]);
      }
    }
    assertThrows(
        InvalidDataException.class,
        () ->
            new TransitionTrainer(TransitionConfig.named().get("ours-xs"), PlantedGate.known(0))
                .withWarmStart(folder.resolve("old.safetensors"))
                .train(PlantedGate.training(), Progress.SILENT));
  }

  @Test
  void targetsWithoutAVectorAreNamedAndFollowTheEffectModel() {
    TrainingSet data = PlantedGate.training();
    try (Predictor model =
            new TransitionTrainer(PlantedGate.config(60), PlantedGate.known(2))
                .train(data, Progress.SILENT);
        Predictor linear = new EffectTrainer(PlantedGate.known(2)).train(data, Progress.SILENT)) {
      String limits = model.card().limitations().toString();
      assertTrue(limits.contains("No feature vector for T0, T1"), limits);
      assertArrayEquals(effect(linear, 1, 0), effect(model, 1, 0));
    }
    FeatureSet none = PlantedGate.known(PlantedGate.TARGETS + 1);
    InvalidDataException refused =
        assertThrows(
            InvalidDataException.class,
            () -> new TransitionTrainer(PlantedGate.config(5), none).train(data, Progress.SILENT));
    assertTrue(refused.getMessage().contains("feature vector"), refused.getMessage());
  }

  @Test
  void aConditionOfOneCellIsLeftOutAndSaidAndSetsOfOneAreRefused() {
    try (Predictor model =
        PlantedGate.trainer(2).train(PlantedGate.data(0, 1).everything(), Progress.SILENT)) {
      String limits = model.card().limitations().toString();
      assertTrue(limits.contains("one cell or control only: ") && limits.contains("T0"), limits);
    }
    var json = PlantedGate.config(2).toJson();
    for (Map.Entry<String, Integer> bad :
        Map.of("set_cells", 1, "heads", 5, "patience", 0, "hidden", 0).entrySet()) {
      var changed = json.deepCopy();
      changed.put(bad.getKey(), bad.getValue());
      assertThrows(InvalidDataException.class, () -> TransitionConfig.fromJson(changed, "test"));
    }
    var unknown = json.deepCopy();
    unknown.put("colour", 1);
    assertThrows(InvalidDataException.class, () -> TransitionConfig.fromJson(unknown, "test"));
    assertEquals(PlantedGate.config(2), TransitionConfig.fromJson(json, "test"));
  }

  @Test
  void aLossThatIsNotFiniteNamesTheBatch() {
    TransitionConfig config = PlantedGate.config(1);
    try (Device device = JavaDevice.create();
        Lane lane = device.open(LaneOptions.defaults());
        Learner learner = new Learner(lane, config, 16, 5)) {
      Learner.Batch batch = new Learner.Batch(8, 8, 16, 5);
      batch.controls[3] = Float.NaN;
      InvalidDataException e =
          assertThrows(InvalidDataException.class, () -> learner.step(1, batch, "T7 in c0", 1));
      assertTrue(e.getMessage().contains("T7 in c0"), e.getMessage());
    }
  }

  @Test
  void setsDependOnTheStepAloneAndEvaluationControlsAreNeverTrainedOn() {
    TrainingSet data = PlantedGate.training();
    int[] columnOf = IntStream.range(0, PlantedGate.GENES).toArray();
    ResidentCells cells = new ResidentCells(data.units(), columnOf, PlantedGate.GENES);
    SetSampler sampler = new SetSampler(cells, 8, 3);
    for (int q = 0; q < data.conditions().size(); q++) {
      assertEquals(
          1, sampler.add(q, data.conditions().get(q), data.cells(data.conditions().get(q))));
    }
    int n = sampler.groups().size();
    List<SetSampler.Group> round = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      round.add(sampler.group(i / 8, i % 8, 8));
    }
    assertEquals(n, round.stream().distinct().count(), "each once a round");
    SetSampler.Group group = round.get(3);
    int state = group.controls();
    List<Integer> kept = Arrays.stream(sampler.controlRows(state, true)).boxed().toList();
    List<Integer> used = Arrays.stream(sampler.controlRows(state, false)).boxed().toList();
    assertEquals(12, kept.size());
    assertEquals(48, used.size());
    assertTrue(used.stream().noneMatch(kept::contains));
    float[] x = new float[8 * PlantedGate.GENES];
    float[] y = new float[x.length];
    float[] again = new float[x.length];
    float[] other = new float[x.length];
    sampler.fill(group, 5, 1, x, y, 0);
    sampler.fill(group, 5, 1, again, y, 0);
    sampler.fill(group, 6, 1, other, y, 0);
    assertArrayEquals(x, again);
    assertFalse(Arrays.equals(x, other));
  }
}
