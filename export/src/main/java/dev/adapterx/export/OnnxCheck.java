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
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/** Runs what was exported in ONNX Runtime, where that is on the class path. */
public final class OnnxCheck {
  private static final int BATCH = 4;

  /**
   * What both gave for the same random inputs.
   *
   * @param difference of two scores, the largest
   * @param scores the largest size of one
   * @param agreeing of the inputs, how many get the same class
   * @param inputs how many there were
   */
  public record Compared(double difference, double scores, int agreeing, int inputs) {}

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
      Tensor input = input(model.backbone(), session.getInputNames());
      Tensor expected = model.logits(input, Pass.evaluation());
      Tensor found = Tensors.of(scores(environment, session, input, adapter), expected.shape());
      return new Compared(
          largest(found.sub(expected)),
          largest(expected),
          agreeing(Tensors.floats(found), Tensors.floats(expected)),
          BATCH);
    } catch (OrtException e) {
      throw new CheckpointException("ONNX Runtime refuses " + graph + ": " + Reason.of(e), e);
    }
  }

  private static double largest(Tensor x) {
    return Math.max(x.max().item_double(), -x.min().item_double());
  }

  private static int agreeing(float[] found, float[] expected) {
    int same = 0;
    int classes = found.length / BATCH;
    for (int i = 0; i < BATCH; i++) {
      same += best(found, i * classes, classes) == best(expected, i * classes, classes) ? 1 : 0;
    }
    return same;
  }

  private static int best(float[] scores, int from, int classes) {
    int best = 0;
    for (int i = 1; i < classes; i++) {
      best = scores[from + i] > scores[from + best] ? i : best;
    }
    return best;
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

  private static float[] scores(
      OrtEnvironment environment, OrtSession session, Tensor input, @Nullable Path adapter)
      throws OrtException {
    String name =
        session.getInputNames().stream()
            .filter(Set.of(ExportedGraph.INPUT, PointStem.CLOUDS, PointStem.GROUPS)::contains)
            .findAny()
            .orElseThrow();
    try (OrtSession.RunOptions options = new OrtSession.RunOptions();
        OnnxTensor given =
            OnnxTensor.createTensor(
                environment, FloatBuffer.wrap(Tensors.floats(input)), input.shape())) {
      if (adapter == null) {
        return scores(session, Map.of(name, given), options);
      }
      try (OrtLoraAdapter own = OrtLoraAdapter.create(adapter.toString())) {
        options.addActiveLoraAdapter(own);
        return scores(session, Map.of(name, given), options);
      }
    }
  }

  private static float[] scores(
      OrtSession session, Map<String, OnnxTensor> inputs, OrtSession.RunOptions options)
      throws OrtException {
    try (OrtSession.Result result = session.run(inputs, Set.of(ExportedGraph.OUTPUT), options)) {
      FloatBuffer found = ((OnnxTensor) result.get(0)).getFloatBuffer();
      float[] values = new float[found.remaining()];
      found.get(values);
      return values;
    }
  }
}
