package dev.adapterx.data.points.set;

import io.jhdf.checksum.ChecksumUtils;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Converts object headers of HDF5 2.0 to those of HDF5 1.10, which the library reads. Compressed
 * data have a layout message of version 5 there. It has the fields of version 4; only the width of
 * the sizes of compressed chunks differs, which the chunk indices state themselves. The format:
 * https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t4.html, "Data Layout Message" and
 * "Version 2 Data Object Header Prefix".
 */
final class H5Headers {
  private static final int LAYOUT = 0x08;
  private static final int CONTINUATION = 0x10;
  private static final int OF_2_0 = 5;
  private static final int OF_1_10 = 4;
  private static final int SUM = 4;

  /** No header is longer; a larger size is forged. */
  private static final int LONGEST = 1 << 24;

  private final ByteBuffer file;
  private final long base;
  private int changed;

  private H5Headers(ByteBuffer file, long base) {
    this.file = file.order(ByteOrder.LITTLE_ENDIAN);
    this.base = base;
  }

  /**
   * Changes layout messages of version 5 to version 4, where the checksum confirms that it is a
   * header, and updates the checksum.
   *
   * @param file content that may be changed
   * @param base offset that addresses are relative to
   * @return number of messages changed
   */
  static int toVersion4(ByteBuffer file, long base) {
    H5Headers headers = new H5Headers(file, base);
    for (int at = 0; at + 16 < file.limit(); at++) {
      if (file.get(at) == 'O' && headers.isMark(at, "OHDR") && file.get(at + 4) == 2) {
        headers.header(at);
      }
    }
    return headers.changed;
  }

  private void header(int at) {
    int flags = file.get(at + 5);
    int size = at + 6 + ((flags & 0x20) == 0 ? 0 : 16) + ((flags & 0x10) == 0 ? 0 : 4);
    int width = 1 << (flags & 3);
    if (size + width > file.limit()) {
      return;
    }
    long length = 0;
    for (int i = 0; i < width; i++) {
      length |= (file.get(size + i) & 0xFFL) << (8 * i);
    }
    block(at, size + width, size + width + length, (flags & 4) != 0);
  }

  /**
   * Processes the messages of a header, or of its continuation block.
   *
   * @param start offset that the checksum starts from
   * @param from the first message
   * @param end offset of the checksum
   * @param ordered whether messages carry their creation order
   */
  private void block(int start, int from, long end, boolean ordered) {
    if (end < from || end - start > LONGEST || end + SUM > file.limit()) {
      return;
    }
    int to = (int) end;
    if (sum(start, to) != file.getInt(to)) {
      return;
    }
    int head = ordered ? 6 : 4;
    boolean own = false;
    for (int at = from; at + head <= to; ) {
      int type = file.get(at) & 0xFF;
      int size = file.getShort(at + 1) & 0xFFFF;
      at += head;
      if (size > to - at) {
        break;
      }
      if (type == LAYOUT && size > 0 && file.get(at) == OF_2_0) {
        file.put(at, (byte) OF_1_10);
        own = true;
        changed++;
      } else if (type == CONTINUATION && size >= 16) {
        continued(file.getLong(at) + base, file.getLong(at + 8), ordered);
      }
      at += size;
    }
    if (own) {
      file.putInt(to, sum(start, to));
    }
  }

  private void continued(long start, long length, boolean ordered) {
    boolean inside = start >= 0 && length >= 8 && length < LONGEST && start < file.limit() - length;
    if (inside && isMark((int) start, "OCHK")) {
      block((int) start, (int) start + 4, start + length - SUM, ordered);
    }
  }

  private boolean isMark(int at, String mark) {
    for (int i = 0; i < mark.length(); i++) {
      if (file.get(at + i) != mark.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private int sum(int from, int to) {
    byte[] bytes = new byte[to - from];
    file.get(from, bytes);
    return ChecksumUtils.checksum(bytes);
  }
}
