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
 * PASCAL VOC: palette PNG in {@code SegmentationClass}, pictures in {@code JPEGImages}, lists in
 * {@code ImageSets/Segmentation} (not those of {@code Main}); 21 classes, 255 along their borders.
 * The list {@code trainaug} takes its masks of {@code SegmentationClassAug}. CVAT exports the same
 * with a table of colours beside it.
 */
final class VocMasks implements MaskFinder {
  private static final List<String> NAMES =
      List.of(
          "background",
          "aeroplane",
          "bicycle",
          "bird",
          "boat",
          "bottle",
          "bus",
          "car",
          "cat",
          "chair",
          "cow",
          "diningtable",
          "dog",
          "horse",
          "motorbike",
          "person",
          "pottedplant",
          "sheep",
          "sofa",
          "train",
          "tvmonitor");
  private static final String MASKS = "SegmentationClass";
  private static final String AUGMENTED = "SegmentationClassAug";

  private static Path lists(Path root) {
    return root.resolve("ImageSets").resolve("Segmentation");
  }

  @Override
  public boolean matches(Path root) {
    return Files.isDirectory(root.resolve(MASKS))
        && Files.isDirectory(root.resolve("JPEGImages"))
        && Files.isDirectory(lists(root));
  }

  @Override
  public MaskSplits find(Path root) {
    Map<String, Pairs> splits = new LinkedHashMap<>();
    for (Path list : Folders.visibleFiles(lists(root))) {
      if (Folders.extension(list).equals("txt")) {
        String split = Pairs.stem(Folders.name(list));
        boolean augmented = split.endsWith("aug") && Files.isDirectory(root.resolve(AUGMENTED));
        splits.put(split, listed(root, list, augmented ? AUGMENTED : MASKS));
      }
    }
    MaskCode code =
        ClassTable.of(root, Set.of(MaskLayout.USUALLY_IGNORED))
            .orElseGet(() -> ClassTable.coded(NAMES, Set.of(MaskLayout.USUALLY_IGNORED)));
    return new MaskSplits("PASCAL VOC's masks of classes", splits, code, false);
  }

  private static Pairs listed(Path root, Path list, String masks) {
    Map<String, Pair> byName = new LinkedHashMap<>();
    for (Pair pair : Pairs.of(root, root.resolve("JPEGImages"), root.resolve(masks)).found()) {
      byName.put(Pairs.stem(Folders.relative(root.resolve("JPEGImages"), pair.picture())), pair);
    }
    List<Pair> found = new ArrayList<>();
    List<String> alone = new ArrayList<>();
    TextLines.read(
        list,
        (line, number) -> {
          Pair pair = byName.get(line);
          if (pair == null) {
            alone.add(Folders.name(list) + ":" + number + " " + line);
          } else {
            found.add(pair);
          }
        });
    return new Pairs(found, alone, List.of());
  }
}
