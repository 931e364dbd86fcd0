package org.virtualcell.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.function.Executable;

/** Asserts that something is refused with all three parts of a message. */
final class Refusals {
  private Refusals() {}

  static void assertInvalid(String what, String where, Executable code) {
    assertRefused(InvalidDataException.class, what, where, code);
  }

  static <E extends VirtualCellException> void assertRefused(
      Class<E> type, String what, String where, Executable code) {
    E refusal = assertThrows(type, code);
    assertSame(type, refusal.getClass());
    assertEquals(what, refusal.what());
    assertEquals(where, refusal.where());
    assertFalse(refusal.remedy().isBlank(), "no remedy");
    assertEquals(what + " [" + where + "]. " + refusal.remedy(), refusal.getMessage());
  }
}
