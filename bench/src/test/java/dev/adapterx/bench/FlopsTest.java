package dev.adapterx.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones;
import dev.adapterx.peft.part.FullFineTuning;
import dev.adapterx.peft.part.LinearProbe;
import dev.adapterx.peft.weight.Lora;
import org.junit.jupiter.api.Test;

class FlopsTest {
  /** Published: 1.26, 4.60 and 17.58 billion multiply-adds of ViT-Ti, S and B/16 at 224 pixels. */
  @Test
  void vision_transformers_need_what_is_published_of_them() {
    assertThat(of("vit_tiny_patch16_224").forward() / 2e9).isCloseTo(1.26, within(0.01));
    assertThat(of("vit_small_patch16_224").forward() / 2e9).isCloseTo(4.60, within(0.01));
    assertThat(of("vit_base_patch16_224").forward() / 2e9).isCloseTo(17.58, within(0.02));
  }

  /** Counted by hand: one block of width 8 with one head over 4 patches of 2 x 2 and CLS. */
  @Test
  void a_small_one_is_counted_by_hand() {
    Flops flops = of("vit_8x1x1_patch2_4");
    assertThat(flops.embedding()).isEqualTo(2.0 * 4 * 12 * 8);
    assertThat(flops.linear()).isEqualTo(2.0 * 5 * (8 * 24 + 8 * 8 + 2 * 8 * 32));
    assertThat(flops.attention()).isEqualTo(4.0 * 25 * 8);
  }

  @Test
  void a_point_transformer_sees_every_neighbour_in_its_encoder() {
    Flops flops = of("point_mae");
    double encoder = 3 * 128 + 128 * 256 + 512 * 512 + 512 * 384;
    assertThat(flops.embedding()).isEqualTo(2 * encoder * 64 * 32);
    assertThat(flops.linear()).isEqualTo(2.0 * 65 * 12 * (12 * 384 * 384));
  }

  @Test
  void what_is_frozen_gets_no_gradients_of_its_weights() {
    Flops flops = of("vit_tiny_patch16_224");
    double forward = flops.forward();
    assertThat(flops.of(Work.INFER, new Lora())).isEqualTo(forward);
    assertThat(flops.of(Work.TRAIN, new LinearProbe())).isEqualTo(forward);
    assertThat(flops.of(Work.TRAIN, new FullFineTuning())).isEqualTo(3 * forward);
    assertThat(flops.of(Work.TRAIN, new Lora()))
        .isEqualTo(2 * forward - flops.embedding() + flops.attention());
  }

  /** The block as above, where CLS alone asks. */
  @Test
  void what_a_last_block_need_not_compute_is_not_counted() {
    Flops flops = of("vit_8x1x1_patch2_4", 1);
    assertThat(flops.linear()).isEqualTo(2.0 * 5 * 8 * 24 + 2.0 * (8 * 8 + 2 * 8 * 32));
    assertThat(flops.attention()).isEqualTo(4.0 * 5 * 8);
  }

  /** 4.5 G multiply-adds, as the paper's table 1 has it. */
  @Test
  void stages_are_counted_on_their_own_grids_and_in_their_windows() {
    Flops flops = of("swin_tiny_patch4_window7_224");
    assertThat(flops.forward() / 2e9).isCloseTo(4.5, within(0.05));
    // 56² tokens of width 96 in two blocks, 28² of 192 in two, 14² of 384 in six, 7² of 768 in two
    double products = 56 * 56 * 96 * 2 + 28 * 28 * 192 * 2 + 14 * 14 * 384 * 6 + 7 * 7 * 768 * 2;
    assertThat(flops.attention()).isEqualTo(4.0 * 49 * products);
  }

  private static Flops of(String preset) {
    return of(preset, Integer.MAX_VALUE);
  }

  private static Flops of(String preset, int lastTokens) {
    try (Backbone backbone = Backbones.blank(preset, Backbones.Options.defaults())) {
      return Flops.of(backbone, lastTokens);
    }
  }
}
