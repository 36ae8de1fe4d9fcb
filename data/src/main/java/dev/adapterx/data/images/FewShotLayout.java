package dev.adapterx.data.images;

import dev.adapterx.base.DataException;
import dev.adapterx.base.Reason;
import dev.adapterx.data.ClassNames;
import dev.adapterx.data.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Few-shot lists: {@code annotations/train_meta.list.num_shot_S.seed_K}, {@code val_meta.list},
 * {@code test_meta.list}, as used for NOAH (Zhang, Zhou, Liu, "Neural Prompt Search",
 * https://arxiv.org/abs/2206.04673). Splits are called {@code train-16shot-seed0}, {@code val},
 * {@code test}. Paths are relative to {@code images}, the root, or a folder named like the split
 * (ImageNet): the first of them with images of the list.
 */
public final class FewShotLayout implements Layout {
  private static final Pattern SHOTS =
      Pattern.compile("train_meta\\.list\\.num_shot_(\\d{1,6})\\.seed_(\\d{1,6})");
  private static final Pattern WHOLE = Pattern.compile("(train|val|test)_meta\\.list");

  private final Path root;
  private final Map<String, Path> lists;

  FewShotLayout(Path root) {
    this.root = root;
    this.lists = lists(root);
  }

  static boolean recognises(Path root) {
    return Files.isDirectory(root.resolve("annotations")) && !lists(root).isEmpty();
  }

  /** The name of a few-shot training split. */
  public static String split(int shots, int seed) {
    return "train-" + shots + "shot-seed" + seed;
  }

  @Override
  public Path root() {
    return root;
  }

  @Override
  public String description() {
    return "few-shot lists (" + lists.size() + " in " + root.resolve("annotations") + ")";
  }

  @Override
  public List<String> splits() {
    return List.copyOf(lists.keySet());
  }

  @Override
  public Optional<String> split(Role role) {
    return switch (role) {
      case TRAIN -> {
        List<String> training = splits().stream().filter(s -> s.startsWith("train")).toList();
        yield training.size() == 1 ? Optional.of(training.get(0)) : Optional.empty();
      }
      case VALIDATION -> Optional.of("val").filter(lists::containsKey);
      case TEST -> Optional.of("test").filter(lists::containsKey);
    };
  }

  @Override
  public FileDataset open(String split) {
    Path list = list(split);
    List<ListFile.Line> lines = ListFile.read(list);
    return ListFile.open(list, lines, images(list, lines, split), classes());
  }

  /** The list behind a split. */
  Path list(String split) {
    Path list = lists.get(Layout.existing(this, split, ""));
    if (list == null) {
      throw new DataException("No list for " + split + " in " + root);
    }
    return list;
  }

  private Path images(Path list, List<ListFile.Line> lines, String split) {
    String word = split.startsWith("train") ? "train" : split;
    List<Path> candidates = List.of(root.resolve("images"), root, root.resolve(word));
    return ListFile.folder(list, lines, candidates);
  }

  List<String> classes() {
    for (Path folder : List.of(root, root.resolve("annotations"))) {
      Path names = folder.resolve("classes.txt");
      if (Files.exists(names)) {
        return ClassNames.read(names);
      }
    }
    int count = 0;
    for (Path list : lists.values()) {
      count = Math.max(count, ListFile.classCount(ListFile.read(list)));
    }
    return ClassNames.numbered(count);
  }

  private record Found(String split, int shots, int seed, Path file) {}

  private static Map<String, Path> lists(Path root) {
    List<Found> found = new ArrayList<>();
    Path annotations = root.resolve("annotations");
    try (Stream<Path> files = Files.list(annotations)) {
      files.forEach(file -> found(file).ifPresent(found::add));
    } catch (IOException e) {
      throw new DataException("Could not list " + annotations + ": " + Reason.of(e), e);
    }
    found.sort(
        Comparator.comparingInt(Found::shots)
            .thenComparingInt(Found::seed)
            .thenComparing(Found::split));
    Map<String, Path> lists = new LinkedHashMap<>();
    found.forEach(f -> lists.put(f.split(), f.file()));
    return lists;
  }

  private static Optional<Found> found(Path file) {
    String name = Folders.name(file);
    Matcher shots = SHOTS.matcher(name);
    if (shots.matches()) {
      int number = Integer.parseInt(shots.group(1));
      int seed = Integer.parseInt(shots.group(2));
      return Optional.of(new Found(split(number, seed), number, seed, file));
    }
    Matcher whole = WHOLE.matcher(name);
    return whole.matches()
        ? Optional.of(new Found(whole.group(1), Integer.MAX_VALUE, order(whole.group(1)), file))
        : Optional.empty();
  }

  private static int order(String split) {
    return List.of("train", "val", "test").indexOf(split);
  }
}
