package org.virtualcell.features;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.virtualcell.api.DataFormatException;
import org.virtualcell.api.StorageException;

/** The lines of a text file in UTF-8, plain or gzipped. Blank lines are passed over. */
final class TextLines {
  private final Path file;

  private TextLines(Path file) {
    this.file = file;
  }

  static TextLines of(Path file) {
    return new TextLines(file);
  }

  /** Hears a line and its number, from 1. */
  interface Listener {
    void line(String text, int number);
  }

  void forEach(Listener listener) {
    try (BufferedReader reader = open(file)) {
      int number = 0;
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        number++;
        if (!line.isBlank()) {
          listener.line(line, number);
        }
      }
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /** A reader that raises an exception for bytes that are no UTF-8. */
  static BufferedReader open(Path file) throws IOException {
    InputStream in = new BufferedInputStream(Files.newInputStream(file));
    try {
      in.mark(2);
      boolean gzip = in.read() == 0x1f && in.read() == 0x8b;
      in.reset();
      return new BufferedReader(
          new InputStreamReader(
              gzip ? new GZIPInputStream(in) : in, StandardCharsets.UTF_8.newDecoder()));
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  static RuntimeException unreadable(Path file, IOException e) {
    if (e instanceof CharacterCodingException) {
      return new DataFormatException(
          "The file is no text in UTF-8", file.toString(), "Name a text file, or convert it.", e);
    }
    if (e instanceof NoSuchFileException) {
      return new StorageException("There is no such file", file.toString(), "Check the path.", e);
    }
    if (e instanceof java.io.EOFException || e instanceof java.util.zip.ZipException) {
      return new DataFormatException(
          "The compressed file is truncated or damaged",
          file.toString(),
          "Copy or download it again.",
          e);
    }
    String why = e instanceof AccessDeniedException ? "permission denied" : e.getMessage();
    return new StorageException(
        "The file cannot be read: " + why, file.toString(), "Check its permissions.", e);
  }

  static String nameOf(Path file) {
    Path name = file.getFileName();
    return name == null ? file.toString() : name.toString();
  }
}
