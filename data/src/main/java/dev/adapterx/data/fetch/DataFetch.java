package dev.adapterx.data.fetch;

import dev.adapterx.base.DataException;
import dev.adapterx.base.Names;
import dev.adapterx.base.NewFolder;
import dev.adapterx.data.Folders;
import dev.adapterx.data.images.ImageCheck;
import dev.adapterx.data.points.set.PointCheck;
import dev.adapterx.data.sets.DataKind;
import dev.adapterx.hub.FetchLock;
import dev.adapterx.hub.HubSettings;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Downloads public data sets into a folder, each in the layout that its reader expects:
 *
 * <pre>{@code
 * DataFetch fetch = new DataFetch(Path.of("data"), FetchWatcher.NONE);
 * Fetched pets = fetch.fetch(PublicSets.named("few-shot/oxford-pets").get(0), GivenFiles.NONE);
 * }</pre>
 *
 * <p>Archives are downloaded, or taken from where the user put them, verified, unpacked beside the
 * target folder and renamed to it once the reader can read them; until then the target does not
 * exist, and an existing one is never touched. Two processes that fetch the same set take turns.
 */
public final class DataFetch {
  private static final String WORK = ".fetching";

  private final Path root;
  private final HubSettings settings;
  private final FetchWatcher watcher;
  private final UnpackLimits limits;

  /**
   * With proxies, token and offline mode from the environment, see {@link HubSettings}.
   *
   * @param root folder of all data sets
   */
  public DataFetch(Path root, FetchWatcher watcher) {
    this(root, HubSettings.environment(), watcher, UnpackLimits.USUAL);
  }

  DataFetch(Path root, HubSettings settings, FetchWatcher watcher, UnpackLimits limits) {
    this.root = root;
    this.settings = settings;
    this.watcher = watcher;
    this.limits = limits;
  }

  /** The target folder of a set. */
  public Path folder(PublicSet set) {
    return root.resolve(set.folder());
  }

  /**
   * Fetches a set, unless it is there.
   *
   * @throws DataException when something must be done by hand, with instructions; when a download
   *     fails or its checksum is wrong; when the archive is damaged, refused, or contains something
   *     else; when the folder cannot be written or contains something else. The target is then
   *     unchanged
   */
  public Fetched fetch(PublicSet set, GivenFiles given) {
    Path work = root.resolve(WORK);
    try {
      NewFolder.make(work);
    } catch (IOException e) {
      throw unwritable(e);
    }
    Path lock = work.resolve(set.slug() + ".lock");
    String busy = "another process is fetching " + set.name() + " to " + root + "; waiting";
    try (FetchLock held = FetchLock.on(lock, () -> watcher.warned(busy))) {
      Path folder = folder(set);
      if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
        return there(set, folder);
      }
      String own = held.holds() ? "" : "-" + ProcessHandle.current().pid();
      return fetch(set, given, work.resolve(set.slug() + own));
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private DataException unwritable(IOException e) {
    return new DataException(
        "%s cannot be written: %s. Free space or choose another folder; what was there is unchanged"
            .formatted(root, e),
        e);
  }

  private static Fetched there(PublicSet set, Path folder) {
    SourceNote note =
        SourceNote.read(folder)
            .orElseThrow(
                () ->
                    new DataException(
                        "%s is there already, but was not made by 'data fetch'. Look at it with 'adapterx data check %s', or move it away and fetch %s again"
                            .formatted(folder, folder, set.name())));
    return new Fetched(set.name(), folder, true, note.archives(), note.differences());
  }

  private Fetched fetch(PublicSet set, GivenFiles given, Path work) throws IOException {
    Map<Part, Path> files = given.of(set);
    ByHand.require(set, files, root);
    PartSource source = new PartSource(settings, watcher, work.resolve("archives"));
    Path unpacked = work.resolve("unpacked");
    Path made = unpacked.resolve(Folders.name(folder(set)));
    List<Origin> origins = new ArrayList<>();
    try {
      Trees.delete(unpacked); // left over from an attempt that was killed
      NewFolder.make(made);
      for (Part part : set.parts()) {
        PartSource.Archive archive = archive(source, part, files, given);
        origins.add(archive.origin());
        unpack(set, part, archive, made, source);
      }
      List<String> differences = arranged(set, made);
      new SourceNote(set.name(), set.page(), set.terms(), origins, differences).write(made);
      Path folder = folder(set);
      NewFolder.make(folder.toAbsolutePath().getParent());
      Files.move(made, folder, StandardCopyOption.ATOMIC_MOVE);
      Trees.delete(work);
      return new Fetched(set.name(), folder, false, origins, differences);
    } finally {
      discard(unpacked);
    }
  }

  private static PartSource.Archive archive(
      PartSource source, Part part, Map<Part, Path> files, GivenFiles given) throws IOException {
    Path file = files.get(part);
    return file == null ? source.fetched(part) : source.given(part, file, given.unverified());
  }

  private void unpack(
      PublicSet set, Part part, PartSource.Archive archive, Path made, PartSource source)
      throws IOException {
    try {
      int count = Unpacker.unpack(archive.path(), part.takes(), made, limits, watcher);
      if (count == 0) {
        throw new DataException(
            "%s holds nothing that %s needs; expected files such as %s. If it is another edition, give a fitting one with --from, called %s"
                .formatted(
                    archive.path(),
                    set.name(),
                    String.join(
                        " or ", part.takes().stream().map(t -> t.from().pattern()).toList()),
                    part.file()));
      }
    } catch (DataException e) {
      boolean disk = e.getCause() instanceof FileSystemException;
      if (!disk && part.hash() == null) {
        source.forget(part); // it has no published hash, so the next attempt downloads it again
      }
      throw e;
    }
  }

  /**
   * Arranges the unpacked files so that the set's reader can read them; returns the differences
   * from the published set.
   */
  private static List<String> arranged(PublicSet set, Path made) {
    if (set.finish() == PublicSet.Finish.SHAPE_NET_SPLITS) {
      ShapeNetSplits.arrange(made);
    }
    try {
      boolean clouds = DataKind.of(made).filter(DataKind.CLOUDS::equals).isPresent();
      List<String> differences = new ArrayList<>(lacking(set, made));
      differences.addAll(clouds ? PointCheck.differences(made) : ImageCheck.differences(made));
      return differences;
    } catch (DataException e) {
      throw new DataException(
          "%s was unpacked, but cannot be read as a data set, so it was thrown away: %s"
              .formatted(set.name(), e.getMessage()),
          e);
    }
  }

  private static List<String> lacking(PublicSet set, Path made) {
    List<String> absent =
        set.members().stream().filter(member -> !Files.exists(made.resolve(member))).toList();
    return absent.isEmpty()
        ? List.of()
        : List.of(
            "lacks %d of %d: %s"
                .formatted(absent.size(), set.members().size(), Names.some(absent)));
  }

  private static void discard(Path unpacked) {
    try {
      Trees.delete(unpacked);
    } catch (IOException e) {
      // Left-over files in a hidden folder; the next attempt deletes them first, and reports what
      // is wrong.
    }
  }
}
