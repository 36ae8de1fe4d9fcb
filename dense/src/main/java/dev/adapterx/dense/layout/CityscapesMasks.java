package dev.adapterx.dense.layout;

import dev.adapterx.data.Folders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Cityscapes: {@code leftImg8bit/SPLIT/CITY/*_leftImg8bit.png} and {@code
 * gtFine/SPLIT/CITY/*_gtFine_labelIds.png}; 19 of the 34 ids are classes, the others ignored.
 */
final class CityscapesMasks implements MaskFinder {
  private static final String PICTURES = "leftImg8bit";
  private static final String MASKS = "gtFine";
  private static final String PICTURE_END = "_leftImg8bit";
  private static final String MASK_END = "_gtFine_labelIds";
  private static final List<String> NAMES =
      List.of(
          "road",
          "sidewalk",
          "building",
          "wall",
          "fence",
          "pole",
          "traffic light",
          "traffic sign",
          "vegetation",
          "terrain",
          "sky",
          "person",
          "rider",
          "car",
          "truck",
          "bus",
          "train",
          "motorcycle",
          "bicycle");
  private static final List<Integer> IDS =
      List.of(7, 8, 11, 12, 13, 17, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 31, 32, 33);
  private static final List<Integer> PALETTE =
      List.of(
          0x804080, 0xf423e8, 0x464646, 0x66669c, 0xbe9999, 0x999999, 0xfaaa1e, 0xdcdc00, 0x6b8e23,
          0x98fb98, 0x4682b4, 0xdc143c, 0xff0000, 0x00008e, 0x000046, 0x003c64, 0x005064, 0x0000e6,
          0x770b20);
  private static final int LAST_ID = 33;

  @Override
  public boolean matches(Path root) {
    return Files.isDirectory(root.resolve(PICTURES)) && Files.isDirectory(root.resolve(MASKS));
  }

  @Override
  public MaskSplits find(Path root) {
    Map<String, Pairs> splits = new LinkedHashMap<>();
    for (Path pictures : Folders.folders(root.resolve(PICTURES))) {
      Path masks = root.resolve(MASKS).resolve(Folders.name(pictures));
      if (Files.isDirectory(masks)) {
        Pairs all =
            Pairs.of(
                root,
                pictures,
                masks,
                stem -> stem.endsWith(PICTURE_END) ? cut(stem, PICTURE_END) : stem,
                stem -> stem.endsWith(MASK_END) ? cut(stem, MASK_END) : stem);
        // Beside the ids lie pictures of them in colour, of instances and polygons.
        splits.put(Folders.name(pictures), new Pairs(all.found(), all.alone(), List.of()));
      }
    }
    Map<Integer, Integer> values = new LinkedHashMap<>();
    IDS.forEach(id -> values.put(id, values.size()));
    Set<Integer> ignored = new HashSet<>(Set.of(MaskLayout.USUALLY_IGNORED));
    for (int id = 0; id <= LAST_ID; id++) {
      if (!values.containsKey(id)) {
        ignored.add(id);
      }
    }
    return new MaskSplits(
        "Cityscapes' fine annotations",
        splits,
        new MaskCode(NAMES, values, ignored, false, PALETTE),
        false);
  }

  private static String cut(String stem, String end) {
    return stem.substring(0, stem.length() - end.length());
  }
}
