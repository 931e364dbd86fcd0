package org.virtualcell.atlas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.virtualcell.api.Dose;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.Perturbation;
import org.virtualcell.io.Column;
import org.virtualcell.io.Table;

class PerturbationKeysTest {
  private static Table table(Object... namesAndValues) {
    List<Column> columns = new ArrayList<>();
    int rows = 0;
    for (int i = 0; i < namesAndValues.length; i += 2) {
      @SuppressWarnings("unchecked")
      List<String> values = (List<String>) namesAndValues[i + 1];
      rows = values.size();
      columns.add(Column.ofStrings((String) namesAndValues[i], values));
    }
    List<String> index = new ArrayList<>();
    for (int r = 0; r < rows; r++) {
      index.add("cell" + r);
    }
    return Table.of("obs of test", index, columns);
  }

  private static Perturbation parse(PerturbationKeys keys, String label) {
    return keys.parse(label, Optional.empty());
  }

  @Test
  void gearsStyleDropsTheControlPart() {
    PerturbationKeys keys =
        PerturbationKeys.detect(
            table(
                "condition", List.of("ctrl", "MEIS1+ctrl", "ctrl+KLF1", "A+B"),
                "control", List.of("1", "0", "0", "0")));
    assertEquals("condition", keys.perturbation());
    assertEquals("ctrl", keys.control());
    assertEquals(Perturbation.knockout("MEIS1"), parse(keys, "MEIS1+ctrl"));
    assertEquals(Perturbation.knockout("KLF1"), parse(keys, "ctrl+KLF1"));
    assertEquals("A+B", parse(keys, "B+A").label());
    assertEquals(new Perturbation.Control("ctrl"), parse(keys, "ctrl+ctrl"));
  }

  @Test
  void arcStyleIsFoundByTargetGeneAndGemGroup() {
    PerturbationKeys keys =
        PerturbationKeys.detect(
            table(
                "target_gene", List.of("non-targeting", "TMSB4X", "TMSB4X"),
                "guide_id", List.of("nt_1", "TMSB4X_1", "TMSB4X_2"),
                "gem_group", List.of("1", "1", "2")));
    assertEquals("target_gene", keys.perturbation());
    assertEquals("non-targeting", keys.control());
    assertEquals("gem_group", keys.batch().orElseThrow());
  }

  @Test
  void scPerturbStyleReadsModesCellByCell() {
    PerturbationKeys keys =
        PerturbationKeys.detect(
            table(
                "perturbation", List.of("control", "KLF1", "nilotinib"),
                "perturbation_type", List.of("CRISPRa", "CRISPRa", "drug"),
                "cell_line", List.of("K562", "K562", "K562")));
    assertEquals("cell_line", keys.context().orElseThrow());
    assertEquals(Perturbation.activation("KLF1"), keys.parse("KLF1", Optional.of("CRISPRa")));
    assertTrue(
        keys.parse("nilotinib", Optional.of("drug")) instanceof Perturbation.CompoundPerturbation);
  }

  @Test
  void columnsThatTellConditionsApartAndAreNotReadAreNamed() {
    PerturbationKeys keys =
        PerturbationKeys.detect(
            table(
                "perturbation", List.of("control", "drug", "drug"),
                "perturbation_type", List.of("drug", "drug", "drug"),
                "dose_value", List.of("0", "10", "100")));
    assertTrue(
        keys.explanation().stream().anyMatch(e -> e.startsWith("not read: column 'dose_value'")),
        keys.explanation().toString());
  }

  @Test
  void aModeThatNoColumnStatesIsAssumedAloudOrStated() {
    Table cells = table("gene", List.of("non-targeting", "A"));
    PerturbationKeys assumed = PerturbationKeys.detect(cells);
    assertTrue(
        assumed.explanation().stream().anyMatch(e -> e.contains("taken as knocked out")),
        assumed.explanation().toString());
    PerturbationKeys stated =
        PerturbationKeys.detect(
            cells, KeyRequest.NONE.withMode(Perturbation.GeneMode.INTERFERENCE));
    assertEquals(Perturbation.interference("A"), parse(stated, "A"));
  }

  @Test
  void underscoresJoinPartsOnlyWhereThePartsAreLabelsThemselves() {
    PerturbationKeys joined =
        PerturbationKeys.detect(table("perturbation", List.of("control", "A", "B", "A_B")));
    assertEquals("A+B", parse(joined, "A_B").label());
    PerturbationKeys names =
        PerturbationKeys.detect(table("perturbation", List.of("control", "HLA_A", "HLA_B")));
    assertEquals(Perturbation.knockout("HLA_A"), parse(names, "HLA_A"));
  }

  @Test
  void columnsThatDivideTheCellsDifferentlyAreAmbiguous() {
    assertRefused(
        table(
            "perturbation", List.of("control", "A", "B", "control"),
            "condition", List.of("ctrl", "A", "A", "stress")),
        "perturbation, condition");
    assertRefused(
        table(
            "perturbation", List.of("control", "A", "B", "control"),
            "cell_type", List.of("x", "x", "y", "y"),
            "cell_line", List.of("x", "y", "x", "y")),
        "cell_type, cell_line");
    assertRefused(
        table(
            "perturbation", List.of("control", "A", "B", "control"),
            "batch", List.of("1", "1", "2", "2"),
            "plate", List.of("1", "2", "1", "2")),
        "batch, plate");
  }

  @Test
  void severalOrMissingControlLabelsAreErrorsThatListThem() {
    assertRefused(table("perturbation", List.of("control", "DMSO", "A")), "DMSO, control");
    assertRefused(table("perturbation", List.of("A", "B")), "perturbation");
    InvalidDataException absent =
        assertThrows(
            InvalidDataException.class,
            () ->
                PerturbationKeys.detect(
                    table("perturbation", List.of("control", "A")),
                    KeyRequest.NONE.withPerturbation("perturbation", "NTC")));
    assertTrue(absent.getMessage().contains("'NTC'"), absent.getMessage());
    assertTrue(absent.getMessage().contains("A, control"), absent.getMessage());
  }

  private static void assertRefused(Table cells, String mentioned) {
    InvalidDataException e =
        assertThrows(InvalidDataException.class, () -> PerturbationKeys.detect(cells));
    assertTrue(e.getMessage().contains(mentioned), e.getMessage());
  }

  @Test
  void statedColumnsWinAndNoneSwitchesOff() {
    Table cells =
        table(
            "my_label", List.of("base", "A"),
            "condition", List.of("ctrl", "B"),
            "batch", List.of("1", "2"),
            "cell_type", List.of("x", "y"));
    PerturbationKeys keys =
        PerturbationKeys.detect(
            cells,
            new KeyRequest(
                Optional.of("my_label"),
                Optional.of("base"),
                Optional.of("none"),
                Optional.of("none"),
                Optional.empty()));
    assertEquals("my_label", keys.perturbation());
    assertTrue(keys.context().isEmpty());
    assertTrue(keys.batch().isEmpty());
    assertEquals(new Perturbation.Control("base"), parse(keys, "base"));
    InvalidDataException e =
        assertThrows(
            InvalidDataException.class,
            () ->
                PerturbationKeys.detect(cells, KeyRequest.NONE.withPerturbation("absent", "base")));
    assertTrue(e.getMessage().contains("my_label"), e.getMessage());
  }

  private static Perturbation drug(String name, String dose, String time) {
    return new Perturbation.CompoundPerturbation(
        name,
        Optional.empty(),
        Optional.ofNullable(dose).map(d -> ExposureText.dose(d, "test")),
        Optional.ofNullable(time).map(t -> ExposureText.time(t, "test")));
  }

  private static List<Optional<Perturbation>> read(Table cells, KeyRequest stated) {
    LabelReader reader = new LabelReader(cells, PerturbationKeys.detect(cells, stated));
    List<Optional<Perturbation>> all = new ArrayList<>();
    for (int row = 0; row < cells.rows(); row++) {
      all.add(reader.at(row));
    }
    return all;
  }

  @Test
  void dosesAndTimesWithUnitsAreReadAndTellConditionsApart() {
    Table separate =
        table(
            "perturbation", List.of("control", "nilotinib", "nilotinib", "KLF1"),
            "perturbation_type", List.of("drug", "drug", "drug", "CRISPRa"),
            "dose_value", List.of("0", "10", "100.0", "3"),
            "dose_unit", List.of("nM", "nM", "nM", "nM"),
            "time", List.of("24", "24", "24", "24"),
            "time_unit", List.of("h", "h", "h", "h"));
    List<Optional<Perturbation>> expected =
        List.of(
            Optional.of(new Perturbation.Control("control")),
            Optional.of(drug("nilotinib", "10 nM", "24 h")),
            Optional.of(drug("nilotinib", "0.1 uM", "1 d")),
            Optional.of(Perturbation.activation("KLF1")));
    assertEquals(expected, read(separate, KeyRequest.NONE));
    Table together =
        table(
            "compound", List.of("DMSO", "nilotinib", "nilotinib"),
            "dose", List.of("", "10 nM", "0.1\u00b5M"));
    assertEquals(
        List.of(
            Optional.of(drug("nilotinib", "10 nM", null)),
            Optional.of(drug("nilotinib", "100 nM", null))),
        read(together, KeyRequest.NONE).subList(1, 3));
    Table bare =
        table(
            "compound", List.of("DMSO", "nilotinib", "nilotinib"),
            "dose", List.of("0", "10", "100"));
    assertEquals(
        Optional.of(drug("nilotinib", "10 uM", null)),
        read(
                bare,
                KeyRequest.NONE.withExposure(
                    Optional.of("dose"), Optional.of(Dose.Unit.MICROMOLAR), Optional.empty()))
            .get(1));
  }

  @Test
  void aStatedColumnWithoutUnitsOrWithoutDosesIsRefusedWithTheRow() {
    Table bare =
        table(
            "compound", List.of("DMSO", "nilotinib", "nilotinib"),
            "dose", List.of("0", "10", "100"));
    KeyRequest stated =
        KeyRequest.NONE.withExposure(Optional.of("dose"), Optional.empty(), Optional.empty());
    InvalidDataException refused =
        assertThrows(InvalidDataException.class, () -> read(bare, stated));
    assertTrue(refused.getMessage().contains("it has no unit"), refused.getMessage());
    assertTrue(refused.getMessage().contains("row 1"), refused.getMessage());
    assertTrue(refused.getMessage().contains("--dose-unit"), refused.getMessage());
    for (String bad : List.of("ten uM", "10 furlongs", "-3 uM", "uM", "1e999 uM")) {
      assertThrows(InvalidDataException.class, () -> ExposureText.dose(bad, "here"), bad);
    }
    for (String bad : List.of("24", "h", "1.5 h", "24 parsecs")) {
      assertThrows(InvalidDataException.class, () -> ExposureText.time(bad, "here"), bad);
    }
    // not stated, they are not read, aloud
    assertTrue(
        PerturbationKeys.detect(bare).explanation().stream()
            .anyMatch(e -> e.startsWith("not read: column 'dose'")));
  }
}
