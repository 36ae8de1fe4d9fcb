package dev.adapterx.base;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Folders that are made where they are missing. */
public final class NewFolder {
  private NewFolder() {}

  /**
   * Makes a folder and those above it.
   *
   * @param folder null: what is above a root, and there is nothing to make
   * @throws FileSystemException saying so when a file has its place, or the place of one above it
   * @throws IOException when it cannot be made
   */
  public static void make(@Nullable Path folder) throws IOException {
    if (folder == null) {
      return;
    }
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      Optional<Path> file = fileAt(folder);
      if (file.isPresent()) {
        FileSystemException told =
            new FileSystemException(folder.toString(), null, inTheWay(file.get()));
        told.addSuppressed(e);
        throw told;
      }
      throw e;
    }
  }

  /** What has the place of a folder or of one above it and is none. */
  public static Optional<Path> fileAt(Path folder) {
    for (Path place = folder; place != null; place = place.getParent()) {
      if (Files.isDirectory(place)) {
        return Optional.empty();
      }
      if (Files.exists(place)) {
        return Optional.of(place);
      }
    }
    return Optional.empty();
  }

  /** What is wrong with it, for messages. */
  public static String inTheWay(Path file) {
    return file + " is a file, expected a folder";
  }
}
