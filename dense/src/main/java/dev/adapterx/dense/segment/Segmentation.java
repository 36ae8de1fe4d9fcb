package dev.adapterx.dense.segment;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Settings;
import dev.adapterx.data.targets.ClassMask;
import dev.adapterx.dense.picture.Palette;
import dev.adapterx.dense.picture.Windows;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Features;
import dev.adapterx.model.Parameters;
import dev.adapterx.model.Reads;
import dev.adapterx.model.input.ImagePreprocessing;
import dev.adapterx.task.Head;
import dev.adapterx.task.Hits;
import dev.adapterx.task.Judged;
import dev.adapterx.task.Outputs;
import dev.adapterx.task.Task;
import dev.adapterx.task.TaskConfig;
import dev.adapterx.tensor.Largest;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Tensor;
import tools.jackson.databind.node.ObjectNode;

/**
 * The task of giving every pixel of a picture one of C classes. A target is a {@link ClassMask}:
 * while training of a window of S × S pixels, in evaluation of the whole picture in its own size,
 * which is then seen through {@link Windows}.
 *
 * @param labels names of the classes, position = index
 * @param form of the head
 * @param window S, the side of the backbone's square input in pixels
 * @param weights what a pixel of each class weighs in the loss; empty: all the same
 * @param dice what soft dice is multiplied by before it is added to the loss; 0: it is not
 * @param palette colour of each class as 0xRRGGBB, for pictures of masks
 */
public record Segmentation(
    List<String> labels,
    PixelForm form,
    int window,
    List<Double> weights,
    double dice,
    List<Integer> palette)
    implements Task<ClassMask, Segmented> {
  /** Its name in recipes and adapter files. */
  public static final String NAME = "segmentation";

  private static final int SMALLEST = 2;

  public Segmentation {
    labels = List.copyOf(labels);
    weights = List.copyOf(weights);
    palette = List.copyOf(palette);
    if (labels.size() < SMALLEST || labels.size() >= ClassMask.MOST_CLASSES) {
      throw new ConfigException(
          "A segmentation needs 2 to %d classes, found %d"
              .formatted(ClassMask.MOST_CLASSES - 1, labels.size()));
    }
    if (new HashSet<>(labels).size() < labels.size()) {
      throw new ConfigException("The class names must differ, found " + labels);
    }
    if (window < 1) {
      throw new ConfigException("window: expected a side in pixels, found " + window);
    }
    requireLength("weights", weights.size(), labels.size());
    requireLength("palette", palette.size(), labels.size());
  }

  private static void requireLength(String what, int found, int classes) {
    if (found != 0 && found != classes) {
      throw new ConfigException(
          "%s: expected one for each of the %d classes, found %d".formatted(what, classes, found));
    }
  }

  /** With the colours of PASCAL VOC, and all classes weighing the same. */
  public static Segmentation of(List<String> labels, PixelForm form, int window) {
    return new Segmentation(labels, form, window, List.of(), 0, List.of());
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Class<ClassMask> targets() {
    return ClassMask.class;
  }

  /**
   * Patches of the tapped layers.
   *
   * @throws ConfigException when the backbone takes no pictures, or pictures of another size
   */
  @Override
  public Reads reads(Backbone backbone) {
    if (!(backbone.preprocessing() instanceof ImagePreprocessing images)) {
      throw new ConfigException(
          "A segmentation of pictures needs a backbone that takes pictures; "
              + backbone.info().name()
              + " takes point clouds");
    }
    if (images.inputSize() != window) {
      throw new ConfigException(
          "The segmentation sees windows of %d x %d pixels, the backbone takes %d x %d; set backbone.input-size to %d"
              .formatted(window, window, images.inputSize(), images.inputSize(), window));
    }
    return Reads.layers(form.taps(backbone.blocks().size()));
  }

  @Override
  public Head head(Features.Shape of, Parameters parameters) {
    return PixelHead.initial(of, labels.size(), form, parameters);
  }

  private PixelLoss lossOfPixels() {
    return new PixelLoss(weights, dice);
  }

  /** How many pixels are labelled, each counted by the weight of its class. */
  @Override
  public double weight(List<ClassMask> targets) {
    return lossOfPixels().weight(targets);
  }

  @Override
  public Tensor loss(Outputs outputs, List<ClassMask> targets, double smoothing) {
    return lossOfPixels().ofMaps(outputs.scores(), targets, smoothing);
  }

  /** On a processor the scores are enlarged once for loss, gradient and hits. */
  @Override
  public Judged judged(Outputs outputs, List<ClassMask> targets, double smoothing) {
    return PixelLoss.isByPicture(outputs.scores())
        ? lossOfPixels().judged(outputs.scores(), targets, smoothing)
        : Task.super.judged(outputs, targets, smoothing);
  }

  private static Tensor labels(Tensor logits, List<ClassMask> targets) {
    return Tensors.beside(logits, PixelLoss.labels(targets));
  }

  @Override
  public Supplier<Hits> hits(Outputs outputs, List<ClassMask> targets) {
    Tensor scores = outputs.scores().detach();
    Tensor[] right = new Tensor[targets.size()];
    for (int i = 0; i < right.length; i++) { // one by one, as the loss
      Tensor map = scores.narrow(0, i, 1).contiguous();
      List<ClassMask> one = targets.subList(i, i + 1);
      right[i] =
          Scope.within(
              () -> {
                Tensor logits = Enlarging.enlarged(map, one.get(0));
                return Largest.isAt(logits, labels(logits, one), 1).sum().unsqueeze(0);
              });
    }
    Tensor all = Tensors.cat(0, right);
    long of = targets.stream().mapToLong(ClassMask::labelled).sum();
    return () -> new Hits(Arrays.stream(Tensors.longs(all)).sum(), of);
  }

  @Override
  public String hitsName() {
    return "pixel-accuracy";
  }

  /** Each row a window of its own, in the size of the head's map. */
  @Override
  public List<Segmented> predictions(Outputs outputs) {
    Tensor scores = outputs.scores();
    ClassMask unknown =
        ClassMask.unknown(Math.toIntExact(scores.size(3)), Math.toIntExact(scores.size(2)));
    List<Segmented> found = new ArrayList<>();
    for (int i = 0; i < scores.size(0); i++) {
      found.add(Segmented.of(scores.narrow(0, i, 1), unknown));
    }
    return found;
  }

  /** Of whole pictures, seen through {@link Windows}, in the size of their targets. */
  @Override
  public List<Segmented> predictions(Outputs outputs, List<ClassMask> targets) {
    List<Segmented> found = new ArrayList<>();
    int at = 0;
    for (ClassMask target : targets) {
      Windows windows = Windows.of(window, target.width(), target.height());
      int rows = windows.places().size();
      Tensor scores = SlidingScores.of(windows, outputs.scores().narrow(0, at, rows));
      found.add(Segmented.of(scores, target));
      at += rows;
    }
    if (at != outputs.scores().size(0)) {
      throw new IllegalArgumentException(
          "%d rows of scores for %d pictures of %d windows"
              .formatted(outputs.scores().size(0), targets.size(), at));
    }
    return found;
  }

  @Override
  public boolean isAlone() {
    return true;
  }

  @Override
  public PixelMeter meter() {
    return new PixelMeter(labels.size());
  }

  /** Colours of the classes: the data's own, else PASCAL VOC's. */
  public int[] colours() {
    return palette.isEmpty()
        ? Palette.voc(labels.size())
        : palette.stream().mapToInt(Integer::intValue).toArray();
  }

  @Override
  public void write(ObjectNode config) {
    config.set("labels", Settings.json().valueToTree(labels));
    config.set("head", Settings.tree(form));
    config.put("window", window);
    config.set("weights", Settings.json().valueToTree(weights));
    config.put("dice", dice);
    config.set("palette", TaskConfig.colours(palette));
  }

  @Override
  public String toString() {
    return "segmentation into " + labels + ", " + form + ", windows of " + window + weightsText();
  }

  private String weightsText() {
    return (weights.isEmpty() ? "" : ", weights " + weights)
        + (dice == 0 ? "" : ", dice " + dice)
        + (palette.isEmpty() ? "" : ", palette " + Arrays.toString(colours()));
  }
}
