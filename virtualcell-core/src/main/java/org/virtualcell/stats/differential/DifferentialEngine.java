package org.virtualcell.stats.differential;

import java.util.Arrays;
import java.util.List;
import org.virtualcell.api.InvalidDataException;

/**
 * A convention of testing with a name. An engine fixes the statistic and which values are ranked or
 * averaged; {@link DifferentialOptions} holds the rest.
 */
public enum DifferentialEngine {
  /**
   * The default: rank-sum with ties and continuity corrected, on values whose ties are those of
   * exact arithmetic: stored log1p values as they are, counts as the quotient count / total.
   */
  EXACT_TIES("exact-ties", Test.RANK_SUM, Values.EXACT),
  /** As pdex 0.2.5 and cell-eval 0.8.1: the same test, on the log1p values as stored. */
  PDEX("pdex", Test.RANK_SUM, Values.STORED),
  /** As cell-eval2 0.16.0 on a CPU: the same test, on log1p(count / (total / 1e6)). */
  CELL_EVAL2("cell-eval2", Test.RANK_SUM, Values.LOG_CPM),
  /** As scanpy's wilcoxon: no continuity correction, no tie correction. */
  SCANPY_WILCOXON("scanpy-wilcoxon", Test.RANK_SCORE, Values.STORED),
  /** As scanpy's wilcoxon with tie_correct. */
  SCANPY_WILCOXON_TIES("scanpy-wilcoxon-ties", Test.RANK_SCORE_TIES, Values.STORED),
  /** Welch's t on log1p values; degrees of freedom by Welch and Satterthwaite. */
  WELCH_T("welch-t", Test.WELCH, Values.STORED),
  /**
   * Student's paired t over replicates (donors, batches), which are the sample here and not the
   * cells: counts are summed per group and replicate, d is the difference of log2((count + 0.5) /
   * (total + 1) 1e6) between the group and the reference in the same replicate. Needs counts and
   * two replicates with cells of both.
   */
  PSEUDOBULK_PAIRED_T("pseudobulk-paired-t", Test.PAIRED, Values.EXACT),
  /**
   * The same with variances moderated over genes by an inverse chi-square prior that is estimated
   * from them (Smyth 2004), as limma does.
   */
  PSEUDOBULK_MODERATED_T("pseudobulk-moderated-t", Test.PAIRED_MODERATED, Values.EXACT);

  /** The statistic. */
  enum Test {
    RANK_SUM,
    RANK_SCORE,
    RANK_SCORE_TIES,
    WELCH,
    PAIRED,
    PAIRED_MODERATED;

    boolean overRanks() {
      return this == RANK_SUM || this == RANK_SCORE || this == RANK_SCORE_TIES;
    }

    boolean overReplicates() {
      return this == PAIRED || this == PAIRED_MODERATED;
    }
  }

  /** Which values of a file are compared. */
  enum Values {
    EXACT,
    STORED,
    LOG_CPM
  }

  private final String label;
  private final Test test;
  private final Values compared;

  DifferentialEngine(String label, Test test, Values compared) {
    this.label = label;
    this.test = test;
    this.compared = compared;
  }

  /**
   * The name users know.
   *
   * @return such as {@code exact-ties}
   */
  public String label() {
    return label;
  }

  Test test() {
    return test;
  }

  Values compared() {
    return compared;
  }

  /**
   * The names of all engines.
   *
   * @return in the order of this type
   */
  public static List<String> labels() {
    return Arrays.stream(values()).map(DifferentialEngine::label).toList();
  }

  /**
   * An engine by its name.
   *
   * @param label such as {@code exact-ties}
   * @return the engine
   * @throws InvalidDataException if there is none of that name; the message lists those there are
   */
  public static DifferentialEngine of(String label) {
    return Arrays.stream(values())
        .filter(e -> e.label.equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidDataException(
                    "There is no engine '" + label + "'",
                    "differential expression",
                    "Use one of " + labels() + "."));
  }
}
