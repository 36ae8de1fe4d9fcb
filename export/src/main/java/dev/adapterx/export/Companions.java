package dev.adapterx.export;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Reason;
import dev.adapterx.base.WholeFile;
import dev.adapterx.export.method.Numbers;
import dev.adapterx.export.onnx.OnnxFile;
import dev.adapterx.export.onnx.Value;
import dev.adapterx.model.VisionTransformer;
import dev.adapterx.model.input.ImagePreprocessing;
import dev.adapterx.model.input.PointPreprocessing;
import dev.adapterx.model.int8.LayerRange;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.mixture.AdapterX;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What lies beside a graph: names of classes, how an image becomes its input, how it is run.
 *
 * @param folder the graph's
 * @param name of the adapter
 */
record Companions(
    Path folder, String name, ExportedGraph exported, AdaptedModel model, OnnxOptions options) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Requires that no file is replaced that another program or person wrote, nor what other adapters
   * of the folder need.
   *
   * @param own whether exports wrote to the folder before
   * @param graph whether the graph is there, and so its description is not written
   * @param adapter whether this adapter is there already, with the same values
   * @throws ConfigException naming the file that is in the way
   */
  void requireFree(boolean own, boolean graph, boolean adapter) {
    Path description = description();
    if (!graph && Files.exists(description)) {
      throw taken(description, "no graph of an export lies beside it");
    }
    Path readme = readme();
    if (!own && Files.exists(readme)) {
      throw taken(readme, "no graph of an export lies beside it");
    }
    requireLabels(own, adapter);
    Path task = task();
    if (!model.hasClassHead() && !(own && adapter)) {
      requireSame(task, TaskFile.of(model.task()), own, "it is of another adapter");
    }
    requireSame(preprocessing(), prepared(), own, "adapters there are given their input otherwise");
  }

  private void requireLabels(boolean own, boolean adapter) {
    Path labels = labelFile();
    if (!Files.exists(labels)) {
      return;
    }
    if (!own) {
      throw taken(labels, "no graph of an export lies beside it");
    }
    JsonNode known = read(labels);
    boolean form =
        known.isObject()
            && known.valueStream().allMatch(JsonNode::isArray)
            && known.valueStream().flatMap(JsonNode::valueStream).allMatch(JsonNode::isString);
    if (!form) {
      throw taken(labels, "it does not have a list of classes for each adapter");
    }
    JsonNode before = known.path(name);
    if (!adapter && !before.isMissingNode() && !before.equals(classes())) {
      throw new ConfigException(
          labels
              + " has other classes for '"
              + name
              + "', which are not replaced; choose another name for the adapter, or another folder");
    }
  }

  private static void requireSame(Path file, ObjectNode ours, boolean own, String otherwise) {
    if (Files.exists(file) && !read(file).equals(JSON.readTree(text(ours)))) {
      throw taken(file, own ? otherwise : "no graph of an export lies beside it");
    }
  }

  private static ConfigException taken(Path file, String why) {
    return new ConfigException(
        file
            + " exists already and is not replaced: "
            + why
            + "; choose another folder, a new one at best");
  }

  private Path description() {
    return folder.resolve(options.stem() + ".json");
  }

  private Path readme() {
    return folder.resolve("README.md");
  }

  private Path labelFile() {
    return folder.resolve("labels.json");
  }

  private Path task() {
    return folder.resolve(name + ".task.json");
  }

  private Path preprocessing() {
    return folder.resolve("preprocessing.json");
  }

  private ArrayNode classes() {
    ArrayNode classes = JSON.createArrayNode();
    model.task().labels().forEach(classes::add);
    return classes;
  }

  private ObjectNode prepared() {
    return model.backbone().preprocessing() instanceof ImagePreprocessing pictures
        ? preprocessing(pictures)
        : preprocessing((PointPreprocessing) model.backbone().preprocessing(), exported);
  }

  /**
   * What a program must know of a graph that its file does not tell it readily.
   *
   * @param weights the file of its weights
   */
  void write(Path graph, Path weights) {
    ObjectNode made = JSON.createObjectNode();
    made.put("graph", graph.getFileName().toString());
    made.put("weights", weights.getFileName().toString());
    made.put("backbone", model.backbone().info().name());
    made.put("sha256", model.backbone().info().sha256());
    made.put("method", model.method().name());
    if (!exported.mark().isEmpty()) {
      made.put("takes", exported.mark());
    }
    ObjectNode outputs = made.putObject("outputs");
    for (Value output : exported.graph().outputs()) {
      var shape = outputs.putArray(output.name());
      output.shape().forEach(extent -> shape.add(OnnxFile.extent(extent)));
    }
    if (model.tunedBackbone() instanceof VisionTransformer vit) {
      made.put("grid", vit.config().grid());
    }
    if (BoxHead.fits(model)) {
      TaskFile.places(made.putArray("levels"), model.task());
    }
    if (model.method() instanceof AdapterX mixture) {
      made.put("experts", mixture.experts());
    }
    made.put("numbers", options.numbers().toString());
    if (options.numbers() == Numbers.INT8) {
      layers(made.putArray("layers"), options.ranges());
    }
    WholeFile.write(description(), text(made));
  }

  /** All but what is said of the graph. */
  void write() {
    WholeFile.write(labelFile(), text(labels()));
    if (!model.hasClassHead()) {
      WholeFile.write(task(), text(TaskFile.of(model.task())));
    }
    WholeFile.write(preprocessing(), text(prepared()));
    if (!Files.exists(readme())) {
      String graph = options.stem() + ".onnx";
      WholeFile.write(readme(), Readme.of(graph, name, exported, model, options.merged()));
    }
  }

  /** Layer by layer what became of it and why. */
  private static void layers(ArrayNode all, List<LayerRange> ranges) {
    for (LayerRange range : ranges) {
      ObjectNode one = all.addObject();
      one.put("layer", range.layer());
      one.put("in", range.hasOutliers() ? "fp32" : "int8");
      one.put("least", range.least());
      one.put("largest", range.largest());
      one.put("usual", range.usual());
      one.put("ratio", range.ratio());
    }
  }

  /** The classes of every adapter of the folder, by its name. */
  private ObjectNode labels() {
    ObjectNode all =
        Files.exists(labelFile()) ? (ObjectNode) read(labelFile()) : JSON.createObjectNode();
    all.set(name, classes());
    return all;
  }

  private static JsonNode read(Path file) {
    try {
      return JSON.readTree(Files.readString(file));
    } catch (IOException | JacksonException e) {
      throw new ConfigException(
          file + " is no readable JSON: " + Reason.of(e) + ". Choose another folder", e);
    }
  }

  private static ObjectNode preprocessing(ImagePreprocessing p) {
    ObjectNode made = JSON.createObjectNode();
    made.put("input", ExportedGraph.INPUT);
    made.put("layout", "batch, red green blue, rows, columns");
    made.put("size", p.inputSize());
    made.put("resize", (int) Math.floor(p.inputSize() / p.cropPct()));
    made.put("crop", p.crop().name().toLowerCase(Locale.ROOT));
    made.put("interpolation", p.interpolation());
    made.put("divide-by", 255);
    var mean = made.putArray("mean");
    p.mean().forEach(mean::add);
    var std = made.putArray("std");
    p.std().forEach(std::add);
    return made;
  }

  private static ObjectNode preprocessing(PointPreprocessing p, ExportedGraph exported) {
    ObjectNode made = JSON.createObjectNode();
    String input = exported.given().get(0).name();
    made.put("input", input);
    boolean inside = input.equals(PointStem.CLOUDS);
    made.put(
        "layout",
        inside
            ? "batch, points, x y z"
            : "batch, groups, the centre and then its neighbours minus it, x y z");
    made.put("points", p.points());
    made.put("groups", p.groups());
    made.put("neighbours", p.neighbours());
    made.put("normalisation", p.normalisation());
    return made;
  }

  private static String text(ObjectNode tree) {
    return tree.toPrettyString() + "\n";
  }
}
