package dev.adapterx.export;

import dev.adapterx.base.ConfigException;
import dev.adapterx.export.method.MethodGraphs;
import dev.adapterx.export.method.Numbers;
import dev.adapterx.export.method.Source;
import dev.adapterx.export.method.TunerGraph;
import dev.adapterx.export.onnx.Data;
import dev.adapterx.export.onnx.Graph;
import dev.adapterx.export.onnx.OnnxFile;
import dev.adapterx.export.onnx.Value;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.BackboneInfo;
import dev.adapterx.model.input.PointPreprocessing;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Tensors;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * A model as a graph, before anything is written. Belongs to the scope it was made in.
 *
 * @param given what is asked about: images, clouds or groups, and what else a task is told
 * @param inputs what an adapter file gives: all inputs but those
 * @param mark the input that says which graph an adapter is for; empty where there is none
 */
record ExportedGraph(
    Graph graph, Source source, List<Value> given, List<Value> inputs, String mark) {
  /** The input that an image is given to, (batch, 3, S, S). */
  static final String INPUT = "pixels";

  /**
   * The scores, (batch, classes); of a segmentation (batch, classes, rows, columns), of labelled
   * points (batch, classes, points), of a detection (batch, places, classes).
   */
  static final String OUTPUT = "logits";

  /** The experts that patches went to, int32 of (batch, blocks, patches, sub-tokens). */
  static final String ROUTING = "routing";

  /** What each cloud is, whole numbers of (batch), where a head that labels points is told. */
  static final String CATEGORY = "category";

  private static final int DIGITS = 8;

  /**
   * The graph of a model.
   *
   * @throws ConfigException with the reason, when there is none
   */
  static ExportedGraph of(AdaptedModel model, OnnxOptions options) {
    ExportedGraph exact = of(model, options.with(Numbers.FP32, List.of()), null);
    return options.numbers() == Numbers.FP32 ? exact : of(model, options, exact.mark);
  }

  /**
   * @param known the mark of the same graph in fp32, whose adapters this one takes too
   */
  private static ExportedGraph of(AdaptedModel model, OnnxOptions options, @Nullable String known) {
    boolean merged = options.merged();
    requireKnownHead(model);
    Backbone backbone = model.tunedBackbone();
    TunerGraph tuner = merged ? TunerGraph.NONE : MethodGraphs.of(model.method());
    NamedTensors own = model.trainable().and(model.buffers());
    Graph graph = new Graph();
    Source source =
        merged
            ? new Source(graph, model.merged(), head(own), false, options.numbers(), options.kept())
            : new Source(
                graph, model.backbone().tensors(), own, true, options.numbers(), options.kept());
    List<Value> given = given(graph, backbone, model, options.groupsOutside());
    long reads = model.lastTokens(Pass.evaluation());
    BackboneGraph through = new BackboneGraph(source, backbone, tuner, reads);
    Value routing;
    if (model.hasClassHead()) {
      BackboneGraph.Read read = through.read(given.get(0));
      graph.output(new HeadGraph(source).scores(read.feature()), OUTPUT);
      routing = read.routing();
    } else {
      List<Integer> read = model.reads().layers();
      List<Integer> layers = read.isEmpty() ? List.of(backbone.blocks().size() - 1) : read;
      BackboneGraph.Patches patches = through.patches(given.get(0), layers);
      dense(source, model).outputs(patches).forEach((name, value) -> graph.output(value, name));
      routing = patches.routing();
    }
    if (routing != null) {
      graph.output(routing, ROUTING);
    }
    List<Value> inputs = graph.inputs().stream().filter(v -> !given.contains(v)).toList();
    String mark = merged ? "" : known == null ? mark(graph, model) : known;
    if (!merged) {
      graph.input(mark, 1);
    }
    return new ExportedGraph(graph, source, given, inputs, mark);
  }

  private static void requireKnownHead(AdaptedModel model) {
    boolean known =
        model.hasClassHead() || MapHead.fits(model) || BoxHead.fits(model) || PartHead.fits(model);
    if (!known) {
      throw new ConfigException(
          "ONNX is written of models that name classes, that find boxes, that label points, and on"
              + " vision transformers of those that give pixels theirs; the model's task is "
              + model.task().name());
    }
  }

  private static DenseHead dense(Source source, AdaptedModel model) {
    if (MapHead.fits(model)) {
      return new MapHead(source);
    }
    if (BoxHead.fits(model)) {
      return new BoxHead(source, TaskFile.levels(model.task()));
    }
    Graph graph = source.graph();
    PointPreprocessing input = (PointPreprocessing) model.tunedBackbone().preprocessing();
    return new PartHead(source, points(graph, input), category(graph, model));
  }

  private static Value points(Graph graph, PointPreprocessing input) {
    return graph.input(PointStem.CLOUDS, Value.BATCH, input.points(), 3);
  }

  private static @Nullable Value category(Graph graph, AdaptedModel model) {
    return PartHead.told(model) == 0 ? null : graph.numbers(CATEGORY, Value.BATCH);
  }

  /**
   * What is asked about: images, clouds, or the groups of clouds; of points to be labelled those
   * too, and what the cloud is.
   */
  private static List<Value> given(
      Graph graph, Backbone backbone, AdaptedModel model, boolean groupsOutside) {
    long[] shape = backbone.preprocessing().inputShape();
    if (!(backbone.preprocessing() instanceof PointPreprocessing points)) {
      return List.of(graph.input(INPUT, Value.BATCH, shape[0], shape[1], shape[2]));
    }
    List<Value> given = new ArrayList<>();
    given.add(
        groupsOutside
            ? graph.input(PointStem.GROUPS, Value.BATCH, shape[0], shape[1], shape[2])
            : points(graph, points));
    if (PartHead.fits(model)) {
      Value asked = points(graph, points);
      Value category = category(graph, model);
      given.addAll(groupsOutside ? List.of(asked) : List.of());
      given.addAll(category == null ? List.of() : List.of(category));
    }
    return given;
  }

  private static NamedTensors head(NamedTensors own) {
    Map<String, org.bytedeco.pytorch.Tensor> head = new LinkedHashMap<>();
    own.forEach(
        (name, tensor) -> {
          if (name.startsWith("head.")) {
            head.put(name, tensor);
          }
        });
    return NamedTensors.of(head);
  }

  /**
   * What a graph and its adapters have in common, as the name of an input: a runtime that is given
   * the adapter of another backbone, method or setting refuses it by that name.
   */
  private static String mark(Graph graph, AdaptedModel model) {
    Map<String, Data> nowhere = new LinkedHashMap<>();
    graph.weights().forEach(w -> nowhere.put(w.name(), new Data.Beside("", 0, 0)));
    BackboneInfo info = model.backbone().info();
    byte[] formula = OnnxFile.of(graph, nowhere, Map.of("backbone", info.sha256()));
    return "for "
        + model.method().name()
        + " "
        + hash(formula).substring(0, DIGITS)
        + " on "
        + info.name()
        + " "
        + shortened(info.sha256());
  }

  private static String shortened(String sha256) {
    return sha256.substring(0, Math.min(DIGITS, sha256.length()));
  }

  private static String hash(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }

  /** The elements of a weight or input in its type, little-endian. */
  ByteBuffer bytes(Value value) {
    if (value.name().equals(mark)) {
      return ByteBuffer.allocate(Float.BYTES);
    }
    ScalarType type =
        switch (value.type()) {
          case INT8 -> ScalarType.Char;
          case FLOAT16 -> ScalarType.Half;
          case BFLOAT16 -> ScalarType.BFloat16;
          default -> ScalarType.Float;
        };
    return Tensors.bytes(source.values(value.name()).to(type).contiguous())
        .duplicate()
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The shape of an input's values, where the graph leaves the number of classes open. */
  Value shaped(Value value) {
    return new Value(value.name(), value.type(), shape(value));
  }

  private List<Long> shape(Value value) {
    if (!value.shape().contains(Value.CLASSES)) {
      return value.shape();
    }
    List<Long> shape = new ArrayList<>(value.shape());
    shape.set(0, source.values(value.name()).size(0));
    return shape;
  }

  /** A name that a file may have. */
  static boolean isFileName(String name) {
    return !name.isBlank()
        && name.getBytes(StandardCharsets.UTF_8).length <= 200
        && name.chars().noneMatch(c -> c < ' ' || "/\\:*?\"<>|".indexOf(c) >= 0);
  }
}
