package org.virtualcell.atlas;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.virtualcell.api.Dose;
import org.virtualcell.api.InvalidDataException;

/** Reads doses and times as people write them: a number and a unit. */
public final class ExposureText {
  private static final Pattern DOSE =
      Pattern.compile("([0-9]*\\.?[0-9]+(?:[eE][-+]?[0-9]+)?)\\s*([^0-9\\s].*)");
  private static final Pattern TIME =
      Pattern.compile(
          "([0-9]{1,9})(?:\\.0+)?\\s*" + "(min|mins|minutes|h|hr|hrs|hour|hours|d|day|days)",
          Pattern.CASE_INSENSITIVE);

  private ExposureText() {}

  /**
   * A dose.
   *
   * @param text such as {@code 0.5 uM}, {@code 10ng/ml}
   * @param where it stands, for messages
   * @return the dose
   * @throws InvalidDataException if it has no number or no known unit
   */
  public static Dose dose(String text, String where) {
    Matcher matcher = DOSE.matcher(text.strip());
    if (matcher.matches()) {
      String unit = plain(matcher.group(2));
      for (Dose.Unit known : Dose.Unit.values()) {
        if (known.symbol().equals(unit)
            || plain(known.symbol()).equalsIgnoreCase(unit) && known.symbol().contains("/")) {
          return new Dose(Double.parseDouble(matcher.group(1)), known);
        }
      }
    }
    boolean bare = text.strip().matches("[0-9]*\\.?[0-9]+(?:[eE][-+]?[0-9]+)?");
    throw new InvalidDataException(
        "'" + text + "' is not a dose" + (bare ? ": it has no unit" : ""),
        where,
        "Write a number and a unit: "
            + Arrays.stream(Dose.Unit.values()).map(Dose.Unit::symbol).toList()
            + ".");
  }

  /** Micro by either Greek letter; litres by either case. */
  private static String plain(String unit) {
    return unit.strip().replace('\u00b5', 'u').replace('\u03bc', 'u').replace("L", "l");
  }

  /**
   * A unit of dose.
   *
   * @param text such as {@code nM}
   * @param where it stands, for messages
   * @return the unit
   * @throws InvalidDataException if it is not known
   */
  public static Dose.Unit unit(String text, String where) {
    return dose("1 " + text, where).unit();
  }

  /**
   * A time.
   *
   * @param text such as {@code 24 h}, {@code 30min}, {@code 2 days}
   * @param where it stands, for messages
   * @return the time
   * @throws InvalidDataException if it has no whole number or no known unit
   */
  public static Duration time(String text, String where) {
    Matcher matcher = TIME.matcher(text.strip());
    if (!matcher.matches()) {
      throw new InvalidDataException(
          "'" + text + "' is not a time",
          where,
          "Write a whole number and a unit: min, h or d, as in 24 h.");
    }
    long amount = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2).toLowerCase(Locale.ROOT).charAt(0)) {
      case 'm' -> Duration.ofMinutes(amount);
      case 'h' -> Duration.ofHours(amount);
      default -> Duration.ofDays(amount);
    };
  }
}
