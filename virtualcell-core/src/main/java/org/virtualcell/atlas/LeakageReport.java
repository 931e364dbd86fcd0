package org.virtualcell.atlas;

import java.util.List;
import java.util.Objects;
import org.virtualcell.api.Condition;

/**
 * What slips from the training side of a fold to the side that is scored.
 *
 * @param fold the fold looked at, in words
 * @param findings what was found, gravest first
 */
public record LeakageReport(String fold, List<Finding> findings) {
  /** Copies the list. */
  public LeakageReport {
    Objects.requireNonNull(fold, "fold");
    findings = List.copyOf(findings);
  }

  /** How grave a finding is. */
  public enum Severity {
    /** The claim of the fold does not hold. */
    LEAK,
    /** Part of the protocol, but it can look like skill. */
    CAUTION
  }

  /**
   * One finding.
   *
   * @param severity how grave it is
   * @param kind a name for programs, such as {@code duplicate-cells}
   * @param count how many conditions, cells or batches are concerned
   * @param text a sentence for a person
   */
  public record Finding(Severity severity, String kind, long count, String text) {
    /** Checks that nothing is missing. */
    public Finding {
      Objects.requireNonNull(severity, "severity");
      Objects.requireNonNull(kind, "kind");
      Objects.requireNonNull(text, "text");
    }
  }

  /**
   * Whether the fold asks what it claims to ask.
   *
   * @return true when there is no {@link Severity#LEAK}
   */
  public boolean clean() {
    return findings.stream().noneMatch(f -> f.severity() == Severity.LEAK);
  }

  /**
   * Looks for leakage.
   *
   * @param data the data the fold was made of
   * @param fold the fold
   * @return the report
   */
  public static LeakageReport of(PerturbationData data, Fold fold) {
    return new LeakageReport(
        fold.protocol() + " " + heldOut(fold), LeakageAudit.findings(data, fold));
  }

  static List<Condition> heldOut(Fold fold) {
    return fold.heldOut().stream().map(MeasuredCondition::condition).toList();
  }

  /**
   * The findings as text, a line each.
   *
   * @return lines such as {@code CAUTION shared-controls: ...}
   */
  public List<String> lines() {
    return findings.stream().map(f -> f.severity() + " " + f.kind() + ": " + f.text()).toList();
  }
}
