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
 * The folder of one repository, in the layout of Python's {@code huggingface_hub}:
 *
 * <pre>
 * models--org--name/blobs/ETAG                content
 * models--org--name/snapshots/COMMIT/FILE     a link to it (a copy where there are no links)
 * models--org--name/refs/main                 the commit a revision was last seen at
 * models--org--name/.no_exist/COMMIT/FILE     what a commit is known not to have
 * .locks/models--org--name/ETAG.lock
 * </pre>
 *
 * @param root folder of all repositories
 * @param folder name of this repository's folder
 */
record HubCache(Path root, String folder) {
  private static final String MODELS = "models--";

  /** The cache of a model. */
  static HubCache of(Path root, String repo) {
    return new HubCache(root, MODELS + repo.replace("/", "--"));
  }

  /** The models with any cached file, as {@code org/name}. */
  static List<String> models(Path root) {
    List<String> names = new ArrayList<>();
    if (Files.isDirectory(root)) {
      try (DirectoryStream<Path> folders = Files.newDirectoryStream(root, MODELS + "*")) {
        for (Path folder : folders) {
          String name = String.valueOf(folder.getFileName()).substring(MODELS.length());
          names.add(name.replaceFirst("--", "/"));
        }
      } catch (IOException e) {
        return List.of(); // only used to make a message more helpful
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

  /** The commit that a revision was at when it was last requested. */
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
   * Remembers the commit of a revision. Only offline use depends on it, and the cache may be
   * read-only: if it cannot be written, it stays unchanged.
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

  /** Remembers that a commit does not have a file, so that no further request is needed. */
  void rememberMissing(String commit, String file) {
    try {
      if (!isMissing(commit, file)) {
        WholeFile.write(missing(commit, file), "");
      }
    } catch (AdapterXException e) {
      // As in remember.
    }
  }

  private Path missing(String commit, String file) {
    return root.resolve(folder).resolve(".no_exist").resolve(commit).resolve(file);
  }

  /**
   * Links a blob as a file of a commit.
   *
   * @param isNew whether nothing else can point to the blob yet
   */
  void point(String etag, String commit, String file, boolean isNew) {
    Path pointer = pointer(commit, file);
    Path blob = blob(etag);
    try {
      Path parent = Objects.requireNonNull(pointer.toAbsolutePath().getParent());
      Files.createDirectories(parent);
      // A link whose blob was deleted; one that another thread made just now stays, it is in use.
      if (Files.isSymbolicLink(pointer) && !Files.exists(pointer)) {
        Files.deleteIfExists(pointer);
      }
      link(parent.relativize(blob.toAbsolutePath()), pointer, blob, isNew);
    } catch (FileAlreadyExistsException e) {
      // Another process was faster; its link points to the same blob.
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
      // Windows lets only some users create links; Python moves or copies there too.
      if (isNew) {
        Files.move(blob, pointer, StandardCopyOption.ATOMIC_MOVE);
      } else {
        WholeFile.sweep(pointer);
        Path part = WholeFile.beside(pointer);
        Files.copy(blob, part, StandardCopyOption.REPLACE_EXISTING);
        Files.move(part, pointer, StandardCopyOption.ATOMIC_MOVE);
      }
    }
  }
}
