package org.virtualcell.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.virtualcell.api.Refusals.assertInvalid;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.virtualcell.api.CellContext.Fact;

class CellContextTest {
  private static CellContext marrow() {
    return CellContext.of("K562")
        .withTermId("CVCL_0004")
        .with(Fact.TISSUE, "bone marrow", "UBERON:0002371")
        .with(Fact.BATCH, "gem1");
  }

  @Test
  void theDigestIsPinned() {
    assertEquals(
        "0400dd076a6343e74875514d547458fad85140a8023af0a8cd2d59c782753e72",
        marrow().digest().hex());
    assertEquals(
        "177864baedd514ff981af73693388734b52a67b672d9701619789e13fc416a1c",
        CellContext.of("K562").digest().hex());
  }

  @Test
  void factsAreReadBack() {
    assertEquals("K562", marrow().name());
    assertEquals(Optional.of("CVCL_0004"), marrow().termId());
    assertEquals(Optional.of("bone marrow"), marrow().get(Fact.TISSUE));
    assertEquals(Optional.of("UBERON:0002371"), marrow().termId(Fact.TISSUE));
    assertEquals(Optional.empty(), marrow().termId(Fact.BATCH));
    assertEquals(Optional.empty(), marrow().get(Fact.DONOR));
    assertEquals(Map.of(Fact.TISSUE, "bone marrow", Fact.BATCH, "gem1"), marrow().facts());
    assertEquals("K562 {TISSUE=bone marrow, BATCH=gem1}", marrow().toString());
    assertEquals("K562", CellContext.of("K562").toString());
  }

  @Test
  void addingAFactLeavesTheOldContextAsItWas() {
    CellContext plain = CellContext.of("K562");
    plain.with(Fact.DONOR, "d1").with(Fact.DISEASE, "leukaemia", "MONDO:0005059").withTermId("x");
    assertEquals(CellContext.of("K562"), plain);
    assertEquals(Map.of(), plain.facts());
    assertThrows(UnsupportedOperationException.class, () -> marrow().facts().put(Fact.DONOR, "d1"));
  }

  @Test
  void aNewValueForgetsTheTermOfTheOldOne() {
    CellContext moved = marrow().with(Fact.TISSUE, "blood");
    assertEquals(Optional.of("blood"), moved.get(Fact.TISSUE));
    assertEquals(Optional.empty(), moved.termId(Fact.TISSUE));
  }

  @Test
  void aFactIsTakenAwayWithItsTerm() {
    CellContext reduced = marrow().without(Fact.TISSUE).without(Fact.BATCH);
    assertEquals(CellContext.of("K562").withTermId("CVCL_0004"), reduced);
    assertEquals(Optional.empty(), reduced.termId(Fact.TISSUE));
    assertEquals(marrow(), marrow().without(Fact.DONOR));
  }

  @Test
  void theOrderInWhichFactsAreAddedDoesNotMatter() {
    CellContext other =
        CellContext.of("K562")
            .with(Fact.BATCH, "gem1")
            .with(Fact.TISSUE, "bone marrow", "UBERON:0002371")
            .withTermId("CVCL_0004");
    assertEquals(marrow(), other);
    assertEquals(marrow().hashCode(), other.hashCode());
    assertEquals(marrow().digest(), other.digest());
  }

  @Test
  void everyFactMakesADifference() {
    for (Fact fact : Fact.values()) {
      CellContext known = CellContext.of("x").with(fact, "value");
      assertNotEquals(CellContext.of("x"), known);
      assertNotEquals(CellContext.of("x").digest(), known.digest());
      assertNotEquals(known, CellContext.of("x").with(fact, "value", "term"));
      assertNotEquals(known.digest(), CellContext.of("x").with(fact, "value", "term").digest());
    }
    assertNotEquals(CellContext.of("x"), CellContext.of("y"));
    assertNotEquals(CellContext.of("x"), (Object) "x");
  }

  @Test
  void blankTextIsRefused() {
    String where = "CellContext";
    assertInvalid("The name of a cell context is blank", where, () -> CellContext.of(" "));
    assertInvalid("The name of a cell context is blank", where, () -> CellContext.of(null));
    assertInvalid(
        "The term id of a cell context is blank", where, () -> CellContext.of("x").withTermId(""));
    assertInvalid(
        "The DONOR of a cell context is blank",
        where,
        () -> CellContext.of("x").with(Fact.DONOR, ""));
    assertInvalid(
        "The DONOR term id of a cell context is blank",
        where,
        () -> CellContext.of("x").with(Fact.DONOR, "d", " "));
    assertThrows(NullPointerException.class, () -> CellContext.of("x").with((Fact) null, "value"));
  }
}
