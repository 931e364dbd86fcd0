package org.virtualcell.evaluate;

import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.virtualcell.api.InvalidDataException;

/**
 * How an evaluation runs. Only the profile and the seed change its result.
 *
 * @param profile the rules
 * @param seed of the bootstrap and of predictions
 * @param threads how many threads may work, the calling one included
 * @param helpers lends the other threads; where empty, short-lived daemon threads are made
 * @param keepEffects whether measured and predicted effects per gene are kept for reports
 * @param worst how many of the worst conditions are listed
 */
public record EvaluationOptions(
    Profile profile,
    long seed,
    int threads,
    Optional<Executor> helpers,
    boolean keepEffects,
    int worst) {
  /** The library's own profile, seed 0, one thread, effects kept, the ten worst. */
  public static final EvaluationOptions DEFAULT =
      new EvaluationOptions(Profile.VIRTUALCELL, 0, 1, Optional.empty(), true, 10);

  /**
   * Checks the numbers.
   *
   * @throws InvalidDataException if there is no thread or a number is negative
   */
  public EvaluationOptions {
    Objects.requireNonNull(profile, "profile");
    Objects.requireNonNull(helpers, "helpers");
    if (threads < 1 || worst < 0) {
      throw new InvalidDataException(
          "Evaluation options are out of range",
          threads + " threads, " + worst + " worst conditions",
          "Use at least one thread and zero or more conditions.");
    }
  }

  /**
   * These options with another profile.
   *
   * @param rules the rules
   * @return new options
   */
  public EvaluationOptions withProfile(Profile rules) {
    return new EvaluationOptions(rules, seed, threads, helpers, keepEffects, worst);
  }

  /**
   * These options with another seed.
   *
   * @param newSeed any number
   * @return new options
   */
  public EvaluationOptions withSeed(long newSeed) {
    return new EvaluationOptions(profile, newSeed, threads, helpers, keepEffects, worst);
  }

  /**
   * These options with more threads of the library's own.
   *
   * @param count how many, the calling one included
   * @return new options
   */
  public EvaluationOptions withThreads(int count) {
    return new EvaluationOptions(profile, seed, count, helpers, keepEffects, worst);
  }

  /**
   * These options with threads of the application.
   *
   * @param count how many, the calling one included
   * @param executor lends the others; they only help, so that it may be busy or refuse
   * @return new options
   */
  public EvaluationOptions withThreads(int count, Executor executor) {
    return new EvaluationOptions(profile, seed, count, Optional.of(executor), keepEffects, worst);
  }

  /**
   * These options with or without effects per gene in the result.
   *
   * @param keep whether to keep them
   * @return new options
   */
  public EvaluationOptions withEffects(boolean keep) {
    return new EvaluationOptions(profile, seed, threads, helpers, keep, worst);
  }
}
