package dev.adapterx.train.quickstart;

import dev.adapterx.peft.mixture.AdapterX;
import dev.adapterx.peft.part.FullFineTuning;
import dev.adapterx.peft.part.LinearProbe;
import dev.adapterx.peft.points.DaptX;
import dev.adapterx.scenes.images.QuickstartImages;
import dev.adapterx.scenes.shapes.QuickstartShapes;
import java.util.List;

/** Quickstarts that name what whole samples show. */
final class ClassQuickTasks {
  private static final String FOLDERS =
      "A folder that holds one folder per class is enough. A fifth of it is held out to measure on:";

  private static final String CHOSEN =
      "each method's best of three, on the samples of seed 7 (docs/results.md)";

  private ClassQuickTasks() {}

  static QuickTask images(long seed) {
    QuickstartImages images = new QuickstartImages(seed);
    return new QuickTask(
        "images",
        folder -> images.writeTo(folder, 16, 100),
        amounts(16, 100),
        30,
        """
        backbone: {path: embedded, crop-pct: 1}
        train: {batch: 16, micro-batch: 8, warmup-epochs: 3}
        """,
        "embedded, pre-trained on images computed from formulas",
        "half",
        List.of(
            new QuickTask.Entry(new LinearProbe(), 1e-3),
            new QuickTask.Entry(new FullFineTuning(), 3e-4),
            new QuickTask.Entry(new AdapterX(), 3e-3)),
        CHOSEN,
        own("pictures", "photo.jpg"));
  }

  static QuickTask points(long seed) {
    QuickstartShapes shapes = new QuickstartShapes(seed);
    return new QuickTask(
        "clouds",
        folder -> shapes.writeTo(folder, 5, 50),
        amounts(5, 50),
        15,
        """
        backbone: {path: embedded-points}
        train: {batch: 16, micro-batch: 8, warmup-epochs: 2}
        """,
        "embedded-points, pre-trained on clouds computed from formulas",
        "unit-sphere",
        List.of(
            new QuickTask.Entry(new LinearProbe(), 3e-3),
            new QuickTask.Entry(new FullFineTuning(), 5e-4),
            new QuickTask.Entry(new AdapterX(), 5e-3),
            new QuickTask.Entry(new DaptX(), 3e-3)),
        CHOSEN,
        own("scans", "scan.ply"));
  }

  static String amounts(int train, int test) {
    return "%d a class for training, %d for the test".formatted(train, test);
  }

  static QuickTask.Own own(String noun, String sample) {
    return new QuickTask.Own(
        "Your own " + noun,
        "my-" + noun,
        FOLDERS,
        sample,
        "Names what others show, by a run of this quickstart:");
  }
}
