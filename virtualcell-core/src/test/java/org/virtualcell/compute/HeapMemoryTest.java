package org.virtualcell.compute;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.MemoryBudgetException;

class HeapMemoryTest {
  @Test
  void moreElementsThanAJavaArrayHoldsAreRefusedWithTheNumbers() {
    long tooMany = CsrMatrix.MAX_NON_ZEROS + 1L;
    for (DType type : DType.values()) {
      MemoryBudgetException raised =
          assertThrows(MemoryBudgetException.class, () -> HeapMemory.allocate(type, tooMany));
      assertTrue(raised.getMessage().contains(String.valueOf(tooMany)), raised.getMessage());
    }
    assertThrows(MemoryBudgetException.class, () -> HeapMemory.allocate(DType.U8, 1L << 32));
  }

  @Test
  void aFullHeapIsAnExceptionWithTheNumbers() {
    long wanted = CsrMatrix.MAX_NON_ZEROS; // 16 GiB of longs, tests run in 2
    MemoryBudgetException raised =
        assertThrows(MemoryBudgetException.class, () -> HeapMemory.allocate(DType.I64, wanted));
    assertTrue(raised.getMessage().contains(String.valueOf(8 * wanted)), raised.getMessage());
  }
}
