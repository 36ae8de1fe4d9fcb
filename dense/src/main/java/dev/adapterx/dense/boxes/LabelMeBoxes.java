package dev.adapterx.dense.boxes;

import dev.adapterx.base.DataException;
import dev.adapterx.base.Names;
import dev.adapterx.data.Folders;
import dev.adapterx.dense.json.JsonFile;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;

/**
 * LabelMe: a json for each picture beside it, with shapes of a label and points; of outlines,
 * circles and masks the box around them is taken.
 */
final class LabelMeBoxes implements BoxLayoutKind {
  private static final String CIRCLE = "circle";

  @Override
  public String name() {
    return "labelme";
  }

  @Override
  public boolean matches(Path root) {
    return Pictures.folders(root).values().stream()
        .anyMatch(
            folder ->
                jsons(folder).stream().findFirst().filter(LabelMeBoxes::isLabelMe).isPresent());
  }

  private static List<Path> jsons(Path folder) {
    return Folders.visibleFiles(folder).stream()
        .filter(f -> Folders.extension(f).equals("json"))
        .toList();
  }

  private static boolean isLabelMe(Path file) {
    return JsonFile.isKind(
        file,
        false,
        (key, value) ->
            switch (key) {
              case "shapes" -> value == JsonToken.START_ARRAY;
              case "images", "annotations", "categories" -> false;
              default -> null;
            });
  }

  @Override
  public BoxSplits find(Path root) {
    Pictures pictures = new Pictures(root);
    Map<String, Gathered> gathered = new LinkedHashMap<>();
    Pictures.folders(root)
        .forEach(
            (split, folder) -> {
              Gathered into = new Gathered(pictures);
              Map<String, Path> byStem = Pictures.byStem(folder);
              Map<String, Path> left = new TreeMap<>(byStem);
              for (Path json : jsons(folder)) {
                String stem = Pictures.stem(Folders.name(json));
                left.remove(stem);
                read(json, Optional.ofNullable(byStem.get(stem)), folder, pictures, into);
              }
              if (!left.isEmpty()) {
                into.note(
                    "left out: "
                        + BoxSplits.counted(left.size(), "picture", "pictures")
                        + " without a json ("
                        + Names.some(left.values().stream().map(Folders::name).toList())
                        + ")");
              }
              gathered.put(split, into);
            });
    return new BoxSplits(
        "LabelMe's json files",
        Gathered.splits(gathered),
        Gathered.names(gathered.values()),
        true,
        false);
  }

  private static void read(
      Path json, Optional<Path> sameName, Path folder, Pictures pictures, Gathered into) {
    int[] size = new int[2];
    String[] told = {""};
    Map<Integer, JsonNode> shapes = new LinkedHashMap<>();
    String problem = "";
    try {
      JsonFile.read(
          json,
          (key, parser) -> {
            switch (key) {
              case "imageWidth" -> size[0] = parser.getValueAsInt(0);
              case "imageHeight" -> size[1] = parser.getValueAsInt(0);
              case "imagePath" -> told[0] = String.valueOf(parser.getValueAsString(""));
              case "shapes" ->
                  JsonFile.elements(parser, (shape, line) -> shapes.put(shapes.size(), shape));
              default -> parser.skipChildren();
            }
          });
    } catch (DataException e) {
      problem = String.valueOf(e.getMessage());
    }
    Optional<Path> picture =
        sameName.isPresent() ? sameName : pictures.find(told[0], List.of(folder));
    if (picture.isEmpty()) {
      into.missing(Folders.name(json) + (told[0].isEmpty() ? "" : " → " + told[0]));
      return;
    }
    if (!problem.isEmpty()) {
      into.broken(picture.get(), problem);
      return;
    }
    into.picture(picture.get(), size[0], size[1]);
    shapes.forEach(
        (i, shape) -> shape(shape, Folders.name(json) + ", shape " + i, picture.get(), into));
  }

  private static void shape(JsonNode shape, String where, Path picture, Gathered into) {
    String label = shape.path("label").asString("").strip();
    String type = shape.path("shape_type").asString("polygon");
    JsonNode points = shape.path("points");
    if (label.isEmpty()) {
      into.fault(where + ": without a label");
    } else if (points.size() < 2 || type.equals("point") || type.equals("points")) {
      into.fault(
          "%s: '%s' is a %s of %d points, which is no box"
              .formatted(where, label, type, points.size()));
    } else if (type.equals(CIRCLE)) {
      double x = at(points, 0, 0);
      double y = at(points, 0, 1);
      double radius = Math.hypot(at(points, 1, 0) - x, at(points, 1, 1) - y);
      into.mark(
          picture, Marked.pixels(x - radius, y - radius, x + radius, y + radius, label, where));
    } else {
      Envelope around = new Envelope();
      for (int i = 0; i < points.size(); i++) {
        around.add(at(points, i, 0), at(points, i, 1));
      }
      into.mark(picture, around.mark(false, label, where));
    }
  }

  private static double at(JsonNode points, int i, int axis) {
    JsonNode value = points.path(i).path(axis);
    return value.isNumber() ? value.asDouble() : Double.NaN;
  }
}
