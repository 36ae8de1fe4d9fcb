package dev.adapterx.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.nn.Block;
import dev.adapterx.nn.BlockTuner;
import dev.adapterx.nn.Linear;
import dev.adapterx.nn.LinearSite;
import dev.adapterx.nn.Pass;
import dev.adapterx.nn.TokenwiseTuner;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.Golden;
import dev.adapterx.testing.Tiny;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class LastBlockTest {
  private static final int TOKENS = 17;

  @Test
  void computes_the_tokens_a_head_on_the_class_token_reads() {
    try (Backbone vit = Tiny.vit(Precision.FP32)) {
      assertThat(walked(vit, true, false)).containsExactly(TOKENS, 1);
    }
  }

  @Test
  void computes_all_for_who_asks_for_tokens() {
    try (Backbone vit = Tiny.vit(Precision.FP32)) {
      assertThat(walked(vit, true, true)).containsExactly(TOKENS, TOKENS);
    }
  }

  @Test
  void computes_all_where_a_method_does_not_say_that_it_works_token_by_token() {
    try (Backbone vit = Tiny.vit(Precision.FP32)) {
      assertThat(walked(vit, false, false)).containsExactly(TOKENS, TOKENS);
    }
  }

  @Test
  void computes_all_where_a_backbone_pools_over_all() {
    try (Backbone points = Tiny.points(Precision.FP32, Backbones.BatchStatistics.FROZEN)) {
      assertThat(walked(points, true, false)).containsExactly(7, 7);
    }
  }

  /** A method that gives every query the mean of the values, heads side by side. */
  @Test
  void a_tuner_stands_around_attention_itself() {
    List<long[]> seen = new ArrayList<>();
    BlockTuner even =
        new TokenwiseTuner() {
          @Override
          public Tensor attend(Block b, Tensor q, Tensor k, Tensor v, Pass pass) {
            seen.add(q.shape());
            seen.add(k.shape());
            return Tensors.mean(v, 1).unsqueeze(1).expand(-1, q.size(1), -1);
          }
        };
    BackboneTuner tuner =
        new BackboneTuner() {
          @Override
          public BlockTuner block(int i) {
            return even;
          }
        };
    try (Scope scope = Scope.withoutGradients();
        VisionTransformer vit = Tiny.vit(Precision.FP32)) {
      // With keys of zero every query attends evenly.
      try (VisionTransformer same = Tiny.vit(Precision.FP32)) {
        for (int i = 0; i < 2; i++) {
          same.tensors().get("blocks." + i + ".attn.qkv.weight").narrow(0, 32, 32).zero_();
          same.tensors().get("blocks." + i + ".attn.qkv.bias").narrow(0, 32, 32).zero_();
        }
        Tensor images = Tiny.images(vit.config(), 2);
        Tensor found = vit.features(images, tuner, Pass.evaluation(), Reads.pooled()).pooled();
        Tensor expected =
            same.features(images, BackboneTuner.NONE, Pass.evaluation(), Reads.pooled()).pooled();
        assertThat(Golden.relativeError(Tensors.floats(found), Tensors.floats(expected)))
            .isLessThan(1e-5);
      }
    }
    assertThat(seen.get(0)).containsExactly(2 * 2, 17, 16);
    assertThat(seen.get(2)).as("queries of the last block").containsExactly(2 * 2, 1, 16);
    assertThat(seen.get(3)).as("keys of the last block").containsExactly(2 * 2, 17, 16);
  }

  /** How many tokens went through the MLP of each block. */
  private static List<Integer> walked(Backbone backbone, boolean tokenwise, boolean tokens) {
    List<Integer> seen = new ArrayList<>();
    BlockTuner counting =
        new BlockTuner() {
          @Override
          public boolean isTokenwise(Pass pass) {
            return tokenwise;
          }

          @Override
          public Tensor linear(LinearSite at, Linear linear, Tensor x, Pass pass) {
            if (at == LinearSite.FC1) {
              seen.add(Math.toIntExact(x.size(1)));
            }
            return linear.forward(x);
          }
        };
    BackboneTuner tuner =
        new BackboneTuner() {
          @Override
          public BlockTuner block(int i) {
            return counting;
          }
        };
    try (Scope scope = Scope.withoutGradients()) {
      Tensor input = Tiny.input(backbone, 2);
      if (tokens) {
        backbone.features(input, tuner, Pass.evaluation(), Reads.patches()).tokens();
      } else {
        backbone.features(input, tuner, Pass.evaluation(), Reads.pooled()).pooled();
      }
    }
    return seen;
  }
}
