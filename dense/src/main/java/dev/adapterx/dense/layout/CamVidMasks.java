package dev.adapterx.dense.layout;

import dev.adapterx.data.Folders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * CamVid as SegNet's tutorial has it: {@code train}, {@code val} and {@code test} with pictures,
 * {@code trainannot} and so on with masks; 11 classes, 11 is void.
 */
final class CamVidMasks implements MaskFinder {
  private static final String MASKS = "annot";
  private static final int VOID = 11;
  private static final List<String> NAMES =
      List.of(
          "Sky",
          "Building",
          "Pole",
          "Road",
          "Pavement",
          "Tree",
          "SignSymbol",
          "Fence",
          "Car",
          "Pedestrian",
          "Bicyclist");
  private static final List<Integer> PALETTE =
      List.of(
          0x808080, 0x800000, 0xc0c080, 0x804080, 0x3c28de, 0x808000, 0xc08080, 0x404080, 0x400080,
          0x404000, 0x0080c0);

  /** With CamVid's colours where the classes are CamVid's, in whatever folders. */
  static MaskCode painted(MaskCode code) {
    return code.palette().isEmpty() && code.classes().equals(NAMES)
        ? new MaskCode(code.classes(), code.values(), code.ignored(), code.coloured(), PALETTE)
        : code;
  }

  @Override
  public boolean matches(Path root) {
    return Files.isDirectory(root.resolve("train"))
        && Files.isDirectory(root.resolve("train" + MASKS));
  }

  @Override
  public MaskSplits find(Path root) {
    Map<String, Pairs> splits = new LinkedHashMap<>();
    for (String split : List.of("train", "val", "test")) {
      Path pictures = root.resolve(split);
      Path masks = root.resolve(split + MASKS);
      if (Files.isDirectory(pictures) && Files.isDirectory(masks)) {
        splits.put(split, Pairs.of(root, pictures, masks));
      }
    }
    MaskCode own = ClassTable.coded(NAMES, Set.of(VOID));
    MaskCode code =
        ClassTable.of(root, Set.of(MaskLayout.USUALLY_IGNORED))
            .orElse(new MaskCode(own.classes(), own.values(), own.ignored(), false, PALETTE));
    return new MaskSplits("CamVid's folders (" + Folders.name(root) + ")", splits, code, false);
  }
}
