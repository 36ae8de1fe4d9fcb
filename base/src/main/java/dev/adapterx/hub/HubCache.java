package dev.adapterx.hub;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.Reason;
import dev.adapterx.base.WholeFile;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The folder of one repository, laid out as Python's {@code huggingface_hub} does:
 *
 * <pre>
 * models--org--name/blobs/ETAG                content
 * models--org--name/snapshots/COMMIT/FILE     a link to it (a copy where there are no links)
 * models--org--name/refs/main                 the commit a revision was last seen at
 * models--org--name/.no_exist/COMMIT/FILE     what a commit is known not to have
 * .locks/models--org--name/ETAG.lock
 * </pre>
 *
 * @param root holds all repositories
 * @param folder name of this one's
 */
record HubCache(Path root, String folder) {
  private static final String MODELS = "models--";

  /** Of a model. */
  static HubCache of(Path root, String repo) {
    return new HubCache(root, MODELS + repo.replace("/", "--"));
  }

  /** The models there are anything of, as {@code org/name}. */
  static List<String> models(Path root) {
    List<String> names = new ArrayList<>();
    if (Files.isDirectory(root)) {
      try (DirectoryStream<Path> folders = Files.newDirectoryStream(root, MODELS + "*")) {
        for (Path folder : folders) {
          String name = String.valueOf(folder.getFileName()).substring(MODELS.length());
          names.add(name.replaceFirst("--", "/"));
        }
      } catch (IOException e) {
        return List.of(); // only asked for to make a message more helpful
      }
    }
    return names;
  }

  Path blob(String etag) {
    return root.resolve(folder).resolve("blobs").resolve(etag);
  }

  Path snapshot(String commit) {
    return root.resolve(folder).resolve("snapshots").resolve(commit);
  }

  Path pointer(String commit, String file) {
    return snapshot(commit).resolve(file);
  }

  Path lock(String etag) {
    return root.resolve(".locks").resolve(folder).resolve(etag + ".lock");
  }

  private Path ref(String revision) {
    return root.resolve(folder).resolve("refs").resolve(revision);
  }

  /** The commit that a revision was at when it was last asked for. */
  Optional<String> commit(HubName name) {
    if (name.isCommit()) {
      return Optional.of(name.revision());
    }
    Path ref = ref(name.revision());
    try {
      return Files.isRegularFile(ref)
          ? Optional.of(Files.readString(ref).strip()).filter(c -> c.matches("[0-9A-Za-z._-]+"))
          : Optional.empty();
    } catch (IOException e) {
      throw new CheckpointException(ref + " cannot be read: " + Reason.of(e), e);
    }
  }

  /**
   * Remembers the commit of a revision. Only going without a network depends on it, and a cache may
   * be one that others keep: where it cannot be written it stays as it was.
   */
  void remember(String revision, String commit) {
    Path ref = ref(revision);
    try {
      if (!revision.equals(commit)
          && !(Files.isRegularFile(ref) && Files.readString(ref).equals(commit))) {
        WholeFile.write(ref, commit);
      }
    } catch (IOException | AdapterXException e) {
      // See above.
    }
  }

  /** Whether a commit is known not to have a file. */
  boolean isMissing(String commit, String file) {
    return Files.exists(missing(commit, file));
  }

  /** Remembers that a commit has not got a file, so that nobody need be asked again. */
  void rememberMissing(String commit, String file) {
    try {
      if (!isMissing(commit, file)) {
        WholeFile.write(missing(commit, file), "");
      }
    } catch (AdapterXException e) {
      // As for remember.
    }
  }

  private Path missing(String commit, String file) {
    return root.resolve(folder).resolve(".no_exist").resolve(commit).resolve(file);
  }

  /**
   * Makes a content appear as a file of a commit.
   *
   * @param isNew whether nothing else can point to the content yet
   */
  void point(String etag, String commit, String file, boolean isNew) {
    Path pointer = pointer(commit, file);
    Path blob = blob(etag);
    try {
      Path parent = Objects.requireNonNull(pointer.toAbsolutePath().getParent());
      Files.createDirectories(parent);
      Files.deleteIfExists(pointer); // a link whose content somebody deleted
      link(parent.relativize(blob.toAbsolutePath()), pointer, blob, isNew);
    } catch (FileAlreadyExistsException e) {
      // Another process was as fast; it points to the same content.
    } catch (IOException e) {
      throw new CheckpointException("Could not write " + pointer + ": " + Reason.of(e), e);
    }
  }

  private static void link(Path relative, Path pointer, Path blob, boolean isNew)
      throws IOException {
    try {
      Files.createSymbolicLink(pointer, relative);
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (UnsupportedOperationException | IOException | SecurityException e) {
      // Windows lets only some users make links; Python moves or copies there too.
      if (isNew) {
        Files.move(blob, pointer, StandardCopyOption.ATOMIC_MOVE);
      } else {
        Path part = pointer.resolveSibling(pointer.getFileName() + ".part");
        Files.copy(blob, part, StandardCopyOption.REPLACE_EXISTING);
        Files.move(part, pointer, StandardCopyOption.ATOMIC_MOVE);
      }
    }
  }
}
