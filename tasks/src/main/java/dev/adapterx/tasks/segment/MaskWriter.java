package dev.adapterx.tasks.segment;

import dev.adapterx.data.BrokenSample;
import dev.adapterx.data.image.format.PngFile;
import dev.adapterx.dense.picture.MaskPainter;
import dev.adapterx.dense.segment.PixelShare;
import dev.adapterx.dense.segment.Segmentation;
import dev.adapterx.dense.segment.Segmenter;
import dev.adapterx.tasks.files.ResultFolder;
import dev.adapterx.tasks.files.ResultNames;
import dev.adapterx.train.input.PredictionWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

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
  private final ResultNames names = new ResultNames();

  MaskWriter(Segmenter segmenter) {
    this.segmenter = segmenter;
    this.painter = new MaskPainter(segmenter.task().colours());
  }

  @Override
  public List<String> write(
      List<Path> files, Path folder, Consumer<Found> onFound, Consumer<BrokenSample> onBroken) {
    Segmentation task = segmenter.task();
    ResultFolder.make(folder, List.of("masks", "overlays"), task.labels(), task.colours());
    segmenter.segment(files, found -> onFound.accept(written(found, folder)), onBroken);
    return List.of(
        "masks:    " + folder.resolve("masks") + " (indices of classes.csv)",
        "overlays: " + folder.resolve("overlays"));
  }

  private Found written(Segmenter.Found found, Path folder) {
    String name = names.of(found.file()) + ".png";
    Path mask = folder.resolve("masks").resolve(name);
    Path overlay = folder.resolve("overlays").resolve(name);
    painter.writeIndices(mask, found.classes());
    PngFile.write(overlay, painter.over(found.picture(), found.classes()));
    List<PixelShare> shares = PixelShare.of(found.classes().classes(), segmenter.task().labels());
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("file", found.file().toString());
    line.put("mask", mask.toString());
    line.put("overlay", overlay.toString());
    line.put("classes", shares.stream().map(MaskWriter::json).toList());
    return new Found(found.file() + "  " + text(shares), line);
  }

  private static Map<String, Object> json(PixelShare share) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("label", share.label());
    json.put("index", share.index());
    json.put("share", share.share());
    return json;
  }

  private static String text(List<PixelShare> shares) {
    List<String> shown =
        shares.stream()
            .filter(share -> share.share() >= LITTLE)
            .limit(SHOWN)
            .map(s -> String.format(Locale.ROOT, "%s %.1f %%", s.label(), 100 * s.share()))
            .toList();
    int more = shares.size() - shown.size();
    return String.join(", ", shown) + (more > 0 ? ", " + more + " more" : "");
  }
}
