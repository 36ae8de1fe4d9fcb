package dev.adapterx.peft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones.BatchStatistics;
import dev.adapterx.model.Capability;
import dev.adapterx.peft.mixture.AdapterX;
import dev.adapterx.tensor.Precision;
import dev.adapterx.testing.Tiny;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which methods a backbone has all for, by what both say of themselves. */
class FittingMethodsTest {
  @Test
  void a_vision_transformer_has_all_but_points() {
    try (Backbone vit = Tiny.vit(Precision.FP32)) {
      for (Capability c : Capability.values()) {
        assertThat(c.isOf(vit)).as(c.words()).isEqualTo(c != Capability.POINTS);
      }
      List<String> others = new ArrayList<>(Methods.names());
      others.removeAll(Methods.fitting(vit));
      assertThat(others).containsExactly("point-gst", "point-peft");
    }
  }

  @Test
  void stages_of_windows_have_none_but_what_all_have() {
    try (Backbone swin = Tiny.swin(Precision.FP32)) {
      for (Capability c : Capability.values()) {
        assertThat(c.isOf(swin)).as(c.words()).isFalse();
      }
      List<String> others = new ArrayList<>(Methods.names());
      others.removeAll(Methods.fitting(swin));
      assertThat(others)
          .containsExactlyInAnyOrder(
              "adapter-x",
              "vpt",
              "arc",
              "fact",
              "convpass",
              "dapt",
              "dapt-x",
              "idpt",
              "point-gst",
              "point-peft");
      for (String method : others) {
        assertThatThrownBy(() -> MethodChecks.attached(swin, Methods.entry(method, "test")))
            .isInstanceOf(ConfigException.class)
            .hasMessageMatching(
                method
                    + " needs .+ \\(.+\\), which the backbone 'tiny' does not have. Methods that"
                    + " fit it: .*lora.*");
      }
    }
  }

  @Test
  void settings_that_do_without_are_named_and_do() {
    try (Backbone swin = Tiny.swin(Precision.FP32)) {
      assertThatThrownBy(() -> MethodChecks.attached(swin, new AdapterX()))
          .hasMessageContaining(
              "adapter-x needs a class token (cls: false leaves it as it is) and room for tokens"
                  + " besides the patches (prompts: false does without), which the backbone");
      AdapterX shared =
          AdapterX.with(
              o -> {
                o.cls = false;
                o.prompts = false;
                o.norm2 = AdapterX.Norm2.SHARED;
              });
      assertThatThrownBy(() -> MethodChecks.attached(swin, shared))
          .hasMessageContaining("blocks of one width (norm2: specific has one for each block)");
      MethodChecks.attached(swin, SwinContractTest.ADAPTER_X).close();
    }
  }

  @Test
  void a_point_transformer_has_all_but_a_grid() {
    try (Backbone points = Tiny.points(Precision.FP32, BatchStatistics.FROZEN)) {
      for (Capability c : Capability.values()) {
        assertThat(c.isOf(points)).as(c.words()).isEqualTo(c != Capability.GRID);
      }
      List<String> others = new ArrayList<>(Methods.names());
      others.removeAll(Methods.fitting(points));
      assertThat(others).containsExactly("convpass");
    }
  }
}
