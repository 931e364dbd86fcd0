package org.virtualcell.cli;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a number of bytes: 500M, 4G, 1.5G or a plain number; K, M, G and T are powers of 1024. */
final class ByteSize implements ITypeConverter<Long> {
  private static final Pattern FORM = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)([KMGT]?)(?:I?B)?");

  @Override
  public Long convert(String value) {
    Matcher parts = FORM.matcher(value.toUpperCase(Locale.ROOT));
    if (parts.matches()) {
      int power = "KMGT".indexOf(parts.group(2)) + 1;
      double bytes =
          Double.parseDouble(parts.group(1))
              * (parts.group(2).isEmpty() ? 1 : Math.pow(1024, power));
      if (bytes >= 1 && bytes < Long.MAX_VALUE) {
        return (long) bytes;
      }
    }
    throw new TypeConversionException("'" + value + "' is no size such as 500M or 4G");
  }
}
