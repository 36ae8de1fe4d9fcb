package dev.adapterx.data;

import dev.adapterx.base.DataException;
import dev.adapterx.base.FileNames;
import dev.adapterx.base.Reason;
import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.FileVisitor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Lists folders, in the same order on every machine. */
public final class Folders {
  /** Extensions of images that are read. */
  public static final List<String> EXTENSIONS =
      List.of(
          "jpg", "jpeg", "png", "webp", "bmp", "gif", "tif", "tiff", "jfif", "jpe", "jif", "dib",
          "ppm", "pgm", "pbm", "pnm");

  /**
   * Extensions of images that are not read. They count as broken samples: a class that is half HEIC
   * must not silently become half a class.
   */
  private static final Set<String> UNREAD =
      Set.of(
          "heic", "heif", "hif", "avif", "jxl", "jp2", "j2k", "jpx", "psd", "cr2", "cr3", "nef",
          "arw", "dng", "orf", "rw2", "raf");

  /** Files that operating systems, archivers, storage devices and notebooks leave in folders. */
  private static final Set<String> LEFTOVERS =
      Set.of(
          "__macosx",
          "thumbs.db",
          "ehthumbs.db",
          "desktop.ini",
          "@eadir",
          "#recycle",
          "$recycle.bin",
          "system volume information",
          "lost+found",
          "__pycache__");

  private static final Comparator<Path> BY_NAME =
      Comparator.comparing(Folders::name, ClassNames.CODE_POINTS);

  /**
   * The files found below a folder.
   *
   * @param ignored number of other files, and of hidden folders
   */
  public record Found(List<Path> files, int ignored) {
    public Found {
      files = List.copyOf(files);
    }
  }

  private Folders() {}

  public static void requireFolder(Path folder) {
    if (!Files.exists(folder)) {
      throw new DataException("No such folder: " + folder);
    }
    if (!Files.isDirectory(folder)) {
      throw new DataException(folder + " is a file; expected the folder of a data set");
    }
  }

  /** Visible sub-folders, by name. */
  public static List<Path> folders(Path folder) {
    return children(folder).stream().filter(Files::isDirectory).filter(p -> !hidden(p)).toList();
  }

  /** Visible files directly in a folder, by name. */
  public static List<Path> visibleFiles(Path folder) {
    return children(folder).stream().filter(Files::isRegularFile).filter(p -> !hidden(p)).toList();
  }

  /** Number of files directly in a folder. */
  public static int files(Path folder) {
    return (int) children(folder).stream().filter(p -> !Files.isDirectory(p)).count();
  }

  public static String name(Path path) {
    Path last = path.getFileName();
    return last == null ? path.toString() : last.toString();
  }

  /** Path below a root, with {@code /} on every machine. */
  public static String relative(Path root, Path file) {
    return root.relativize(file).toString().replace(root.getFileSystem().getSeparator(), "/");
  }

  /** All images below a folder at any depth, sorted by their relative path. */
  public static Found images(Path folder) {
    return below(folder, Folders::isImage);
  }

  /** All visible files of a kind below a folder at any depth, sorted by their relative path. */
  public static Found below(Path folder, Predicate<Path> kind) {
    List<Path> files = new ArrayList<>();
    int[] ignored = {0};
    Set<FileVisitOption> follow = EnumSet.of(FileVisitOption.FOLLOW_LINKS);
    try {
      Files.walkFileTree(
          folder, follow, Integer.MAX_VALUE, collector(folder, kind, files, ignored));
    } catch (IOException e) {
      throw new DataException("Could not list " + folder + ": " + Reason.of(e), e);
    }
    files.sort(Comparator.comparing(f -> relative(folder, f), ClassNames.CODE_POINTS));
    return new Found(files, ignored[0]);
  }

  private static FileVisitor<Path> collector(
      Path root, Predicate<Path> kind, List<Path> files, int[] ignored) {
    return new SimpleFileVisitor<>() {
      @Override
      public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
        if (!folder.equals(root) && hidden(folder)) {
          ignored[0]++;
          return FileVisitResult.SKIP_SUBTREE;
        }
        return FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
        if (hidden(file) || !kind.test(file)) {
          ignored[0]++;
        } else {
          files.add(file);
        }
        return FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
        if (e instanceof FileSystemLoopException) { // a link to a parent folder: already visited
          ignored[0]++;
          return FileVisitResult.CONTINUE;
        }
        if (!Files.isDirectory(file)
            && kind.test(file)) { // a broken sample, which its reader reports
          files.add(file);
          return FileVisitResult.CONTINUE;
        }
        throw e;
      }
    };
  }

  private static List<Path> children(Path folder) {
    try (Stream<Path> children = Files.list(folder)) {
      List<Path> sorted = children.sorted(BY_NAME).toList();
      if (sorted.stream().anyMatch(child -> FileNames.isGarbled(name(child)))) {
        throw new DataException(
            "The names of what lies in " + folder + " cannot be read: " + FileNames.locale());
      }
      return sorted;
    } catch (IOException e) {
      throw new DataException("Could not list " + folder + ": " + Reason.of(e), e);
    }
  }

  /**
   * Determined by name, as on file systems without a hidden flag; includes files not created by
   * users.
   */
  private static boolean hidden(Path path) {
    String name = name(path);
    return name.startsWith(".") || LEFTOVERS.contains(name.toLowerCase(Locale.ROOT));
  }

  /** Whether a file has the extension of an image. */
  public static boolean isImage(Path file) {
    return EXTENSIONS.contains(extension(file)) || UNREAD.contains(extension(file));
  }

  /** The part of a file's name after the last dot, in lower case. */
  public static String extension(Path file) {
    String name = name(file).toLowerCase(Locale.ROOT);
    return name.substring(name.lastIndexOf('.') + 1);
  }
}
