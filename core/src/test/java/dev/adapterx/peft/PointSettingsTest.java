package dev.adapterx.peft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import dev.adapterx.base.Settings;
import dev.adapterx.model.Backbones.BatchStatistics;
import dev.adapterx.model.PointTransformer;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.kit.Activation;
import dev.adapterx.peft.kit.Feature;
import dev.adapterx.peft.mixture.AdapterX;
import dev.adapterx.peft.points.Dapt;
import dev.adapterx.peft.points.DaptX;
import dev.adapterx.peft.points.Idpt;
import dev.adapterx.task.Classification;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.Tiny;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Settings of the methods made for points: what is told when they are wrong, and what they do. */
class PointSettingsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"name": "dapt", "bottleneck": 0}     | m: dapt.bottleneck must be at least 1, found 0
          {"name": "dapt", "dropout": 1}        | m: dapt.dropout must lie in [0, 1), found 1.0
          {"name": "dapt", "features": []}      | m: dapt.features must name some of cls, prompts, patches, each once, found []
          {"name": "dapt", "features": ["cls", "cls"]} | m: dapt.features must name some of cls, prompts, patches, each once, found [cls, cls]
          {"name": "dapt", "features": [null]}  | m: dapt.features must name some of cls, prompts, patches, each once, found [null]
          {"name": "dapt", "features": ["max"]} | m.features[0]: expected one of cls, prompts, patches, found 'max'
          {"name": "dapt", "preset": "modelnet40"} | m.preset: dapt has no preset 'modelnet40'
          {"name": "dapt-x", "experts": 0}      | m: dapt-x.experts must be at least 1, found 0
          {"name": "dapt-x", "heads": 0}        | m: dapt-x.heads must be at least 1, found 0
          {"name": "dapt-x", "router-width": 0} | m: dapt-x.router-width must be at least 1, found 0
          {"name": "dapt-x", "bottleneck": 0}   | m: dapt-x.bottleneck must be at least 1, found 0
          {"name": "dapt-x", "balance": -1}     | m: dapt-x.balance must not be negative, found -1.0
          {"name": "dapt-x", "dropout": -0.1}   | m: dapt-x.dropout must lie in [0, 1), found -0.1
          {"name": "dapt-x", "positions": "never"} | m.positions: expected one of every-block, once, found 'never'
          {"name": "idpt", "layer": -1}         | m: idpt.layer must not be negative, found -1
          {"name": "idpt", "neighbours": 0}     | m: idpt.neighbours must be at least 1, found 0
          """)
  void wrong_settings_are_named(String tree, String message) {
    assertThatThrownBy(() -> Methods.read(Settings.json().readTree(tree), "m"))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"name": "dapt-x", "heads": 5}        | dapt-x.heads must divide the backbone's width 32, found 5; nearest valid: 4
          {"name": "dapt-x", "experts": 99999999} | dapt-x: experts 99999999, bottleneck 2 and router-width 16 make a library of 5800000070 values, expected at most 67108864
          {"name": "dapt", "bottleneck": 2147483647} | dapt: bottleneck 2147483647 makes an adapter of 137438953408 values, expected at most 67108864
          {"name": "idpt", "layer": 2}          | idpt.layer must be one of the backbone's blocks 0 … 1, found 2
          {"name": "idpt"}                      | idpt.neighbours must be at most the number of patches 6, found 20; nearest valid: 6
          """)
  void settings_that_do_not_fit_the_backbone_are_told(String tree, String message) {
    PeftMethod method = Methods.read(Settings.json().readTree(tree), "m");
    try (PointTransformer points = Tiny.points(Precision.FP32, BatchStatistics.FROZEN)) {
      assertThatThrownBy(() -> method.attach(points, Rng.of(1, "init")))
          .isInstanceOf(ConfigException.class)
          .hasMessage(message);
    }
  }

  @Test
  void features_stand_in_one_order_however_they_are_named() {
    List<Feature> given = List.of(Feature.PATCHES, Feature.CLS);
    assertThat(new Dapt(null, 0, given).features()).containsExactly(Feature.CLS, Feature.PATCHES);
  }

  @Test
  void bottlenecks_are_the_authors_unless_set() {
    assertThat(new Dapt().bottleneck(384)).isEqualTo(64);
    assertThat(Dapt.modelNet().bottleneck(384)).isEqualTo(72);
  }

  @Test
  void without_transforms_dapt_x_is_adapter_x_for_points() {
    AdapterX plain =
        AdapterX.with(
            o -> {
              o.scale = 1;
              o.dropout = 0;
              o.activation = Activation.GELU;
              o.promptActivation = Activation.GELU;
            });
    DaptX same =
        DaptX.with(
            o -> {
              o.tfts = false;
              o.positions = dev.adapterx.model.PointConfig.Positions.EVERY_BLOCK;
            });
    try (Scope scope = Scope.open();
        PointTransformer points = Tiny.points(Precision.FP32, BatchStatistics.FROZEN);
        AdaptedModel one = attached(points, plain);
        AdaptedModel other = attached(points, same)) {
      assertThat(other.trainable().names())
          .containsExactlyInAnyOrderElementsOf(one.trainable().names());
      Tiny.randomise(one.trainable(), 0.2, 4);
      one.trainable().forEach((name, t) -> Tiny.set(other.trainable().get(name), t));
      var input = Tiny.input(points, 3);
      float[] expected = Tensors.floats(one.logits(input, Pass.evaluation()));
      assertThat(
              dev.adapterx.testing.Golden.relativeError(
                  Tensors.floats(other.logits(input, Pass.evaluation())), expected))
          .isLessThan(1e-6);
    }
  }

  @Test
  void none_of_them_can_be_merged() {
    try (PointTransformer points = Tiny.points(Precision.FP32, BatchStatistics.FROZEN)) {
      for (PeftMethod method :
          List.of(new Dapt(), new DaptX(), new Idpt(null, 3, false, List.of(Feature.CLS)))) {
        try (AdaptedModel model = attached(points, method)) {
          assertThatThrownBy(model::merged)
              .isInstanceOf(ConfigException.class)
              .hasMessageEndingWith("Keep the adapter and load it onto the backbone");
        }
      }
    }
  }

  private static AdaptedModel attached(PointTransformer points, PeftMethod method) {
    return AdaptedModel.attach(points, method, Classification.of(Tiny.LABELS), 1);
  }
}
