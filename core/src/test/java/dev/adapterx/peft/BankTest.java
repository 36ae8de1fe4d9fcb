package dev.adapterx.peft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.adapter.AdaptFormer;
import dev.adapterx.peft.adapter.AdapterPlus;
import dev.adapterx.peft.adapter.Houlsby;
import dev.adapterx.peft.adapter.ParallelAdapter;
import dev.adapterx.peft.adapter.Pfeiffer;
import dev.adapterx.peft.kit.Projection;
import dev.adapterx.peft.mixture.AdapterX;
import dev.adapterx.peft.mixture.OwnParts;
import dev.adapterx.peft.part.LinearProbe;
import dev.adapterx.peft.weight.Lora;
import dev.adapterx.task.Classification;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BankTest {
  private static final int SAMPLES = 5;

  static List<PeftMethod> methods() {
    return List.of(
        new Lora(),
        new Lora(3, 6.0, false, 0.1, List.of(Projection.QKV, Projection.FC1, Projection.PROJ)),
        new AdaptFormer(),
        new AdaptFormer(4, 0.5, 0, false, dev.adapterx.peft.kit.Activation.GELU),
        new ParallelAdapter(),
        new AdapterPlus(),
        new Pfeiffer(),
        new Houlsby(),
        Houlsby.noah(),
        new AdapterX(),
        AdapterX.with(
            o -> {
              o.form = AdapterX.Form.SEQUENTIAL;
              o.router = AdapterX.RouterFlavour.COSINE;
              o.own = new OwnParts(true, true, true, true, false);
              o.norm2 = AdapterX.Norm2.SHARED;
              o.share = AdapterX.Share.NONE;
              o.promptBase = AdapterX.PromptBase.MEAN;
            }),
        AdapterX.with(
            o -> {
              o.router = AdapterX.RouterFlavour.LINEAR;
              o.routing = AdapterX.Routing.SOFT;
              o.own = new OwnParts(false, false, false, true, true);
              o.prompts = false;
            }),
        AdapterX.with(
            o -> {
              o.own = new OwnParts(false, true, false, true, false);
              o.norm2 = AdapterX.Norm2.FROZEN;
              o.gate = AdapterX.Gate.TIMES_EXPERTS;
              o.experts = 1;
              o.cls = false;
            }),
        AdapterX.with(o -> o.routing = AdapterX.Routing.RANDOM),
        new LinearProbe());
  }

  private static Backbone backbone(Precision precision) {
    return Backbones.initial(
        "vit_32x2x2_patch8_32", Backbones.Options.defaults().with(precision), 1);
  }

  /** Models whose tensors are all far from where training starts, of different class counts. */
  private static List<AdaptedModel> models(Backbone backbone, PeftMethod method) {
    List<AdaptedModel> models = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      List<String> labels = IntStream.range(0, 3 + i).mapToObj(c -> "c" + c).toList();
      AdaptedModel model = AdaptedModel.attach(backbone, method, Classification.of(labels), i);
      Rng rng = Rng.of(i, "values");
      try (Scope scope = Scope.withoutGradients()) {
        model
            .trainable()
            .forEach(
                (name, tensor) -> {
                  float[] values = new float[Math.toIntExact(tensor.numel())];
                  for (int v = 0; v < values.length; v++) {
                    values[v] = (float) (0.3 * rng.nextGaussian());
                  }
                  tensor.copy_(Tensors.of(values, tensor.shape()));
                });
      }
      models.add(model);
    }
    return models;
  }

  private static Tensor input() {
    float[] values = new float[SAMPLES * 3 * 32 * 32];
    Rng rng = Rng.of(9, "input");
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) rng.nextGaussian();
    }
    return Tensors.of(values, SAMPLES, 3, 32, 32);
  }

  @ParameterizedTest
  @MethodSource("methods")
  void each_sample_gets_what_its_own_model_says(PeftMethod method) {
    try (Backbone backbone = backbone(Precision.FP32);
        Scope scope = Scope.withoutGradients()) {
      List<AdaptedModel> models = models(backbone, method);
      List<AdaptedModel> perRow =
          IntStream.range(0, SAMPLES)
              .mapToObj(i -> models.get(new int[] {0, 2, 1, 0, 2}[i]))
              .toList();
      Tensor input = input();
      List<Tensor> together = Bank.logits(perRow, input);
      double moved = 0;
      for (int i = 0; i < SAMPLES; i++) {
        Tensor own = input.narrow(0, i, 1);
        float[] expected = Tensors.floats(perRow.get(i).logits(own, Pass.evaluation()));
        float[] found = Tensors.floats(together.get(i));
        assertThat(found).hasSize(expected.length);
        for (int c = 0; c < found.length; c++) {
          assertThat(found[c])
              .as("%s, sample %d", method, i)
              .isEqualTo(expected[c], Offset.offset(2e-4f * Math.max(1, Math.abs(expected[c]))));
        }
        float[] other =
            Tensors.floats(
                models.get(perRow.get(i) == models.get(0) ? 1 : 0).logits(own, Pass.evaluation()));
        moved = Math.max(moved, Math.abs(other[0] - expected[0]));
      }
      assertThat(moved).as("models differ").isGreaterThan(0.05);
      models.forEach(AdaptedModel::close);
    }
  }

  @Test
  void only_what_fits_together_is_of_one_family() {
    try (Backbone backbone = backbone(Precision.FP32)) {
      Classification task = Classification.of(List.of("a", "b"));
      AdaptedModel lora = AdaptedModel.attach(backbone, new Lora(), task, 1);
      AdaptedModel same = AdaptedModel.attach(backbone, new Lora(), task, 2);
      AdaptedModel wider =
          AdaptedModel.attach(
              backbone, new Lora(4, null, false, 0, List.of(Projection.Q)), task, 3);
      PeftMethod biased = AdapterX.with(o -> o.promptBias = -4.0);
      AdaptedModel mixture = AdaptedModel.attach(backbone, biased, task, 4);
      assertThat(Bank.family(lora)).isPresent().isEqualTo(Bank.family(same));
      assertThat(Bank.family(wider)).isPresent().isNotEqualTo(Bank.family(lora));
      assertThat(Bank.family(mixture)).isEmpty();
      try (Scope scope = Scope.withoutGradients()) {
        Tensor two = input().narrow(0, 0, 2);
        assertThatThrownBy(() -> Bank.logits(List.of(lora, wider), two))
            .isInstanceOf(ConfigException.class);
        assertThatThrownBy(() -> Bank.logits(List.of(mixture, mixture), two))
            .isInstanceOf(ConfigException.class);
      }
      List.of(lora, same, wider, mixture).forEach(AdaptedModel::close);
    }
  }
}
