package dev.adapterx.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import dev.adapterx.dense.segment.PixelForm;
import dev.adapterx.dense.segment.Segmentation;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.Methods;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.Tiny;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Graphs that give every cell of a map its class. */
class SegmentationExportTest {
  private static final List<String> CLASSES = List.of("sky", "road", "car");

  @TempDir Path folder;

  private static AdaptedModel attached(Backbone backbone, String method, PixelForm form, int side) {
    Segmentation task = Segmentation.of(CLASSES, form, side);
    AdaptedModel model = AdaptedModel.attach(backbone, Methods.entry(method, "test"), task, 1);
    Tiny.randomise(model.trainable(), 0.1, 2);
    model
        .buffers()
        .forEach((name, t) -> Tiny.set(t, Init.normal(Rng.of(5, name), 1, 0.1, t.shape())));
    return model;
  }

  @ParameterizedTest
  @CsvSource({
    "adapter-x, 0, 1",
    "adapter-x, 2, 4",
    "lora, 1, 2",
    "vpt, 1, 4",
    "linear-probe, 2, 1"
  })
  void scores_of_every_cell_are_those_of_libtorch(String method, int upscale, int layers)
      throws Exception {
    Backbones.Options options = Backbones.Options.defaults().with(Precision.FP32);
    List<Integer> read = List.of(0, 1, 2, 3).subList(4 - layers, 4);
    try (Backbone vit = Tiny.vit("vit_32x4x2_patch8_32", options, 1);
        AdaptedModel model =
            attached(vit, method, new PixelForm(read, upscale, 8, 0, layers > 1), 32);
        Scope scope = Scope.withoutGradients()) {
      OnnxExport.Written written =
          OnnxExport.write(model, null, folder, "roads", OnnxOptions.BESIDE);
      Tensor input = Tiny.input(vit, 3);
      Tensor expected = model.logits(input, Pass.evaluation());
      int side = 4 << upscale;
      assertThat(expected.shape()).containsExactly(3, 3, side, side);
      try (Session session = Session.open(written.graph())) {
        float[] found = session.logits(Tensors.floats(input), input.shape(), written.adapter());
        Tensor apart = Tensors.of(found, expected.shape()).sub(expected);
        assertThat(apart.abs().max().item_double()).isLessThan(1e-4);
        assertThat(expected.abs().max().item_double()).isGreaterThan(0.1);
      }
      assertThat(folder.resolve("backbone.json"))
          .content()
          .contains("\"classes\", \"" + side + "\", \"" + side + "\"");
    }
  }

  @Test
  void pixels_of_a_backbone_of_stages_are_refused() {
    try (Backbone swin = Tiny.swin(Precision.FP32);
        AdaptedModel model =
            attached(swin, "lora", new PixelForm(List.of(1, 3), 0, 0, 0, false), 40)) {
      assertThatThrownBy(() -> OnnxExport.write(model, null, folder, "roads", OnnxOptions.BESIDE))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("on vision transformers")
          .hasMessageContaining("segmentation");
      assertThat(folder).isEmptyDirectory();
    }
  }
}
