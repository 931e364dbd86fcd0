package org.virtualcell.compute;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class HeapPhiloxTest {
  @Test
  void theWordsAreThoseItsAuthorsPublished() {
    check(0, 0, 0, 0, 0x6627e8d5L, 0xe169c58dL, 0xbc57ac4cL, 0x9b00dbd8L);
    long ones = 0xffffffffL;
    check(-1, ones, ones, -1, 0x408f276dL, 0x41c83b0eL, 0xa20bc7c6L, 0x6d5451fdL);
    check(
        0x299f31d0_a4093822L,
        0x243f6a88L,
        0x85a308d3L,
        0x03707344_13198a2eL,
        0xd16cfe09L,
        0x94fdccebL,
        0x5001e420L,
        0x24126ea1L);
  }

  private static void check(long key, long first, long second, long rest, long... words) {
    for (int i = 0; i < 4; i++) {
      assertEquals(words[i], HeapPhilox.word(key, first, second, rest, i), "word " + i);
    }
  }
}
