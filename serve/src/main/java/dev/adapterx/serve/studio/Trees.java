package dev.adapterx.serve.studio;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Folders of files as wholes. */
final class Trees {
  private Trees() {}

  private static List<Path> below(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.toList();
    }
  }

  /** Deletes a folder and all that is in it, if it is there; follows no links. */
  static void delete(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try {
      for (Path path : below(folder).stream().sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new AdapterXException("Could not delete " + folder + ": " + Reason.of(e), e);
    }
  }

  /** Copies a folder to a place where none is, so that it is there whole or not at all. */
  static void copy(Path from, Path to) {
    Path part = to.resolveSibling("." + to.getFileName() + ".part");
    delete(part);
    try {
      for (Path path : below(from)) {
        Path place = part.resolve(from.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(place);
        } else {
          Files.copy(path, place);
        }
      }
      Files.move(part, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new AdapterXException("Could not copy " + from + " to " + to + ": " + Reason.of(e), e);
    }
  }

  /** The files of a folder as a ZIP, below the folder's new name. */
  static byte[] zip(Path folder, String name) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Path path : below(folder).stream().sorted().toList()) {
        if (Files.isRegularFile(path)) {
          zip.putNextEntry(
              new ZipEntry(name + "/" + folder.relativize(path).toString().replace('\\', '/')));
          Files.copy(path, zip);
          zip.closeEntry();
        }
      }
    } catch (IOException e) {
      throw new AdapterXException("Could not read " + folder + ": " + Reason.of(e), e);
    }
    return bytes.toByteArray();
  }
}
