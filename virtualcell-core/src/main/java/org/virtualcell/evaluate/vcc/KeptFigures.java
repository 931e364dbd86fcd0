package org.virtualcell.evaluate.vcc;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.virtualcell.api.ContentDigest;
import org.virtualcell.evaluate.cache.NumberArrays;
import org.virtualcell.evaluate.cache.ResultCache;
import org.virtualcell.evaluate.cache.ResultCache.Scope;

/**
 * The figures of one context that are kept: of each measured group its profile and its table, of
 * each predicted group its profile and metrics, of each pair of halves the aggregates.
 */
final class KeptFigures {
  private static final String ENGINE = "exact-ties";

  private final ResultCache cache;
  private final ChallengeRules rules;
  private final ReferenceCells reference;
  private final ContentDigest control;

  /**
   * Of cells compared with one set of control cells.
   *
   * @param control the digest of genes and control cells
   */
  KeptFigures(
      ResultCache cache, ChallengeRules rules, ReferenceCells reference, ContentDigest control) {
    this.cache = cache;
    this.rules = rules;
    this.reference = reference;
    this.control = control;
  }

  /** A measured group. */
  record Measured(GroupBulk bulk, TestedGenes table) {}

  /** A predicted group. */
  record Predicted(GroupBulk bulk, MetricRow row) {}

  private ContentDigest.Builder key(String kind) {
    ContentDigest.Builder key = ResultCache.key(kind).add(ENGINE).add(control);
    rules.addTo(key);
    return key;
  }

  ContentDigest measuredKey(String cells) {
    return key("challenge-measured/1").add(cells).build();
  }

  /** Whether a measured group need not be read. */
  Optional<Measured> find(ContentDigest key) {
    return cache.find(Scope.MEASURED, key, this::measured);
  }

  void keep(ContentDigest key, Measured group) {
    cache.keep(Scope.MEASURED, key, group, KeptFigures::write);
  }

  private static void write(Measured group, DataOutputStream out) throws IOException {
    write(group.bulk(), out);
    NumberArrays.write(out, group.table().change());
    NumberArrays.write(out, group.table().p());
    NumberArrays.write(out, group.table().adjusted());
  }

  private Measured measured(DataInputStream in) throws IOException {
    GroupBulk bulk = bulk(in);
    double[] change = NumberArrays.read(in);
    double[] p = NumberArrays.read(in);
    double[] adjusted = NumberArrays.read(in);
    int genes = reference.gate().length;
    if (change.length != genes || p.length != genes || adjusted.length != genes) {
      throw new IOException("a table of other genes");
    }
    return new Measured(
        bulk,
        TestedGenes.of(reference.gate(), reference.position(), change, p, adjusted, rules.alpha()));
  }

  private static void write(GroupBulk bulk, DataOutputStream out) throws IOException {
    out.writeInt(bulk.cells());
    out.writeDouble(bulk.correction());
    NumberArrays.write(out, bulk.profile());
  }

  private GroupBulk bulk(DataInputStream in) throws IOException {
    int cells = in.readInt();
    double correction = in.readDouble();
    double[] profile = NumberArrays.read(in);
    if (profile.length != reference.position().length) {
      throw new IOException("a profile of other genes");
    }
    return new GroupBulk(cells, profile, correction);
  }

  /**
   * The key of a predicted group's metrics.
   *
   * @param measured the key of the measured group
   * @param own the gene left out
   * @param full whether all metrics are asked for
   */
  ContentDigest predictedKey(ContentDigest measured, CellCounts cells, int own, boolean full) {
    return key("challenge-predicted/1")
        .add(measured)
        .add(cells.rows().digest())
        .add(cells.copies())
        .add(own)
        .add(full ? 1 : 0)
        .build();
  }

  Predicted predicted(Scope scope, ContentDigest key, Supplier<Predicted> made) {
    return cache.get(scope, key, this::predicted, KeptFigures::write, made);
  }

  private static void write(Predicted group, DataOutputStream out) throws IOException {
    write(group.bulk(), out);
    group.row().write(out);
  }

  private Predicted predicted(DataInputStream in) throws IOException {
    return new Predicted(bulk(in), MetricRow.read(in));
  }

  /** What one pair of halves reached in a metric. */
  record Outcome(double value, int used) {}

  /**
   * What one pair of halves reaches.
   *
   * @param data the digest of all measured cells
   * @param halves the half of each cell by label
   */
  Map<ChallengeMetric, Outcome> halves(
      String data,
      Map<String, byte[]> halves,
      Map<String, Integer> ownGenes,
      Supplier<Map<ChallengeMetric, Outcome>> made) {
    ContentDigest.Builder key = key("challenge-halves/1").add(data);
    new TreeMap<>(halves)
        .forEach(
            (label, half) -> {
              key.add(label).add(half.length);
              for (byte h : half) {
                key.add((long) h);
              }
            });
    new TreeMap<>(ownGenes).forEach((label, gene) -> key.add(label).add(gene));
    return cache.get(Scope.MEASURED, key.build(), KeptFigures::outcomes, KeptFigures::write, made);
  }

  private static void write(Map<ChallengeMetric, Outcome> outcomes, DataOutputStream out)
      throws IOException {
    out.writeInt(outcomes.size());
    for (Map.Entry<ChallengeMetric, Outcome> entry : outcomes.entrySet()) {
      out.writeUTF(entry.getKey().label());
      out.writeDouble(entry.getValue().value());
      out.writeInt(entry.getValue().used());
    }
  }

  private static Map<ChallengeMetric, Outcome> outcomes(DataInputStream in) throws IOException {
    Map<ChallengeMetric, Outcome> outcomes = new EnumMap<>(ChallengeMetric.class);
    for (int n = in.readInt(); n > 0; n--) {
      ChallengeMetric metric = ChallengeMetric.of(in.readUTF());
      outcomes.put(metric, new Outcome(in.readDouble(), in.readInt()));
    }
    return outcomes;
  }
}
