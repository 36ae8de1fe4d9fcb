package dev.adapterx.dense.boxes;

import dev.adapterx.base.DataException;
import dev.adapterx.base.Names;
import dev.adapterx.data.Folders;
import dev.adapterx.data.images.PlainFolder;
import dev.adapterx.data.images.SplitFolders;
import dev.adapterx.dense.json.JsonFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;

/**
 * COCO's json: images, annotations with {@code bbox} of left, top, width, height in pixels, and
 * categories, whose ids need not be dense. A file for each split, at the top, in {@code
 * annotations} or in the split's folder. Pictures without annotations are negatives.
 */
final class CocoBoxes implements BoxLayoutKind {
  private static final List<String> OTHERS =
      List.of("captions_", "person_keypoints_", "image_info_", "stuff_");
  private static final List<String> LISTS = List.of("images", "annotations", "categories");
  private static final int CORNERS = 4;
  private static final long NONE = Long.MIN_VALUE; // an id that is not said

  private record Image(Path file, String told, boolean there) {}

  @Override
  public String name() {
    return "coco";
  }

  @Override
  public boolean matches(Path root) {
    return !files(root).isEmpty();
  }

  private static Map<String, Path> files(Path root) {
    List<Path> candidates = new ArrayList<>();
    for (Path folder : List.of(root, root.resolve("annotations"), root.resolve("Annotations"))) {
      if (Files.isDirectory(folder)) {
        candidates.addAll(jsons(folder));
      }
    }
    if (candidates.isEmpty()) {
      for (Path folder : Folders.folders(root)) {
        if (SplitFolders.canonical(Folders.name(folder)).isPresent()) {
          candidates.addAll(jsons(folder));
        }
      }
    }
    boolean instances = candidates.stream().anyMatch(f -> Folders.name(f).startsWith("instances_"));
    Map<String, Path> files =
        new TreeMap<>(
            java.util.Comparator.comparingInt(CocoBoxes::order).thenComparing(name -> name));
    for (Path file : candidates) {
      String stem = Pictures.stem(Folders.name(file));
      boolean other = OTHERS.stream().anyMatch(stem::startsWith);
      boolean masks = stem.startsWith("panoptic_"); // a segmentation's, without boxes of its own
      if (!masks && !(other && instances) && isCoco(file)) {
        files.putIfAbsent(split(root, file, stem), file);
      }
    }
    return files;
  }

  private static int order(String split) {
    int place = SplitFolders.order(SplitFolders.canonical(split).orElse(split));
    return place < 0 ? 9 : place;
  }

  private static List<Path> jsons(Path folder) {
    return Folders.visibleFiles(folder).stream()
        .filter(f -> Folders.extension(f).equals("json"))
        .toList();
  }

  private static String split(Path root, Path file, String stem) {
    return Pictures.split(stem)
        .orElseGet(
            () -> {
              Path parent = file.getParent();
              String folder = parent == null || parent.equals(root) ? "" : Folders.name(parent);
              return SplitFolders.canonical(folder).isPresent()
                  ? folder
                  : stem.equals("_annotations.coco") || stem.startsWith("instances")
                      ? PlainFolder.ALL
                      : stem;
            });
  }

  /** By the first of its lists. */
  private static boolean isCoco(Path file) {
    return JsonFile.isKind(
        file,
        false,
        (key, value) ->
            switch (key) {
              case "images", "annotations", "categories" -> value == JsonToken.START_ARRAY;
              case "shapes", "task" -> false;
              default -> null;
            });
  }

  @Override
  public BoxSplits find(Path root) {
    Map<String, Path> files = files(root);
    Pictures pictures = new Pictures(root);
    Map<String, Gathered> gathered = new LinkedHashMap<>();
    Map<Long, String> classes = new TreeMap<>();
    Map<String, String> parents = new HashMap<>();
    boolean[] partial = {false};
    files.forEach(
        (split, file) -> {
          Gathered own = new Gathered(pictures);
          gathered.put(split, own);
          new File(root, file, own, pictures).read(classes, parents, partial);
        });
    List<String> names = new ArrayList<>(classes.values());
    Set<String> used = new HashSet<>();
    gathered.values().forEach(own -> used.addAll(own.names()));
    // A category that only groups the others, as Roboflow writes first.
    List<String> groups =
        names.stream().filter(n -> !used.contains(n) && parents.containsValue(n)).toList();
    if (!groups.isEmpty() && groups.size() < names.size()) {
      names.removeAll(groups);
      gathered
          .values()
          .iterator()
          .next()
          .note("the category '" + groups.get(0) + "' groups others and has no box: left out");
    }
    return new BoxSplits(
        "COCO's boxes ("
            + String.join(", ", files.values().stream().map(Folders::name).toList())
            + ")",
        Gathered.splits(gathered),
        names,
        false,
        partial[0]);
  }

  /** One file while it is read. */
  private static final class File {
    private final Path file;
    private final Gathered into;
    private final Pictures pictures;
    private final List<Path> folders = new ArrayList<>();
    private final Map<Long, Image> images = new LinkedHashMap<>();
    private final List<Raw> raw = new ArrayList<>();
    private final Map<String, Boolean> keys = new LinkedHashMap<>();
    private int strangers;

    @SuppressWarnings("ArrayRecordComponent") // edges on their way to a box; compared nowhere
    private record Raw(
        long image, long category, double[] box, double area, boolean crowd, String where) {}

    File(Path root, Path file, Gathered into, Pictures pictures) {
      this.file = file;
      this.into = into;
      this.pictures = pictures;
      String stem = Pictures.stem(Folders.name(file));
      String set = stem.substring(stem.lastIndexOf('_') + 1);
      Path parent = file.toAbsolutePath().getParent();
      if (parent != null) {
        folders.add(parent);
      }
      for (String name : List.of(set, stem)) {
        folders.add(root.resolve(name));
        folders.add(root.resolve("images").resolve(name));
      }
      folders.add(root.resolve("images"));
      folders.add(root);
    }

    void read(Map<Long, String> classes, Map<String, String> parents, boolean[] partial) {
      Map<Long, String> own = new TreeMap<>();
      JsonFile.read(
          file,
          (key, parser) -> {
            keys.put(key, parser.currentToken() == JsonToken.START_ARRAY);
            switch (key) {
              case "images" ->
                  JsonFile.elements(
                      parser,
                      (node, line) -> {
                        image(node, line);
                        partial[0] |= node.has("neg_category_ids");
                      });
              case "annotations" -> JsonFile.elements(parser, this::annotation);
              case "categories" ->
                  JsonFile.elements(
                      parser,
                      (node, line) -> {
                        long id = required(node, "id", line);
                        String name = node.path("name").asString("").strip();
                        if (name.isEmpty()) {
                          throw new DataException(
                              "%s:%d: a category without a name".formatted(file, line));
                        }
                        own.put(id, name);
                        parents.put(name, node.path("supercategory").asString(""));
                      });
              default -> parser.skipChildren();
            }
          });
      LISTS.forEach(this::requireList);
      own.forEach(
          (id, name) -> {
            String before = classes.putIfAbsent(id, name);
            if (before != null && !before.equals(name)) {
              throw new DataException(
                  "%s: category %d is '%s', in another split it is '%s'; splits need the same categories"
                      .formatted(file, id, name, before));
            }
          });
      Map<String, Long> byName = new HashMap<>();
      own.forEach(
          (id, name) -> {
            Long before = byName.put(name, id);
            if (before != null) {
              throw new DataException(
                  "%s: the categories %d and %d are both called '%s'; names must differ"
                      .formatted(file, before, id, name));
            }
          });
      join(own);
    }

    /** A list that is not there may be a misspelt key; without annotations a split is a mistake. */
    private void requireList(String list) {
      if (!keys.containsKey(list)) {
        List<String> others = keys.keySet().stream().filter(k -> !LISTS.contains(k)).toList();
        into.note(
            "%s has no key '%s'%s"
                .formatted(
                    Folders.name(file),
                    list,
                    Names.nearest(list, others)
                        .map(near -> "; is '" + near + "' meant? Call it '" + list + "'")
                        .orElse(
                            ", found "
                                + (keys.isEmpty()
                                    ? "none"
                                    : Names.some(List.copyOf(keys.keySet()))))));
      } else if (!Boolean.TRUE.equals(keys.get(list))) {
        into.note("%s: expected a list under '%s'".formatted(Folders.name(file), list));
      }
    }

    private long required(JsonNode node, String key, int line) {
      JsonNode value = node.path(key);
      if (!value.isIntegralNumber()) {
        throw new DataException(
            "%s:%d: expected '%s' with a whole number, found %s"
                .formatted(file, line, key, value.isMissingNode() ? "none" : value));
      }
      return value.asLong();
    }

    private void image(JsonNode node, int line) {
      long id = required(node, "id", line);
      String told = node.path("file_name").asString("");
      var found = pictures.find(told, folders);
      Image before = images.put(id, new Image(found.orElse(file), told, found.isPresent()));
      if (before != null) {
        throw new DataException(
            "%s:%d: two images have the id %d: '%s' and '%s'"
                .formatted(file, line, id, before.told, told));
      }
      if (found.isPresent()) {
        into.picture(found.get(), node.path("width").asInt(0), node.path("height").asInt(0));
      } else {
        into.missing(told.isEmpty() ? "image " + id + " without a file_name" : told);
      }
    }

    private void annotation(JsonNode node, int line) {
      String where =
          "%s:%d, annotation %s"
              .formatted(Folders.name(file), line, node.path("id").asString("without id"));
      JsonNode bbox = node.path("bbox");
      double[] box = new double[CORNERS];
      boolean outlined = node.path("segmentation").isArray();
      if (bbox.size() != CORNERS && !outlined) {
        into.fault(
            where + ": expected bbox with left, top, width and height, found " + shown(bbox));
        return;
      }
      if (bbox.size() == CORNERS) {
        for (int i = 0; i < CORNERS; i++) {
          box[i] = bbox.get(i).isNumber() ? bbox.get(i).asDouble() : Double.NaN;
        }
        box[2] += box[0];
        box[3] += box[1];
      } else {
        Envelope around = new Envelope();
        node.path("segmentation")
            .forEach(
                part -> {
                  for (int i = 0; i + 1 < part.size(); i += 2) {
                    around.add(
                        part.get(i).asDouble(Double.NaN), part.get(i + 1).asDouble(Double.NaN));
                  }
                });
        Marked m = around.mark(false, "", where);
        box = new double[] {m.x1(), m.y1(), m.x2(), m.y2()};
      }
      JsonNode area = node.path("area");
      raw.add(
          new Raw(
              node.path("image_id").asLong(NONE),
              node.path("category_id").asLong(NONE),
              box,
              area.isNumber() && area.asDouble() >= 0 ? area.asDouble() : Marked.UNKNOWN_AREA,
              node.path("iscrowd").asInt(0) == 1,
              where));
    }

    private static String shown(JsonNode node) {
      String text = node.isMissingNode() ? "none" : node.toString();
      return text.length() > 60 ? text.substring(0, 60) + "…" : text.toLowerCase(Locale.ROOT);
    }

    private void join(Map<Long, String> names) {
      for (Raw r : raw) {
        Image image = images.get(r.image);
        String name = names.get(r.category);
        if (image == null) {
          into.fault(
              r.image == NONE
                  ? r.where + ": expected image_id with a whole number"
                  : r.where + ": there is no image " + r.image);
        } else if (name == null) {
          into.fault(
              r.category == NONE
                  ? r.where + ": expected category_id with a whole number"
                  : r.where + ": there is no category " + r.category);
        } else if (image.there) {
          into.mark(
              image.file,
              new Marked(
                  r.box[0], r.box[1], r.box[2], r.box[3], false, name, r.crowd, false, r.area,
                  r.where));
        } else {
          strangers++;
        }
      }
      if (strangers > 0) {
        into.note(BoxSplits.counted(strangers, "box", "boxes") + " of pictures that are not there");
      }
    }
  }
}
