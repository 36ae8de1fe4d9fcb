package dev.adapterx.model;

import static dev.adapterx.testing.Golden.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.nn.Pass;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.testing.Golden;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Checkpoints as their projects publish them give what a plain network gives with their weights.
 */
class PointCheckpointsGoldenTest {
  private static final Golden EXPECTED = Golden.read("point_checkpoints/expected.safetensors");
  private static final Backbones.Options OPTIONS =
      new Backbones.Options(null, null, null, 4, null, Precision.FP32);

  @ParameterizedTest
  @CsvSource({
    "point_bert, point_bert, point-bert",
    "act, act, act",
    "recon, recon, recon",
    "point_mae_finetuned, point_mae_finetuned, point-mae-classifier",
    "point_mae_model, point_mae_finetuned, point-mae-classifier",
  })
  void a_published_file_is_read(String file, String expected, String source) {
    try (Scope scope = Scope.withoutGradients();
        PointTransformer points = load(file)) {
      assertThat(points.info().source()).isEqualTo(source);
      assertEmbedding(points, expected);
      assertFeatures(points, expected);
    }
  }

  @Test
  void pre_trained_point_mae_lacks_a_class_token_and_gets_one() {
    try (Scope scope = Scope.withoutGradients();
        PointTransformer points = load("point_mae")) {
      assertThat(points.info().source()).isEqualTo("point-mae");
      assertEmbedding(points, "point_mae");
      Map<String, Tensor> zeroed = new LinkedHashMap<>();
      points.tensors().forEach(zeroed::put);
      zeroed.put("cls_token", Init.zeros(1, 1, points.width()));
      zeroed.put("cls_pos", Init.zeros(1, 1, points.width()));
      assertFeatures(points.over(NamedTensors.of(zeroed)), "point_mae");
    }
  }

  @ParameterizedTest
  @CsvSource({"point_mae_finetuned", "point_mae_model"})
  void a_fine_tuned_file_brings_its_classifier(String file) {
    try (Scope scope = Scope.withoutGradients();
        PointTransformer points = load(file)) {
      assertClose(
          points.classifier().logits(EXPECTED.tensor("input")).orElseThrow(),
          EXPECTED.floats("point_mae_finetuned.logits"),
          1e-5,
          "logits");
    }
  }

  private static PointTransformer load(String file) {
    return (PointTransformer)
        Backbones.load(Golden.path("point_checkpoints/" + file + ".pth"), OPTIONS);
  }

  private static void assertEmbedding(PointTransformer points, String expected) {
    Tensor input = EXPECTED.tensor("input");
    assertClose(
        points.patches(input, Pass.evaluation()),
        EXPECTED.floats(expected + ".embedded"),
        1e-5,
        "embedded");
    assertClose(
        points.positions(input), EXPECTED.floats(expected + ".positions"), 1e-5, "positions");
  }

  private static void assertFeatures(Backbone points, String expected) {
    Tensor input = EXPECTED.tensor("input");
    Pass pass = Pass.evaluation();
    assertClose(
        points.features(input, BackboneTuner.NONE, pass, Reads.patches()).tokens(),
        EXPECTED.floats(expected + ".tokens"),
        1e-5,
        "tokens");
    assertClose(
        points.features(input, BackboneTuner.NONE, pass, Reads.pooled()).pooled(),
        EXPECTED.floats(expected + ".feature"),
        1e-5,
        "feature");
  }
}
