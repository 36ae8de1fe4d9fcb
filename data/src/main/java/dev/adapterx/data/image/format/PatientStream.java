package dev.adapterx.data.image.format;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * A stream in memory that fails for readers which keep reading beyond the end: some do so for each
 * of millions of announced pixels.
 */
final class PatientStream extends MemoryCacheImageInputStream {
  private static final int PATIENCE = 64;

  private int askedInVain;

  PatientStream(byte[] content) {
    super(new ByteArrayInputStream(content));
  }

  @Override
  public int read() throws IOException {
    return counted(super.read());
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    return counted(super.read(target, offset, length));
  }

  private int counted(int result) throws IOException {
    if (result < 0 && ++askedInVain > PATIENCE) {
      throw new IOException("truncated data");
    }
    return result;
  }
}
