package dev.adapterx.data.images;

import dev.adapterx.base.DataException;
import dev.adapterx.base.Names;
import dev.adapterx.data.ClassNames;
import dev.adapterx.data.Dataset;
import dev.adapterx.data.Folders;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Images sorted into one folder per class: {@code root/class/…/image.jpg}. Classes are the folders'
 * names in the order of their code points; below them folders may nest.
 */
public final class ImageFolder {
  private ImageFolder() {}

  /**
   * Opens a folder to train on.
   *
   * @throws DataException when it is missing, has fewer than two classes, or a class has no image;
   *     the message lists what was found
   */
  public static FileDataset open(Path root) {
    Folders.requireFolder(root);
    List<String> classes = classes(root);
    if (classes.isEmpty()) {
      throw new DataException(root + " has no class folders; " + contents(root));
    }
    List<String> empty = new ArrayList<>();
    FileDataset data = open(root, classes, empty);
    if (data.size() == 0) {
      throw new DataException(
          root
              + " has no images: its folders "
              + Names.some(classes)
              + " hold no file ending in "
              + String.join(", ", Folders.EXTENSIONS));
    }
    if (classes.size() == 1) {
      throw new DataException(oneClass(root, classes.get(0), data.size()));
    }
    if (!empty.isEmpty()) {
      throw new DataException(
          root
              + ": no images for "
              + empty.size()
              + " of the "
              + classes.size()
              + " classes: "
              + Names.some(empty)
              + ". Add images or remove the folder"
              + (empty.size() > 1 ? "s" : ""));
    }
    return data;
  }

  /**
   * Opens a folder to evaluate a model of {@code classes}. A class without a folder is allowed:
   * labels come from {@code classes} and do not shift.
   *
   * @throws DataException when a folder is none of the classes, or there is no image
   */
  public static FileDataset open(Path root, List<String> classes) {
    Folders.requireFolder(root);
    List<String> found = classes(root);
    List<String> unknown = ClassNames.without(found, classes);
    if (!unknown.isEmpty()) {
      throw new DataException(
          root
              + ": "
              + unknown.size()
              + " of the "
              + found.size()
              + " class folders are none of the "
              + classes.size()
              + " classes trained: "
              + Names.some(unknown)
              + ". Known: "
              + Names.some(classes)
              + Names.hint(unknown.get(0), classes));
    }
    FileDataset data = open(root, classes, new ArrayList<>());
    if (data.size() == 0) {
      throw new DataException(root + " has no images; " + contents(root));
    }
    return data;
  }

  /**
   * Opens all images below a folder for prediction, without labels.
   *
   * @param classes of the model that predicts
   */
  public static FileDataset unlabelled(Path root, List<String> classes) {
    Folders.requireFolder(root);
    Folders.Found images = Folders.images(root);
    if (images.files().isEmpty()) {
      throw new DataException(root + " has no images; " + contents(root));
    }
    List<FileDataset.Sample> samples = new ArrayList<>();
    addAll(samples, root, images.files(), Dataset.UNLABELLED);
    return new FileDataset(samples, classes, images.ignored());
  }

  /** Names of the class folders, in the order of their labels. */
  static List<String> classes(Path root) {
    return Folders.folders(root).stream()
        .map(folder -> ClassNames.composed(Folders.name(folder)))
        .distinct()
        .sorted(ClassNames.CODE_POINTS)
        .toList();
  }

  /** Whether a file has the extension of an image. */
  public static boolean isImage(Path file) {
    return Folders.isImage(file);
  }

  private static FileDataset open(Path root, List<String> classes, List<String> empty) {
    List<FileDataset.Sample> samples = new ArrayList<>();
    int ignored = Folders.files(root);
    for (Path folder : Folders.folders(root)) {
      Folders.Found images = Folders.images(folder);
      addAll(samples, root, images.files(), ClassNames.label(Folders.name(folder), classes));
      ignored += images.ignored();
      if (images.files().isEmpty()) {
        empty.add(Folders.name(folder));
      }
    }
    return new FileDataset(samples, classes, ignored);
  }

  private static void addAll(
      List<FileDataset.Sample> samples, Path root, List<Path> files, int label) {
    for (Path file : files) {
      samples.add(new FileDataset.Sample(file, Folders.relative(root, file), label));
    }
  }

  private static String oneClass(Path root, String only, int images) {
    List<String> inner = classes(root.resolve(only));
    String hint =
        inner.size() > 1
            ? ". It holds the folders " + Names.some(inner) + "; did you mean " + root.resolve(only)
            : "; expected at least two folders with images, one per class";
    return root + " has only one class, '" + only + "' (" + images + " images)" + hint;
  }

  private static String contents(Path root) {
    List<String> folders = classes(root);
    int loose = Folders.files(root);
    String found =
        folders.isEmpty() && loose == 0
            ? "it is empty"
            : "it holds "
                + loose
                + " files"
                + (folders.isEmpty() ? "" : " and the folders " + Names.some(folders));
    return found + ". Expected " + root.resolve("CLASS").resolve("IMAGE.jpg");
  }
}
