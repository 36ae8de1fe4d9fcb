package dev.adapterx.dense.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import dev.adapterx.data.targets.ClassMask;
import dev.adapterx.dense.picture.Windows;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.AdapterFile;
import dev.adapterx.peft.mixture.AdapterX;
import dev.adapterx.task.Outputs;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.Tiny;
import dev.adapterx.weights.DType;
import dev.adapterx.weights.SafetensorsWriter;
import dev.adapterx.weights.StoredTensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentationTest {
  private static final int SIDE = 32;
  private static final Segmentation TASK =
      new Segmentation(
          List.of("sky", "road", "car"),
          new PixelForm(List.of(0, 1), 1, 0, 0.1, true),
          SIDE,
          List.of(1.0, 2.0, 3.5),
          0.25,
          List.of(0x0000ff, 0x808080, 0xff0000));

  @TempDir Path folder;

  @Test
  void its_adapter_is_a_file_like_others() throws Exception {
    Path adapter = folder.resolve("adapter");
    try (Backbone backbone = Tiny.vit(Precision.FP32);
        AdaptedModel model = AdaptedModel.attach(backbone, new AdapterX(), TASK, 1);
        Scope scope = Scope.withoutGradients()) {
      AdapterFile.write(model, adapter);
      Tensor input = Tiny.input(backbone, 2);
      float[] expected = Tensors.floats(model.outputs(input, Pass.evaluation()).scores());
      AdapterFile file = AdapterFile.read(adapter);
      assertThat(file.task()).isEqualTo(TASK);
      try (AdaptedModel loaded = file.attach(backbone)) {
        assertThat(Tensors.floats(loaded.outputs(input, Pass.evaluation()).scores()))
            .isEqualTo(expected);
      }
    }
    Path config = adapter.resolve("adapter_config.json");
    String text = Files.readString(config);
    for (String[] change :
        new String[][] {
          {"\"window\" : 32", "\"window\" : null", "task.window: expected a value, found nothing"},
          {"#0000ff", "blue", "task.palette: expected colours like #80ff00, found blue"},
          {"\"upscale\" : 1", "\"upscale\" : 7", "head.upscale: expected 0, 1 or 2, found 7"},
          {"\"sky\"", "null", "task.labels: expected values, found null"},
        }) {
      Files.writeString(config, text.replace(change[0], change[1]));
      assertThatThrownBy(() -> AdapterFile.read(adapter))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining(change[2]);
    }
  }

  @Test
  void whole_pictures_are_predicted_in_their_own_size_through_windows() {
    ClassMask wide = ClassMask.unknown(70, 40);
    ClassMask square = ClassMask.unknown(9, 9);
    int windows = Windows.of(SIDE, 70, 40).places().size();
    assertThat(windows).isEqualTo(3);
    try (Scope scope = Scope.open()) {
      Tensor scores = Init.normal(Rng.of(1, "scores"), 0, 1, windows + 1, 3, 8, 8);
      List<Segmented> found = TASK.predictions(Outputs.of(scores), List.of(wide, square));
      assertThat(found).hasSize(2);
      assertThat(found.get(0).classes().width()).isEqualTo(70);
      assertThat(found.get(0).classes().height()).isEqualTo(40);
      List<Segmented> alone =
          TASK.predictions(Outputs.of(scores.narrow(0, windows, 1)), List.of(square));
      assertThat(found.get(1)).isEqualTo(alone.get(0));
      assertThatThrownBy(() -> TASK.predictions(Outputs.of(scores), List.of(wide)))
          .hasMessage("4 rows of scores for 1 pictures of 3 windows");
    }
  }

  @Test
  void pixels_right_are_those_of_labelled_ones() {
    try (Scope scope = Scope.open()) {
      Tensor scores = Tensors.of(new float[] {1, 0, 0}, 1, 3, 1, 1);
      ClassMask target = new ClassMask(2, 2, new short[] {0, 1, ClassMask.IGNORED, 0});
      var hits = TASK.hits(Outputs.of(scores), List.of(target)).get();
      assertThat(hits.right()).isEqualTo(2);
      assertThat(hits.of()).isEqualTo(3);
      Outputs trained = Outputs.of(scores.detach().requires_grad_(true));
      assertThat(TASK.judged(trained, List.of(target), 0).hits().get()).isEqualTo(hits);
      assertThat(TASK.weight(List.of(target))).isEqualTo(1 + 2 + 1);
    }
  }

  @Test
  void pictures_are_measured_together_and_one_by_one() {
    PixelMeter meter = TASK.meter();
    ClassMask truth = new ClassMask(2, 1, new short[] {0, 1});
    meter.add(5, truth, new Segmented(truth, 1));
    meter.add(3, truth, new Segmented(new ClassMask(2, 1, new short[] {0, 0}), 3));
    meter.add(4, ClassMask.unknown(1, 1), new Segmented(new ClassMask(1, 1, new short[] {2}), 0));
    PixelScores scores = meter.result(1.5);
    assertThat(scores.primary().name()).isEqualTo("mIoU");
    // class 0: 2 / 3, class 1: 1 / 2, class 2 neither there nor found on a labelled pixel
    assertThat(scores.primary().value()).isEqualTo(100 * (2.0 / 3 + 0.5) / 2);
    assertThat(scores.loss()).isEqualTo(1);
    assertThat(scores.worstFirst().stream().map(PixelScores.Picture::index)).containsExactly(3, 5);
    assertThat(scores.worstFirst().get(0).meanIou()).isEqualTo(25);
  }

  @Test
  void what_does_not_fit_is_refused() {
    PixelForm form = PixelForm.defaults();
    assertThatThrownBy(() -> Segmentation.of(List.of("a"), form, 32))
        .isInstanceOf(ConfigException.class)
        .hasMessage("A segmentation needs 2 to 32766 classes, found 1");
    assertThatThrownBy(() -> Segmentation.of(List.of("a", "a"), form, 32))
        .hasMessage("The class names must differ, found [a, a]");
    try (Backbone backbone = Tiny.vit(Precision.FP32);
        Backbone points = Backbones.initial(Tiny.POINTS, Backbones.Options.defaults(), 1)) {
      Segmentation other = Segmentation.of(TASK.labels(), form, 48);
      assertThatThrownBy(() -> AdaptedModel.attach(backbone, new AdapterX(), other, 1))
          .hasMessage(
              "The segmentation sees windows of 48 x 48 pixels, the backbone takes 32 x 32; set"
                  + " backbone.input-size to 48");
      assertThatThrownBy(() -> TASK.reads(points)).hasMessageContaining("takes point clouds");
      PixelForm deep = new PixelForm(List.of(0, 9), 0, 0, 0, false);
      assertThatThrownBy(
              () ->
                  AdaptedModel.attach(
                          backbone, new AdapterX(), Segmentation.of(TASK.labels(), deep, 32), 1)
                      .outputs(Tiny.input(backbone, 1), Pass.evaluation()))
          .hasMessageContaining("expected block numbers from 0 to 1, found [0, 9]");
    }
  }

  /** Of DINOv2's names and shapes: a head on the last layer, and one on the last two. */
  @Test
  void published_linear_heads_load() {
    try (Backbone backbone = Tiny.vit(Precision.FP32);
        Scope scope = Scope.withoutGradients()) {
      for (int layers = 1; layers <= 2; layers++) {
        Path file = folder.resolve("head" + layers + ".safetensors");
        int in = layers * backbone.width();
        Map<String, Tensor> values =
            Map.of(
                "bn.weight", Init.normal(Rng.of(1, "a"), 1, 0.2, in),
                "bn.bias", Init.normal(Rng.of(1, "b"), 0, 0.2, in),
                "bn.running_mean", Init.normal(Rng.of(1, "c"), 0, 0.2, in),
                "bn.running_var", Init.constant(1.5, in),
                "conv_seg.weight", Init.normal(Rng.of(1, "d"), 0, 0.2, 5, in, 1, 1),
                "conv_seg.bias", Init.normal(Rng.of(1, "e"), 0, 0.2, 5));
        List<StoredTensor> stored = new ArrayList<>();
        values.forEach((name, t) -> stored.add(stored("decode_head." + name, t)));
        stored.add(StoredTensor.of("decode_head.bn.num_batches_tracked", new float[] {40_000}, 1));
        SafetensorsWriter.write(file, stored, Map.of());
        try (AdaptedModel model = PublishedHead.attach(backbone, file, List.of())) {
          assertThat(model.task().labels()).containsExactly("0", "1", "2", "3", "4");
          Tensor input = Tiny.input(backbone, 2);
          Tensor scores = model.outputs(input, Pass.evaluation()).scores();
          assertThat(scores.shape()).containsExactly(2, 5, 4, 4);
          var features = model.features(input, Pass.evaluation(), model.reads());
          Tensor[] maps = new Tensor[layers];
          for (int i = 0; i < layers; i++) {
            maps[i] = features.map(i);
          }
          Tensor normed =
              Tensors.cat(1, maps)
                  .sub(column(values, "bn.running_mean"))
                  .div(
                      column(values, "bn.running_var")
                          .add(new org.bytedeco.pytorch.Scalar(1e-5))
                          .sqrt())
                  .mul(column(values, "bn.weight"))
                  .add(column(values, "bn.bias"));
          Tensor expected =
              org.bytedeco
                  .pytorch
                  .global
                  .torch
                  .conv2d(normed, values.get("conv_seg.weight"))
                  .add(column(values, "conv_seg.bias"));
          dev.adapterx.testing.Golden.assertClose(
              scores, Tensors.floats(expected), 1e-5, "published head");
        }
        assertThatThrownBy(() -> PublishedHead.attach(backbone, file, List.of("one")))
            .hasMessageEndingWith("names 5 classes, found 1 labels");
      }
      Path other = folder.resolve("other.safetensors");
      SafetensorsWriter.write(
          other, List.of(stored("conv_seg.weight", Init.zeros(5, 48, 1, 1))), Map.of());
      assertThatThrownBy(() -> PublishedHead.attach(backbone, other, List.of()))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("reads a multiple of that width");
    }
  }

  private static Tensor column(Map<String, Tensor> values, String name) {
    return java.util.Objects.requireNonNull(values.get(name)).view(1, -1, 1, 1);
  }

  private static StoredTensor stored(String name, Tensor tensor) {
    return new StoredTensor(name, DType.F32, tensor.shape(), Tensors.bytes(tensor));
  }
}
