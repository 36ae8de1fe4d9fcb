package dev.adapterx.dense.layout;

import dev.adapterx.base.DataException;
import dev.adapterx.base.Names;
import dev.adapterx.data.Folders;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Pictures and masks found in two folders, brought together by their names.
 *
 * @param found in the order of the pictures' names
 * @param alone pictures without a mask
 * @param idle masks without a picture
 */
record Pairs(List<Pair> found, List<String> alone, List<String> idle) {
  private static final Pattern MASK_ENDING =
      Pattern.compile(
          "[_-](mask|masks|gt|label|labels|seg|segmentation|annotation|L|labelIds|trainmask)$",
          Pattern.CASE_INSENSITIVE);

  Pairs {
    found = List.copyOf(found);
    alone = List.copyOf(alone);
    idle = List.copyOf(idle);
  }

  /** By relative path without ending; a mask may end in {@code _mask}, {@code _gt} and the like. */
  static Pairs of(Path root, Path pictures, Path masks) {
    return of(root, pictures, masks, stem -> stem, Pairs::withoutEnding);
  }

  /**
   * By relative path without the file's ending, each changed further.
   *
   * @throws DataException when two pictures or two masks have the same name
   */
  static Pairs of(
      Path root,
      Path pictures,
      Path masks,
      UnaryOperator<String> ofPicture,
      UnaryOperator<String> ofMask) {
    Map<String, Path> byName = byName(masks, ofMask, "masks");
    Map<String, Path> left = new TreeMap<>(byName);
    List<Pair> pairs = new ArrayList<>();
    List<String> alone = new ArrayList<>();
    byName(pictures, ofPicture, "pictures")
        .forEach(
            (name, picture) -> {
              Path mask = byName.get(name);
              String relative = Folders.relative(root, picture);
              if (mask == null) {
                alone.add(relative);
              } else {
                pairs.add(new Pair(picture, mask, relative));
                left.remove(name);
              }
            });
    return new Pairs(
        pairs, alone, left.values().stream().map(m -> Folders.relative(root, m)).toList());
  }

  private static Map<String, Path> byName(Path folder, UnaryOperator<String> key, String noun) {
    Map<String, Path> byName = new LinkedHashMap<>();
    for (Path file : Folders.below(folder, Folders::isImage).files()) {
      String relative = Folders.relative(folder, file);
      Path before = byName.put(key.apply(stem(relative)), file);
      if (before != null) {
        throw new DataException(
            "Two %s of one name: %s and %s; remove or rename one".formatted(noun, before, file));
      }
    }
    return byName;
  }

  /** Without what stands behind the last dot. */
  static String stem(String name) {
    int dot = name.lastIndexOf('.');
    return dot > name.lastIndexOf('/') + 1 ? name.substring(0, dot) : name;
  }

  private static String withoutEnding(String stem) {
    return MASK_ENDING.matcher(stem).replaceFirst("");
  }

  /** What was left out, in words; empty where nothing was. */
  String note() {
    return leftOut().stream().map(line -> "; " + line).collect(Collectors.joining());
  }

  /** What was left out, a line for each kind. */
  List<String> leftOut() {
    List<String> lines = new ArrayList<>();
    if (!alone.isEmpty()) {
      lines.add(
          "left out: %d %s without a mask (%s)"
              .formatted(
                  alone.size(), alone.size() == 1 ? "picture" : "pictures", Names.some(alone)));
    }
    if (!idle.isEmpty()) {
      lines.add(
          "%d %s without a picture (%s)"
              .formatted(idle.size(), idle.size() == 1 ? "mask" : "masks", Names.some(idle)));
    }
    return lines;
  }
}
