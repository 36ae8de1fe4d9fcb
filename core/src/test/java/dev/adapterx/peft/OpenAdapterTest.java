package dev.adapterx.peft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones;
import dev.adapterx.model.Backbones.Options;
import dev.adapterx.model.input.ImagePreprocessing;
import dev.adapterx.model.input.Normalisation;
import dev.adapterx.model.input.Preprocessing;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.weight.Lora;
import dev.adapterx.task.Classification;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.Golden;
import dev.adapterx.testing.Tiny;
import java.nio.file.Path;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From an adapter's folder and a weight file to a model that predicts, by one call. */
class OpenAdapterTest {
  private static final Path WEIGHTS = Golden.path("timm_vit/model.safetensors");

  /** Otherwise than the file describes it. */
  private static final Options TRAINED =
      Options.builder()
          .inputSize(24)
          .normalisation(Normalisation.IMAGENET)
          .cropPct(0.95)
          .precision(Precision.FP32)
          .build();

  @TempDir Path folder;
  private float[] expected = new float[0];
  private Preprocessing prepared = ImagePreprocessing.of(1, 1, Normalisation.HALF);

  @BeforeEach
  void train() {
    try (Backbone backbone = Backbones.load(WEIGHTS, TRAINED);
        AdaptedModel model =
            AdaptedModel.attach(backbone, new Lora(), Classification.of(Tiny.LABELS), 1)) {
      Tiny.randomise(model.trainable(), 0.3, 5);
      expected = logits(model);
      prepared = backbone.preprocessing();
      AdapterFile.write(model, folder);
    }
  }

  private static float[] logits(AdaptedModel model) {
    try (Scope scope = Scope.withoutGradients()) {
      Tensor input = Tensors.of(ramp(2 * 3 * 24 * 24), 2, 3, 24, 24);
      return Tensors.floats(model.logits(input, Pass.evaluation()));
    }
  }

  private static float[] ramp(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (i % 97) / 97f - 0.5f;
    }
    return values;
  }

  @Test
  void the_backbone_is_prepared_as_it_was_in_training() {
    Options here = Options.defaults().with(Precision.FP32);
    try (AdaptedModel model = AdapterFile.read(folder).open(WEIGHTS, here)) {
      assertThat(model.backbone().preprocessing()).isEqualTo(prepared);
      assertThat(prepared.normalisation()).isEqualTo("imagenet");
      assertThat(logits(model)).isEqualTo(expected);
    }
  }

  @Test
  void what_it_opened_is_closed_with_it() {
    AdaptedModel model = AdapterFile.read(folder).open(WEIGHTS);
    Tensor token = model.backbone().tensors().get("cls_token");
    assertThat(token.isNull()).isFalse();
    model.close();
    assertThat(token.isNull()).isTrue();
  }

  @Test
  void other_weights_are_refused() {
    assertThatThrownBy(() -> AdapterFile.read(folder).open(Golden.path("timm_avg")))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("was trained on the backbone");
    assertThatThrownBy(() -> AdapterFile.read(folder).openEmbedded("embedded", Options.defaults()))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("was trained on the backbone");
  }
}
