package org.virtualcell.evaluate.report;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a suite found, as its page shows it, whichever suite it was. Immutable; the arrays are
 * handed over and not to be changed.
 *
 * @param profile the name of the rules
 * @param rules facts of the rules: version, digest, numbers
 * @param claim what the figures are about
 * @param zero what scores 0, in words
 * @param one what scores 1, in words
 * @param score the mean of the parts' scores, where there is a scale
 * @param parts contexts or cell types, each by itself
 */
public record SuiteScores(
    String profile,
    List<FactCard.Fact> rules,
    String claim,
    String zero,
    String one,
    OptionalDouble score,
    List<Part> parts) {
  /** Copies the lists. */
  public SuiteScores {
    Objects.requireNonNull(profile, "profile");
    rules = List.copyOf(rules);
    Objects.requireNonNull(claim, "claim");
    Objects.requireNonNull(zero, "zero");
    Objects.requireNonNull(one, "one");
    Objects.requireNonNull(score, "score");
    parts = List.copyOf(parts);
  }

  /** How many genes of a perturbation change beyond chance in the measured cells. */
  public enum Signal {
    /** None: whatever is predicted, nothing here can show it right. */
    NONE,
    /** Fewer than ten. */
    WEAK,
    /** Ten or more. */
    CLEAR,
    /** The profile does not test. */
    UNKNOWN
  }

  /**
   * One context or cell type.
   *
   * @param name its name; empty where cells are not split
   * @param cells how many measured cells there are, controls included
   * @param perturbations the rows, in order
   * @param signal what each of them can show
   * @param lines the metrics
   * @param score the mean of the scored lines, where there is a scale
   * @param omissions what was left out
   * @param notes what a reader should know
   */
  public record Part(
      String name,
      int cells,
      List<String> perturbations,
      List<Signal> signal,
      List<Line> lines,
      OptionalDouble score,
      List<Omission> omissions,
      List<String> notes) {
    /** Copies the lists. */
    public Part {
      Objects.requireNonNull(name, "name");
      perturbations = List.copyOf(perturbations);
      signal = List.copyOf(signal);
      lines = List.copyOf(lines);
      Objects.requireNonNull(score, "score");
      omissions = List.copyOf(omissions);
      notes = List.copyOf(notes);
    }
  }

  /**
   * A perturbation that was left out.
   *
   * @param perturbation its label
   * @param from the metric it is left out of; empty for all
   * @param reason why
   */
  public record Omission(String perturbation, String from, String reason) {}

  /**
   * A metric over the perturbations of a part. Its value is the sum of the prediction's figures
   * over the sum of their weights, perturbations without a figure (NaN) left out.
   *
   * @param metric its name in files
   * @param lowerIsBetter whether it is an error
   * @param scored whether it counts for the score
   * @param value the aggregate; NaN where there is none
   * @param used on how many perturbations it rests
   * @param scale how it becomes a score, where it does
   * @param score the score, where there is one
   * @param replicate what half of the measured cells reaches as a prediction of the other half,
   *     where that is known
   * @param baseline the aggregate of the baseline, where it is known
   * @param figures the prediction's figure per perturbation; empty for a figure of the whole panel
   * @param weights the weight per perturbation
   * @param baselineFigures the baseline's figure per perturbation; empty where it was not computed
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
  public record Line(
      String metric,
      boolean lowerIsBetter,
      boolean scored,
      double value,
      int used,
      Optional<Scale> scale,
      OptionalDouble score,
      Optional<Replicate> replicate,
      OptionalDouble baseline,
      double[] figures,
      double[] weights,
      double[] baselineFigures) {
    /** Checks that nothing is missing. */
    public Line {
      Objects.requireNonNull(metric, "metric");
      Objects.requireNonNull(scale, "scale");
      Objects.requireNonNull(score, "score");
      Objects.requireNonNull(replicate, "replicate");
      Objects.requireNonNull(baseline, "baseline");
    }
  }

  /**
   * What halves of the measured cells reach.
   *
   * @param mean over the splits
   * @param deviation over the splits; NaN where there is one split
   */
  public record Replicate(double mean, double deviation) {}

  /**
   * A straight line from a value to a score, with its clamps.
   *
   * @param zero the value that scores 0
   * @param one the value that scores 1
   * @param low the least score; minus infinity without a clamp
   * @param high the highest score; infinity without a clamp
   * @param unusable the score where there is no finite value
   */
  public record Scale(double zero, double one, double low, double high, double unusable) {
    /**
     * The score of a value.
     *
     * @param value the value
     * @return its score
     */
    public double score(double value) {
      double score = (value - zero) / (one - zero);
      return Double.isFinite(score) ? Math.max(low, Math.min(high, score)) : unusable;
    }

    /**
     * The clamps in words.
     *
     * @return such as {@code cut to 0 to 1}
     */
    public String clamps() {
      if (Double.isInfinite(low) && Double.isInfinite(high)) {
        return "no clamp";
      }
      if (Double.isInfinite(high)) {
        return "not below " + plain(low);
      }
      return Double.isInfinite(low)
          ? "not above " + plain(high)
          : "cut to " + plain(low) + " to " + plain(high);
    }

    private static String plain(double value) {
      String text =
          value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
      return text.replace('-', '\u2212');
    }
  }
}
