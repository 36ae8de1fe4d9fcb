package dev.adapterx.data.images;

import dev.adapterx.base.DataException;
import dev.adapterx.base.Names;
import dev.adapterx.data.Folders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The layout of a data set in a folder: where its splits are and how labels are stored. {@link
 * LayoutKind} recognises it.
 */
public interface Layout {

  /** What a split is for. */
  enum Role {
    /** What the final model is trained on. */
    TRAIN,
    /** What hyper-parameters are chosen on; shares no image with {@link #TRAIN}. */
    VALIDATION,
    /** What the result is measured on. */
    TEST
  }

  /** The folder of the data set. */
  Path root();

  /** A description for messages and reports. */
  String description();

  /** Names of the splits that exist. */
  List<String> splits();

  /** The split for a role, if there is exactly one. */
  Optional<String> split(Role role);

  /**
   * Opens a split.
   *
   * @throws DataException when it does not exist, listing those that do, or its files are invalid
   */
  FileDataset open(String split);

  /**
   * Recognises the layout of a folder: what other jars add, few-shot lists, VTAB lists, JSON lists,
   * WebDataset's shards, a folder per split and class or per class and split, or a plain folder per
   * class, in this order.
   *
   * @throws DataException when the folder is missing or holds several data sets
   */
  static Layout of(Path root) {
    Folders.requireFolder(root);
    Optional<LayoutKind> known = Layouts.of(root);
    if (known.isPresent()) {
      return known.get().of(root);
    }
    List<String> tasks = tasks(root);
    if (!tasks.isEmpty()) {
      throw new DataException(
          root
              + " holds "
              + tasks.size()
              + " data sets: "
              + Names.some(tasks)
              + ". Name one of them, for example "
              + root.resolve(tasks.get(0)));
    }
    return new PlainFolder(root);
  }

  /** Names of the sub-folders that are data sets with lists of their own. */
  static List<String> tasks(Path root) {
    return Folders.folders(root).stream()
        .filter(f -> Files.isReadable(f))
        .filter(Layout::hasLists)
        .map(Folders::name)
        .toList();
  }

  /** Whether a folder is a data set with lists. */
  static boolean hasLists(Path folder) {
    return Layouts.standsAlone(folder);
  }

  /** The split of that name, or an error that says which exist. */
  static String existing(Layout layout, String split, String advice) {
    if (layout.splits().contains(split)) {
      return split;
    }
    throw new NamedSplits(layout.splits())
        .missing(layout.root(), split, layout.description(), advice);
  }
}
