package org.virtualcell.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.virtualcell.api.DataFormatException;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.api.StorageException;
import org.virtualcell.api.VirtualCellException;

class PerturbationRequestTest {
  @TempDir private Path folder;

  private List<PerturbationRequest> read(String text) throws IOException {
    Path file = folder.resolve("wanted.csv");
    Files.writeString(file, text);
    return PerturbationRequest.read(file);
  }

  private void assertRefused(
      Class<? extends VirtualCellException> kind, String text, String... named) {
    VirtualCellException refused = assertThrows(kind, () -> read(text));
    for (String part : named) {
      assertTrue(refused.getMessage().contains(part), refused.getMessage());
    }
  }

  @Test
  void columnsAreFoundByNameInAnyOrderAndBlanksMeanAbsent() throws IOException {
    List<PerturbationRequest> requests =
        read("\uFEFFcells,context,perturbation\r\n100,k562,\"A+B\"\r\n, ,KLF1\r\n\r\n");
    assertEquals(2, requests.size());
    assertEquals("A+B", requests.get(0).perturbation());
    assertEquals(Optional.of("k562"), requests.get(0).context());
    assertEquals(OptionalInt.of(100), requests.get(0).cells());
    assertEquals("KLF1", requests.get(1).perturbation());
    assertEquals(Optional.empty(), requests.get(1).context());
    assertEquals(OptionalInt.empty(), requests.get(1).cells());
  }

  @Test
  void aBadValueIsRefusedWithItsFileAndRow() {
    assertRefused(
        InvalidDataException.class,
        "perturbation,cells\nKLF1,10\nMYC,many\n",
        "'many'",
        "wanted.csv, row 2");
    assertRefused(InvalidDataException.class, "perturbation,cells\nKLF1,-1\n", "'-1'", "row 1");
    assertRefused(InvalidDataException.class, "perturbation,cells\n,5\n", "blank", "row 1");
  }

  @Test
  void aMissingOrUnknownColumnIsRefusedByName() {
    assertRefused(DataFormatException.class, "gene\nKLF1\n", "no column 'perturbation'", "gene");
    assertRefused(DataFormatException.class, "perturbation,celltype\nKLF1,k\n", "'celltype'");
  }

  @Test
  void anEmptyTableAMissingFileAndNoTextAreRefused() throws IOException {
    assertRefused(InvalidDataException.class, "perturbation\n", "empty");
    assertRefused(InvalidDataException.class, "", "empty");
    assertThrows(
        StorageException.class, () -> PerturbationRequest.read(folder.resolve("absent.csv")));
    Path binary = folder.resolve("binary.csv");
    Files.write(binary, new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});
    assertThrows(DataFormatException.class, () -> PerturbationRequest.read(binary));
  }
}
