package dev.adapterx.dense.detect;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import dev.adapterx.base.Settings;
import dev.adapterx.data.image.Fill;
import dev.adapterx.data.image.Warp;
import dev.adapterx.data.targets.Box;
import dev.adapterx.data.targets.Boxes;
import dev.adapterx.dense.picture.Palette;
import dev.adapterx.dense.picture.Tiles;
import dev.adapterx.dense.score.Found;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.BackboneTuner;
import dev.adapterx.model.Features;
import dev.adapterx.model.Parameters;
import dev.adapterx.model.Reads;
import dev.adapterx.model.input.ImagePreprocessing;
import dev.adapterx.model.tokens.Grid;
import dev.adapterx.nn.Pass;
import dev.adapterx.task.Head;
import dev.adapterx.task.Hits;
import dev.adapterx.task.Judged;
import dev.adapterx.task.Outputs;
import dev.adapterx.task.Task;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import tools.jackson.databind.node.ObjectNode;

/**
 * The task of finding objects of C classes in a picture, with a box around each. A target is a
 * picture's {@link Boxes}: while training of S × S pixels, in evaluation of the whole picture in
 * its own size, which is then seen through {@link Tiles}.
 *
 * @param labels names of the classes, position = index
 * @param form of the head
 * @param window S, the side of the backbone's square input in pixels
 * @param cell pixels of the input along a cell of the backbone's last map
 * @param tile pixels of a picture along a tile; 0: pictures are seen whole
 */
public record Detection(List<String> labels, BoxForm form, int window, int cell, int tile)
    implements Task<Boxes, Detected> {
  /** Its name in recipes and adapter files. */
  public static final String NAME = "detection";

  public Detection {
    labels = List.copyOf(labels);
    if (labels.isEmpty()) {
      throw new ConfigException("A detection needs at least 1 class, found none");
    }
    if (new HashSet<>(labels).size() < labels.size()) {
      throw new ConfigException("The class names must differ, found " + labels);
    }
    if (window < 1) {
      throw new ConfigException("window: expected a side in pixels, found " + window);
    }
    if (tile < 0) {
      throw new ConfigException(
          "data.boxes.tile: expected the side of a tile in pixels of the picture, or 0 to see it"
              + " whole, found "
              + tile);
    }
    Places places = Places.of(window, cell, form.levels());
    if (places.levels().get(places.levels().size() - 1).side() == 0) {
      throw new ConfigException(
          "Windows of %d pixels are too small for %d levels over cells of %d pixels; set backbone.input-size to at least %d"
              .formatted(window, form.levels(), cell, 2 * cell));
    }
  }

  /** For a backbone, as it is. */
  public static Detection of(List<String> labels, BoxForm form, Backbone backbone, int tile) {
    return new Detection(labels, form, images(backbone).inputSize(), cell(backbone), tile);
  }

  private static ImagePreprocessing images(Backbone backbone) {
    if (backbone.preprocessing() instanceof ImagePreprocessing images) {
      return images;
    }
    throw new ConfigException(
        "A detection in pictures needs a backbone that takes pictures; "
            + backbone.info().name()
            + " takes point clouds");
  }

  /**
   * Pixels of the input along a cell of the last map, found by sending an empty picture through the
   * backbone.
   */
  public static int cell(Backbone backbone) {
    int side = images(backbone).inputSize();
    try (Scope scope = Scope.withoutGradients()) {
      Tensor empty = backbone.device().place(Init.zeros(1, 3, side, side));
      Features features =
          backbone.features(empty, BackboneTuner.NONE, Pass.evaluation(), Reads.patches());
      Grid.Cells cells = (Grid.Cells) features.grid();
      if (side % cells.width() != 0) {
        throw new ConfigException(
            "The last map of %s has %d cells a side, which do not divide the input of %d pixels; set backbone.input-size to a multiple of the last stride"
                .formatted(backbone.info().name(), cells.width(), side));
      }
      return side / cells.width();
    }
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Class<Boxes> targets() {
    return Boxes.class;
  }

  /**
   * Patches of the last layer.
   *
   * @throws ConfigException when the backbone takes no pictures, or pictures of another size
   */
  @Override
  public Reads reads(Backbone backbone) {
    int side = images(backbone).inputSize();
    if (side != window) {
      throw new ConfigException(
          "The detection sees pictures of %d x %d pixels, the backbone takes %d x %d; set backbone.input-size to %d"
              .formatted(window, window, side, side, window));
    }
    return Reads.patches();
  }

  @Override
  public Head head(Features.Shape of, Parameters parameters) {
    return BoxHead.initial(of, labels.size(), form, parameters);
  }

  /** Where objects are looked for. */
  Places places() {
    return Places.of(window, cell, form.levels());
  }

  private List<Assigned> assigned(List<Boxes> targets) {
    Places places = places();
    return targets.stream().map(t -> Assigned.of(places, t)).toList();
  }

  /**
   * How many places a box has taken; of a picture without any 1, so that it counts and the weight
   * of a batch is the sum over its pictures, whatever micro-batches they are in.
   */
  @Override
  public double weight(List<Boxes> targets) {
    return weightOf(assigned(targets));
  }

  private static double weightOf(List<Assigned> assigned) {
    return assigned.stream().mapToInt(a -> Math.max(1, a.positives())).sum();
  }

  /** Focal, GIoU and centre loss, summed and divided by the {@link #weight}. */
  @Override
  public Tensor loss(Outputs outputs, List<Boxes> targets, double smoothing) {
    return lossOf(outputs, assigned(targets), smoothing);
  }

  private Tensor lossOf(Outputs outputs, List<Assigned> assigned, double smoothing) {
    if (smoothing > 0) {
      throw new ConfigException(
          "train.label-smoothing: a detection learns each class by itself and has none; set it to"
              + " 0");
    }
    Tensor sum = BoxLoss.of(outputs, assigned, places()).sum();
    return Tensors.scaled(sum, 1 / weightOf(assigned));
  }

  /** Of the places that a box has taken, how many have its class as the surest one. */
  @Override
  public Supplier<Hits> hits(Outputs outputs, List<Boxes> targets) {
    return hitsOf(outputs, assigned(targets));
  }

  private static Supplier<Hits> hitsOf(Outputs outputs, List<Assigned> assigned) {
    Tensor best = outputs.scores().detach().argmax(new LongOptional(2), false); // (B, R)
    return () -> {
      long[] classes = Tensors.longs(best);
      int r = classes.length / assigned.size();
      long right = 0;
      long all = 0;
      for (int b = 0; b < assigned.size(); b++) {
        Assigned own = assigned.get(b);
        all += own.positives();
        for (int place : own.places()) {
          right += classes[b * r + place] == own.classes()[place] ? 1 : 0;
        }
      }
      return new Hits(right, all);
    };
  }

  /** Places take their boxes once for all three. */
  @Override
  public Judged judged(Outputs outputs, List<Boxes> targets, double smoothing) {
    List<Assigned> assigned = assigned(targets);
    return new Judged(
        lossOf(outputs, assigned, smoothing), weightOf(assigned), hitsOf(outputs, assigned));
  }

  @Override
  public String hitsName() {
    return "class-accuracy";
  }

  /** Each row a picture of its own, in the size of the input. */
  @Override
  public List<Detected> predictions(Outputs outputs) {
    Tiles whole = new Tiles(window, window, window);
    return IntStream.range(0, Math.toIntExact(outputs.scores().size(0)))
        .mapToObj(i -> new Detected(found(outputs, i, whole, window, window), 0, 0))
        .toList();
  }

  /** Of whole pictures, seen through {@link Tiles}, in the size of their targets. */
  @Override
  public List<Detected> predictions(Outputs outputs, List<Boxes> targets) {
    List<Tiles> tiles =
        targets.stream().map(t -> Tiles.of(window, tile, t.width(), t.height())).toList();
    int rows = tiles.stream().mapToInt(t -> t.places().size()).sum();
    if (rows != outputs.scores().size(0)) {
      throw new IllegalArgumentException(
          "%d rows of outputs for %d pictures of %d tiles"
              .formatted(outputs.scores().size(0), targets.size(), rows));
    }
    List<Detected> all = new ArrayList<>();
    int at = 0;
    for (int i = 0; i < targets.size(); i++) {
      int own = tiles.get(i).places().size();
      all.add(detected(rows(outputs, at, own), tiles.get(i), targets.get(i)));
      at += own;
    }
    return all;
  }

  private Detected detected(Outputs outputs, Tiles tiles, Boxes target) {
    List<Found<Box>> found = found(outputs, 0, tiles, target.width(), target.height());
    if (target.boxes().isEmpty()) { // unknown, or nothing is there: boxes tell
      return new Detected(found, 0, 0);
    }
    List<Assigned> assigned = assigned(seen(tiles, target));
    Tensor loss = BoxLoss.of(outputs, assigned, places()).sum();
    return new Detected(found, loss.detach().item_double(), weightOf(assigned));
  }

  private static Outputs rows(Outputs outputs, int start, int count) {
    Map<String, Tensor> own = new HashMap<>();
    outputs.tensors().forEach((name, t) -> own.put(name, t.narrow(0, start, count)));
    return new Outputs(own);
  }

  /** The boxes as each tile shows them. */
  private List<Boxes> seen(Tiles tiles, Boxes target) {
    Warp resized =
        Tiles.resizing(window, tile).draw(target.width(), target.height(), Rng.of(0, "geometry"));
    return tiles.places().stream()
        .map(place -> target.warped(resized.then(tiles.cut(place, Fill.GREY))))
        .toList();
  }

  private List<Found<Box>> found(Outputs outputs, int row, Tiles tiles, int width, int height) {
    int rows = tiles.places().size();
    return Decoding.of(places())
        .boxes(
            Tensors.floats(outputs.scores().narrow(0, row, rows)),
            Tensors.floats(outputs.get(BoxHead.DISTANCES).narrow(0, row, rows)),
            Tensors.floats(outputs.get(BoxHead.CENTRE).narrow(0, row, rows)),
            tiles,
            width,
            height);
  }

  @Override
  public boolean isAlone() {
    return true;
  }

  @Override
  public BoxMeter meter() {
    return new BoxMeter(labels.size());
  }

  /** A colour for each class, as 0xRRGGBB. */
  public int[] colours() {
    return Palette.objects(labels.size());
  }

  @Override
  public void write(ObjectNode config) {
    config.set("labels", Settings.json().valueToTree(labels));
    config.set("head", Settings.tree(form));
    config.put("window", window);
    config.put("cell", cell);
    config.put("tile", tile);
  }

  @Override
  public String toString() {
    return "detection of "
        + labels
        + ", "
        + form
        + ", windows of "
        + window
        + (tile == 0 ? "" : ", tiles of " + tile);
  }
}
