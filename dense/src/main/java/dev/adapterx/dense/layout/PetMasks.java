package dev.adapterx.dense.layout;

import dev.adapterx.data.Folders;
import dev.adapterx.data.TextLines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Oxford-IIIT Pet: {@code annotations/trimaps} with 1 pet, 2 background and 3 border, pictures in
 * {@code images}, lists {@code annotations/trainval.txt} and {@code test.txt}. The border is a
 * class of its own; {@code data.masks.ignore: [3]} leaves it out of training and measure.
 */
final class PetMasks implements MaskFinder {
  private static final List<String> NAMES = List.of("pet", "background", "border");

  private static Path annotations(Path root) {
    return root.resolve("annotations");
  }

  @Override
  public boolean matches(Path root) {
    return Files.isDirectory(root.resolve("images"))
        && Files.isDirectory(annotations(root).resolve("trimaps"));
  }

  @Override
  public MaskSplits find(Path root) {
    Path pictures = root.resolve("images");
    Map<String, Pair> byName = new LinkedHashMap<>();
    for (Pair pair : Pairs.of(root, pictures, annotations(root).resolve("trimaps")).found()) {
      byName.put(Pairs.stem(Folders.relative(pictures, pair.picture())), pair);
    }
    Map<String, Pairs> splits = new LinkedHashMap<>();
    for (String list : List.of("trainval", "test")) {
      Path file = annotations(root).resolve(list + ".txt");
      if (Files.isRegularFile(file)) {
        splits.put(list.equals("trainval") ? "train" : list, listed(file, byName));
      }
    }
    if (splits.isEmpty()) {
      splits.put("all", new Pairs(List.copyOf(byName.values()), List.of(), List.of()));
    }
    return new MaskSplits(
        "Oxford-IIIT Pet's trimaps",
        splits,
        new MaskCode(NAMES, Map.of(1, 0, 2, 1, 3, 2), Set.of(), false, List.of()),
        false);
  }

  private static Pairs listed(Path list, Map<String, Pair> byName) {
    List<Pair> found = new ArrayList<>();
    List<String> alone = new ArrayList<>();
    TextLines.read(
        list,
        (line, number) -> {
          if (line.startsWith("#")) {
            return;
          }
          Pair pair = byName.get(line.split("\\s+", 2)[0]);
          if (pair == null) {
            alone.add(Folders.name(list) + ":" + number + " " + line);
          } else {
            found.add(pair);
          }
        });
    return new Pairs(found, alone, List.of());
  }
}
