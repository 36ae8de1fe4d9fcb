package dev.adapterx.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.export.method.MethodGraphs;
import dev.adapterx.export.method.Numbers;
import dev.adapterx.export.onnx.OnnxFile;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones;
import dev.adapterx.model.VisionTransformer;
import dev.adapterx.model.int8.LayerRange;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.mixture.AdapterX;
import dev.adapterx.peft.weight.Lora;
import dev.adapterx.task.ClassHead;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.Tiny;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Graphs whose weights have fewer bits. */
class NumbersTest {
  private static final ClassHead.Kind LINEAR = ClassHead.Kind.LINEAR;

  @TempDir Path folder;

  static Stream<String> methods() {
    return MethodGraphs.names().stream();
  }

  private static OnnxOptions int8(AdaptedModel model) {
    return OnnxOptions.BESIDE.with(
        Numbers.INT8, model.ranges(List.of(Tiny.input(model.backbone(), 8))));
  }

  @ParameterizedTest
  @MethodSource("methods")
  void every_method_keeps_its_scores_in_int8_to_a_few_percent(String method) throws Exception {
    try (VisionTransformer vit = Tiny.vit(Precision.FP32);
        AdaptedModel model = OnnxExportTest.attached(vit, OnnxExportTest.method(method), LINEAR)) {
      OnnxExport.Written written = OnnxExport.write(model, null, folder, "one", int8(model));
      assertThat(error(model, written)).isBetween(1e-5, 0.08);
    }
  }

  @ParameterizedTest
  @CsvSource({"INT8_WEIGHTS, 0.03, 0.5", "FP16_WEIGHTS, 0.001, 0.6", "BF16_WEIGHTS, 0.01, 0.6"})
  void weights_alone_in_fewer_bits(Numbers numbers, double most, double share) throws Exception {
    try (VisionTransformer vit = Tiny.vit(Precision.FP32);
        AdaptedModel model = OnnxExportTest.attached(vit, new AdapterX(), LINEAR)) {
      OnnxExport.Written exact = OnnxExport.write(model, null, folder, "one", OnnxOptions.BESIDE);
      byte[] adapter = Files.readAllBytes(exact.adapter());
      OnnxExport.Written fewer =
          OnnxExport.write(model, null, folder, "one", OnnxOptions.BESIDE.with(numbers, List.of()));
      assertThat(error(model, fewer)).isBetween(1e-6, most);
      assertThat((double) Files.size(fewer.weights()))
          .isLessThan(share * Files.size(exact.weights()));
      // one adapter for both graphs
      assertThat(Files.readAllBytes(fewer.adapter())).isEqualTo(adapter);
      assertThat(error(model, exact)).isLessThan(1e-5);
    }
  }

  @Test
  void merged_clouds_and_windows_in_int8() throws Exception {
    try (Backbone points = Tiny.points(Precision.FP32, Backbones.BatchStatistics.FROZEN);
        Backbone swin = Tiny.swin(Precision.FP32);
        AdaptedModel clouds = OnnxExportTest.attached(points, new AdapterX(), LINEAR);
        AdaptedModel pictures = OnnxExportTest.attached(swin, new Lora(), LINEAR)) {
      assertThat(
              error(clouds, OnnxExport.write(clouds, null, folder.resolve("a"), "a", int8(clouds))))
          .isBetween(1e-5, 0.05);
      OnnxOptions merged = OnnxOptions.MERGED.with(Numbers.INT8, int8(pictures).ranges());
      assertThat(
              error(pictures, OnnxExport.write(pictures, null, folder.resolve("b"), "b", merged)))
          .isBetween(1e-5, 0.05);
      assertThat(folder.resolve("b").resolve("model.int8.json")).exists();
    }
  }

  @Test
  void layers_with_outliers_stay_in_fp32_and_the_reason_is_told() throws Exception {
    try (VisionTransformer vit = Tiny.vit(Precision.FP32);
        AdaptedModel model = OnnxExportTest.attached(vit, new AdapterX(), LINEAR)) {
      List<LayerRange> ranges = new ArrayList<>(int8(model).ranges());
      ranges.replaceAll(
          r -> r.layer().equals("blocks.1.mlp.fc2") ? new LayerRange(r.layer(), -1, 212, 14) : r);
      OnnxOptions options = OnnxOptions.BESIDE.with(Numbers.INT8, ranges);
      OnnxExport.Written written = OnnxExport.write(model, null, folder, "one", options);
      assertThat(OnnxFile.metadata(written.graph()))
          .containsEntry("adapterx.fp32", "blocks.1.mlp.fc2")
          .containsEntry("adapterx.numbers", "int8");
      assertThat(folder.resolve("backbone.int8.json"))
          .content()
          .contains("\"layer\" : \"blocks.1.mlp.fc2\"", "\"in\" : \"fp32\"", "15.14")
          .contains("\"in\" : \"int8\"");
      assertThat(error(model, written)).isLessThan(0.05);
      assertThatThrownBy(() -> OnnxOptions.BESIDE.with(Numbers.INT8, List.of()))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void a_sample_does_not_depend_on_its_neighbours() throws Exception {
    try (VisionTransformer vit = Tiny.vit(Precision.FP32);
        AdaptedModel model = OnnxExportTest.attached(vit, new Lora(), LINEAR)) {
      OnnxExport.Written written = OnnxExport.write(model, null, folder, "one", int8(model));
      try (Session session = Session.open(written.graph());
          Scope scope = Scope.withoutGradients()) {
        Tensor one = Tiny.input(vit, 1);
        Tensor two = Tensors.cat(0, one, one.mul(new Scalar(50.0)));
        float[] alone = session.logits(Tensors.floats(one), one.shape(), written.adapter());
        float[] beside = session.logits(Tensors.floats(two), two.shape(), written.adapter());
        for (int i = 0; i < alone.length; i++) {
          assertThat(beside[i]).isBetween(alone[i] - 1e-4f, alone[i] + 1e-4f);
        }
      }
    }
  }

  /** Of the scores, relative to those of libtorch in fp32. */
  private static double error(AdaptedModel model, OnnxExport.Written written) throws Exception {
    try (Session session = Session.open(written.graph());
        Scope scope = Scope.withoutGradients()) {
      Tensor input = OnnxExportTest.input(model.backbone(), session, 8);
      Tensor exact = model.logits(input, Pass.evaluation());
      float[] found = session.logits(Tensors.floats(input), input.shape(), written.adapter());
      Tensor other = Tensors.of(found, exact.shape());
      return other.sub(exact).norm().item_double() / exact.norm().item_double();
    }
  }
}
