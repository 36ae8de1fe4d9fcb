package dev.adapterx.tasks.parts;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Settings;
import dev.adapterx.base.WholeFile;
import dev.adapterx.data.BrokenSample;
import dev.adapterx.data.points.LabelledPly;
import dev.adapterx.dense.parts.Clusters;
import dev.adapterx.dense.parts.PartLabeller;
import dev.adapterx.dense.parts.PartSegmentation;
import dev.adapterx.dense.segment.PixelShare;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.tasks.files.ResultFolder;
import dev.adapterx.tasks.files.ResultNames;
import dev.adapterx.train.input.PredictionWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
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
  private final ResultNames names = new ResultNames();

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
    ResultFolder.make(folder, List.of(), task.labels(), task.colours());
    PartLabeller.of(model, category)
        .label(files, found -> onFound.accept(written(found, folder)), onBroken);
    List<String> places = new ArrayList<>();
    places.add("clouds: " + folder + " (label and colour of each point; classes.csv)");
    if (clusters != null) {
      places.add("boxes:  " + folder + " (NAME.boxes.json)");
    }
    return places;
  }

  private Found written(PartLabeller.Found found, Path folder) {
    String name = names.of(found.file());
    Path file = folder.resolve(name + ".ply");
    LabelledPly.write(file, found.cloud(), found.classes(), task.colours(), task.labels());
    List<PixelShare> shares = PixelShare.of(found.classes(), task.labels());
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("file", found.file().toString());
    line.put("cloud", file.toString());
    line.put("points", found.classes().length);
    if (found.cloud().leftOut() > 0) {
      line.put("without-coordinates", found.cloud().leftOut());
    }
    line.put("classes", shares.stream().map(PartWriter::json).toList());
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

  private static Map<String, Object> json(PixelShare share) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("class", share.label());
    json.put("share", share.share());
    return json;
  }

  private static String text(List<PixelShare> shares) {
    List<String> words =
        shares.stream()
            .limit(SHOWN)
            .map(s -> String.format(Locale.ROOT, "%s %.1f %%", s.label(), 100 * s.share()))
            .toList();
    int more = shares.size() - SHOWN;
    return String.join(", ", words) + (more > 0 ? ", and " + more + " more" : "");
  }
}
