package dev.adapterx.dense.boxes;

import dev.adapterx.base.DataException;
import dev.adapterx.data.Folders;
import dev.adapterx.data.images.SplitFolders;
import dev.adapterx.dense.json.JsonFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A file that is called as annotations are and cannot be read, beside pictures that no folder names
 * the classes of: asked last, so that the file is named where else it would be passed over and the
 * folders be read as classes.
 */
final class BrokenJson implements BoxLayoutKind {
  private static final List<String> NAMES =
      List.of("instances", "_annotations", "annotations", "coco");

  /** Folders of pictures whose names are no class. */
  private static final Set<String> PICTURES =
      Set.of("images", "image", "imgs", "img", "pictures", "jpegimages", "data");

  @Override
  public String name() {
    return "broken-json";
  }

  @Override
  public boolean matches(Path root) {
    return fault(root).isPresent() && withoutClasses(root);
  }

  /** Whether there are pictures, and none in a folder that may be a class. */
  private static boolean withoutClasses(Path root) {
    List<Path> pictures = Folders.images(root).files();
    for (Path picture : pictures) {
      Path folder = root.normalize().relativize(picture.normalize()).getParent();
      if (folder != null && !isOfPictures(folder)) {
        return false;
      }
    }
    return !pictures.isEmpty();
  }

  private static boolean isOfPictures(Path folder) {
    for (Path part : folder) {
      String name = part.toString();
      if (!PICTURES.contains(name.toLowerCase(Locale.ROOT)) && Pictures.split(name).isEmpty()) {
        return false;
      }
    }
    return true;
  }

  private static Optional<String> fault(Path root) {
    List<Path> folders = new ArrayList<>(List.of(root));
    for (Path folder : Folders.folders(root)) {
      String name = Folders.name(folder);
      if (name.equalsIgnoreCase("annotations") || SplitFolders.canonical(name).isPresent()) {
        folders.add(folder);
      }
    }
    return folders.stream()
        .flatMap(folder -> Folders.visibleFiles(folder).stream())
        .filter(file -> Folders.extension(file).equals("json") && isTelling(file))
        .flatMap(file -> JsonFile.fault(file).stream())
        .findFirst();
  }

  private static boolean isTelling(Path file) {
    String stem = Pictures.stem(Folders.name(file)).toLowerCase(Locale.ROOT);
    return Files.isRegularFile(file)
        && (NAMES.stream().anyMatch(stem::startsWith) || Pictures.split(stem).isPresent());
  }

  @Override
  public BoxSplits find(Path root) {
    throw new DataException(
        fault(root).orElseThrow(() -> new IllegalStateException("no broken annotations in " + root))
            + ". Its name says that it holds boxes (COCO: an object with images, annotations and"
            + " categories); write it again, or take it out of the folder");
  }
}
