package org.virtualcell.io;

import io.jhdf.exceptions.HdfFilterException;
import io.jhdf.filter.Filter;

/**
 * The lzf filter of h5py (HDF5 filter 32000), decoding only. The packed bytes are a sequence of
 * literal runs and copies from what was decoded before:
 *
 * <pre>
 *   000LLLLL                    the next L + 1 bytes stand for themselves
 *   LLLooooo oooooooo           copy L + 2 bytes from o + 1 bytes back; L is 1 to 6
 *   111ooooo LLLLLLLL oooooooo  copy L + 9 bytes from o + 1 bytes back
 * </pre>
 *
 * It takes the place of the decoder that comes with the HDF5 reader, which uses a class that newer
 * Java platforms warn of.
 */
final class LzfDecoder implements Filter {
  private static final int LITERAL = 32; // control bytes below it begin a literal run
  private static final int LONG_COPY = 7;
  private static final int CHUNK_SIZE = 2; // which of the settings is the size of a plain chunk

  @Override
  public int getId() {
    return Filters.LZF;
  }

  @Override
  public String getName() {
    return "lzf";
  }

  /** A chunk that cannot be packed is stored as it is: then it has the size the settings state. */
  @Override
  public byte[] decode(byte[] packed, int[] settings) {
    if (settings.length > CHUNK_SIZE && settings[CHUNK_SIZE] == packed.length) {
      return packed;
    }
    try {
      byte[] plain = new byte[plainLength(packed)];
      unpack(packed, plain);
      return plain;
    } catch (IndexOutOfBoundsException | NegativeArraySizeException e) {
      throw new HdfFilterException("lzf data are damaged", e);
    }
  }

  private static int plainLength(byte[] packed) {
    long length = 0;
    for (int in = 0; in < packed.length; ) {
      int control = packed[in] & 0xff;
      int code = control >> 5;
      if (control < LITERAL) {
        length += control + 1;
        in += control + 2;
      } else if (code < LONG_COPY) {
        length += code + 2;
        in += 2;
      } else {
        length += (packed[in + 1] & 0xff) + 9;
        in += 3;
      }
    }
    if (length > Integer.MAX_VALUE - 8) {
      throw new HdfFilterException("lzf data would have " + length + " bytes");
    }
    return (int) length;
  }

  private static void unpack(byte[] packed, byte[] plain) {
    int out = 0;
    for (int in = 0; in < packed.length; ) {
      int control = packed[in++] & 0xff;
      if (control < LITERAL) {
        System.arraycopy(packed, in, plain, out, control + 1);
        in += control + 1;
        out += control + 1;
      } else {
        int length = control >> 5;
        length += length == LONG_COPY ? (packed[in++] & 0xff) + 2 : 2;
        int from = out - ((control & 0x1f) << 8) - (packed[in++] & 0xff) - 1;
        for (int i = 0; i < length; i++) {
          plain[out++] = plain[from++]; // byte by byte: a copy may reach into itself
        }
      }
    }
  }
}
