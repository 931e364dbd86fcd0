package org.virtualcell.evaluate;

import java.util.List;
import org.virtualcell.api.ContentDigest;
import org.virtualcell.api.InvalidDataException;

/**
 * A named, immutable set of rules an evaluation follows. A change of rules is a new version and a
 * new digest.
 *
 * @param name the name users know
 * @param version counts changes of its rules
 * @param metrics what is measured
 * @param resamples how often the bootstrap draws perturbations
 * @param halvings in how many ways the cells are divided into halves for the noise ceiling, where
 *     controls are few
 * @param leastDetection the share of control cells a gene must be detected in to count as expressed
 */
public record Profile(
    String name,
    int version,
    List<Metric> metrics,
    int resamples,
    int halvings,
    double leastDetection) {
  /** The library's own rules. */
  public static final Profile VIRTUALCELL =
      new Profile("virtualcell", 2, List.of(Metric.values()), 5000, 10, 0.02);

  private static final List<Profile> ALL = List.of(VIRTUALCELL);

  /** Copies the list. */
  public Profile {
    metrics = List.copyOf(metrics);
  }

  /**
   * In how many ways cells are divided into halves: all {@code halvings} up to a thousand controls,
   * then fewer, because the halves of many controls hardly differ.
   */
  int divisions(long controlCells) {
    return (int) Math.max(1, Math.min(halvings, halvings * 1000L / controlCells));
  }

  /**
   * The profiles there are.
   *
   * @return their names
   */
  public static List<String> names() {
    return ALL.stream().map(Profile::name).toList();
  }

  /**
   * A profile by its name.
   *
   * @param name such as {@code virtualcell}
   * @return the profile
   * @throws InvalidDataException if there is none of that name; the message lists those there are
   */
  public static Profile of(String name) {
    return ALL.stream()
        .filter(profile -> profile.name.equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidDataException(
                    "There is no evaluation profile '" + name + "' in this version",
                    "profiles of this library",
                    "Use one of " + names() + "."));
  }

  /**
   * The digest of the rules.
   *
   * @return equal for equal rules
   */
  public ContentDigest digest() {
    ContentDigest.Builder rules =
        ContentDigest.of("evaluation-profile/1")
            .add(name)
            .add(version)
            .add(resamples)
            .add(halvings)
            .add(leastDetection)
            .add(SignalGate.LEAST_AGREEMENT)
            .add(SignalGate.LEAST_PERTURBATIONS);
    metrics.forEach(metric -> rules.add(metric.label()).add(metric.kind().name()));
    return rules.build();
  }
}
