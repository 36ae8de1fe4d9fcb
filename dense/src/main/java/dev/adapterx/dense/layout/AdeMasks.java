package dev.adapterx.dense.layout;

import dev.adapterx.base.DataException;
import dev.adapterx.data.Folders;
import dev.adapterx.data.TextLines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * ADE20K's scene parsing benchmark: {@code images} and {@code annotations} with {@code training}
 * and {@code validation} each; value v is class v − 1 of 150, 0 is ignored. Names come of {@code
 * objectInfo150.txt}. The full ADE20K of 2021 is another format and refused.
 */
final class AdeMasks implements MaskFinder {
  private static final String INFO = "objectInfo150.txt";
  private static final int CLASSES = 150;

  @Override
  public boolean matches(Path root) {
    return isFull(root)
        || (Files.isDirectory(root.resolve("annotations").resolve("training"))
            && Files.isDirectory(root.resolve("images").resolve("training"))
            && (Files.isRegularFile(root.resolve(INFO))
                || Files.isRegularFile(root.resolve("sceneCategories.txt"))
                || Folders.name(root).toLowerCase(Locale.ROOT).startsWith("ade")));
  }

  private static boolean isFull(Path root) {
    return Files.isRegularFile(root.resolve("index_ade20k.pkl"))
        || Files.isDirectory(root.resolve("images").resolve("ADE").resolve("training"));
  }

  @Override
  public MaskSplits find(Path root) {
    if (isFull(root)) {
      throw new DataException(
          root
              + " is the full ADE20K, whose masks hold objects and parts of 3,688 names; expected"
              + " the scene parsing benchmark with 150 classes (ADEChallengeData2016)");
    }
    Map<String, Pairs> splits = new LinkedHashMap<>();
    for (String split : new String[] {"training", "validation"}) {
      Path pictures = root.resolve("images").resolve(split);
      Path masks = root.resolve("annotations").resolve(split);
      if (Files.isDirectory(pictures) && Files.isDirectory(masks)) {
        splits.put(split, Pairs.of(root, pictures, masks));
      }
    }
    Map<Integer, Integer> values = new LinkedHashMap<>();
    IntStream.rangeClosed(1, CLASSES).forEach(v -> values.put(v, v - 1));
    return new MaskSplits(
        "ADE20K's scene parsing benchmark",
        splits,
        new MaskCode(List.of(names(root)), values, Set.of(0), false, java.util.List.of()),
        false);
  }

  private static String[] names(Path root) {
    String[] names = new String[CLASSES];
    for (int c = 0; c < CLASSES; c++) {
      names[c] = Integer.toString(c + 1);
    }
    if (Files.isRegularFile(root.resolve(INFO))) {
      TextLines.read(
          root.resolve(INFO),
          (line, number) -> {
            String[] cells = line.split("\t", -1);
            if (cells[0].strip().matches("\\d{1,3}")) {
              int index = Integer.parseInt(cells[0].strip());
              if (index >= 1 && index <= CLASSES) {
                names[index - 1] = cells[cells.length - 1].split(",", 2)[0].strip() + suffix(index);
              }
            }
          });
      distinct(names);
    }
    return names;
  }

  private static String suffix(int index) {
    return "#" + index;
  }

  /** The number stays where another class has the same first name: screen, base. */
  private static void distinct(String[] names) {
    Map<String, Integer> seen = new LinkedHashMap<>();
    for (String name : names) {
      seen.merge(name.replaceAll("#\\d+$", ""), 1, Integer::sum);
    }
    for (int c = 0; c < names.length; c++) {
      String plain = names[c].replaceAll("#\\d+$", "");
      names[c] = seen.getOrDefault(plain, 0) > 1 ? plain + " " + (c + 1) : plain;
    }
  }
}
