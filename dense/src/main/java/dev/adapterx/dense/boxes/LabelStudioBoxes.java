package dev.adapterx.dense.boxes;

import dev.adapterx.data.Folders;
import dev.adapterx.data.images.PlainFolder;
import dev.adapterx.dense.json.JsonFile;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;

/**
 * Label Studio's json: tasks with the address of a picture and results in percent of its size. Of
 * turned boxes and outlines the box around them is taken, of several annotations of a picture the
 * first that was not cancelled.
 */
final class LabelStudioBoxes implements BoxLayoutKind {
  private static final double PERCENT = 100;

  @Override
  public String name() {
    return "label-studio";
  }

  @Override
  public boolean matches(Path root) {
    return !files(root).isEmpty();
  }

  private static List<Path> files(Path root) {
    return Folders.visibleFiles(root).stream()
        .filter(f -> Folders.extension(f).equals("json"))
        .filter(
            f ->
                JsonFile.isKind(
                    f,
                    true,
                    (key, value) ->
                        (key.equals("annotations") || key.equals("completions"))
                            ? Boolean.valueOf(value == JsonToken.START_ARRAY)
                            : null))
        .toList();
  }

  @Override
  public BoxSplits find(Path root) {
    Pictures pictures = new Pictures(root);
    Map<String, Gathered> gathered = new LinkedHashMap<>();
    List<Path> files = files(root);
    for (Path file : files) {
      String split = Pictures.split(Pictures.stem(Folders.name(file))).orElse(PlainFolder.ALL);
      Gathered into = gathered.computeIfAbsent(split, s -> new Gathered(pictures));
      int[] several = {0};
      JsonFile.read(
          file,
          (key, parser) -> {
            int line = Math.max(1, parser.currentTokenLocation().getLineNr());
            JsonNode task = parser.readValueAsTree();
            task(task, Folders.name(file) + ":" + line, root, pictures, into, several);
          });
      if (several[0] > 0) {
        into.note(
            BoxSplits.counted(several[0], "picture", "pictures")
                + " with several annotations: the first is taken");
      }
    }
    return new BoxSplits(
        "Label Studio's json ("
            + String.join(", ", files.stream().map(Folders::name).toList())
            + ")",
        Gathered.splits(gathered),
        Gathered.names(gathered.values()),
        true,
        false);
  }

  private static void task(
      JsonNode task, String where, Path root, Pictures pictures, Gathered into, int[] several) {
    String told = address(task.path("data"));
    Optional<Path> picture = picture(told, root, pictures);
    if (picture.isEmpty()) {
      into.missing(told.isEmpty() ? where + ": a task without a picture" : told);
      return;
    }
    List<JsonNode> kept = new ArrayList<>();
    JsonNode all = task.has("annotations") ? task.path("annotations") : task.path("completions");
    all.forEach(
        annotation -> {
          if (!annotation.path("was_cancelled").asBoolean(false)) {
            kept.add(annotation);
          }
        });
    if (kept.isEmpty()) {
      into.note("left out: pictures that are not annotated");
      return;
    }
    several[0] += kept.size() > 1 ? 1 : 0;
    JsonNode results = kept.get(0).path("result");
    int width = 0;
    int height = 0;
    for (JsonNode result : results) {
      width = result.path("original_width").asInt(width);
      height = result.path("original_height").asInt(height);
    }
    into.picture(picture.get(), width, height);
    for (int i = 0; i < results.size(); i++) {
      result(results.get(i), where + ", result " + i, picture.get(), into);
    }
  }

  /** The first address or path among the data of a task; {@code image} before others. */
  private static String address(JsonNode data) {
    JsonNode image = data.path("image");
    if (image.isString()) {
      return image.asString();
    }
    for (Map.Entry<String, JsonNode> entry : data.properties()) {
      if (entry.getValue().isString() && entry.getValue().asString().contains(".")) {
        return entry.getValue().asString();
      }
    }
    return "";
  }

  /** By name: uploads have eight letters and a dash before it. */
  private static Optional<Path> picture(String told, Path root, Pictures pictures) {
    String path = told.replaceFirst("^[a-z0-9+.-]+://[^/]*", "");
    int query = path.indexOf("?d=");
    path = query >= 0 ? path.substring(query + 3) : path.replaceFirst("\\?.*$", "");
    try {
      path = URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      path = told; // a per cent sign in a name
    }
    List<Path> folders = List.of(root.resolve("images"), root);
    Optional<Path> found = pictures.find(path, folders);
    String name = path.substring(path.lastIndexOf('/') + 1);
    return found.isPresent() || !name.matches("[0-9a-f]{8}-.+")
        ? found
        : pictures.find(name.substring(9), folders);
  }

  private static void result(JsonNode result, String where, Path picture, Gathered into) {
    JsonNode value = result.path("value");
    String kind = result.path("type").asString("");
    String label = value.path(kind).path(0).asString("").strip();
    if (!kind.endsWith("labels") || kind.equals("labels") || kind.equals("choices")) {
      return; // a relation, a choice, a text: of no place
    }
    if (label.isEmpty()) {
      into.fault(where + ": " + kind + " without a label");
      return;
    }
    double width = result.path("original_width").asDouble(0);
    double height = result.path("original_height").asDouble(0);
    Envelope around = new Envelope();
    switch (kind) {
      case "rectanglelabels" -> {
        double w = number(value, "width");
        double h = number(value, "height");
        double turned = value.path("rotation").asDouble(0);
        if (w <= 0 || h <= 0) {
          into.fault("%s: '%s' has the width %s and the height %s".formatted(where, label, w, h));
          return;
        }
        if (turned != 0) {
          into.note("of boxes that are turned the one around them is taken");
        }
        corners(around, number(value, "x"), number(value, "y"), w, h, turned, width, height);
      }
      case "ellipselabels" -> {
        double x = number(value, "x") / PERCENT;
        double y = number(value, "y") / PERCENT;
        around.add(x - number(value, "radiusX") / PERCENT, y - number(value, "radiusY") / PERCENT);
        around.add(x + number(value, "radiusX") / PERCENT, y + number(value, "radiusY") / PERCENT);
      }
      case "polygonlabels" ->
          value
              .path("points")
              .forEach(
                  point ->
                      around.add(
                          point.path(0).asDouble(Double.NaN) / PERCENT,
                          point.path(1).asDouble(Double.NaN) / PERCENT));
      default -> {
        into.fault("%s: '%s' is of the kind %s, which is no box".formatted(where, label, kind));
        return;
      }
    }
    into.mark(picture, around.mark(true, label, where));
  }

  private static double number(JsonNode value, String key) {
    JsonNode found = value.path(key);
    return found.isNumber() ? found.asDouble() : Double.NaN;
  }

  /** Turned about its upper left corner, clockwise, in pixels, whose sides differ in percent. */
  private static void corners(
      Envelope around,
      double x,
      double y,
      double w,
      double h,
      double degrees,
      double width,
      double height) {
    if (degrees == 0 || !(width > 0) || !(height > 0)) {
      around.add(x / PERCENT, y / PERCENT);
      around.add((x + w) / PERCENT, (y + h) / PERCENT);
      return;
    }
    double cos = Math.cos(Math.toRadians(degrees));
    double sin = Math.sin(Math.toRadians(degrees));
    for (double across : new double[] {0, w * width}) {
      for (double down : new double[] {0, h * height}) {
        around.add(
            (x + (across * cos - down * sin) / width) / PERCENT,
            (y + (across * sin + down * cos) / height) / PERCENT);
      }
    }
  }
}
