package org.virtualcell.nn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.compute.Lane;

/**
 * The parameters of a network by name, in the order its layers asked for them. Two networks built
 * on one set share its parameters: a large batch for training, a small one for predicting. Not
 * thread-safe.
 */
public final class ParameterSet implements AutoCloseable {
  private final Lane lane;
  private final Map<String, Parameter> parameters = new LinkedHashMap<>();

  /**
   * An empty set.
   *
   * @param lane whose memory the parameters use; stays the caller's
   */
  public ParameterSet(Lane lane) {
    this.lane = lane;
  }

  /**
   * The parameter of a name, made if there is none yet. New values are undefined until {@link
   * #initialize} or {@link #set}.
   *
   * @param name what it is called
   * @param initializer its first values
   * @param decays whether weight decay applies
   * @param shape its sizes
   * @return the parameter
   * @throws InvalidDataException if there is one of that name and another shape
   */
  public Parameter parameter(String name, Initializer initializer, boolean decays, long... shape) {
    Parameter known = parameters.get(name);
    if (known == null) {
      known = new Parameter(lane, name, initializer, decays, shape);
      parameters.put(name, known);
    } else if (!Arrays.equals(known.shape(), shape)) {
      throw new InvalidDataException(
          "Two layers want one parameter in two shapes",
          name + ": " + Arrays.toString(known.shape()) + " and " + Arrays.toString(shape),
          "Name them apart.");
    }
    return known;
  }

  /**
   * The parameter of a name.
   *
   * @param name what it is called
   * @return the parameter
   * @throws InvalidDataException if there is none
   */
  public Parameter get(String name) {
    Parameter known = parameters.get(name);
    if (known == null) {
      throw new InvalidDataException(
          "There is no such parameter", name, "Known: " + parameters.keySet());
    }
    return known;
  }

  /**
   * All parameters.
   *
   * @return in the order they were asked for; a view
   */
  public Collection<Parameter> all() {
    return Collections.unmodifiableCollection(parameters.values());
  }

  /**
   * How many numbers there are to train.
   *
   * @return the elements of all parameters
   */
  public long elements() {
    return parameters.values().stream().mapToLong(p -> p.value().elements()).sum();
  }

  /**
   * Gives every parameter its first values. A parameter's values depend on the seed and its name
   * alone.
   *
   * @param seed any number
   */
  public void initialize(long seed) {
    for (Parameter parameter : parameters.values()) {
      float[] values = new float[Math.toIntExact(parameter.value().elements())];
      long mixed = seed * 0x9E3779B97F4A7C15L + parameter.name().hashCode();
      parameter.initializer().fill(values, new SplittableRandom(mixed));
      lane.upload(values, parameter.value());
    }
  }

  /**
   * Sets the values of a parameter.
   *
   * @param name which
   * @param values row-major
   * @throws InvalidDataException if there is no such parameter, or the number differs
   */
  public void set(String name, float[] values) {
    lane.upload(values, get(name).value());
  }

  /**
   * The values of a parameter.
   *
   * @param name which
   * @return row-major
   * @throws InvalidDataException if there is no such parameter
   */
  public float[] values(String name) {
    Parameter parameter = get(name);
    float[] values = new float[Math.toIntExact(parameter.value().elements())];
    lane.download(parameter.value(), values);
    return values;
  }

  Lane lane() {
    return lane;
  }

  @Override
  public void close() {
    for (Parameter parameter : new ArrayList<>(parameters.values())) {
      parameter.close();
    }
    parameters.clear();
  }
}
