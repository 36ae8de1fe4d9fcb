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

/** What lies beside a graph: names of classes, how an image becomes its input, how it is run. */
final class Companions {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Companions() {}

  /**
   * What a program must know of a graph that its file does not tell it readily.
   *
   * @param weights the file of its weights
   */
  static void write(
      Path graph, Path weights, ExportedGraph exported, AdaptedModel model, OnnxOptions options) {
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
    WholeFile.write(graph.resolveSibling(options.stem() + ".json"), text(made));
  }

  static void write(
      Path folder, String name, ExportedGraph exported, AdaptedModel model, OnnxOptions options) {
    Path labels = folder.resolve("labels.json");
    WholeFile.write(labels, text(labels(labels, name, model.task().labels())));
    if (!model.hasClassHead()) {
      WholeFile.write(folder.resolve(name + ".task.json"), text(TaskFile.of(model.task())));
    }
    ObjectNode prepared =
        model.backbone().preprocessing() instanceof ImagePreprocessing pictures
            ? preprocessing(pictures)
            : preprocessing((PointPreprocessing) model.backbone().preprocessing(), exported);
    WholeFile.write(folder.resolve("preprocessing.json"), text(prepared));
    Path readme = folder.resolve("README.md");
    if (!Files.exists(readme)) {
      String graph = options.stem() + ".onnx";
      WholeFile.write(readme, Readme.of(graph, name, exported, model, options.merged()));
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
  private static ObjectNode labels(Path file, String name, List<String> classes) {
    ObjectNode all = JSON.createObjectNode();
    if (Files.exists(file)) {
      try {
        JsonNode before = JSON.readTree(Files.readString(file));
        if (before instanceof ObjectNode known) {
          all = known;
        }
      } catch (IOException | JacksonException e) {
        throw new ConfigException(
            file + " is no readable JSON: " + Reason.of(e) + ". Choose another folder", e);
      }
    }
    var own = all.putArray(name);
    classes.forEach(own::add);
    return all;
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
