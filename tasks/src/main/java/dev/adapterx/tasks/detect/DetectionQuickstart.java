package dev.adapterx.tasks.detect;

import dev.adapterx.base.WholeFile;
import dev.adapterx.dense.detect.Detection;
import dev.adapterx.peft.mixture.AdapterX;
import dev.adapterx.peft.part.FullFineTuning;
import dev.adapterx.peft.part.LinearProbe;
import dev.adapterx.scenes.draw.ClaimedFolder;
import dev.adapterx.scenes.images.QuickstartScenes;
import dev.adapterx.tasks.files.ScenePictures;
import dev.adapterx.train.quickstart.QuickTask;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** {@code quickstart --task detection}: computed pictures of several objects, and their boxes. */
public final class DetectionQuickstart implements QuickTask.Kind {
  private static final int TRAIN = 160;
  private static final int TEST = 40;

  @Override
  public String name() {
    return Detection.NAME;
  }

  @Override
  public QuickTask of(long seed) {
    return new QuickTask(
        "pictures",
        folder -> written(folder, seed, TRAIN, TEST),
        "%d for training, %d for the test".formatted(TRAIN, TEST),
        12,
        """
        task: detection
        head: {kind: boxes, width: 32, convs: 1, levels: 3}
        backbone: {path: embedded, input-size: 128}
        data: {augment: flip}
        train: {batch: 8, micro-batch: 4, warmup-epochs: 1, clip-norm: 1}
        """,
        "embedded, pre-trained on images computed from formulas",
        "half",
        List.of(
            new QuickTask.Entry(new LinearProbe(), 1e-2),
            new QuickTask.Entry(new FullFineTuning(), 1e-3),
            new QuickTask.Entry(new AdapterX(), 1e-2)),
        QuickTask.UNSEARCHED,
        new QuickTask.Own(
            "Your own pictures",
            "my-boxes",
            "A folder as a labelling tool exports it (COCO, YOLO, Pascal VOC, …) is enough:",
            "photo.jpg",
            "Finds objects in others, by a run of this quickstart:"));
  }

  /** Writes what is not there yet, in YOLO's layout. */
  static int written(Path folder, long seed, int train, int test) {
    QuickstartScenes scenes = new QuickstartScenes(seed);
    ClaimedFolder.claim(folder, readme(seed, train, test), "pictures");
    WholeFile.write(
        folder.resolve("data.yaml"),
        "train: images/train\ntest: images/test\nnames: ["
            + String.join(", ", QuickstartScenes.things())
            + "]\n");
    return written(folder, scenes, "train", train) + written(folder, scenes, "test", test);
  }

  private static int written(Path folder, QuickstartScenes scenes, String split, int count) {
    Path labels = folder.resolve("labels").resolve(split);
    return new ScenePictures(
            scenes,
            folder.resolve("images").resolve(split),
            name -> labels.resolve(name + ".txt"),
            DetectionQuickstart::writeBoxes)
        .write(split, count);
  }

  private static void writeBoxes(Path file, QuickstartScenes.Known known) {
    StringBuilder lines = new StringBuilder();
    known.boxes().forEach(box -> lines.append(line(box)).append('\n'));
    WholeFile.write(file, lines.toString());
  }

  /** Class, middle and size, as shares of the picture. */
  private static String line(QuickstartScenes.Box box) {
    double size = QuickstartScenes.SIZE;
    return String.format(
        Locale.ROOT,
        "%d %.6f %.6f %.6f %.6f",
        box.thing(),
        (box.left() + box.right()) / (2 * size),
        (box.top() + box.bottom()) / (2 * size),
        (box.right() - box.left()) / size,
        (box.bottom() - box.top()) / size);
  }

  private static String readme(long seed, int train, int test) {
    return """
        Adapter-X quickstart pictures with boxes

        %d x %d pixels, RGB, in YOLO's layout: images/train (%d pictures) and images/test (%d); labels/SPLIT/N.txt has
        a line for each object: its class in data.yaml, the middle of its box and its size, as shares of the picture.

        Computed, not photographed, by dev.adapterx.scenes.images.QuickstartScenes, seed %d.
        The same seed gives the same pixels on every machine. Free to use for any purpose.
        """
        .formatted(QuickstartScenes.SIZE, QuickstartScenes.SIZE, train, test, seed);
  }
}
