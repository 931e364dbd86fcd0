package org.virtualcell.bench.race;

import java.io.IOException;
import org.virtualcell.compute.Lane;

/**
 * One operation in a race. Implementations have a constructor without arguments and a name that
 * ends in {@code Racer}; what stands before it, in lower case, is the name scripts ask for.
 */
public interface Racer extends AutoCloseable {
  /**
   * Reads the inputs and puts them on the device. Not timed.
   *
   * @param inputs what the script wrote
   * @param lane where to run; closed after the racer
   * @throws IOException if a file cannot be read
   */
  void prepare(RaceInputs inputs, Lane lane) throws IOException;

  /** Runs the operation once, results complete when it returns. Timed. */
  void run();

  /**
   * Writes the results of the last run, so that the script can compare them. Not timed.
   *
   * @param outputs where to
   * @throws IOException if a file cannot be written
   */
  void save(RaceOutputs outputs) throws IOException;

  @Override
  void close();
}
