package dev.adapterx.data.fetch;

import dev.adapterx.base.DataException;
import dev.adapterx.base.Reason;
import dev.adapterx.data.Folders;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/**
 * Unpacks files from an untrusted zip, tar or gzipped tar. Only plain files are created, only below
 * the folder, none twice, none over another; links that stay inside are skipped, and an archive
 * with a link that leads out, with devices, or with more content than {@link UnpackLimits} allow is
 * refused. Archives within archives are files like others.
 */
final class Unpacker {
  private static final int TYPE = 0170000;
  private static final int REGULAR = 0100000;
  private static final int FOLDER = 0040000;
  private static final int LONGEST_LINK = 4_096;

  private final Path archive;
  private final List<Take> takes;
  private final Path into;
  private final FetchWatcher watcher;
  private final long size;
  private final Ration ration;
  private final EntryNames names;
  private int files;

  private Unpacker(
      Path archive, List<Take> takes, Path into, UnpackLimits limits, FetchWatcher watcher)
      throws IOException {
    this.archive = archive;
    this.takes = takes;
    this.into = into.toAbsolutePath().normalize();
    this.watcher = watcher;
    this.size = Files.size(archive);
    this.ration = new Ration(archive, size, limits);
    this.names = new EntryNames(archive);
  }

  /**
   * Unpacks the selected files.
   *
   * @param into a folder that the caller deletes when this fails
   * @return number of files created
   * @throws DataException naming the archive and the entry when it is not an archive, is damaged or
   *     is refused, or when the disk cannot be written
   */
  static int unpack(
      Path archive, List<Take> takes, Path into, UnpackLimits limits, FetchWatcher watcher) {
    try {
      return new Unpacker(archive, takes, into, limits, watcher).unpack();
    } catch (FileSystemException e) {
      throw new DataException(
          "Could not unpack %s: %s. Nothing of it was kept; free space or choose another folder"
              .formatted(archive, e.getMessage()),
          e);
    } catch (DataException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      String reason = Reason.of(e);
      throw new DataException(
          "%s could not be unpacked: %s. Nothing of it was kept".formatted(archive, reason), e);
    } catch (OutOfMemoryError e) {
      throw new DataException(
          archive + " could not be unpacked: its list of files needs more memory than there is", e);
    }
  }

  private int unpack() throws IOException {
    byte[] head = head();
    if (head[0] == 'P' && head[1] == 'K') {
      zip();
    } else {
      boolean gzip = (head[0] & 0xff) == 0x1f && (head[1] & 0xff) == 0x8b;
      try (InputStream in = watched(new BufferedInputStream(Files.newInputStream(archive)))) {
        tar(gzip ? new GZIPInputStream(in, 1 << 16) : in);
      }
    }
    watcher.unpacked(Folders.name(archive), size, size);
    return files;
  }

  private byte[] head() throws IOException {
    try (InputStream in = Files.newInputStream(archive)) {
      byte[] head = in.readNBytes(4);
      if (head.length < 4) {
        throw new DataException(
            "%s has %d bytes; expected a zip, a tar or a gzipped tar"
                .formatted(archive, head.length));
      }
      return head;
    }
  }

  private void zip() throws IOException {
    try (ZipFile zip = ZipFile.builder().setPath(archive).setIgnoreLocalFileHeader(true).get()) {
      long declared = 0;
      for (ZipArchiveEntry entry : Collections.list(zip.getEntries())) {
        ration.entry();
        declared = Math.addExact(declared, Math.max(0, entry.getSize()));
      }
      ration.require(declared);
      long done = 0;
      for (ZipArchiveEntry entry : Collections.list(zip.getEntriesInPhysicalOrder())) {
        zipped(zip, entry);
        done += Math.max(0, entry.getCompressedSize());
        watcher.unpacked(Folders.name(archive), Math.min(done, size - 1), size);
      }
    }
  }

  private void zipped(ZipFile zip, ZipArchiveEntry entry) throws IOException {
    String name = names.checked(entry.getName());
    int type = entry.getUnixMode() & TYPE;
    if (entry.isUnixSymlink()) {
      byte[] target;
      try (InputStream in = zip.getInputStream(entry)) {
        target = in.readNBytes(LONGEST_LINK);
      }
      link(name, new String(target, StandardCharsets.UTF_8), parent(name));
    } else if (type != 0 && type != REGULAR && type != FOLDER) {
      throw names.refused(name, "it is a device, a pipe or a socket");
    } else if (!entry.isDirectory()) {
      Optional<String> place = wanted(name);
      if (place.isPresent()) {
        if (!zip.canReadEntryData(entry)) {
          throw names.refused(name, "it is encrypted, or packed in a way that is not known");
        }
        unzip(zip, entry, name, place.get());
      }
    }
  }

  private void unzip(ZipFile zip, ZipArchiveEntry entry, String name, String place)
      throws IOException {
    CRC32 crc = new CRC32();
    try (InputStream in = new CheckedInputStream(zip.getInputStream(entry), crc)) {
      long written = write(ration.counted(in), place);
      if (entry.getSize() >= 0 && written != entry.getSize()) {
        throw names.refused(
            name, "it has %,d bytes, should have %,d".formatted(written, entry.getSize()));
      }
    }
    if (entry.getCrc() >= 0 && crc.getValue() != entry.getCrc()) {
      throw names.refused(name, "its checksum (CRC-32) is wrong: the archive is damaged");
    }
  }

  private void tar(InputStream in) throws IOException {
    // Everything is counted, including headers, which can be long, and skipped entries.
    InputStream counted = ration.counted(in);
    TarArchiveInputStream tar = new TarArchiveInputStream(counted, StandardCharsets.UTF_8.name());
    int entries = 0;
    for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
      if (!entry.isCheckSumOK()) {
        throw new DataException(
            archive
                + (entries == 0
                    ? " is no archive: expected a zip, a tar or a gzipped tar"
                    : " is damaged after its entry %d. Nothing of it was kept".formatted(entries)));
      }
      entries++;
      ration.entry();
      tarred(tar, entry);
    }
    if (entries == 0) {
      throw new DataException(
          archive + " holds no file; expected a zip, a tar or a gzipped tar with some");
    }
    byte[] rest = new byte[1 << 16];
    while (counted.read(rest) >= 0) {
      // A gzip's checksum is at its very end.
    }
  }

  private void tarred(TarArchiveInputStream tar, TarArchiveEntry entry) throws IOException {
    String name = names.checked(entry.getName());
    if (entry.isSymbolicLink() || entry.isLink()) {
      link(name, entry.getLinkName(), entry.isLink() ? "" : parent(name));
    } else if (entry.isBlockDevice() || entry.isCharacterDevice() || entry.isFIFO()) {
      throw names.refused(name, "it is a device or a pipe");
    } else if (entry.isSparse()) {
      throw names.refused(name, "it is a file with holes, which data sets do not have");
    } else if (!entry.isDirectory()) {
      Optional<String> place = wanted(name);
      if (place.isPresent()) {
        long written = write(tar, place.get());
        if (written != entry.getSize()) {
          throw names.refused(
              name, "it has %,d bytes, should have %,d".formatted(written, entry.getSize()));
        }
      }
    }
  }

  private void link(String name, String target, String from) {
    names.requireInside(name, target, from);
    if (wanted(name).isPresent()) {
      throw names.refused(name, "it is a link, and links are not unpacked");
    }
  }

  private Optional<String> wanted(String name) {
    return takes.stream().flatMap(take -> take.place(name).stream()).findFirst();
  }

  private long write(InputStream in, String place) throws IOException {
    Path file = names.place(into, names.checked(place));
    try {
      Files.createDirectories(file.getParent());
      try (OutputStream out =
          Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        files++;
        return copy(in, out, file);
      }
    } catch (FileAlreadyExistsException e) {
      throw names.refused(place, "there is a file and a folder of one name");
    }
  }

  /**
   * Failures when writing are the disk's, and are distinguished from those of a damaged archive.
   */
  private static long copy(InputStream in, OutputStream out, Path file) throws IOException {
    byte[] buffer = new byte[1 << 16];
    long count = 0;
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      try {
        out.write(buffer, 0, n);
      } catch (IOException e) {
        throw (IOException)
            new FileSystemException(file.toString(), null, e.getMessage()).initCause(e);
      }
      count += n;
    }
    return count;
  }

  private static String parent(String name) {
    return name.contains("/") ? name.substring(0, name.lastIndexOf('/')) : "";
  }

  private InputStream watched(InputStream in) {
    return new InputStream() {
      private long done;

      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] buffer, int from, int count) throws IOException {
        int n = in.read(buffer, from, count);
        done += Math.max(0, n);
        watcher.unpacked(Folders.name(archive), Math.min(done, size - 1), size);
        return n;
      }

      @Override
      public void close() throws IOException {
        in.close();
      }
    };
  }
}
