package dev.adapterx.peft.mixture;

import static dev.adapterx.testing.Golden.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.base.Rng;
import dev.adapterx.model.Reads;
import dev.adapterx.nn.Linear;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.Tuner;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.AdapterXReference;
import dev.adapterx.testing.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/**
 * Adapter-X's forward pass, losses and gradients against an independent implementation in PyTorch.
 */
class AdapterXGoldenTest {
  static Stream<String> variants() {
    return AdapterXReference.VARIANTS.stream();
  }

  @Test
  void every_file_is_a_variant() throws IOException {
    try (var files = Files.list(Golden.path("adapterx_backbone.safetensors").getParent())) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .filteredOn(f -> f.startsWith("adapterx_") && !f.equals("adapterx_backbone.safetensors"))
          .containsExactlyInAnyOrderElementsOf(AdapterXReference.VARIANTS);
    }
  }

  @ParameterizedTest
  @MethodSource("variants")
  void forward_losses_and_gradients_equal_the_reference(String file) {
    Golden golden = Golden.read(file);
    JsonNode config = golden.config();
    Golden given = Golden.read("adapterx_backbone.safetensors");
    try (Scope scope = Scope.open()) {
      Tuner tuner =
          AdapterXReference.method(config)
              .attach(AdapterXReference.backbone(), Rng.of(1, "golden"));
      assertThat(tuner.trainable().names())
          .containsExactlyInAnyOrderElementsOf(golden.file().within("tuner.").tensors().keySet());
      tuner.trainable().forEach((name, t) -> set(t, golden.tensor("tuner." + name)));
      Tensor weight = golden.tensor("head.weight").requires_grad_(true);
      Tensor bias = golden.tensor("head.bias").requires_grad_(true);
      Pass pass = Pass.training(Rng.of(1, "pass"), 0);

      Tensor features =
          tuner.backbone().features(given.tensor("input"), tuner, pass, Reads.pooled()).pooled();
      Tensor logits = new Linear(weight, bias).forward(features);
      Tensor labels = Tensors.of(given.longs("labels"), logits.size(0));
      Tensor ce = torch.cross_entropy_loss(logits, labels);
      Tensor loss = pass.auxiliaryLoss().map(ce::add).orElse(ce);
      loss.backward();

      assertClose(features, golden.floats("features"), 2e-5, "features");
      assertClose(logits, golden.floats("logits"), 2e-5, "logits");
      assertClose(loss, golden.floats("loss"), 2e-5, "loss");
      pass.loss("balance")
          .ifPresent(b -> assertClose(b, golden.floats("balance"), 2e-5, "balance"));
      pass.loss("z").ifPresent(z -> assertClose(z, golden.floats("z"), 2e-5, "z"));
      assertClose(weight.grad(), golden.floats("grad.head.weight"), 1e-4, "grad of head.weight");
      tuner
          .trainable()
          .forEach(
              (name, t) -> {
                if (golden.file().tensors().containsKey("grad.tuner." + name)) {
                  float[] reference = golden.floats("grad.tuner." + name);
                  Tensor grad = t.grad().defined() ? t.grad() : t.mul(new Scalar(0.0));
                  assertClose(grad, reference, 1e-4, "grad of " + name);
                }
              });
    }
  }

  private static void set(Tensor parameter, Tensor value) {
    try (Scope scope = Scope.withoutGradients()) {
      parameter.copy_(value);
    }
  }
}
