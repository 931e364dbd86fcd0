package org.virtualcell.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.virtualcell.api.Refusals.assertInvalid;
import static org.virtualcell.api.Refusals.assertRefused;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Scale;
import org.junit.jupiter.api.Test;
import org.virtualcell.api.Dose.Unit;

class DoseTest {
  @Test
  void unitsOfOneKindConvertExactly() {
    assertEquals(100.0, new Dose(0.1, Unit.MICROMOLAR).in(Unit.NANOMOLAR).amount());
    assertEquals(0.00123, new Dose(1.23, Unit.NANOMOLAR).in(Unit.MICROMOLAR).amount());
    assertEquals(2e6, new Dose(2, Unit.MICROMOLAR).in(Unit.PICOMOLAR).amount());
    assertEquals(3e-3, new Dose(3, Unit.MILLIMOLAR).in(Unit.MOLAR).amount());
    assertEquals(
        50.0,
        new Dose(0.05, Unit.MICROGRAM_PER_MILLILITRE).in(Unit.NANOGRAM_PER_MILLILITRE).amount());
    assertEquals(7e-9, new Dose(7, Unit.PICOGRAM_PER_MILLILITRE).in(Unit.GRAM_PER_LITRE).amount());
  }

  @Test
  void theSameConcentrationIsTheSameDose() {
    Dose micro = new Dose(0.04, Unit.MICROMOLAR);
    Dose nano = new Dose(40, Unit.NANOMOLAR);
    assertEquals(micro, nano);
    assertEquals(micro.hashCode(), nano.hashCode());
    assertNotEquals(micro, new Dose(0.041, Unit.MICROMOLAR));
    assertNotEquals(new Dose(1, Unit.MOLAR), new Dose(1, Unit.GRAM_PER_LITRE));
  }

  @Property(tries = 200)
  void thereAndBackAgainIsTheSameDose(
      @ForAll @DoubleRange(min = 1e-9, max = 1e9) @Scale(12) double amount,
      @ForAll Unit from,
      @ForAll Unit to) {
    Dose dose = new Dose(amount, from);
    if (from.isMolar() == to.isMolar()) {
      assertEquals(dose, dose.in(to));
      assertEquals(dose, dose.in(to).in(from));
    } else {
      assertThrows(UnitsMismatchException.class, () -> dose.in(to));
    }
  }

  @Test
  void molesAndMassesDoNotConvert() {
    assertRefused(
        UnitsMismatchException.class,
        "A dose in uM is no ng/ml",
        "2 uM",
        () -> new Dose(2, Unit.MICROMOLAR).in(Unit.NANOGRAM_PER_MILLILITRE));
  }

  @Test
  void noDoseIsZeroNegativeOrInfinite() {
    String what = "A dose must be positive and finite";
    assertInvalid(what, "0.0", () -> new Dose(0, Unit.MOLAR));
    assertInvalid(what, "-1.0", () -> new Dose(-1, Unit.MOLAR));
    assertInvalid(what, "NaN", () -> new Dose(Double.NaN, Unit.MOLAR));
    assertInvalid(what, "Infinity", () -> new Dose(Double.POSITIVE_INFINITY, Unit.MOLAR));
    assertInvalid(what, "Infinity", () -> new Dose(1e300, Unit.MOLAR).in(Unit.PICOMOLAR));
    assertThrows(NullPointerException.class, () -> new Dose(1, null));
  }

  @Test
  void textIsPlainDecimal() {
    assertEquals("10 uM", new Dose(10, Unit.MICROMOLAR).toString());
    assertEquals("0.3 ng/ml", new Dose(0.1 + 0.2, Unit.NANOGRAM_PER_MILLILITRE).toString());
    assertEquals("0.00001 M", new Dose(1e-5, Unit.MOLAR).toString());
    assertSame(Unit.MICROMOLAR, new Dose(10, Unit.MICROMOLAR).in(Unit.MICROMOLAR).unit());
  }
}
