package dev.adapterx.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import dev.adapterx.tensor.Precision;
import java.util.List;
import org.junit.jupiter.api.Test;

class OverheadTest {
  @Test
  void every_method_is_compared_with_the_block_alone() {
    Overhead measured =
        Overhead.measured("vit_32x2x2_patch8_32", Precision.FP32, List.of("lora", "full"));

    assertThat(measured.frozen()).hasSize(2).allMatch(ms -> ms > 0);
    assertThat(measured.rows()).extracting(Overhead.Row::method).containsExactly("lora", "full");
    assertThat(measured.rows()).allMatch(row -> row.infer() > 0 && row.train() > 0);
    assertThat(measured.markdown().lines().filter(line -> line.startsWith("|"))).hasSize(5);
  }

  @Test
  void a_block_that_needs_a_grid_is_refused() {
    String swin = "swin_16x2-2x2-4_patch4_window3_24";
    assertThatThrownBy(() -> Overhead.measured(swin, Precision.FP32, List.of("lora")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("those of " + swin + " attend within windows of one");
  }
}
