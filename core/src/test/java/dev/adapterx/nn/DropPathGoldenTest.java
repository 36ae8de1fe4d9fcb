package dev.adapterx.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.base.Rng;
import dev.adapterx.model.Backbones;
import dev.adapterx.model.VisionTransformer;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.Golden;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Stochastic depth against timm's (golden/drop_path.py): which rate a block has, what is kept. */
class DropPathGoldenTest {
  private static final Golden GOLDEN = Golden.read("drop_path.safetensors");

  @Test
  void rates_rise_from_the_first_block_to_the_last_as_timms() {
    JsonNode cases = GOLDEN.config().path("cases");
    assertThat(cases).isNotEmpty();
    for (int c = 0; c < cases.size(); c++) {
      int depth = cases.get(c).path("depth").asInt();
      double rate = cases.get(c).path("rate").asDouble();
      float[] expected = GOLDEN.floats("rates." + c);
      String shape = "vit_4x" + depth + "x1_patch8_8";
      try (VisionTransformer vit =
          (VisionTransformer) Backbones.blank(shape, Backbones.Options.defaults())) {
        for (int i = 0; i < depth; i++) {
          double found = rate * vit.blocks().get(i).depthShare();
          assertThat(found).as("block %d of %d", i, depth).isCloseTo(expected[i], within(1e-7));
        }
      }
    }
  }

  @Test
  void what_is_kept_is_scaled_as_timms_and_evaluation_keeps_all() {
    try (Scope scope = Scope.withoutGradients()) {
      Tensor branch = GOLDEN.tensor("branch");
      JsonNode rates = GOLDEN.config().path("rates");
      for (int k = 0; k < rates.size(); k++) {
        double rate = rates.get(k).asDouble();
        float[] kept = GOLDEN.floats("kept." + k);
        int size = kept.length / 3;
        boolean[] seen = new boolean[6];
        for (int draw = 0; draw < 40; draw++) {
          Pass pass = Pass.training(Rng.of(draw, "step"), rate);
          float[] found = Tensors.floats(pass.dropPath(branch, 1, "blocks.1.drop_path1"));
          for (int sample = 0; sample < 3; sample++) {
            boolean open = found[sample * size] != 0;
            seen[2 * sample + (open ? 1 : 0)] = true;
            for (int i = sample * size; i < (sample + 1) * size; i++) {
              assertThat(found[i]).isCloseTo(open ? kept[i] : 0, within(1e-6f));
            }
          }
        }
        assertThat(seen).as("each sample was kept and was dropped").containsOnly(true);
        assertThat(Tensors.floats(Pass.evaluation().dropPath(branch, 1, "blocks.1.drop_path1")))
            .isEqualTo(GOLDEN.floats("evaluated." + k));
      }
    }
  }
}
