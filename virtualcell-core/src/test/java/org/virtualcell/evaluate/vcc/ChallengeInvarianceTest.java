package org.virtualcell.evaluate.vcc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.virtualcell.api.CancelledException;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.ExpressionMatrix;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.MemoryBudgetException;
import org.virtualcell.api.Progress;
import org.virtualcell.atlas.StopAtOnce;
import org.virtualcell.evaluate.cache.ResultCache;
import org.virtualcell.evaluate.paired.LabelledMatrix;
import org.virtualcell.evaluate.paired.PairedCells;

/** What must not change a result, and what must. */
class ChallengeInvarianceTest {
  private static final SimulatedScreen SCREEN = new SimulatedScreen(8, 30, 120, 120, 11);
  private static final LabelledMatrix REAL = SCREEN.draw(1).matrix("real");
  private static final LabelledMatrix PREDICTED = SCREEN.draw(2).matrix("predicted");
  private static final String RESULT = text(REAL, PREDICTED, ChallengeOptions.DEFAULT);

  /** A matrix that is read block by block, as from a file. */
  private record Stored(CsrMatrix inner) implements ExpressionMatrix {
    @Override
    public long rows() {
      return inner.rows();
    }

    @Override
    public int genes() {
      return inner.genes();
    }

    @Override
    public long nonZeros() {
      return inner.nonZeros();
    }

    @Override
    public long nonZeros(long firstRow, int rowCount) {
      return inner.nonZeros(firstRow, rowCount);
    }

    @Override
    public void copyRows(long first, int count, int[] rowStart, int[] gene, float[] value) {
      inner.copyRows(first, count, rowStart, gene, value);
    }
  }

  private static ChallengeResult score(
      LabelledMatrix real, LabelledMatrix predicted, ChallengeOptions options) {
    return Challenge.score(
        Map.of("A", PairedCells.of(real, predicted, SimulatedScreen.CONTROL)),
        ChallengeProfile.FULL_V2,
        options,
        Progress.SILENT);
  }

  private static String text(
      LabelledMatrix real, LabelledMatrix predicted, ChallengeOptions options) {
    return text(score(real, predicted, options));
  }

  private static String text(ChallengeResult result) {
    return ChallengeFiles.results(result)
        + ChallengeFiles.aggregates(result)
        + ChallengeFiles.scores(result)
        + AnchorFile.text(result);
  }

  private static LabelledMatrix stored(LabelledMatrix side) {
    return new LabelledMatrix(
        side.source(),
        side.genes(),
        new Stored((CsrMatrix) side.cells()),
        side.labels(),
        side.names());
  }

  /** The cells in another order, those of a group among themselves in the same. */
  private static LabelledMatrix shuffledGroups(LabelledMatrix side, long seed) {
    List<String> order = new ArrayList<>(side.labels());
    Collections.shuffle(order, new Random(seed));
    Map<String, List<Integer>> waiting = new java.util.HashMap<>();
    for (int i = 0; i < side.labels().size(); i++) {
      waiting.computeIfAbsent(side.labels().get(i), l -> new ArrayList<>()).add(i);
    }
    int[] rows = order.stream().mapToInt(label -> waiting.get(label).remove(0)).toArray();
    return new LabelledMatrix(
        side.source(),
        side.genes(),
        ((CsrMatrix) side.cells()).select(rows),
        order,
        IntStream.of(rows).mapToObj(side.names()::get).toList());
  }

  @Test
  void theResultIsTheSameForAnyNumberOfThreadsAndAnyHelpers() {
    assertEquals(RESULT, text(REAL, PREDICTED, ChallengeOptions.DEFAULT.withThreads(3)));
    assertEquals(
        RESULT,
        text(
            REAL,
            PREDICTED,
            ChallengeOptions.DEFAULT.withThreads(
                4,
                work -> {
                  throw new RejectedExecutionException("busy");
                })));
  }

  @Test
  void theResultIsTheSameReadBatchByBatchUnderAnyBudget() {
    LabelledMatrix real = stored(REAL);
    LabelledMatrix predicted = stored(PREDICTED);
    assertEquals(RESULT, text(real, predicted, ChallengeOptions.DEFAULT));
    assertEquals(RESULT, text(real, predicted, ChallengeOptions.DEFAULT.withBatchBytes(200_000)));
    assertTrue(
        assertThrows(
                MemoryBudgetException.class,
                () -> text(real, predicted, ChallengeOptions.DEFAULT.withBatchBytes(1_000)))
            .getMessage()
            .contains("budget"));
  }

  private static long files(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return 0;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).count();
    }
  }

  @Test
  void whatIsKeptOfTheMeasuredCellsServesAnotherPredictionAndChangesNoDigit(@TempDir Path folder)
      throws IOException {
    Path shared = folder.resolve("shared");
    ResultCache first = ResultCache.in(Optional.of(shared), Optional.of(folder.resolve("run1")));
    assertEquals(RESULT, text(REAL, PREDICTED, ChallengeOptions.DEFAULT.withCache(first)));
    assertEquals(0, first.found());
    long kept = files(shared);
    assertEquals(8 + 8 + 5, kept); // measured groups, groups of the baseline, pairs of halves
    assertEquals(8, files(folder.resolve("run1")));

    LabelledMatrix other = SCREEN.draw(3).matrix("other");
    String alone = text(REAL, other, ChallengeOptions.DEFAULT);
    assertNotEquals(RESULT, alone);
    ResultCache second = ResultCache.in(Optional.of(shared), Optional.of(folder.resolve("run2")));
    ChallengeOptions options =
        ChallengeOptions.DEFAULT.withCache(second).withThreads(2).withBatchBytes(200_000);
    assertEquals(alone, text(stored(REAL), stored(other), options));
    assertEquals(kept, second.found());
    assertEquals(8, second.made());
    assertEquals(kept, files(shared));
    assertEquals(List.of(), second.notes());
  }

  @Test
  void damagedResultsAreNotedAndMadeAgain(@TempDir Path folder) throws IOException {
    ResultCache cache = ResultCache.in(Optional.of(folder), Optional.empty());
    text(REAL, PREDICTED, ChallengeOptions.DEFAULT.withCache(cache));
    List<Path> kept;
    try (Stream<Path> all = Files.walk(folder)) {
      kept = all.filter(Files::isRegularFile).sorted().toList();
    }
    byte[] flipped = Files.readAllBytes(kept.get(0));
    flipped[flipped.length / 2] ^= 1;
    Files.write(kept.get(0), flipped);
    Files.write(kept.get(1), Arrays.copyOf(Files.readAllBytes(kept.get(1)), 90));
    Files.write(kept.get(2), new byte[0]);
    Files.write(kept.get(3), Files.readAllBytes(kept.get(4))); // whole, but another result
    ResultCache again = ResultCache.in(Optional.of(folder), Optional.empty());
    assertEquals(RESULT, text(REAL, PREDICTED, ChallengeOptions.DEFAULT.withCache(again)));
    assertEquals(4, again.notes().size(), again.notes().toString());
    assertEquals(kept.size() - 4, again.found());
    ResultCache repaired = ResultCache.in(Optional.of(folder), Optional.empty());
    assertEquals(RESULT, text(REAL, PREDICTED, ChallengeOptions.DEFAULT.withCache(repaired)));
    assertEquals(List.of(), repaired.notes());
    assertEquals(kept.size(), repaired.found());
  }

  @Test
  void aFolderThatCannotBeWrittenToIsNotedAndTheRunGoesOn(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "in the way");
    ResultCache cache = ResultCache.in(Optional.of(file), Optional.empty());
    assertEquals(RESULT, text(REAL, PREDICTED, ChallengeOptions.DEFAULT.withCache(cache)));
    assertTrue(cache.notes().get(0).startsWith("results cannot be kept"), cache.notes().get(0));
  }

  @Test
  void anInterruptedRunGoesOnWhereItStoppedAndGivesTheSameBytes(@TempDir Path folder) {
    long found = 0;
    for (int most = 3; ; most += 5) {
      int stop = most;
      int[] heard = {0};
      ResultCache cache = ResultCache.in(Optional.empty(), Optional.of(folder));
      Progress progress =
          new Progress() {
            @Override
            public void update(String stage, long done, long total) {
              heard[0] += stage.startsWith("looking") ? 0 : 1;
            }

            @Override
            public boolean cancelled() {
              return heard[0] >= stop;
            }
          };
      ChallengeOptions options =
          ChallengeOptions.DEFAULT.withCache(cache).withBatchBytes(200_000).withThreads(2);
      try {
        ChallengeResult result =
            Challenge.score(
                Map.of(
                    "A", PairedCells.of(stored(REAL), stored(PREDICTED), SimulatedScreen.CONTROL)),
                ChallengeProfile.FULL_V2,
                options,
                progress);
        assertEquals(RESULT, text(result));
        assertTrue(most > 3 && found > 0);
        return;
      } catch (CancelledException e) {
        assertTrue(cache.found() >= found, cache.found() + " after " + found);
        found = cache.found();
      }
    }
  }

  @Test
  void theResultDoesNotDependOnTheOrderOfGroupsInAFile() {
    assertEquals(
        RESULT,
        text(
            stored(shuffledGroups(REAL, 4)),
            shuffledGroups(PREDICTED, 5),
            ChallengeOptions.DEFAULT.withThreads(2)));
  }

  @Test
  void anchorsOfAnEarlierRunGiveTheSameScoresAndOtherCellsRefuseThem() {
    ChallengeResult computed = score(REAL, PREDICTED, ChallengeOptions.DEFAULT);
    Anchors.Known known =
        new Anchors.Known(AnchorFile.read(AnchorFile.text(computed), "anchors.json"));
    ChallengeResult again = score(REAL, PREDICTED, ChallengeOptions.DEFAULT.withAnchors(known));
    assertEquals(computed.contexts().get(0).scores(), again.contexts().get(0).scores());
    assertEquals(computed.score(), again.score());
    assertTrue(
        assertThrows(
                InvalidDataException.class,
                () ->
                    score(
                        SCREEN.draw(7).matrix("other"),
                        PREDICTED,
                        ChallengeOptions.DEFAULT.withAnchors(known)))
            .getMessage()
            .contains("other measured cells"));
  }

  @Test
  void ownHalvesDependOnTheSeedOnlyAndAreHalves() {
    PairedCells pair = PairedCells.of(REAL, PREDICTED, SimulatedScreen.CONTROL);
    Map<String, byte[]> first = ReplicateSplits.own(0).halves(0, pair.real());
    first.forEach(
        (label, halves) -> {
          int n = pair.real().size(label);
          assertEquals(n / 2, HalfRows.rows(halves, ReplicateSplits.REFERENCE).length);
          assertEquals(n / 2, HalfRows.rows(halves, ReplicateSplits.PREDICTION).length);
          assertArrayEquals(
              halves, ReplicateSplits.own(0).halves(0, pair.real()).get(label), label);
        });
    assertNotEquals(
        java.util.Arrays.toString(first.get(SimulatedScreen.CONTROL)),
        java.util.Arrays.toString(
            ReplicateSplits.own(0).halves(1, pair.real()).get(SimulatedScreen.CONTROL)));
    assertNotEquals(
        java.util.Arrays.toString(first.get(SimulatedScreen.CONTROL)),
        java.util.Arrays.toString(
            ReplicateSplits.own(1).halves(0, pair.real()).get(SimulatedScreen.CONTROL)));
  }

  @Test
  void bothFormsOfTheBaselineAndGivenHalvesThatLackACellAreTold() {
    ChallengeOptions dispersed =
        ChallengeOptions.DEFAULT.withAnchors(
            new Anchors.Computed(new Baseline.MeanResponseDispersed(0), ReplicateSplits.own(0)));
    ContextResult result = score(REAL, PREDICTED, dispersed).contexts().get(0);
    assertTrue(result.anchors().orElseThrow().baseline().contains("resampled"));
    ReplicateSplits lacking = ReplicateSplits.given("halves.csv", List.of(Map.of("c0", "A")));
    assertTrue(
        assertThrows(
                InvalidDataException.class,
                () ->
                    score(
                        REAL,
                        PREDICTED,
                        ChallengeOptions.DEFAULT.withAnchors(
                            new Anchors.Computed(Baseline.tiled(), lacking))))
            .getMessage()
            .contains("cell c1"));
  }

  @Test
  void aRunCanBeCancelled() {
    assertThrows(
        CancelledException.class,
        () ->
            Challenge.score(
                Map.of("A", PairedCells.of(REAL, PREDICTED, SimulatedScreen.CONTROL)),
                ChallengeProfile.VCC2026,
                ChallengeOptions.DEFAULT,
                new StopAtOnce()));
  }

  @Test
  void profilesAreNamedAndTheirDigestFollowsTheRules() {
    assertEquals(10, ChallengeProfile.of("vcc2026").metrics().size());
    assertEquals(54, ChallengeProfile.of("full-v2").metrics().size());
    assertThrows(InvalidDataException.class, () -> ChallengeProfile.of("vcc2027"));
    assertThrows(InvalidDataException.class, () -> ChallengeMetric.of("pds_cosines"));
    ChallengeProfile profile = ChallengeProfile.VCC2026;
    ChallengeRules rules =
        new ChallengeRules(50_000, 1e6, 5, 0.05, 1e-9, 0.95, 10, 1, 1e6, 1e-6, 5);
    assertNotEquals(
        profile.digest(),
        new ChallengeProfile(profile.name(), 3, profile.metrics(), rules).digest());
    assertNotEquals(profile.digest(), ChallengeProfile.FULL_V2.digest());
  }
}
