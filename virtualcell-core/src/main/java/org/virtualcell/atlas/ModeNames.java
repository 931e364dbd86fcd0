package org.virtualcell.atlas;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.virtualcell.api.Perturbation.GeneMode;

/** How the known dialects spell kinds of perturbation. */
final class ModeNames {
  /** What a label names. */
  enum Kind {
    GENE,
    COMPOUND,
    PROTEIN
  }

  private static final Map<String, GeneMode> GENE_MODES =
      Map.ofEntries(
          Map.entry("crispra", GeneMode.ACTIVATION),
          Map.entry("crispractivationscreen", GeneMode.ACTIVATION),
          Map.entry("activation", GeneMode.ACTIVATION),
          Map.entry("crispri", GeneMode.INTERFERENCE),
          Map.entry("crisprinterferencescreen", GeneMode.INTERFERENCE),
          Map.entry("interference", GeneMode.INTERFERENCE),
          Map.entry("rnai", GeneMode.INTERFERENCE),
          Map.entry("sirna", GeneMode.INTERFERENCE),
          Map.entry("shrna", GeneMode.INTERFERENCE),
          Map.entry("knockdown", GeneMode.INTERFERENCE),
          Map.entry("crispr", GeneMode.KNOCKOUT),
          Map.entry("crisprn", GeneMode.KNOCKOUT),
          Map.entry("crisprko", GeneMode.KNOCKOUT),
          Map.entry("crisprcas9", GeneMode.KNOCKOUT),
          Map.entry("crisprknockoutscreen", GeneMode.KNOCKOUT),
          Map.entry("crisprknockoutmutant", GeneMode.KNOCKOUT),
          Map.entry("knockout", GeneMode.KNOCKOUT),
          Map.entry("ko", GeneMode.KNOCKOUT),
          Map.entry("orf", GeneMode.OVEREXPRESSION),
          Map.entry("cdna", GeneMode.OVEREXPRESSION),
          Map.entry("overexpression", GeneMode.OVEREXPRESSION));

  private static final Map<String, Kind> OTHER_KINDS =
      Map.of(
          "drug", Kind.COMPOUND,
          "drugs", Kind.COMPOUND,
          "chemical", Kind.COMPOUND,
          "compound", Kind.COMPOUND,
          "smallmolecule", Kind.COMPOUND,
          "cytokine", Kind.PROTEIN,
          "cytokines", Kind.PROTEIN,
          "protein", Kind.PROTEIN);

  private ModeNames() {}

  private static String plain(String text) {
    return text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
  }

  static Optional<GeneMode> geneMode(String text) {
    return Optional.ofNullable(text).map(t -> GENE_MODES.get(plain(t)));
  }

  static Optional<Kind> otherKind(String text) {
    return Optional.ofNullable(text).map(t -> OTHER_KINDS.get(plain(t)));
  }

  static boolean isKnown(String text) {
    return geneMode(text).isPresent() || otherKind(text).isPresent();
  }
}
