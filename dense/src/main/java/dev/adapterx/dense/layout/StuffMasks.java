package dev.adapterx.dense.layout;

import dev.adapterx.data.Folders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * COCO-Stuff: {@code stuffthingmaps/train2017} with values 0 … 181 and 255, pictures in {@code
 * images/train2017} or {@code train2017}. Names come of its {@code labels.txt}, whose numbers are
 * one above the values; without it classes go by their values.
 */
final class StuffMasks implements MaskFinder {
  private static final String MASKS = "stuffthingmaps";
  private static final int CLASSES = 182;

  @Override
  public boolean matches(Path root) {
    return Files.isDirectory(root.resolve(MASKS));
  }

  @Override
  public MaskSplits find(Path root) {
    Map<String, Pairs> splits = new LinkedHashMap<>();
    for (Path masks : Folders.folders(root.resolve(MASKS))) {
      String name = Folders.name(masks);
      Path below = root.resolve("images").resolve(name);
      Path pictures = Files.isDirectory(below) ? below : root.resolve(name);
      if (Files.isDirectory(pictures)) {
        splits.put(name.replaceAll("\\d+$", ""), Pairs.of(root, pictures, masks));
      }
    }
    return new MaskSplits("COCO-Stuff's pixel maps", splits, code(root), false);
  }

  private static MaskCode code(Path root) {
    Map<Integer, Integer> values = new LinkedHashMap<>();
    IntStream.range(0, CLASSES).forEach(v -> values.put(v, v));
    String[] names = new String[CLASSES];
    for (int v = 0; v < CLASSES; v++) {
      names[v] = Integer.toString(v);
    }
    ClassTable.of(root, Set.of())
        .ifPresent(
            table ->
                table
                    .values()
                    .forEach(
                        (number, index) -> {
                          if (number >= 1 && number <= CLASSES) {
                            names[number - 1] = table.classes().get(index);
                          }
                        }));
    return new MaskCode(
        List.of(names), values, Set.of(MaskLayout.USUALLY_IGNORED), false, List.of());
  }
}
