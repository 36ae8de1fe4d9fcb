package dev.adapterx.tasks.segment;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Reason;
import dev.adapterx.base.WholeFile;
import dev.adapterx.data.BrokenSample;
import dev.adapterx.data.image.format.PngFile;
import dev.adapterx.data.targets.ClassMask;
import dev.adapterx.dense.picture.MaskPainter;
import dev.adapterx.dense.segment.Segmentation;
import dev.adapterx.dense.segment.Segmenter;
import dev.adapterx.train.input.PredictionWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Writes what a segmentation finds: {@code masks/NAME.png} with the indices of classes in a
 * palette, {@code overlays/NAME.png} with the picture below, {@code classes.csv}; what is said of a
 * file is which share each class has.
 */
final class MaskWriter implements PredictionWriter {
  private static final int SHOWN = 5;
  private static final double LITTLE = 0.0005;

  private final Segmenter segmenter;
  private final MaskPainter painter;
  private final Map<String, Integer> names = new HashMap<>();

  MaskWriter(Segmenter segmenter) {
    this.segmenter = segmenter;
    this.painter = new MaskPainter(segmenter.task().colours());
  }

  @Override
  public List<String> write(
      List<Path> files, Path folder, Consumer<Found> onFound, Consumer<BrokenSample> onBroken) {
    try {
      Files.createDirectories(folder.resolve("masks"));
      Files.createDirectories(folder.resolve("overlays"));
    } catch (IOException e) {
      throw new ConfigException("Could not make the folder " + folder + ": " + Reason.of(e), e);
    }
    WholeFile.write(folder.resolve("classes.csv"), table());
    segmenter.segment(files, found -> onFound.accept(written(found, folder)), onBroken);
    return List.of(
        "masks:    " + folder.resolve("masks") + " (indices of classes.csv)",
        "overlays: " + folder.resolve("overlays"));
  }

  private String table() {
    Segmentation task = segmenter.task();
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

  private Found written(Segmenter.Found found, Path folder) {
    String name = name(found.file());
    Path mask = folder.resolve("masks").resolve(name);
    Path overlay = folder.resolve("overlays").resolve(name);
    painter.writeIndices(mask, found.classes());
    PngFile.write(overlay, painter.over(found.picture(), found.classes()));
    List<Map<String, Object>> shares = shares(found.classes());
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("file", found.file().toString());
    line.put("mask", mask.toString());
    line.put("overlay", overlay.toString());
    line.put("classes", shares);
    return new Found(found.file() + "  " + text(shares), line);
  }

  /** A second photograph of the same name in another folder gets a number. */
  private String name(Path file) {
    String last = String.valueOf(file.getFileName());
    int dot = last.lastIndexOf('.');
    String stem = dot > 0 ? last.substring(0, dot) : last;
    int count = names.merge(stem, 1, Integer::sum);
    return stem + (count > 1 ? "-" + count : "") + ".png";
  }

  /** Of the classes that are there, the largest first. */
  private List<Map<String, Object>> shares(ClassMask mask) {
    List<String> labels = segmenter.task().labels();
    int[] counts = new int[labels.size()];
    for (short found : mask.classes()) {
      counts[found]++;
    }
    List<Map<String, Object>> shares = new ArrayList<>();
    IntStream.range(0, counts.length)
        .filter(c -> counts[c] > 0)
        .boxed()
        .sorted(Comparator.comparingInt(c -> -counts[c]))
        .forEach(
            c -> {
              Map<String, Object> one = new LinkedHashMap<>();
              one.put("label", labels.get(c));
              one.put("index", c);
              one.put("share", (double) counts[c] / mask.classes().length);
              shares.add(one);
            });
    return shares;
  }

  private static String text(List<Map<String, Object>> shares) {
    List<String> shown = new ArrayList<>();
    for (Map<String, Object> one : shares) {
      double share = (double) one.getOrDefault("share", 0.0);
      if (shown.size() < SHOWN && share >= LITTLE) {
        shown.add(String.format(Locale.ROOT, "%s %.1f %%", one.get("label"), 100 * share));
      }
    }
    int more = shares.size() - shown.size();
    return String.join(", ", shown) + (more > 0 ? ", " + more + " more" : "");
  }
}
