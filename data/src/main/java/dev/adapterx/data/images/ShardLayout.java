package dev.adapterx.data.images;

import dev.adapterx.base.DataException;
import dev.adapterx.base.Names;
import dev.adapterx.data.ClassNames;
import dev.adapterx.data.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * WebDataset's shards in a folder: numbered tar files, {@code train-000000.tar}, each with samples
 * of members that share a key: {@code key.jpg} with {@code key.cls} or {@code key.json}, see {@link
 * Shard}. What stands before the number names the split. Labels are numbers or class names; {@code
 * classes.txt} beside the shards names numbers.
 *
 * <p>A tar file is not compressed, so its images are read where they are, in any order: an epoch's
 * permutation is over all samples of all shards, as with single files, and needs no buffer. What is
 * kept of a sample is its name, its place and its label.
 */
public final class ShardLayout implements Layout {
  private static final Pattern NAME = Pattern.compile("(.*?)[-_.]?\\d+\\.tar");
  private static final String CLASSES = "classes.txt";

  private final Path root;
  private final Map<String, List<Path>> shards =
      new TreeMap<>(
          java.util.Comparator.comparingInt(SplitFolders::order)
              .thenComparing(java.util.Comparator.naturalOrder()));
  private @Nullable Map<String, List<Shard.Entry>> read;

  ShardLayout(Path root) {
    this.root = root;
    for (Path shard : files(root)) {
      shards.computeIfAbsent(splitOf(shard), unused -> new ArrayList<>()).add(shard);
    }
  }

  /** Numbered tar files, and no folders. */
  public static boolean recognises(Path root) {
    return !files(root).isEmpty() && Folders.folders(root).isEmpty();
  }

  private static List<Path> files(Path root) {
    try (Stream<Path> all = Files.list(root)) {
      return all.filter(f -> NAME.matcher(Folders.name(f)).matches())
          .filter(Files::isRegularFile)
          .sorted()
          .toList();
    } catch (IOException e) {
      return List.of(); // Folders reports what cannot be listed
    }
  }

  /** {@code imagenet-train-000001.tar} is of train. */
  private static String splitOf(Path shard) {
    Matcher name = NAME.matcher(Folders.name(shard));
    String before = name.matches() ? name.group(1) : "";
    String last = before.substring(Math.max(before.lastIndexOf('-'), before.lastIndexOf('_')) + 1);
    return SplitFolders.canonical(last).orElse(before.isEmpty() ? PlainFolder.ALL : before);
  }

  @Override
  public Path root() {
    return root;
  }

  @Override
  public String description() {
    int count = shards.values().stream().mapToInt(List::size).sum();
    return "WebDataset shards (" + count + (count == 1 ? " tar file)" : " tar files)");
  }

  @Override
  public List<String> splits() {
    return List.copyOf(shards.keySet());
  }

  @Override
  public Optional<String> split(Role role) {
    return new NamedSplits(splits()).of(role, split -> true);
  }

  @Override
  public FileDataset open(String split) {
    String name = Layout.existing(this, new NamedSplits(splits()).meant(split), "");
    Map<String, List<Shard.Entry>> all = entries();
    List<String> classes = classes(all);
    List<FileDataset.Sample> samples = new ArrayList<>();
    for (Shard.Entry entry : all.getOrDefault(name, List.of())) {
      samples.add(
          new FileDataset.Sample(
              entry.shard(),
              entry.part(),
              Folders.name(entry.shard()) + "/" + entry.name(),
              label(entry, classes)));
    }
    if (samples.isEmpty()) {
      throw new DataException(
          "The shards of split "
              + name
              + " in "
              + root
              + " have no images: expected key.jpg with"
              + " key.cls or key.json in each");
    }
    return new FileDataset(samples, classes, 0);
  }

  private Map<String, List<Shard.Entry>> entries() {
    Map<String, List<Shard.Entry>> known = read;
    if (known == null) {
      known = new LinkedHashMap<>();
      for (Map.Entry<String, List<Path>> split : shards.entrySet()) {
        List<Shard.Entry> entries = new ArrayList<>();
        split.getValue().forEach(shard -> entries.addAll(Shard.entries(shard)));
        known.put(split.getKey(), entries);
      }
      read = known;
    }
    return known;
  }

  /** Of all splits, so that a class missing in one shifts none. */
  private List<String> classes(Map<String, List<Shard.Entry>> all) {
    if (Files.exists(root.resolve(CLASSES))) {
      return ClassNames.read(root.resolve(CLASSES));
    }
    TreeSet<String> names = new TreeSet<>(ClassNames.CODE_POINTS);
    all.values().forEach(entries -> entries.forEach(entry -> names.add(entry.label())));
    if (!names.stream().allMatch(ShardLayout::isNumber)) {
      return List.copyOf(names);
    }
    int most = names.stream().mapToInt(Integer::parseInt).max().orElse(-1);
    List<String> numbers = new ArrayList<>();
    for (int i = 0; i <= most; i++) {
      numbers.add(Integer.toString(i));
    }
    return numbers;
  }

  private static boolean isNumber(String label) {
    return label.matches("\\d{1,5}");
  }

  private int label(Shard.Entry entry, List<String> classes) {
    int index = ClassNames.label(entry.label(), classes);
    if (index < 0 && isNumber(entry.label()) && Integer.parseInt(entry.label()) < classes.size()) {
      index = Integer.parseInt(entry.label());
    }
    if (index < 0) {
      throw new DataException(
          "%s: %s has the label '%s', which is none of the %d classes in %s%s"
              .formatted(
                  entry.shard(),
                  entry.name(),
                  entry.label(),
                  classes.size(),
                  root.resolve(CLASSES),
                  Names.hint(entry.label(), classes)));
    }
    return index;
  }
}
