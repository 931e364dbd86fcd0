package org.virtualcell.atlas;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.Condition;
import org.virtualcell.api.ContentDigest;
import org.virtualcell.api.MatchedCells;
import org.virtualcell.api.TrainingSet;

/** A fold over data in memory; cells are copied out when asked for. */
final class SplitFold implements Fold {
  private final PerturbationData data;
  private final String protocol;
  private final String stratum;
  private final List<Condition> training;
  private final List<Condition> heldOut;
  private final long seed;
  private final ContentDigest digest;

  SplitFold(
      PerturbationData data,
      String protocol,
      String stratum,
      Set<Condition> training,
      Set<Condition> heldOut,
      long seed) {
    this.data = data;
    this.protocol = protocol;
    this.stratum = stratum;
    this.training = data.conditions().stream().filter(training::contains).toList();
    this.heldOut = data.conditions().stream().filter(heldOut::contains).toList();
    this.seed = seed;
    ContentDigest.Builder content =
        ContentDigest.of("fold/1").add(data.digest()).add(protocol).add(stratum).add(seed);
    add(content.add("training"), this.training);
    add(content.add("held out"), this.heldOut);
    this.digest = content.build();
  }

  private static void add(ContentDigest.Builder content, List<Condition> conditions) {
    content.add(conditions.size());
    conditions.forEach(c -> content.add(c.perturbation().canonical()).add(c.context().digest()));
  }

  @Override
  public String protocol() {
    return protocol;
  }

  @Override
  public String stratum() {
    return stratum;
  }

  @Override
  public TrainingSet training() {
    return new TrainingPart(data, training, Half.ALL, seed, digest);
  }

  @Override
  public TrainingSet trainingHalf(int division) {
    ContentDigest half = ContentDigest.of("fold-half/1").add(digest).add(division).build();
    return new TrainingPart(data, training, Half.TRAIN, divided(seed, division), half);
  }

  /** Every division has a seed of its own; the first has that of the fold. */
  private static long divided(long seed, int division) {
    return division == 0 ? seed : seed ^ CellHalves.mix(division);
  }

  @Override
  public List<HeldOut> heldOut() {
    return heldOut.stream().<HeldOut>map(c -> new HeldOutCells(data, c, seed)).toList();
  }

  @Override
  public List<MeasuredCondition> candidates() {
    Set<CellContext> contexts =
        heldOut.stream()
            .map(Condition::context)
            .collect(Collectors.toCollection(LinkedHashSet::new));
    Set<Condition> excluded = Set.copyOf(heldOut);
    return data.conditions().stream()
        .filter(c -> contexts.contains(c.context()) && !excluded.contains(c))
        .filter(c -> data.cellCount(c) > 1 && data.controlCount(c.context()) > 1)
        .<MeasuredCondition>map(c -> new CandidateCells(data, c, seed))
        .toList();
  }

  @Override
  public ContentDigest digest() {
    return digest;
  }

  @Override
  public String toString() {
    return protocol + (stratum.isEmpty() ? "" : "/" + stratum) + ": " + heldOut;
  }

  private record HeldOutCells(PerturbationData data, Condition condition, long seed)
      implements HeldOut {
    @Override
    public List<MatchedCells> cells() {
      return data.matched(condition, Half.ALL, Half.ALL, seed);
    }

    @Override
    public List<MatchedCells> reservedCells() {
      return data.matched(condition, Half.ALL, Half.RESERVED, seed);
    }

    @Override
    public List<MatchedCells> firstHalf(int division) {
      return half(Half.TRAIN, division);
    }

    @Override
    public List<MatchedCells> secondHalf(int division) {
      return half(Half.RESERVED, division);
    }

    private List<MatchedCells> half(Half which, int division) {
      return halvable()
          ? data.matched(condition, which, which, divided(seed, division))
          : List.of();
    }

    private boolean halvable() {
      return data.cellCount(condition) > 1 && data.controlCount(condition.context()) > 1;
    }
  }

  private record CandidateCells(PerturbationData data, Condition condition, long seed)
      implements MeasuredCondition {
    @Override
    public List<MatchedCells> cells() {
      return data.matched(condition, Half.RESERVED, Half.RESERVED, seed);
    }
  }
}
