package dev.adapterx.dense.parts;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Settings;
import dev.adapterx.data.targets.ClassMask;
import dev.adapterx.data.targets.PointLabels;
import dev.adapterx.dense.picture.Palette;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Features;
import dev.adapterx.model.Parameters;
import dev.adapterx.model.Reads;
import dev.adapterx.model.input.PointPreprocessing;
import dev.adapterx.task.Head;
import dev.adapterx.task.Hits;
import dev.adapterx.task.Outputs;
import dev.adapterx.task.Task;
import dev.adapterx.task.TaskConfig;
import dev.adapterx.tensor.Largest;
import dev.adapterx.tensor.Tensors;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Tensor;
import tools.jackson.databind.node.ObjectNode;

/**
 * The task of giving every point of a cloud one of C classes. A target is a {@link PointLabels}:
 * while training of the N points that the backbone takes, in evaluation of all points of the cloud,
 * which is then seen in {@linkplain Views views} of N points each until every point was in one.
 *
 * @param labels names of the classes, position = index
 * @param form of the head
 * @param input how the backbone's clouds are prepared, which the head has to know
 * @param categories kinds of objects and the parts of each; empty: all classes are of one scene
 * @param given whether the category of a cloud is known when its points are labelled: the head is
 *     told it, and only its parts compete
 * @param views what a cloud is cut into
 * @param weights what a point of each class weighs in the loss; empty: all the same
 * @param palette colour of each class as 0xRRGGBB; empty: bright ones
 */
public record PartSegmentation(
    List<String> labels,
    PartForm form,
    PointPreprocessing input,
    List<Category> categories,
    boolean given,
    Views views,
    List<Double> weights,
    List<Integer> palette)
    implements Task<PointLabels, LabelledPoints> {
  /** Its name in recipes and adapter files. */
  public static final String NAME = "parts";

  public PartSegmentation {
    labels = List.copyOf(labels);
    categories = List.copyOf(categories);
    weights = List.copyOf(weights);
    palette = List.copyOf(palette);
    if (labels.size() < 2 || labels.size() >= ClassMask.MOST_CLASSES) {
      throw new ConfigException(
          "Labelling points needs 2 to %d classes, found %d"
              .formatted(ClassMask.MOST_CLASSES - 1, labels.size()));
    }
    if (new HashSet<>(labels).size() < labels.size()) {
      throw new ConfigException("The class names must differ, found " + labels);
    }
    requireLength("weights", weights.size(), labels.size());
    requireLength("palette", palette.size(), labels.size());
    if (given && categories.isEmpty()) {
      throw new ConfigException("category: given needs categories, and the data have none");
    }
    Set<Integer> seen = new HashSet<>();
    for (Category category : categories) {
      for (int part : category.parts()) {
        if (part < 0 || part >= labels.size() || !seen.add(part)) {
          throw new ConfigException(
              "The category '%s' has part %d; expected parts 0 … %d, each in one category"
                  .formatted(category.name(), part, labels.size() - 1));
        }
      }
    }
  }

  private static void requireLength(String what, int found, int classes) {
    if (found != 0 && found != classes) {
      throw new ConfigException(
          "%s: expected one for each of the %d classes, found %d".formatted(what, classes, found));
    }
  }

  /** Of scenes: no categories, all classes weighing the same, seen whole. */
  public static PartSegmentation of(List<String> labels, PartForm form, PointPreprocessing input) {
    return new PartSegmentation(
        labels, form, input, List.of(), false, Views.whole(), List.of(), List.of());
  }

  /** Of objects whose category is known. */
  public PartSegmentation of(List<Category> kinds, boolean known) {
    return new PartSegmentation(labels, form, input, kinds, known, views, weights, palette);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Class<PointLabels> targets() {
    return PointLabels.class;
  }

  /**
   * Groups of the tapped layers.
   *
   * @throws ConfigException when the backbone takes pictures, or clouds prepared otherwise
   */
  @Override
  public Reads reads(Backbone backbone) {
    if (!(backbone.preprocessing() instanceof PointPreprocessing own)) {
      throw new ConfigException(
          "Labelling points needs a backbone that takes point clouds; "
              + backbone.info().name()
              + " takes pictures");
    }
    if (!own.equals(input)) {
      throw new ConfigException(
          "The task sees %s, the backbone takes %s; set backbone.points, groups and neighbours"
              .formatted(input, own));
    }
    return Reads.layers(form.taps(backbone.blocks().size()));
  }

  /** How many categories the head is told apart by. */
  public int told() {
    return given ? categories.size() : 0;
  }

  @Override
  public Head head(Features.Shape of, Parameters parameters) {
    return form.kind() == PartForm.Kind.POINTS
        ? PointsHead.initial(of, labels.size(), told(), form, input, parameters)
        : PointMaeHead.initial(of, labels.size(), told(), form, input, parameters);
  }

  private PartLoss lossOfPoints() {
    return new PartLoss(weights);
  }

  /** How many points are labelled, each counted by the weight of its class. */
  @Override
  public double weight(List<PointLabels> targets) {
    return lossOfPoints().weight(targets);
  }

  @Override
  public Tensor loss(Outputs outputs, List<PointLabels> targets, double smoothing) {
    return lossOfPoints().of(outputs.scores(), targets, smoothing);
  }

  @Override
  public Supplier<Hits> hits(Outputs outputs, List<PointLabels> targets) {
    Tensor scores = outputs.scores().detach();
    Tensor labels = Tensors.beside(scores, PartLoss.labels(targets));
    Tensor right = Largest.isAt(scores, labels, 1).sum();
    long of = targets.stream().mapToLong(PointLabels::labelled).sum();
    return () -> new Hits(Tensors.longs(right)[0], of);
  }

  @Override
  public String hitsName() {
    return PartScores.ACCURACY;
  }

  /** Each row a cloud of its own, of whose category nothing is known. */
  @Override
  public List<LabelledPoints> predictions(Outputs outputs) {
    Tensor scores = outputs.scores();
    PointLabels unknown = PointLabels.unknown(Math.toIntExact(scores.size(2)));
    List<LabelledPoints> found = new ArrayList<>();
    for (int i = 0; i < scores.size(0); i++) {
      found.add(LabelledPoints.of(scores.narrow(0, i, 1), unknown, List.of()));
    }
    return found;
  }

  /** Of whole clouds, each in as many rows as its target has views. */
  @Override
  public List<LabelledPoints> predictions(Outputs outputs, List<PointLabels> targets) {
    List<LabelledPoints> found = new ArrayList<>();
    int at = 0;
    for (PointLabels target : targets) {
      Tensor rows = outputs.scores().narrow(0, at, target.rows());
      found.add(LabelledPoints.of(rows, target, competing(target)));
      at += target.rows();
    }
    if (at != outputs.scores().size(0)) {
      throw new IllegalArgumentException(
          "%d rows of scores for %d clouds of %d views"
              .formatted(outputs.scores().size(0), targets.size(), at));
    }
    return found;
  }

  /** The classes that a cloud's points may have; empty: all. */
  private List<Integer> competing(PointLabels target) {
    return given && target.category() >= 0 ? categories.get(target.category()).parts() : List.of();
  }

  @Override
  public boolean isAlone() {
    return true;
  }

  @Override
  public PartMeter meter() {
    return new PartMeter(labels.size(), categories);
  }

  /** Colours of the classes: the data's own, else bright ones. */
  public int[] colours() {
    return palette.isEmpty()
        ? Palette.objects(labels.size())
        : palette.stream().mapToInt(Integer::intValue).toArray();
  }

  @Override
  public void write(ObjectNode config) {
    config.set("labels", Settings.json().valueToTree(labels));
    config.set("head", Settings.tree(form));
    config.set("input", Settings.tree(input));
    config.set("categories", Settings.json().valueToTree(categories));
    config.put("given", given);
    config.set("views", Settings.tree(views));
    config.set("weights", Settings.json().valueToTree(weights));
    config.set("palette", TaskConfig.colours(palette));
  }
}
