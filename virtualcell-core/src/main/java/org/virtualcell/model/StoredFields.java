package org.virtualcell.model;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.DoublePredicate;
import java.util.stream.Collectors;
import org.virtualcell.api.DataFormatException;
import org.virtualcell.model.StoredModel.Tensor;

/** Reads the settings and tensors of a stored model; a missing or wrong one is an error. */
public final class StoredFields {
  private static final String VERSION = "version";

  private final StoredModel stored;
  private final String source;

  /**
   * Reads nothing yet.
   *
   * @param stored the model
   * @param source where it is from, for messages
   */
  public StoredFields(StoredModel stored, String source) {
    this.stored = stored;
    this.source = source;
  }

  /**
   * A list as one setting, which {@link #counts} and {@link #numbers} read.
   *
   * @param values whole numbers or doubles, which come back to the last bit
   * @return the values with commas between them
   */
  public static String list(Collection<? extends Number> values) {
    return values.stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  /**
   * Refuses any other version.
   *
   * @param model what is read, such as {@code The ensemble}
   * @param known the version that is read
   * @throws DataFormatException if the setting {@code version} is missing or another
   */
  public void requireVersion(String model, String known) {
    String version = text(VERSION);
    if (!version.equals(known)) {
      throw new DataFormatException(
          model + " has version " + version + ", this library reads " + known,
          source,
          "Use a newer version of the library, or train the model again.");
    }
  }

  /**
   * A setting.
   *
   * @param name its name
   * @return its text
   * @throws DataFormatException if it is missing
   */
  public String text(String name) {
    String value = stored.settings().get(name);
    if (value == null) {
      throw damaged("Setting '" + name + "' is missing");
    }
    return value;
  }

  /**
   * A number.
   *
   * @param name the setting
   * @return its value
   * @throws DataFormatException if it is missing or no number
   */
  public double number(String name) {
    try {
      return Double.parseDouble(text(name));
    } catch (NumberFormatException e) {
      throw damaged("Setting '" + name + "' is not a number");
    }
  }

  /**
   * A whole number.
   *
   * @param name the setting
   * @param most the largest it may be
   * @return 0 to {@code most}
   * @throws DataFormatException if it is missing or anything else
   */
  public int whole(String name, int most) {
    double value = number(name);
    if (!(value >= 0) || value != Math.rint(value) || value > most) {
      throw damaged("Setting '" + name + "' is " + value);
    }
    return (int) value;
  }

  /**
   * A list of numbers.
   *
   * @param name the setting
   * @param expected how many
   * @return finite values
   * @throws DataFormatException if it is missing or anything else
   */
  public double[] numbers(String name, int expected) {
    try {
      double[] numbers = items(name).stream().mapToDouble(Double::parseDouble).toArray();
      if (numbers.length == expected && Arrays.stream(numbers).allMatch(Double::isFinite)) {
        return numbers;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw damaged("Setting '" + name + "' does not hold " + expected + " numbers");
  }

  /**
   * A list of numbers of cells.
   *
   * @param name the setting
   * @param expected how many
   * @return values of zero or more
   * @throws DataFormatException if it is missing or anything else
   */
  public long[] counts(String name, int expected) {
    long[] counts = items(name).stream().mapToLong(item -> count(name, item)).toArray();
    if (counts.length != expected) {
      throw damaged("Setting '" + name + "' does not fit the card");
    }
    return counts;
  }

  private long count(String name, String item) {
    try {
      long count = Long.parseLong(item);
      if (count >= 0) {
        return count;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw damaged("Setting '" + name + "' holds '" + item + "'");
  }

  private List<String> items(String name) {
    String list = text(name);
    return list.isEmpty() ? List.of() : List.of(list.split(",", -1));
  }

  /**
   * A tensor of finite values.
   *
   * @param name its name
   * @param rows how many rows it must have
   * @param columns how many columns it must have
   * @return the tensor
   * @throws DataFormatException if it is missing, of another shape or not finite
   */
  public Tensor tensor(String name, int rows, int columns) {
    return tensor(name, rows, columns, Double::isFinite);
  }

  /**
   * A tensor.
   *
   * @param name its name
   * @param rows how many rows it must have
   * @param columns how many columns it must have
   * @param allowed which values it may hold
   * @return the tensor
   * @throws DataFormatException if it is missing, of another shape or holds another value
   */
  public Tensor tensor(String name, int rows, int columns, DoublePredicate allowed) {
    Tensor tensor = stored.tensors().get(name);
    if (tensor == null || tensor.rows() != rows || tensor.columns() != columns) {
      throw damaged(
          "Tensor '"
              + name
              + "' is "
              + (tensor == null ? "missing" : tensor.rows() + " x " + tensor.columns())
              + ", the card needs "
              + rows
              + " x "
              + columns);
    }
    for (float value : tensor.values()) {
      if (!allowed.test(value)) {
        throw damaged("Tensor '" + name + "' holds " + value);
      }
    }
    return tensor;
  }

  /**
   * The error of a damaged model.
   *
   * @param what what is wrong
   * @return an exception to throw
   */
  public DataFormatException damaged(String what) {
    return new DataFormatException(what, source, "Train the model again, or restore the file.");
  }
}
