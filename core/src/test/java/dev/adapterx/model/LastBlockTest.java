package dev.adapterx.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.nn.BlockTuner;
import dev.adapterx.nn.Linear;
import dev.adapterx.nn.LinearSite;
import dev.adapterx.nn.Pass;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
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
        backbone.tokens(input, tuner, Pass.evaluation());
      } else {
        backbone.features(input, tuner, Pass.evaluation());
      }
    }
    return seen;
  }
}
