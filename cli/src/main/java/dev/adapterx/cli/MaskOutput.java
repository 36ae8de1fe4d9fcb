package dev.adapterx.cli;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;
import dev.adapterx.base.Reason;
import dev.adapterx.base.WholeFile;
import dev.adapterx.cli.output.Json;
import dev.adapterx.data.image.format.PngFile;
import dev.adapterx.data.targets.ClassMask;
import dev.adapterx.dense.picture.MaskPainter;
import dev.adapterx.dense.segment.Segmentation;
import dev.adapterx.dense.segment.Segmenter;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Writes what a segmentation finds: {@code masks/NAME.png} with the indices of classes in a
 * palette, {@code overlays/NAME.png} with the picture below, {@code classes.csv}; a line for each
 * file says which share each class has.
 */
final class MaskOutput {
  private static final int SHOWN = 5;
  private static final double LITTLE = 0.0005;

  private final Segmenter segmenter;
  private final Path folder;
  private final MaskPainter painter;
  private final boolean json;
  private final PrintWriter out;
  private final PrintWriter err;
  private final Map<String, Integer> names = new HashMap<>();

  MaskOutput(Segmenter segmenter, Path folder, boolean json, PrintWriter out, PrintWriter err) {
    this.segmenter = segmenter;
    this.folder = folder;
    this.painter = new MaskPainter(segmenter.task().colours());
    this.json = json;
    this.out = out;
    this.err = err;
  }

  /**
   * Segments files.
   *
   * @throws DataException at the end, when some could not be read
   */
  void write(List<Path> files) {
    try {
      Files.createDirectories(folder.resolve("masks"));
      Files.createDirectories(folder.resolve("overlays"));
    } catch (IOException e) {
      throw new ConfigException(
          "--out: could not make the folder " + folder + ": " + Reason.of(e), e);
    }
    WholeFile.write(folder.resolve("classes.csv"), table());
    int broken =
        segmenter.segment(
            files,
            this::write,
            b -> {
              err.println("adapterx: " + b.reason());
              err.flush();
            });
    if (!json) {
      out.println();
      out.println("masks:    " + folder.resolve("masks") + " (indices of classes.csv)");
      out.println("overlays: " + folder.resolve("overlays"));
    }
    if (broken > 0) {
      throw new DataException(
          "%d of %d files could not be read; they are named above".formatted(broken, files.size()));
    }
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

  private void write(Segmenter.Found found) {
    String name = name(found.file());
    Path mask = folder.resolve("masks").resolve(name);
    Path overlay = folder.resolve("overlays").resolve(name);
    painter.writeIndices(mask, found.classes());
    PngFile.write(overlay, painter.over(found.picture(), found.classes()));
    List<Map<String, Object>> shares = shares(found.classes());
    if (json) {
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("file", found.file().toString());
      line.put("mask", mask.toString());
      line.put("overlay", overlay.toString());
      line.put("classes", shares);
      out.println(Json.line(line));
    } else {
      out.println(found.file() + "  " + text(shares));
    }
    out.flush();
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
