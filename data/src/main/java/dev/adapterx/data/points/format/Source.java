package dev.adapterx.data.points.format;

import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Reads a file's bytes sequentially; knows how many are left. */
final class Source implements Closeable {
  private static final int BUFFER = 1 << 16;

  private final InputStream in;
  private final long size;
  private final byte[] buffer = new byte[BUFFER];
  private long before;
  private int at;
  private int end;

  private Source(InputStream in, long size) {
    this.in = in;
    this.size = size;
  }

  static Source of(Path file) throws IOException {
    return new Source(Files.newInputStream(file), Files.size(file));
  }

  static Source of(byte[] content) {
    return new Source(new ByteArrayInputStream(content), content.length);
  }

  /** Number of bytes read so far. */
  long position() {
    return before + at;
  }

  long remaining() {
    return size - position();
  }

  /** The next byte without consuming it, or -1 at the end. */
  int peek() throws IOException {
    return at < end || fill() ? buffer[at] & 0xFF : -1;
  }

  /** The next byte, or -1 at the end. */
  int read() throws IOException {
    return at < end || fill() ? buffer[at++] & 0xFF : -1;
  }

  /** Up to {@code count} next bytes, without consuming them; for the file's beginning. */
  byte[] peek(int count) throws IOException {
    if (at == end) {
      fill();
    }
    while (end - at < count && end < BUFFER) {
      int got = in.read(buffer, end, BUFFER - end);
      if (got < 0) {
        break;
      }
      end += got;
    }
    return Arrays.copyOfRange(buffer, at, Math.min(end, at + count));
  }

  /** A number of up to eight bytes as raw bits. */
  long bits(int bytes, ByteOrder order) throws IOException {
    long bits = 0;
    for (int i = 0; i < bytes; i++) {
      int next = read();
      if (next < 0) {
        throw new EOFException("it ends at byte " + position());
      }
      bits = order == ByteOrder.BIG_ENDIAN ? bits << 8 | next : bits | (long) next << (8 * i);
    }
    return bits;
  }

  void skip(long bytes) throws IOException {
    long left = bytes;
    while (left > 0) {
      if (at == end && !fill()) {
        throw new EOFException("it ends at byte " + position());
      }
      int step = (int) Math.min(left, end - at);
      at += step;
      left -= step;
    }
  }

  byte[] bytes(int count) throws IOException {
    byte[] bytes = new byte[count];
    int done = 0;
    while (done < count) {
      if (at == end && !fill()) {
        throw new EOFException("it ends at byte " + position());
      }
      int step = Math.min(count - done, end - at);
      System.arraycopy(buffer, at, bytes, done, step);
      at += step;
      done += step;
    }
    return bytes;
  }

  /** The rest as a stream that does not close the file. */
  InputStream stream() {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        return Source.this.read();
      }

      @Override
      public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
          return 0;
        }
        if (at == end && !fill()) {
          return -1;
        }
        int step = Math.min(length, end - at);
        System.arraycopy(buffer, at, into, offset, step);
        at += step;
        return step;
      }
    };
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private boolean fill() throws IOException {
    before += end;
    at = 0;
    end = Math.max(0, in.read(buffer, 0, BUFFER));
    return end > 0;
  }
}
