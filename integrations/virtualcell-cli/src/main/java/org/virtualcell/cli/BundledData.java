package org.virtualcell.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.virtualcell.api.StorageException;

/** The real data sets that come with the command line, for {@code quickstart}. */
enum BundledData {
  /**
   * Norman 2019 (K562, CRISPRa, singles and doubles) with McFaline 2023 (glioblastoma, CRISPRi).
   */
  NORMAN("norman_mcfaline_dev.h5ad", "Norman 2019 and McFaline-Figueroa 2023, development subset"),
  /** Papalexi 2021: THP-1, CRISPR knock-outs, raw counts. */
  PAPALEXI("papalexi_20729x299.h5ad", "Papalexi 2021, ECCITE-seq of THP-1 cells");

  private final String file;
  private final String title;

  BundledData(String file, String title) {
    this.file = file;
    this.title = title;
  }

  /**
   * What people call the data.
   *
   * @return a title
   */
  String title() {
    return title;
  }

  /**
   * The name on the command line.
   *
   * @return such as {@code norman}
   */
  String label() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  /**
   * All names.
   *
   * @return separated by commas
   */
  static String labels() {
    return Arrays.stream(values()).map(BundledData::label).collect(Collectors.joining(", "));
  }

  /**
   * Puts the file where the library can open it, with its licence beside it.
   *
   * @param folder an existing folder
   * @return the file
   * @throws StorageException if it cannot be written
   */
  Path copyInto(Path folder) {
    copy(licence(), folder);
    return copy(file, folder);
  }

  private String licence() {
    return "LICENSE-" + file.replace(".h5ad", ".txt");
  }

  private static Path copy(String name, Path folder) {
    Path copy = folder.resolve(name);
    try (InputStream in = BundledData.class.getResourceAsStream("data/" + name)) {
      Files.copy(in, copy);
    } catch (IOException e) {
      throw new StorageException(
          "The bundled data could not be unpacked",
          copy.toString(),
          "Check the free space and the permissions.",
          e);
    }
    return copy;
  }

  /**
   * The names of all files {@link #copyInto} writes.
   *
   * @return data and licences of all sets
   */
  static List<String> fileNames() {
    return Arrays.stream(values()).flatMap(d -> Stream.of(d.file, d.licence())).toList();
  }

  /**
   * The name of the data file.
   *
   * @return such as {@code cells.h5ad}
   */
  String file() {
    return file;
  }
}
