package org.virtualcell.evaluate.vcc;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.virtualcell.api.ContentDigest;
import org.virtualcell.api.InvalidDataException;

/**
 * A named, immutable set of rules of the 2026 suite. A change of rules is a new version and a new
 * digest.
 *
 * @param name the name users know
 * @param version the version of its rules
 * @param metrics what is measured, in the order of the tables
 * @param rules the numbers the metrics depend on
 */
public record ChallengeProfile(
    String name, int version, List<ChallengeMetric> metrics, ChallengeRules rules) {
  /** The competition's profile: six scored members and four diagnostics. */
  public static final ChallengeProfile VCC2026 =
      new ChallengeProfile(
          "vcc2026",
          3,
          Stream.concat(ChallengeMetric.scored().stream(), ChallengeMetric.diagnostics().stream())
              .toList(),
          ChallengeRules.VCC2026);

  /** All 54 metrics of the suite under the same rules. */
  public static final ChallengeProfile FULL_V2 =
      new ChallengeProfile("full-v2", 3, List.of(ChallengeMetric.values()), ChallengeRules.VCC2026);

  private static final List<ChallengeProfile> ALL = List.of(VCC2026, FULL_V2);

  /** Copies the list. */
  public ChallengeProfile {
    metrics = List.copyOf(metrics);
  }

  /**
   * The profiles there are.
   *
   * @return their names
   */
  public static List<String> names() {
    return ALL.stream().map(ChallengeProfile::name).toList();
  }

  /**
   * A profile by its name.
   *
   * @param name such as {@code vcc2026}
   * @return the profile
   * @throws InvalidDataException if there is none of that name; the message lists those there are
   */
  public static ChallengeProfile of(String name) {
    return ALL.stream()
        .filter(profile -> profile.name.equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidDataException(
                    "There is no profile '" + name + "' of the 2026 suite",
                    "profiles of this library",
                    "Use one of " + names() + "."));
  }

  /** Whether all 54 metrics are asked for, not only those of the competition. */
  boolean isFull() {
    return metrics.contains(ChallengeMetric.EXPR_MAE);
  }

  /**
   * The digest of the rules: metrics, how each is read and filled, and all numbers.
   *
   * @return equal for equal rules
   */
  public ContentDigest digest() {
    ContentDigest.Builder digest = ContentDigest.of("challenge-profile/1").add(name).add(version);
    for (ChallengeMetric metric : metrics) {
      digest.add(metric.label()).add(metric.reading().name()).add(metric.fill()).add(metric.top());
    }
    rules.addTo(digest);
    Arrays.stream(ScoreMap.values()).forEach(map -> digest.add(map.name()).add(map.rule()));
    return digest.build();
  }
}
