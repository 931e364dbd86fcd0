package org.virtualcell.api;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;

/**
 * The SHA-256 of some content in a stated canonical form. The same content has the same digest on
 * every platform, for every storage order and in every locale.
 *
 * @param hex 64 lower-case hexadecimal digits
 */
public record ContentDigest(String hex) {
  private static final int HEX_DIGITS = 64;

  /**
   * Checks the digits.
   *
   * @throws InvalidDataException if they are not 64 lower-case hexadecimal digits
   */
  public ContentDigest {
    Objects.requireNonNull(hex, "hex");
    if (hex.length() != HEX_DIGITS
        || !hex.chars().allMatch(c -> c >= '0' && c <= '9' || c >= 'a' && c <= 'f')) {
      throw new InvalidDataException(
          "A content digest is 64 lower-case hexadecimal digits",
          "'" + hex + "'",
          "Pass the digest as it was written.");
    }
  }

  /**
   * Starts a digest of a named kind of content. Two kinds never collide, because the name is part
   * of the content.
   *
   * @param kind the kind and version of the canonical form, such as {@code "genes/1"}
   * @return a new builder
   */
  public static Builder of(String kind) {
    return new Builder(kind);
  }

  /**
   * The first twelve digits, for people.
   *
   * @return twelve hexadecimal digits
   */
  public String abbreviated() {
    return hex.substring(0, 12);
  }

  @Override
  public String toString() {
    return "sha256:" + hex;
  }

  /**
   * Takes the fields of a canonical form in order. Strings are length-prefixed UTF-8, numbers
   * big-endian, and minus zero counts as zero. Not thread-safe.
   */
  public static final class Builder {
    private static final int BUFFER_BYTES = 1 << 13;

    private final MessageDigest digest;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.BIG_ENDIAN);
    private boolean ended;

    private Builder(String kind) {
      try {
        digest = MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java platform has SHA-256", e);
      }
      add(kind);
    }

    /**
     * Adds a string.
     *
     * @param value any string
     * @return this
     */
    public Builder add(String value) {
      byte[] bytes = Objects.requireNonNull(value, "value").getBytes(StandardCharsets.UTF_8);
      add((long) bytes.length);
      flush();
      digest.update(bytes);
      return this;
    }

    /**
     * Adds a whole number.
     *
     * @param value any number
     * @return this
     */
    public Builder add(long value) {
      room(Long.BYTES).putLong(value);
      return this;
    }

    /**
     * Adds a single-precision number.
     *
     * @param value any number that is not NaN
     * @return this
     */
    public Builder add(float value) {
      room(Float.BYTES).putInt(Float.floatToIntBits(value + 0.0f));
      return this;
    }

    /**
     * Adds a double-precision number.
     *
     * @param value any number that is not NaN
     * @return this
     */
    public Builder add(double value) {
      room(Double.BYTES).putLong(Double.doubleToLongBits(value + 0.0));
      return this;
    }

    /**
     * Adds another digest.
     *
     * @param other the digest of a part
     * @return this
     */
    public Builder add(ContentDigest other) {
      return add(other.hex());
    }

    /**
     * Ends the digest. The builder cannot be used again.
     *
     * @return the digest of all that was added
     * @throws IllegalStateException if it was ended before, as every other use after the end does
     */
    public ContentDigest build() {
      flush();
      ended = true;
      return new ContentDigest(HexFormat.of().formatHex(digest.digest()));
    }

    private ByteBuffer room(int bytes) {
      if (ended || buffer.remaining() < bytes) {
        flush();
      }
      return buffer;
    }

    private void flush() {
      if (ended) {
        throw new IllegalStateException("this digest has been built; start a new one");
      }
      digest.update(buffer.flip());
      buffer.clear();
    }
  }
}
