package dev.adapterx.data.images;

import dev.adapterx.data.ClassNames;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Lists beside the images, as the VTAB-1k dumps have them: {@code train800.txt}, {@code
 * val200.txt}, {@code train800val200.txt}, {@code test.txt} (also {@code train.txt}, {@code
 * val.txt}) with lines {@code images/…/000123.jpg 37} relative to the root, and every other text
 * whose lines are such, by its name: {@code train5.txt} is the split {@code train5}. {@code
 * classes.txt} gives names; without it the classes are the numbers up to the largest in any of the
 * lists.
 *
 * <p>Protocol (Zhai et al., "A Large-scale Study of Representation Learning with the Visual Task
 * Adaptation Benchmark", https://arxiv.org/abs/1910.04867): choose hyper-parameters with train800
 * and val200, train once more on train800val200 and measure on the whole of test. Hence the role
 * {@link Layout.Role#TRAIN} is train800val200 where it exists, and then no split plays {@link
 * Layout.Role#VALIDATION}: val200 is part of the former. Name train800 and val200 to tune. Of lists
 * with other names, the only one that begins with {@code train}, {@code val} or {@code test} plays
 * that role.
 */
public final class VtabLayout implements Layout {
  private static final List<String> KNOWN =
      List.of("train800", "val200", "train800val200", "train", "val", "test");

  private final Path root;
  private final List<String> splits;
  private final Map<String, String> leftOut;

  /** Reads the names of a folder's lists, and those lists that have names of their own. */
  public VtabLayout(Path root) {
    this.root = root;
    RootLists own = RootLists.of(root, KNOWN);
    Set<String> all = new LinkedHashSet<>();
    KNOWN.stream().filter(split -> Files.isRegularFile(list(root, split))).forEach(all::add);
    all.addAll(own.lists());
    this.splits = List.copyOf(all);
    this.leftOut = own.leftOut();
  }

  static boolean recognises(Path root) {
    return KNOWN.stream().anyMatch(split -> Files.isRegularFile(list(root, split)));
  }

  @Override
  public Path root() {
    return root;
  }

  @Override
  public String description() {
    return "VTAB lists ("
        + String.join(".txt, ", splits)
        + ".txt"
        + (leftOut.isEmpty()
            ? ""
            : "; no lists of 'path label': " + String.join(".txt, ", leftOut.keySet()) + ".txt")
        + ")";
  }

  @Override
  public List<String> splits() {
    return splits;
  }

  @Override
  public Optional<String> split(Role role) {
    List<String> candidates =
        switch (role) {
          case TRAIN -> List.of("train800val200", "train800", "train");
          case VALIDATION ->
              splits.contains("train800val200") ? List.<String>of() : List.of("val200", "val");
          case TEST -> List.of("test");
        };
    Optional<String> known = candidates.stream().filter(splits::contains).findFirst();
    return known.isPresent() || candidates.isEmpty() ? known : only(role);
  }

  /** The one list with a name like the role's; a list of both trains on what would be judged by. */
  private Optional<String> only(Role role) {
    String word =
        switch (role) {
          case TRAIN -> "train";
          case VALIDATION -> "val";
          case TEST -> "test";
        };
    List<String> named = splits.stream().filter(split -> split.startsWith(word)).toList();
    boolean both = role == Role.VALIDATION && splits.stream().anyMatch(VtabLayout::isOfBoth);
    return named.size() == 1 && !both ? Optional.of(named.get(0)) : Optional.empty();
  }

  private static boolean isOfBoth(String split) {
    return split.startsWith("train") && split.contains("val");
  }

  @Override
  public FileDataset open(String split) {
    String advice =
        splits.contains("train800val200")
            ? ". Train on train800val200, or tune with train800 and val200"
            : "";
    String reason = leftOut.get(split);
    String said = reason == null ? advice : advice + " (" + reason + ")";
    Path list = list(root, Layout.existing(this, split, said));
    return ListFile.open(list, root, classes(split));
  }

  private List<String> classes(String opened) {
    Path names = root.resolve("classes.txt");
    if (Files.exists(names)) {
      return ClassNames.read(names);
    }
    List<ListFile.Line> all = new ArrayList<>();
    splits.stream()
        .filter(split -> split.equals(opened) || isOfSplit(split))
        .forEach(split -> all.addAll(ListFile.read(list(root, split))));
    return ClassNames.numbered(ListFile.classCount(all));
  }

  /** By its name; numbers in a list of something else, such as sizes, must add no classes. */
  private boolean isOfSplit(String split) {
    return splits.stream().noneMatch(KNOWN::contains)
        || KNOWN.contains(split)
        || List.of("train", "val", "test").stream().anyMatch(split::startsWith);
  }

  static Path list(Path root, String split) {
    return root.resolve(split + ".txt");
  }
}
