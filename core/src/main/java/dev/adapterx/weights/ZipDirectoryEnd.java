package dev.adapterx.weights;

import dev.adapterx.base.CheckpointException;
import java.nio.ByteBuffer;

/** The position of a zip file's directory, from the record at the end of the file. */
record ZipDirectoryEnd(long entries, long size, long offset) {
  private static final int END = 0x06054b50;
  private static final int END_SIZE = 22;
  private static final int END64 = 0x06064b50;
  private static final int END64_SIZE = 56;
  private static final int LOCATOR64 = 0x07064b50;
  private static final int LOCATOR64_SIZE = 20;
  private static final int MAX_COMMENT = 0xFFFF;

  static ZipDirectoryEnd find(FileBytes file) {
    long tailStart = Math.max(0, file.size() - END_SIZE - MAX_COMMENT);
    ByteBuffer tail = file.slice(tailStart, file.size() - tailStart, "the end of the zip");
    for (int at = tail.limit() - END_SIZE; at >= 0; at--) {
      if (tail.getInt(at) == END
          && at + END_SIZE + Short.toUnsignedInt(tail.getShort(at + 20)) == tail.limit()) {
        ZipDirectoryEnd wide = zip64(file, tailStart + at);
        return wide != null
            ? wide
            : new ZipDirectoryEnd(
                Short.toUnsignedInt(tail.getShort(at + 10)),
                Integer.toUnsignedLong(tail.getInt(at + 12)),
                Integer.toUnsignedLong(tail.getInt(at + 16)));
      }
    }
    throw new CheckpointException(
        "%s begins like a zip file (torch, npz) but has no zip directory at its end (%d bytes found); it is truncated: fetch it again"
            .formatted(file, file.size()));
  }

  private static @org.jspecify.annotations.Nullable ZipDirectoryEnd zip64(
      FileBytes file, long end) {
    if (end < LOCATOR64_SIZE) {
      return null;
    }
    ByteBuffer locator =
        file.slice(end - LOCATOR64_SIZE, LOCATOR64_SIZE, "the zip64 directory's place");
    if (locator.getInt(0) != LOCATOR64) {
      return null;
    }
    ByteBuffer record = file.slice(locator.getLong(8), END64_SIZE, "the zip64 directory's end");
    if (record.getInt(0) != END64) {
      throw new CheckpointException(file + ": the zip64 directory is damaged; fetch it again");
    }
    return new ZipDirectoryEnd(record.getLong(32), record.getLong(40), record.getLong(48));
  }
}
