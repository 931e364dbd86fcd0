package org.virtualcell.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.reflect.InvocationTargetException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExceptionsTest {
  @ParameterizedTest
  @ValueSource(
      classes = {
        AbstainedException.class,
        CancelledException.class,
        ClosedException.class,
        DataFormatException.class,
        DeviceException.class,
        DeviceUnavailableException.class,
        GeneCoverageException.class,
        InvalidDataException.class,
        MemoryBudgetException.class,
        OutputExistsException.class,
        StorageException.class,
        UnitsMismatchException.class,
        UnknownContextException.class,
        UnknownGeneException.class,
        UnknownPerturbationException.class
      })
  void everyExceptionSaysWhatWhereAndRemedy(Class<? extends VirtualCellException> type)
      throws ReflectiveOperationException {
    Throwable cause = new IllegalStateException("cause");
    VirtualCellException plain =
        type.getConstructor(String.class, String.class, String.class)
            .newInstance("What is wrong", "where", "Do this.");
    VirtualCellException caused =
        type.getConstructor(String.class, String.class, String.class, Throwable.class)
            .newInstance("What is wrong", "where", "Do this.", cause);
    assertEquals("What is wrong [where]. Do this.", plain.getMessage());
    assertEquals("What is wrong", caused.what());
    assertEquals("where", caused.where());
    assertEquals("Do this.", caused.remedy());
    assertNull(plain.getCause());
    assertSame(cause, caused.getCause());
    InvocationTargetException noRemedy =
        assertThrows(
            InvocationTargetException.class,
            () ->
                type.getConstructor(String.class, String.class, String.class)
                    .newInstance("What", "where", null));
    assertSame(NullPointerException.class, noRemedy.getCause().getClass());
  }
}
