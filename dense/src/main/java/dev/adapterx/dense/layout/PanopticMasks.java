package dev.adapterx.dense.layout;

import dev.adapterx.base.DataException;
import dev.adapterx.data.Folders;
import dev.adapterx.dense.json.JsonFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * COCO's panoptic masks: {@code annotations/panoptic_train2017.json} beside the folder {@code
 * panoptic_train2017} of PNG files whose colours are numbers of segments, each listed with its
 * category; pictures in {@code train2017} or {@code images/train2017}. Of a segment its category
 * counts, that of a crowd too; pixels of no segment have no class. Ids of categories need not be
 * dense; classes are in their order.
 */
final class PanopticMasks implements MaskFinder {
  private static final String START = "panoptic_";
  private static final String END = ".json";

  /** Of one category. */
  private record Category(String name, int colour) {}

  /** A file, read. */
  private record Read(
      Map<Integer, Category> categories, Map<String, Map<Integer, Integer>> masks) {}

  @Override
  public boolean matches(Path root) {
    return !files(root).isEmpty();
  }

  /** By the name of the split, those with a folder of masks beside them. */
  private static Map<String, Path> files(Path root) {
    Map<String, Path> files = new TreeMap<>();
    for (Path folder : List.of(root, root.resolve("annotations"))) {
      if (Files.isDirectory(folder)) {
        for (Path file : Folders.visibleFiles(folder)) {
          String name = Folders.name(file);
          if (name.startsWith(START)
              && name.endsWith(END)
              && Files.isDirectory(folder.resolve(Pairs.stem(name)))) {
            files.putIfAbsent(Pairs.stem(name).substring(START.length()), file);
          }
        }
      }
    }
    return files;
  }

  @Override
  public MaskSplits find(Path root) {
    Map<String, Pairs> splits = new LinkedHashMap<>();
    Map<Integer, Category> categories = new TreeMap<>();
    Map<Path, Read> read = new LinkedHashMap<>();
    for (Path file : files(root).values()) {
      Read one = read(file);
      one.categories.forEach(categories::putIfAbsent);
      read.put(file, one);
    }
    Map<Integer, Integer> index = new HashMap<>();
    categories.keySet().forEach(id -> index.put(id, index.size()));
    read.forEach(
        (file, own) -> {
          Path masks = file.resolveSibling(Pairs.stem(Folders.name(file)));
          String name = Folders.name(masks).substring(START.length());
          Path below = root.resolve("images").resolve(name);
          Path pictures = Files.isDirectory(below) ? below : root.resolve(name);
          if (Files.isDirectory(pictures)) {
            Pairs pairs = Pairs.of(root, pictures, masks);
            splits.put(name.replaceAll("\\d+$", ""), listed(pairs, own.masks, index));
          }
        });
    List<Integer> colours = categories.values().stream().map(Category::colour).toList();
    MaskCode code =
        new MaskCode(
            categories.values().stream().map(Category::name).toList(),
            Map.of(),
            Set.of(0),
            true,
            colours.contains(-1) ? List.of() : colours);
    return new MaskSplits("COCO's panoptic masks", splits, code, false);
  }

  /** With the segments of each mask; one that is not listed is none. */
  private static Pairs listed(
      Pairs pairs, Map<String, Map<Integer, Integer>> masks, Map<Integer, Integer> index) {
    List<Pair> found = new ArrayList<>();
    List<String> alone = new ArrayList<>(pairs.alone());
    for (Pair pair : pairs.found()) {
      Map<Integer, Integer> segments = masks.get(Folders.name(pair.mask()));
      if (segments == null) {
        alone.add(pair.name());
      } else {
        Map<Integer, Integer> classes = new HashMap<>();
        segments.forEach((number, category) -> classes.put(number, index.get(category)));
        found.add(new Pair(pair.picture(), pair.mask(), pair.name(), new Segments(classes)));
      }
    }
    return new Pairs(found, alone, pairs.idle());
  }

  private static Read read(Path file) {
    Map<Integer, Category> categories = new TreeMap<>();
    Map<String, Map<Integer, Integer>> masks = new HashMap<>();
    JsonFile.read(
        file,
        (key, parser) -> {
          switch (key) {
            case "categories" ->
                JsonFile.elements(
                    parser,
                    (node, line) ->
                        categories.put(
                            whole(file, line, node, "id"),
                            new Category(text(file, line, node, "name"), colour(node))));
            case "annotations" ->
                JsonFile.elements(
                    parser,
                    (node, line) -> {
                      Map<Integer, Integer> segments = new HashMap<>();
                      for (JsonNode segment : node.path("segments_info")) {
                        segments.put(
                            whole(file, line, segment, "id"),
                            whole(file, line, segment, "category_id"));
                      }
                      masks.put(text(file, line, node, "file_name"), segments);
                    });
            default -> parser.skipChildren();
          }
        });
    if (categories.isEmpty()) {
      throw new DataException(
          file + ": lists no categories; expected a panoptic annotation of COCO");
    }
    masks.forEach(
        (mask, segments) ->
            segments.forEach(
                (number, category) -> {
                  if (!categories.containsKey(category)) {
                    throw new DataException(
                        "%s: segment %d of %s has the category %d, which is not among its %d categories"
                            .formatted(file, number, mask, category, categories.size()));
                  }
                }));
    return new Read(categories, masks);
  }

  private static int whole(Path file, int line, JsonNode node, String key) {
    JsonNode value = node.path(key);
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw new DataException(
          "%s:%d: %s: expected a whole number, found %s"
              .formatted(file, line, key, value.isMissingNode() ? "nothing" : value));
    }
    return value.asInt();
  }

  private static String text(Path file, int line, JsonNode node, String key) {
    JsonNode value = node.path(key);
    if (!value.isString() || value.asString().isBlank()) {
      throw new DataException(
          "%s:%d: %s: expected a name, found %s"
              .formatted(file, line, key, value.isMissingNode() ? "nothing" : value));
    }
    return value.asString();
  }

  /** 0xRRGGBB; -1 where none is given. */
  private static int colour(JsonNode category) {
    JsonNode rgb = category.path("color");
    return rgb.size() == 3
        ? (rgb.get(0).asInt(0) << 16) | (rgb.get(1).asInt(0) << 8) | rgb.get(2).asInt(0)
        : -1;
  }
}
