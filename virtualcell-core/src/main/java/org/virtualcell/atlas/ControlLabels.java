package org.virtualcell.atlas;

import java.util.Locale;
import java.util.Set;

/** The labels the known dialects give to control cells. */
final class ControlLabels {
  private static final Set<String> KNOWN =
      Set.of(
          "control",
          "ctrl",
          "ctr",
          "nontargeting",
          "nontarget",
          "nontargetingcontrol",
          "nt",
          "ntc",
          "negctrl",
          "negativecontrol",
          "safetargeting",
          "scramble",
          "scrambled",
          "dmso",
          "dmsotf",
          "vehicle",
          "pbs",
          "mock",
          "untreated",
          "unperturbed",
          "unstimulated",
          "unstim",
          "wt",
          "wildtype",
          "aavs1");

  private ControlLabels() {}

  /** Case, blanks, hyphens and underscores do not matter; {@code ctrl+ctrl} counts as control. */
  static boolean isKnown(String label) {
    if (label == null) {
      return false;
    }
    String[] parts = label.split("\\+", -1);
    for (String part : parts) {
      if (!KNOWN.contains(part.toLowerCase(Locale.ROOT).replaceAll("[-_ .]", ""))) {
        return false;
      }
    }
    return parts.length > 0;
  }
}
