package dev.adapterx.peft.points;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import dev.adapterx.base.Settings;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones.BatchStatistics;
import dev.adapterx.peft.MethodChecks;
import dev.adapterx.peft.Methods;
import dev.adapterx.peft.PeftMethod;
import dev.adapterx.peft.PointMethodContract;
import dev.adapterx.peft.Tuner;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.Tiny;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** PointGST's settings, counts and start; its formula is held by golden files. */
class PointGstTest {
  abstract static class OnPoints extends PointMethodContract {
    @Override
    protected boolean isIdentityAtStart() {
      return true;
    }

    /** Behind two matrices that are 0 at the start: they learn from the third step on. */
    @Override
    protected Set<String> idle() {
      return Stream.of("whole", "parts")
          .map(domain -> ".spectral.norm_" + domain)
          .flatMap(norm -> Stream.of("blocks.0" + norm, "blocks.1" + norm))
          .flatMap(norm -> Stream.of(norm + ".weight", norm + ".bias"))
          .collect(Collectors.toSet());
    }
  }

  @Nested
  class AsPublished extends OnPoints {
    @Override
    protected PeftMethod method() {
      return new PointGst();
    }
  }

  @Nested
  class InRuns extends OnPoints {
    @Override
    protected PeftMethod method() {
      return new PointGst(4, 3, PointGst.Transform.FOURIER);
    }
  }

  @Test
  void bottlenecks_start_as_the_authors_do() {
    try (Backbone points = Tiny.points(Precision.FP32, BatchStatistics.FROZEN);
        Tuner tuner = new PointGst().attach(points, Rng.of(1, "init"))) {
      NamedTensors t = tuner.trainable();
      double xavier = Math.sqrt(6.0 / (32 + 36));
      assertThat(deviation(t, "down.weight")).isBetween(0.9 * xavier / 1.732, 1.1 * xavier / 1.732);
      double kaiming = 1 / Math.sqrt(32);
      assertThat(deviation(t, "down.bias")).isBetween(0.7 * kaiming / 1.732, 1.3 * kaiming / 1.732);
      Stream.of("up.weight", "up.bias", "shared.weight", "shared.bias", "norm_whole.bias")
          .forEach(name -> assertThat(values(t, name)).as(name).containsOnly(0));
      Stream.of("norm_whole.weight", "norm_parts.weight")
          .forEach(name -> assertThat(values(t, name)).as(name).containsOnly(1));
      assertThat(values(t, "shared.weight")).hasSize(36 * 36);
    }
  }

  private static float[] values(NamedTensors t, String name) {
    return Tensors.floats(t.get("blocks.1.spectral." + name));
  }

  private static double deviation(NamedTensors t, String name) {
    double sum = 0;
    float[] values = values(t, name);
    for (float value : values) {
      sum += value * value;
    }
    return Math.sqrt(sum / values.length);
  }

  @Test
  void runs_are_the_largest_that_fill_the_cloud_up_to_the_authors() {
    assertThat(new PointGst().local(128)).isEqualTo(32);
    assertThat(new PointGst().local(64)).isEqualTo(32);
    assertThat(new PointGst().local(6)).isEqualTo(6);
    assertThat(new PointGst().local(37)).isEqualTo(1);
    assertThat(new PointGst().local(60)).isEqualTo(30);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"name": "point-gst", "rank": 0}  | m: point-gst.rank must be at least 1, found 0
          {"name": "point-gst", "local": 0} | m: point-gst.local must be at least 1, found 0
          {"name": "point-gst", "transform": "cosine"} | m.transform: expected one of transposed, fourier, found 'cosine'
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
          {"name": "point-gst", "local": 4} | point-gst.local must divide the number of groups 6, found 4; nearest valid: 3
          {"name": "point-gst", "rank": 99999} | point-gst: rank 99999 makes an adapter of 10006199937 values, expected at most 67108864
          """)
  void settings_that_do_not_fit_the_backbone_are_told(String tree, String message) {
    PeftMethod method = Methods.read(Settings.json().readTree(tree), "m");
    try (Backbone points = Tiny.points(Precision.FP32, BatchStatistics.FROZEN)) {
      assertThatThrownBy(() -> method.attach(points, Rng.of(1, "init")))
          .isInstanceOf(ConfigException.class)
          .hasMessage(message);
    }
  }

  @Test
  void images_are_refused_with_the_reason() {
    try (Backbone images = Tiny.vit(Precision.FP32)) {
      assertThatThrownBy(() -> MethodChecks.attached(images, new PointGst()))
          .isInstanceOf(ConfigException.class)
          .hasMessageStartingWith(
              "point-gst needs groups of a point cloud (its graphs connect the centres of groups),"
                  + " which the backbone 'tiny' does not have. Methods that fit it: linear-probe,");
    }
  }
}
