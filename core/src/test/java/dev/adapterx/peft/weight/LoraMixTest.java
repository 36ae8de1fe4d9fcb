package dev.adapterx.peft.weight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import dev.adapterx.model.Backbone;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.AdapterFile;
import dev.adapterx.peft.PeftMethod;
import dev.adapterx.peft.kit.Projection;
import dev.adapterx.task.Classification;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.AdapterXReference;
import dev.adapterx.testing.Golden;
import dev.adapterx.testing.Tiny;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoraMixTest {
  private static final List<Projection> TARGETS = List.of(Projection.Q, Projection.FC1);
  private static final List<Double> WEIGHTS = List.of(0.7, -0.2, 0.5);

  @Test
  void mixes_are_those_of_peft() {
    Golden golden = Golden.read("lora_mix.safetensors");
    List<AdaptedModel> models = new ArrayList<>();
    try (Scope scope = Scope.open();
        Backbone backbone = AdapterXReference.backbone()) {
      for (int i = 0; i < 3; i++) {
        Lora method = new Lora(2 + i, null, false, 0, TARGETS);
        AdaptedModel model =
            AdaptedModel.attach(backbone, method, Classification.of(Tiny.LABELS), i);
        golden
            .tensors(i + ".")
            .forEach((name, value) -> Tiny.set(model.trainable().get(name), value));
        models.add(model);
      }
      LoraMix mix = LoraMix.of(models, WEIGHTS);
      try (AdaptedModel linear = mix.linear();
          AdaptedModel ties = mix.ties(0.4, 5)) {
        assertThat(((Lora) linear.method()).rank()).isEqualTo(9);
        assertThat(((Lora) ties.method()).rank()).isEqualTo(5);
        assertDeltas(linear.trainable(), golden, "cat");
        assertDeltas(ties.trainable(), golden, "ties_svd");
        float[] bias = Tensors.floats(linear.trainable().get("head.bias"));
        float[] expected = new float[5];
        for (int i = 0; i < 3; i++) {
          float[] own = Tensors.floats(models.get(i).trainable().get("head.bias"));
          for (int c = 0; c < 5; c++) {
            expected[c] += (float) (WEIGHTS.get(i) * own[c]);
          }
        }
        assertThat(Golden.relativeError(bias, expected)).isLessThan(1e-5);
      }
      models.forEach(AdaptedModel::close);
    }
  }

  private static void assertDeltas(NamedTensors trained, Golden golden, String rule) {
    for (int i = 0; i < 3; i++) {
      for (Projection at : TARGETS) {
        NamedTensors own = trained.at("blocks." + i + ".lora." + at.key());
        String name = rule + "." + i + "." + at.key();
        Golden.assertClose(own.get("b").mm(own.get("a")), golden.floats(name), 1e-5, name);
      }
    }
  }

  @Test
  void a_mix_is_an_ordinary_adapter(@TempDir Path folder) {
    try (Backbone vit = Tiny.vit(Precision.FP32);
        AdaptedModel one = model(vit, new Lora(), Tiny.LABELS);
        AdaptedModel two =
            model(
                vit, new Lora(4, 8.0, false, 0, List.of(Projection.Q, Projection.V)), Tiny.LABELS);
        AdaptedModel mix = LoraMix.of(List.of(one, two), List.of(0.5, 0.5)).linear()) {
      AdapterFile.write(mix, folder);
      try (AdaptedModel again = AdapterFile.read(folder).attach(vit)) {
        assertThat(Tiny.values(again.trainable()).keySet())
            .isEqualTo(Tiny.values(mix.trainable()).keySet());
        assertThat(((Lora) again.method()).rank()).isEqualTo(12);
      }
    }
  }

  @Test
  void what_cannot_be_mixed_is_told() {
    try (Backbone vit = Tiny.vit(Precision.FP32);
        Backbone other = Tiny.described(vit, "sha-9", vit.preprocessing());
        AdaptedModel lora = model(vit, new Lora(), Tiny.LABELS);
        AdaptedModel dora = model(vit, new Dora(), Tiny.LABELS);
        AdaptedModel elsewhere = model(vit, new Lora(4, null, false, 0, TARGETS), Tiny.LABELS);
        AdaptedModel labels = model(vit, new Lora(), List.of("a", "b"));
        AdaptedModel stranger = model(other, new Lora(), Tiny.LABELS)) {
      String second = "Adapter 2 cannot be mixed: ";
      refused(lora, dora, second + "it is DoRA, expected LoRA");
      refused(lora, elsewhere, second + "its targets are [q, fc1], those of the first [q, v]");
      refused(
          lora,
          labels,
          second + "its classes or head are not those of the first; heads are averaged");
      refused(
          lora,
          stranger,
          second + "it is on the backbone 'tiny', the first is on 'tiny' with other weights");
      assertThatThrownBy(() -> LoraMix.of(List.of(lora, lora), List.of(1.0, -1.0)))
          .isInstanceOf(ConfigException.class)
          .hasMessageStartingWith("The weights of a mix must be finite and must not sum to 0");
      assertThatThrownBy(() -> LoraMix.of(List.of(lora), List.of(1.0, 2.0)))
          .isInstanceOf(ConfigException.class)
          .hasMessage(
              "A mix needs as many weights as adapters, found 1 adapters and the weights [1.0, 2.0]");
      LoraMix mix = LoraMix.of(List.of(lora), List.of(1.0));
      assertThatThrownBy(() -> mix.ties(0, 4))
          .hasMessage("The density of TIES must lie in (0, 1], found 0.0");
    }
  }

  private static void refused(AdaptedModel one, AdaptedModel two, String message) {
    assertThatThrownBy(() -> LoraMix.of(List.of(one, two), List.of(0.5, 0.5)))
        .isInstanceOf(ConfigException.class)
        .hasMessage(message);
  }

  private static AdaptedModel model(Backbone backbone, PeftMethod method, List<String> labels) {
    return AdaptedModel.attach(backbone, method, Classification.of(labels), 1);
  }
}
