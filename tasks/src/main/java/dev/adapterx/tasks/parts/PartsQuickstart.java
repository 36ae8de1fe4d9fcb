package dev.adapterx.tasks.parts;

import dev.adapterx.dense.parts.PartSegmentation;
import dev.adapterx.peft.mixture.AdapterX;
import dev.adapterx.peft.part.FullFineTuning;
import dev.adapterx.peft.part.LinearProbe;
import dev.adapterx.scenes.draw.ClaimedFolder;
import dev.adapterx.scenes.parts.PartShapes;
import dev.adapterx.train.quickstart.QuickTask;
import java.util.List;

/** {@code quickstart --task parts}: computed objects, and the part that each of their points is. */
public final class PartsQuickstart implements QuickTask.Kind {
  private static final int TRAIN = 25;
  private static final int TEST = 10;
  private static final int POINTS = 1024;

  @Override
  public String name() {
    return PartSegmentation.NAME;
  }

  @Override
  public QuickTask of(long seed) {
    return new QuickTask(
        "clouds",
        folder -> {
          ClaimedFolder.claim(folder, readme(seed), "clouds");
          return PartShapes.write(folder, TRAIN, TEST, POINTS, seed);
        },
        "%d of each of %d kinds for training, %d for the test"
            .formatted(TRAIN, PartShapes.CATEGORIES.size(), TEST),
        6,
        """
        task: parts
        head: {kind: points}
        backbone: {path: embedded-points, points: 512, groups: 32}
        train: {batch: 10, warmup-epochs: 1, clip-norm: 1}
        """,
        "embedded-points, pre-trained on clouds computed from formulas",
        "unit-sphere",
        List.of(
            new QuickTask.Entry(new LinearProbe(), 1e-2),
            new QuickTask.Entry(new FullFineTuning(), 1e-3),
            new QuickTask.Entry(new AdapterX(), 1e-2)),
        QuickTask.UNSEARCHED,
        new QuickTask.Own(
            "Your own scans",
            "my-scans",
            "Clouds whose points have labels, in a folder for each kind of object, are enough:",
            "scan.ply",
            "Labels every point of others, by a run of this quickstart:"));
  }

  private static String readme(long seed) {
    return """
        Adapter-X quickstart clouds with parts

        %d points each; train/ (%d of a kind) and test/ (%d): KIND/N.ply with a label for each point.
        A label is a line of classes.txt, from 0.

        Computed, not scanned, by dev.adapterx.scenes.parts.PartShapes, seed %d.
        The same seed gives the same points on every machine. Free to use for any purpose.
        """
        .formatted(POINTS, TRAIN, TEST, seed);
  }
}
