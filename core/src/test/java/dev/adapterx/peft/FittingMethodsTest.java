package dev.adapterx.peft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones.BatchStatistics;
import dev.adapterx.model.Capability;
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
