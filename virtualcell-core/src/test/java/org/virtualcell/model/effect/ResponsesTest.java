package org.virtualcell.model.effect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.Condition;
import org.virtualcell.api.DataFormatException;
import org.virtualcell.api.Perturbation;
import org.virtualcell.api.PredictedState.Responders;
import org.virtualcell.atlas.BundledData;
import org.virtualcell.atlas.PerturbationData;

class ResponsesTest {
  @Test
  void whatIsKeptOfTheSharesGivesThemBack() {
    PerturbationData data = BundledData.norman();
    List<Condition> conditions = data.conditions();
    Responses measured = Responses.of(data.everything());
    List<Long> cells =
        conditions.stream()
            .map(
                c ->
                    data.everything().cells(c).stream().mapToLong(m -> m.perturbed().cells()).sum())
            .toList();
    Responses back = Responses.read(measured.text(conditions, cells), conditions, "model");
    for (Condition condition : conditions) {
      assertEquals(measured.find(condition), back.find(condition), condition.toString());
    }
    Responders doubles =
        back.find(
                new Condition(
                    Perturbation.combination(
                        Perturbation.activation("PTPN12"), Perturbation.activation("SAMD1")),
                    CellContext.of("k562")))
            .orElseThrow();
    assertTrue(doubles.interval().contains(doubles.share()));
    assertTrue(doubles.share() > 0.7, doubles.toString());
  }

  @Test
  void conditionsOfTooFewCellsAreNotReadAgain() {
    Responses measured = Responses.of(BundledData.norman().everything());
    List<Condition> conditions = BundledData.norman().conditions();
    List<Long> few = conditions.stream().map(c -> 99L).toList();
    assertEquals("", measured.text(conditions, few));
  }

  @Test
  void whatWasNotMeasuredHasNoShare() {
    Responses responses = Responses.of(BundledData.norman().everything());
    assertEquals(
        Optional.empty(),
        responses.find(new Condition(Perturbation.activation("NOSUCH"), CellContext.of("k562"))));
  }

  @Test
  void damagedSharesAreRefused() {
    List<Condition> conditions = BundledData.norman().conditions();
    for (String bad : new String[] {"0", "0 2 1 1", "99999 1 1 1", "0 0.5 0.6 0.4", "x 1 1 1"}) {
      assertThrows(DataFormatException.class, () -> Responses.read(bad, conditions, "model"), bad);
    }
  }
}
