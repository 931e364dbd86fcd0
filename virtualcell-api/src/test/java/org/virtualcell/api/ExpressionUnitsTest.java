package org.virtualcell.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.virtualcell.api.Refusals.assertInvalid;
import static org.virtualcell.api.Refusals.assertRefused;

import org.junit.jupiter.api.Test;

class ExpressionUnitsTest {
  @Test
  void digestsArePinned() {
    assertEquals(
        "95025ec57208cd6a9900a025cf50b9d1c8c11fc18f6d9b703cf60dcc68e4fac4",
        ExpressionUnits.rawCounts().digest().hex());
    assertEquals(
        "5eba06db4dbb2db3dc97e989111fe7d1318dcaa38b6298afe5fadce282c1c04c",
        ExpressionUnits.logNormalized(1e4).digest().hex());
    assertEquals(
        "3c70f049815355ef30743402996f1d2b2f9d3d5ac9189b11897a3d7cc205bee2",
        ExpressionUnits.logNormalizedToUnstatedTotal().digest().hex());
  }

  @Test
  void onlyTheSameTotalIsTheSameUnit() {
    assertEquals(ExpressionUnits.logNormalized(1e4), ExpressionUnits.logNormalized(10_000));
    assertNotEquals(ExpressionUnits.logNormalized(1e4), ExpressionUnits.logNormalized(1e6));
    assertNotEquals(
        ExpressionUnits.logNormalized(1e4), ExpressionUnits.logNormalizedToUnstatedTotal());
    assertEquals(
        ExpressionUnits.logNormalizedToUnstatedTotal(),
        ExpressionUnits.logNormalizedToUnstatedTotal());
    assertEquals(ExpressionUnits.rawCounts(), ExpressionUnits.rawCounts());
  }

  @Test
  void otherUnitsAreRefused() {
    ExpressionUnits.rawCounts().require(ExpressionUnits.rawCounts(), "here");
    assertRefused(
        UnitsMismatchException.class,
        "Expression is in log1p of counts scaled to an unstated total, needed is raw counts",
        "file.h5ad",
        () ->
            ExpressionUnits.logNormalizedToUnstatedTotal()
                .require(ExpressionUnits.rawCounts(), "file.h5ad"));
  }

  @Test
  void totalsArePositiveAndFinite() {
    String what = "The total cells are scaled to must be positive and finite";
    assertInvalid(what, "0.0", () -> ExpressionUnits.logNormalized(0));
    assertInvalid(what, "-1.0", () -> ExpressionUnits.logNormalized(-1));
    assertInvalid(what, "NaN", () -> ExpressionUnits.logNormalized(Double.NaN));
    assertInvalid(what, "Infinity", () -> ExpressionUnits.logNormalized(Double.POSITIVE_INFINITY));
    assertThrows(NullPointerException.class, () -> new ExpressionUnits.LogNormalized(null));
  }
}
