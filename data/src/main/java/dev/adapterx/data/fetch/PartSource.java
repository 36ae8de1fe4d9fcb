package dev.adapterx.data.fetch;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.DataException;
import dev.adapterx.base.Reason;
import dev.adapterx.hub.Checksum;
import dev.adapterx.hub.FetchListener;
import dev.adapterx.hub.Hub;
import dev.adapterx.hub.HubFile;
import dev.adapterx.hub.HubSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** Provides the archives of one set on the disk, verified. */
final class PartSource {
  private final HubSettings settings;
  private final FetchListener listener;
  private final Path folder;

  /** An archive on the disk. */
  record Archive(Path path, Origin origin) {}

  /**
   * Creates a source.
   *
   * @param folder where downloads are kept until the set is complete; an interrupted download is
   *     resumed from there
   */
  PartSource(HubSettings settings, FetchListener listener, Path folder) {
    this.settings = settings;
    this.listener = listener;
    this.folder = folder;
  }

  private Hub hub(Part part) {
    Path home = home(part);
    return new Hub(
        new HubSettings(
            settings.endpoint(), home, home.resolve("hub"), settings.token(), settings.offline()),
        listener);
  }

  private Path home(Part part) {
    return folder.resolve(part.file());
  }

  /**
   * Downloads a part.
   *
   * @throws DataException when the download fails, or its checksum is wrong; then it is not kept
   */
  Archive fetched(Part part) throws IOException {
    String address = Objects.requireNonNull(part.address());
    HubFile file;
    try {
      file = hub(part).file(part.hash() == null ? address : address + "#" + part.hash());
    } catch (CheckpointException e) {
      throw new DataException(
          "%s. Try again later, or get %s yourself and name it with --from"
              .formatted(String.valueOf(e.getMessage()).replaceFirst("\\.$", ""), part.file()),
          e);
    }
    if (part.size() >= 0 && file.size() != part.size()) {
      forget(part);
      throw new DataException(
          "%s from %s has %,d bytes; published are %,d. Nothing was kept"
              .formatted(part.file(), address, file.size(), part.size()));
    }
    return new Archive(
        file.path(), new Origin(part.file(), address, file.size(), file.sha256(), part.trust()));
  }

  /** Deletes what was downloaded of a part. */
  void forget(Part part) throws IOException {
    Trees.delete(home(part));
  }

  /**
   * Accepts a part that the user has downloaded.
   *
   * @throws DataException when its checksum is wrong, unless {@code unverified}
   */
  Archive given(Part part, Path file, boolean unverified) {
    try {
      return checked(part, file, unverified);
    } catch (IOException e) {
      throw new DataException(file + " cannot be read: " + Reason.of(e), e);
    }
  }

  private static Archive checked(Part part, Path file, boolean unverified) throws IOException {
    String sha256 = Checksum.sha256(file);
    long size = Files.size(file);
    String trust = part.trust();
    String wanted = part.hash();
    if (wanted != null) {
      String found = wanted.startsWith("md5") ? "md5=" + Checksum.md5(file) : "sha256=" + sha256;
      if (!found.equals(wanted)) {
        if (!unverified) {
          throw new DataException(
              "%s is not the %s that was published: expected %s, found %s with %,d bytes. Download it again; with --unverified it is taken as it is, and that is written down"
                  .formatted(file, part.file(), wanted, found, size));
        }
        trust = Origin.OTHER;
      }
    }
    return new Archive(
        file, new Origin(part.file(), file.toAbsolutePath().toString(), size, sha256, trust));
  }
}
