package dev.adapterx.data.images;

import dev.adapterx.base.Registry;
import dev.adapterx.data.Folders;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** All kinds of layouts: those that jars on the class path add, then the library's own. */
public final class Layouts {
  private record Own(
      String name, boolean standsAlone, Predicate<Path> sign, Function<Path, Layout> reading)
      implements LayoutKind {
    @Override
    public boolean recognises(Path root) {
      return sign.test(root);
    }

    @Override
    public Layout of(Path root) {
      return reading.apply(root);
    }
  }

  private static final List<LayoutKind> OWN =
      List.of(
          new Own("few-shot", true, FewShotLayout::recognises, FewShotLayout::new),
          new Own("vtab", true, VtabLayout::recognises, VtabLayout::new),
          new Own("json-lists", true, FgvcLayout::recognises, FgvcLayout::new),
          new Own("webdataset", true, ShardLayout::recognises, ShardLayout::new),
          new Own("split-folders", false, SplitFolders::recognises, SplitFolders::new),
          new Own("splits-in-classes", false, SplitsInClasses::recognises, SplitsInClasses::new),
          new Own("lists", false, Layouts::hasOwnLists, VtabLayout::new));

  private Layouts() {}

  /** Lists of other names than VTAB's beside at most one folder: more may be classes. */
  private static boolean hasOwnLists(Path root) {
    return Folders.folders(root).size() < 2
        && !VtabLayout.Texts.of(root, List.of()).lists().isEmpty();
  }

  /** The kinds, in the order they are asked. */
  public static List<LayoutKind> all() {
    Registry<LayoutKind> added = Registry.of(LayoutKind.class, "layout", LayoutKind::name);
    return Stream.concat(added.all().stream(), OWN.stream()).toList();
  }

  /** The first kind that recognises a folder; empty: at most one folder per class. */
  public static Optional<LayoutKind> of(Path root) {
    return all().stream().filter(kind -> kind.recognises(root)).findFirst();
  }

  /** Whether a folder is a data set that stands for itself, also among others in one folder. */
  static boolean standsAlone(Path folder) {
    return all().stream().anyMatch(kind -> kind.standsAlone() && kind.recognises(folder));
  }
}
