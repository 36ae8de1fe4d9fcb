package dev.adapterx.tasks.detect;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Settings;
import dev.adapterx.base.WholeFile;
import dev.adapterx.data.BrokenSample;
import dev.adapterx.data.image.RgbImage;
import dev.adapterx.data.image.format.PngFile;
import dev.adapterx.data.targets.Box;
import dev.adapterx.dense.detect.BoxMeter;
import dev.adapterx.dense.detect.Detection;
import dev.adapterx.dense.detect.Detector;
import dev.adapterx.dense.picture.BoxPainter;
import dev.adapterx.tasks.files.ResultFolder;
import dev.adapterx.tasks.files.ResultNames;
import dev.adapterx.train.input.PredictionWriter;
import dev.adapterx.train.log.Csv;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Writes what a detection finds: {@code overlays/NAME.png} with the boxes drawn, {@code
 * labels/NAME.txt} as YOLO has them with the score behind, {@code predictions.json} as COCO has
 * results, {@code detections.csv}, {@code classes.csv}; what is said of a file is how many of each
 * class were found. Boxes with a score below {@link BoxMeter#SHOWN} are in {@code predictions.json}
 * alone, which programs that measure read.
 */
final class BoxWriter implements PredictionWriter {
  private static final double CENT = 100;
  private static final double FINE = 1e5;

  private final Detector detector;
  private final BoxPainter painter;
  private final ResultNames names = new ResultNames();
  private final double least;
  private final List<Object> results = new ArrayList<>();
  private final StringBuilder table =
      new StringBuilder("x_min,y_min,x_max,y_max,class_id,class_name,confidence,file\n");
  private int images;

  BoxWriter(Detector detector) {
    this(detector, BoxMeter.SHOWN);
  }

  private BoxWriter(Detector detector, double least) {
    this.detector = detector;
    this.least = least;
    this.painter = new BoxPainter(detector.task().colours());
  }

  @Override
  public BoxWriter from(double score) {
    if (!(score >= 0 && score <= 1)) {
      throw new ConfigException("--min-score: expected a score from 0 to 1, found " + score);
    }
    return new BoxWriter(detector, score);
  }

  @Override
  public List<String> write(
      List<Path> files, Path folder, Consumer<Found> onFound, Consumer<BrokenSample> onBroken) {
    Detection task = detector.task();
    ResultFolder.make(folder, List.of("overlays", "labels"), task.labels(), task.colours());
    try {
      detector.detect(files, found -> onFound.accept(written(found, folder)), onBroken);
    } finally {
      // What was found stays, though a later file ends the work.
      WholeFile.write(folder.resolve("predictions.json"), Settings.text(results));
      WholeFile.write(folder.resolve("detections.csv"), table.toString());
    }
    return List.of(
        "overlays: " + folder.resolve("overlays"),
        "labels:   " + folder.resolve("labels") + " (YOLO, with scores; classes.csv)",
        "tables:   "
            + folder.resolve("predictions.json")
            + " (COCO results, all scores), "
            + folder.resolve("detections.csv"));
  }

  private Found written(Detector.Found found, Path folder) {
    String stem = names.of(found.file());
    List<dev.adapterx.dense.score.Found<Box>> shown =
        found.boxes().stream().filter(f -> f.score() >= least).toList();
    Path overlay = folder.resolve("overlays").resolve(stem + ".png");
    PngFile.write(overlay, painter.found(found.picture(), shown, List.of()));
    WholeFile.write(folder.resolve("labels").resolve(stem + ".txt"), yolo(found.picture(), shown));
    images++;
    for (var f : found.boxes()) {
      results.add(result(found.file(), f));
    }
    for (var f : shown) {
      row(found.file(), f);
    }
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("file", found.file().toString());
    line.put("overlay", overlay.toString());
    line.put("boxes", shown.stream().map(this::json).toList());
    return new Found(found.file() + "  " + text(shown), line);
  }

  private static String yolo(RgbImage picture, List<dev.adapterx.dense.score.Found<Box>> found) {
    StringBuilder text = new StringBuilder();
    for (var f : found) {
      Box b = f.place();
      text.append(
          String.format(
              Locale.ROOT,
              "%d %.6f %.6f %.6f %.6f %.5f%n",
              f.label(),
              (b.x1() + b.x2()) / 2 / picture.width(),
              (b.y1() + b.y2()) / 2 / picture.height(),
              b.width() / picture.width(),
              b.height() / picture.height(),
              f.score()));
    }
    return text.toString();
  }

  /** Ids of pictures count from 1 in the order of the files; those of categories too. */
  private Map<String, Object> result(Path file, dev.adapterx.dense.score.Found<Box> f) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("image_id", images);
    json.put("file_name", String.valueOf(file.getFileName()));
    json.put("category_id", f.label() + 1);
    json.put(
        "bbox",
        List.of(
            cents(f.place().x1()),
            cents(f.place().y1()),
            cents(f.place().width()),
            cents(f.place().height())));
    json.put("score", fine(f.score()));
    return json;
  }

  private static double cents(double value) {
    return Math.rint(CENT * value) / CENT;
  }

  private static double fine(double score) {
    return Math.rint(FINE * score) / FINE;
  }

  private void row(Path file, dev.adapterx.dense.score.Found<Box> f) {
    Box b = f.place();
    table.append(
        String.format(
            Locale.ROOT,
            "%.2f,%.2f,%.2f,%.2f,%d,%s,%.5f,%s%n",
            b.x1(),
            b.y1(),
            b.x2(),
            b.y2(),
            f.label(),
            Csv.cell(detector.task().labels().get(f.label())),
            f.score(),
            Csv.cell(file.toString())));
  }

  private Map<String, Object> json(dev.adapterx.dense.score.Found<Box> f) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("label", detector.task().labels().get(f.label()));
    json.put("index", f.label());
    json.put("score", fine(f.score()));
    json.put(
        "box",
        List.of(
            cents(f.place().x1()),
            cents(f.place().y1()),
            cents(f.place().x2()),
            cents(f.place().y2())));
    return json;
  }

  private String text(List<dev.adapterx.dense.score.Found<Box>> found) {
    Map<Integer, Integer> counts = new TreeMap<>();
    found.forEach(f -> counts.merge(f.label(), 1, Integer::sum));
    List<String> texts = new ArrayList<>();
    counts.forEach((c, n) -> texts.add(n + " × " + detector.task().labels().get(c)));
    return texts.isEmpty() ? "nothing found" : String.join(", ", texts);
  }
}
