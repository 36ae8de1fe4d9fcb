package dev.adapterx.train.run;

import static dev.adapterx.testing.Golden.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.model.Backbone;
import dev.adapterx.model.PointConfig.Positions;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.Methods;
import dev.adapterx.peft.PeftMethod;
import dev.adapterx.task.Classification;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.AdapterXReference;
import dev.adapterx.testing.Golden;
import dev.adapterx.testing.PointReference;
import dev.adapterx.testing.Tiny;
import dev.adapterx.train.loop.AdamW;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/**
 * Every method that has a reference in PyTorch (golden/tuning.py and what uses it): features,
 * scores, loss, gradients, and the values after three steps of AdamW.
 */
class MethodGoldenTest {
  private static final double TOLERANCE = 1e-4;
  private static final List<String> LABELS = List.of("ant", "bee", "cow", "dog", "elk");

  static List<String> files() {
    return Golden.names("methods");
  }

  @ParameterizedTest
  @MethodSource("files")
  void forward_gradients_and_three_steps_equal_the_reference(String file) {
    Golden golden = Golden.read(file);
    JsonNode config = golden.config();
    PeftMethod method = Methods.read(config.path("method"), file);
    boolean points = config.path("backbone").asString().equals("points");
    try (Scope scope = Scope.open();
        Backbone backbone =
            points ? PointReference.backbone(Positions.EVERY_BLOCK) : AdapterXReference.backbone();
        AdaptedModel model = AdaptedModel.attach(backbone, method, Classification.of(LABELS), 1)) {
      NamedTensors given = golden.tensors("values.");
      NamedTensors trained = model.trainable();
      assertThat(trained.names()).containsExactlyInAnyOrderElementsOf(given.names());
      trained.forEach((name, t) -> Tiny.set(t, given.get(name)));
      if (golden.file().tensors().keySet().stream().anyMatch(n -> n.startsWith("buffers."))) {
        golden.tensors("buffers.").forEach((name, t) -> Tiny.set(model.buffers().get(name), t));
      }
      assertThat(config.path("undecayed").valueStream().map(JsonNode::asString))
          .allMatch(name -> trained.get(name).dim() < 2 || model.undecayed().contains(name));
      steps(model, golden, points);
    }
  }

  private static void steps(AdaptedModel model, Golden golden, boolean points) {
    Golden batch = Golden.read(points ? PointReference.BACKBONE : "adapterx_backbone.safetensors");
    Tensor input = batch.tensor("input");
    Tensor labels = Tensors.of((points ? golden : batch).longs("labels"), input.size(0));
    Set<String> undecayed = model.undecayed();
    try (AdamW optimiser = new AdamW(model.trainable(), undecayed, 0.05)) {
      for (int step = 0; step < 3; step++) {
        Pass pass = Pass.evaluation();
        Tensor features = model.features(input, pass);
        Tensor logits = model.logitsOf(features, pass);
        Tensor loss = torch.cross_entropy_loss(logits, labels);
        optimiser.zeroGradients();
        optimiser.addGradients(optimiser.gradientsOf(loss, pass));
        if (step == 0) {
          assertClose(features, golden.floats("features"), TOLERANCE, "features");
          assertClose(logits, golden.floats("logits"), TOLERANCE, "logits");
          assertClose(loss, golden.floats("loss"), TOLERANCE, "loss");
          assertGradients(
              optimiser.gradient(), model.trainable(), undecayed, golden.tensors("grad."));
        }
        optimiser.step(1e-2);
      }
    }
    golden
        .tensors("after3.")
        .forEach(
            (name, after) ->
                assertClose(
                    model.trainable().get(name),
                    Tensors.floats(after),
                    TOLERANCE,
                    name + " after 3 steps"));
  }

  /** The optimiser keeps what decays before what does not. */
  private static void assertGradients(
      Tensor flat, NamedTensors trained, Set<String> undecayed, NamedTensors expected) {
    List<String> order =
        trained.names().stream().sorted(Comparator.comparing(undecayed::contains)).toList();
    long at = 0;
    for (String name : order) {
      long size = trained.get(name).numel();
      float[] reference = Tensors.floats(expected.get(name));
      Tensor actual = flat.narrow(0, at, size);
      if (largest(reference) < 1e-8) { // 0 but for rounding
        assertThat(largest(Tensors.floats(actual))).as(name).isLessThan(1e-5);
      } else {
        assertClose(actual, reference, TOLERANCE, "grad of " + name);
      }
      at += size;
    }
  }

  private static double largest(float[] values) {
    double largest = 0;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }
}
