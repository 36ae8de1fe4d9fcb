package dev.adapterx.tasks.parts;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Reason;
import dev.adapterx.base.Settings;
import dev.adapterx.base.WholeFile;
import dev.adapterx.data.BrokenSample;
import dev.adapterx.data.points.LabelledPly;
import dev.adapterx.dense.parts.Clusters;
import dev.adapterx.dense.parts.PartLabeller;
import dev.adapterx.dense.parts.PartSegmentation;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.train.input.PredictionWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes what is found of clouds: {@code NAME.ply} with every point of the file, its class and the
 * class's colour, and on request {@code NAME.boxes.json} with boxes around objects; {@code
 * classes.csv}. What is said of a file is which share each class has.
 */
final class PartWriter implements PredictionWriter {
  private static final int SHOWN = 5;

  /** Of an object; fewer points are noise. */
  private static final int LEAST = 10;

  private final AdaptedModel model;
  private final PartSegmentation task;
  private final @Nullable String category;
  private final @Nullable Clusters clusters;
  private final Map<String, Integer> names = new HashMap<>();

  PartWriter(AdaptedModel model, @Nullable String category, @Nullable Clusters clusters) {
    this.model = model;
    this.task = PartLabeller.of(model, category).task();
    this.category = category;
    this.clusters = clusters;
  }

  @Override
  public PredictionWriter told(String kind) {
    return new PartWriter(model, kind, clusters);
  }

  @Override
  public PredictionWriter boxed(double radius) {
    if (!(radius > 0)) {
      throw new ConfigException("--boxes: expected a distance above 0, found " + radius);
    }
    return new PartWriter(model, category, new Clusters(radius, LEAST));
  }

  @Override
  public List<String> write(
      List<Path> files, Path folder, Consumer<Found> onFound, Consumer<BrokenSample> onBroken) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new ConfigException("Could not make the folder " + folder + ": " + Reason.of(e), e);
    }
    WholeFile.write(folder.resolve("classes.csv"), table());
    PartLabeller.of(model, category)
        .label(files, found -> onFound.accept(written(found, folder)), onBroken);
    List<String> places = new ArrayList<>();
    places.add("clouds: " + folder + " (label and colour of each point; classes.csv)");
    if (clusters != null) {
      places.add("boxes:  " + folder + " (NAME.boxes.json)");
    }
    return places;
  }

  private String table() {
    int[] colours = task.colours();
    StringBuilder text = new StringBuilder("index,name,red,green,blue\n");
    for (int c = 0; c < colours.length; c++) {
      String name = task.labels().get(c);
      boolean quoted = name.contains(",") || name.contains("\"");
      text.append(c)
          .append(',')
          .append(quoted ? '"' + name.replace("\"", "\"\"") + '"' : name)
          .append(',')
          .append(colours[c] >> 16)
          .append(',')
          .append((colours[c] >> 8) & 0xFF)
          .append(',')
          .append(colours[c] & 0xFF)
          .append('\n');
    }
    return text.toString();
  }

  private Found written(PartLabeller.Found found, Path folder) {
    String name = name(found.file());
    Path file = folder.resolve(name + ".ply");
    LabelledPly.write(file, found.cloud(), found.classes(), task.colours(), task.labels());
    List<Map<String, Object>> shares = shares(found.classes());
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("file", found.file().toString());
    line.put("cloud", file.toString());
    line.put("points", found.classes().length);
    if (found.cloud().leftOut() > 0) {
      line.put("without-coordinates", found.cloud().leftOut());
    }
    line.put("classes", shares);
    String objects = "";
    if (clusters != null) {
      List<Map<String, Object>> boxes = boxes(clusters.of(found.cloud(), found.classes()));
      Path json = folder.resolve(name + ".boxes.json");
      WholeFile.write(json, Settings.text(Settings.json().valueToTree(boxes)) + "\n");
      line.put("boxes", json.toString());
      line.put("objects", boxes.size());
      objects = "; objects: " + boxes.size();
    }
    return new Found(found.file() + "  " + text(shares) + objects, line);
  }

  private List<Map<String, Object>> boxes(List<Clusters.Cluster> found) {
    return found.stream()
        .map(
            c -> {
              Map<String, Object> box = new LinkedHashMap<>();
              box.put("class", task.labels().get(c.type()));
              box.put("points", c.points());
              box.put("low", c.low());
              box.put("high", c.high());
              return box;
            })
        .toList();
  }

  /** A second file of the same name in another folder gets a number. */
  private String name(Path file) {
    String last = String.valueOf(file.getFileName());
    int dot = last.lastIndexOf('.');
    String stem = dot > 0 ? last.substring(0, dot) : last;
    int count = names.merge(stem, 1, Integer::sum);
    return stem + (count > 1 ? "-" + count : "");
  }

  /** Of the classes that are there, the largest first. */
  private List<Map<String, Object>> shares(short[] classes) {
    List<String> labels = task.labels();
    int[] counts = new int[labels.size()];
    for (short found : classes) {
      counts[found]++;
    }
    List<Map<String, Object>> shares = new ArrayList<>();
    IntStream.range(0, counts.length)
        .filter(c -> counts[c] > 0)
        .boxed()
        .sorted((a, b) -> counts[b] == counts[a] ? a - b : counts[b] - counts[a])
        .forEach(
            c -> {
              Map<String, Object> one = new LinkedHashMap<>();
              one.put("class", labels.get(c));
              one.put("share", (double) counts[c] / classes.length);
              shares.add(one);
            });
    return shares;
  }

  private static String text(List<Map<String, Object>> shares) {
    List<String> words = new ArrayList<>();
    for (Map<String, Object> one : shares.subList(0, Math.min(SHOWN, shares.size()))) {
      words.add(
          String.format(
              Locale.ROOT,
              "%s %.1f %%",
              one.get("class"),
              100 * (double) one.getOrDefault("share", 0.0)));
    }
    int more = shares.size() - SHOWN;
    return String.join(", ", words) + (more > 0 ? ", and " + more + " more" : "");
  }
}
