package org.virtualcell.evaluate;

import java.util.Locale;
import java.util.Optional;
import org.virtualcell.api.Interval;

/** Figures as people read them: two decimals, a point whatever the locale, no minus zero. */
final class Figures {
  private Figures() {}

  static String of(double value) {
    String text = String.format(Locale.ROOT, Math.abs(value) >= 100 ? "%.0f" : "%.2f", value);
    return text.equals("-0.00") ? "0.00" : text;
  }

  static String signed(double value) {
    String text = of(value);
    return value > 0 && !text.equals("0.00") ? "+" + text : text;
  }

  static String interval(Optional<Interval> interval) {
    return interval
        .map(i -> " [" + of(i.lower()) + ", " + of(i.upper()) + "]")
        .orElse(" [no interval: fewer than " + Resamples.LEAST + " perturbations]");
  }
}
