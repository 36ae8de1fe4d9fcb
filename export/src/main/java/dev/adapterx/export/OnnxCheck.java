package dev.adapterx.export;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoraAdapter;
import ai.onnxruntime.OrtSession;
import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Reason;
import dev.adapterx.base.Rng;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.input.PointPreprocessing;
import dev.adapterx.nn.Pass;
import dev.adapterx.nn.PointGroups;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.task.Outputs;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/** Runs what was exported in ONNX Runtime, where that is on the class path. */
public final class OnnxCheck {
  private static final int BATCH = 4;

  /**
   * What both gave for the same random inputs.
   *
   * @param difference of two outputs, the largest
   * @param scores the largest size of one
   * @param agreeing of what gets a class, how many get the same one
   * @param asked how many there were: inputs, or their cells, points or places
   */
  public record Compared(double difference, double scores, long agreeing, long asked) {}

  private OnnxCheck() {}

  /**
   * Checks that ONNX Runtime is there.
   *
   * @throws ConfigException saying how to bring it, when it is not
   */
  public static void requireRuntime() {
    requireRuntime(OnnxCheck.class.getClassLoader());
  }

  static void requireRuntime(ClassLoader classes) {
    try {
      Class.forName("ai.onnxruntime.OrtEnvironment", false, classes);
    } catch (ClassNotFoundException e) {
      throw new ConfigException(
          "--check compares with ONNX Runtime, which is not on the class path; nothing is fetched."
              + " Get com.microsoft.onnxruntime:onnxruntime (1.20 or newer) and name its jar:"
              + " ADAPTERX_PLUGINS=onnxruntime.jar adapterx export …",
          e);
    }
  }

  /**
   * Compares a graph with its model.
   *
   * @param adapter the adapter's file; absent of a merged model
   * @throws CheckpointException with the runtime's reason, when it refuses the files
   */
  public static Compared of(AdaptedModel model, Path graph, @Nullable Path adapter) {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (Scope scope = Scope.withoutGradients();
        OrtSession session = environment.createSession(graph.toString())) {
      environment.setTelemetry(false);
      Tensor input = input(model.backbone(), session.getInputNames());
      Outputs expected = model.outputs(told(model, input), Pass.evaluation());
      Map<String, Tensor> found = outputs(environment, session, model, input, adapter);
      double difference = 0;
      double size = 0;
      for (Map.Entry<String, Tensor> output : found.entrySet()) {
        Tensor known = known(expected, output.getKey());
        difference = Math.max(difference, largest(output.getValue().sub(known)));
        size = Math.max(size, largest(known));
      }
      Tensor scores = expected.scores();
      LongOptional classes = new LongOptional(BoxHead.fits(model) ? 2 : 1);
      Tensor best = scores.argmax(classes, false);
      Tensor same = Objects.requireNonNull(found.get(ExportedGraph.OUTPUT)).argmax(classes, false);
      return new Compared(difference, size, best.eq(same).sum().item_long(), best.numel());
    } catch (OrtException e) {
      throw new CheckpointException("ONNX Runtime refuses " + graph + ": " + Reason.of(e), e);
    }
  }

  private static Tensor known(Outputs outputs, String name) {
    return name.equals(ExportedGraph.OUTPUT) ? outputs.scores() : outputs.get(name);
  }

  private static double largest(Tensor x) {
    return Math.max(x.max().item_double(), -x.min().item_double());
  }

  /** Clouds whose points are labelled, with their groups, and each of the first category. */
  private static Tensor told(AdaptedModel model, Tensor input) {
    if (!PartHead.fits(model)) {
      return input;
    }
    PointPreprocessing p = (PointPreprocessing) model.backbone().preprocessing();
    Tensor groups = PointGroups.of(input, p.groups(), p.neighbours()).flatten(1, 2);
    return Tensors.cat(1, groups, input, Init.zeros(input.size(0), 1, 3));
  }

  private static Tensor input(Backbone backbone, Set<String> inputs) {
    Rng rng = Rng.of(0, "check");
    if (!(backbone.preprocessing() instanceof PointPreprocessing p)) {
      long[] shape = backbone.preprocessing().inputShape();
      return Init.normal(rng, 0, 1, BATCH, shape[0], shape[1], shape[2]);
    }
    Tensor clouds = Init.normal(rng, 0, 0.3, BATCH, p.points(), 3);
    return inputs.contains(PointStem.CLOUDS)
        ? clouds
        : PointGroups.of(clouds, p.groups(), p.neighbours());
  }

  private static Map<String, Tensor> outputs(
      OrtEnvironment environment,
      OrtSession session,
      AdaptedModel model,
      Tensor input,
      @Nullable Path adapter)
      throws OrtException {
    Map<String, OnnxTensor> given = new LinkedHashMap<>();
    try (OrtSession.RunOptions options = new OrtSession.RunOptions()) {
      for (String name : session.getInputNames()) {
        switch (name) {
          case ExportedGraph.INPUT, PointStem.CLOUDS -> given.put(name, tensor(environment, input));
          case PointStem.GROUPS -> given.put(name, tensor(environment, grouped(model, input)));
          case ExportedGraph.CATEGORY ->
              given.put(
                  name,
                  OnnxTensor.createTensor(
                      environment, LongBuffer.wrap(new long[BATCH]), new long[] {BATCH}));
          default -> {} // of the adapter
        }
      }
      if (adapter == null) {
        return outputs(session, given, options);
      }
      try (OrtLoraAdapter own = OrtLoraAdapter.create(adapter.toString())) {
        options.addActiveLoraAdapter(own);
        return outputs(session, given, options);
      }
    } finally {
      given.values().forEach(OnnxTensor::close);
    }
  }

  private static Tensor grouped(AdaptedModel model, Tensor input) {
    PointPreprocessing p = (PointPreprocessing) model.backbone().preprocessing();
    return input.dim() == 3 ? PointGroups.of(input, p.groups(), p.neighbours()) : input;
  }

  private static OnnxTensor tensor(OrtEnvironment environment, Tensor x) throws OrtException {
    return OnnxTensor.createTensor(environment, FloatBuffer.wrap(Tensors.floats(x)), x.shape());
  }

  private static Map<String, Tensor> outputs(
      OrtSession session, Map<String, OnnxTensor> inputs, OrtSession.RunOptions options)
      throws OrtException {
    Set<String> asked = new LinkedHashSet<>(session.getOutputNames());
    asked.remove(ExportedGraph.ROUTING);
    Map<String, Tensor> all = new LinkedHashMap<>();
    try (OrtSession.Result result = session.run(inputs, asked, options)) {
      for (String name : asked) {
        OnnxTensor output = (OnnxTensor) result.get(name).orElseThrow();
        FloatBuffer found = output.getFloatBuffer();
        float[] values = new float[found.remaining()];
        found.get(values);
        all.put(name, Tensors.of(values, output.getInfo().getShape()));
      }
    }
    return all;
  }
}
