package dev.adapterx.tasks.segment;

import dev.adapterx.base.WholeFile;
import dev.adapterx.data.targets.ClassMask;
import dev.adapterx.dense.picture.MaskPainter;
import dev.adapterx.dense.picture.Palette;
import dev.adapterx.dense.segment.Segmentation;
import dev.adapterx.peft.mixture.AdapterX;
import dev.adapterx.peft.part.FullFineTuning;
import dev.adapterx.peft.part.LinearProbe;
import dev.adapterx.scenes.draw.ClaimedFolder;
import dev.adapterx.scenes.images.QuickstartScenes;
import dev.adapterx.tasks.files.ScenePictures;
import dev.adapterx.train.quickstart.QuickTask;
import java.nio.file.Path;
import java.util.List;

/**
 * {@code quickstart --task segmentation}: computed pictures of several objects, and their masks.
 */
public final class SegmentationQuickstart implements QuickTask.Kind {
  private static final int TRAIN = 120;
  private static final int TEST = 40;

  @Override
  public String name() {
    return Segmentation.NAME;
  }

  @Override
  public QuickTask of(long seed) {
    return new QuickTask(
        "pictures",
        folder -> written(folder, seed, TRAIN, TEST),
        "%d for training, %d for the test".formatted(TRAIN, TEST),
        8,
        """
        task: segmentation
        head: {kind: pixels, upscale: 1, class-weights: frequency, dice: 0.5}
        backbone: {path: embedded, input-size: 128}
        data: {augment: flip}
        train: {batch: 16, warmup-epochs: 1, clip-norm: 1}
        """,
        "embedded, pre-trained on images computed from formulas",
        "half",
        List.of(
            new QuickTask.Entry(new LinearProbe(), 1e-2),
            new QuickTask.Entry(new FullFineTuning(), 5e-4),
            new QuickTask.Entry(new AdapterX(), 1e-2)),
        QuickTask.UNSEARCHED,
        new QuickTask.Own(
            "Your own pictures",
            "my-masks",
            "Pictures in images/ and a mask of the same name for each in masks/ are enough:",
            "photo.jpg",
            "Writes masks of others, by a run of this quickstart:"));
  }

  /** Writes {@code SPLIT/images/N.png} and {@code SPLIT/masks/N.png} that are not there yet. */
  static int written(Path folder, long seed, int train, int test) {
    QuickstartScenes scenes = new QuickstartScenes(seed);
    ClaimedFolder.claim(folder, readme(seed, train, test), "pictures");
    WholeFile.write(
        folder.resolve("classes.txt"),
        "ground\n" + String.join("\n", QuickstartScenes.things()) + "\n");
    return written(folder, scenes, "train", train) + written(folder, scenes, "test", test);
  }

  private static int written(Path folder, QuickstartScenes scenes, String split, int count) {
    MaskPainter painter = new MaskPainter(Palette.voc(1 + QuickstartScenes.things().size()));
    int size = QuickstartScenes.SIZE;
    Path masks = folder.resolve(split).resolve("masks");
    return new ScenePictures(
            scenes,
            folder.resolve(split).resolve("images"),
            name -> masks.resolve(name + ".png"),
            (file, known) -> painter.writeIndices(file, new ClassMask(size, size, known.classes())))
        .write(split, count);
  }

  private static String readme(long seed, int train, int test) {
    return """
        Adapter-X quickstart pictures with masks

        %d x %d pixels, RGB; train/ (%d pictures) and test/ (%d): images/N.png, masks/N.png.
        A mask's value is a line of classes.txt, from 0.

        Computed, not photographed, by dev.adapterx.scenes.images.QuickstartScenes, seed %d.
        The same seed gives the same pixels on every machine. Free to use for any purpose.
        """
        .formatted(QuickstartScenes.SIZE, QuickstartScenes.SIZE, train, test, seed);
  }
}
