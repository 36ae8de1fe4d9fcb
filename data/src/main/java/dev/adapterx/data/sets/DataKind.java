package dev.adapterx.data.sets;

import dev.adapterx.data.Folders;
import dev.adapterx.data.images.Layout;
import dev.adapterx.data.points.format.CloudFile;
import dev.adapterx.data.points.set.PointLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The kind of a data set, judged by the names of its files; nothing is decoded. */
public enum DataKind {
  IMAGES("images"),
  CLOUDS("point clouds");

  /** Extensions of point files that lists, notes and arrays beside images also have. */
  private static final List<String> AMBIGUOUS = List.of("txt", "csv", "asc", "bin", "npz");

  private final String text;

  DataKind(String text) {
    this.text = text;
  }

  /** Its name in messages: {@code images}, {@code point clouds}. */
  public String text() {
    return text;
  }

  /**
   * The kind of a folder or a file: by the layouts of published sets first, then by the extensions.
   * Images beside meshes are taken for textures, text beside images for lists.
   *
   * @return empty when there are no files of either kind
   */
  public static Optional<DataKind> of(Path path) {
    if (!Files.isDirectory(path)) {
      return ofFile(path);
    }
    boolean listed = Layout.hasLists(path);
    if (listed || !Layout.tasks(path).isEmpty()) {
      return Optional.of(IMAGES);
    }
    if (PointLayout.isPublished(path)) {
      return Optional.of(CLOUDS);
    }
    List<Path> files = Folders.below(path, f -> Folders.isImage(f) || CloudFile.isKnown(f)).files();
    if (files.stream().anyMatch(DataKind::isCertainCloud)) {
      return Optional.of(CLOUDS);
    }
    if (files.stream().anyMatch(Folders::isImage)) {
      return Optional.of(IMAGES);
    }
    return files.isEmpty() ? Optional.empty() : Optional.of(CLOUDS);
  }

  private static Optional<DataKind> ofFile(Path file) {
    if (Folders.isImage(file)) {
      return Optional.of(IMAGES);
    }
    boolean cloud = CloudFile.isKnown(file) || PointLayout.isPublished(file);
    return cloud ? Optional.of(CLOUDS) : Optional.empty();
  }

  private static boolean isCertainCloud(Path file) {
    return CloudFile.isKnown(file) && !AMBIGUOUS.contains(Folders.extension(file));
  }
}
