package dev.adapterx.train.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.base.Rng;
import dev.adapterx.nn.Pass;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoutingStatisticsTest {
  /** Four sub-tokens, three experts: 2 go to 0, 2 to 1, none to 2. */
  private static final float[] P = {
    0.5f, 0.3f, 0.2f,
    0.6f, 0.2f, 0.2f,
    0.1f, 0.8f, 0.1f,
    0.2f, 0.7f, 0.1f
  };

  private static void route(Pass.RoutingObserver observer, String place, String library) {
    try (Scope scope = Scope.open()) {
      observer.routed(
          place, library, Tensors.of(P, 4, 3), Tensors.of(new long[] {0, 0, 1, 1}, 4, 1), 2);
    }
  }

  private static double entropyByHand() {
    double sum = 0;
    for (float p : P) {
      sum -= p * Math.log(p);
    }
    return sum / 4;
  }

  @Test
  void loads_probabilities_and_entropies_are_those_counted_by_hand() {
    RoutingStatistics statistics = new RoutingStatistics();
    route(statistics, "blocks.0", "smoa");

    ExpertUse use = statistics.blocks().get(0);

    assertThat(use.place()).isEqualTo("blocks.0");
    assertThat(use.library()).isEqualTo("smoa");
    assertThat(use.subTokens()).isEqualTo(4);
    assertThat(use.load()).containsExactly(0.5, 0.5, 0.0);
    assertThat(use.probability().get(0)).isCloseTo(1.4 / 4, within(1e-6));
    assertThat(use.probability().get(1)).isCloseTo(2.0 / 4, within(1e-6));
    assertThat(use.probability().get(2)).isCloseTo(0.6 / 4, within(1e-6));
    assertThat(use.entropy()).isCloseTo(entropyByHand(), within(1e-6));
    assertThat(use.meanEntropy())
        .isCloseTo(
            -0.35 * Math.log(0.35) - 0.5 * Math.log(0.5) - 0.15 * Math.log(0.15), within(1e-6));
    assertThat(use.deadExperts()).containsExactly(2);
  }

  @Test
  void two_experts_a_sub_token_count_half_each() {
    RoutingStatistics statistics = new RoutingStatistics();
    try (Scope scope = Scope.open()) {
      statistics.routed(
          "b", Tensors.of(P, 4, 3), Tensors.of(new long[] {0, 1, 0, 1, 1, 0, 1, 2}, 4, 2), 1);
    }
    assertThat(statistics.blocks().get(0).load()).containsExactly(0.375, 0.5, 0.125);
    assertThat(statistics.blocks().get(0).subTokens()).isEqualTo(4);
  }

  @Test
  void pieces_add_up_to_the_whole() {
    RoutingStatistics whole = new RoutingStatistics();
    route(whole, "blocks.0", "smoa");
    route(whole, "blocks.1", "smoa");
    route(whole, "blocks.0", "smoa");
    RoutingStatistics sum = new RoutingStatistics();
    for (List<String> piece : List.of(List.of("blocks.0", "blocks.1"), List.of("blocks.0"))) {
      RoutingStatistics part = new RoutingStatistics();
      piece.forEach(place -> route(part, place, "smoa"));
      sum.add(part);
    }
    assertThat(sum.blocks()).isEqualTo(whole.blocks());
    assertThat(sum.blocks()).extracting(ExpertUse::subTokens).containsExactly(8L, 4L);
  }

  @Test
  void a_training_pass_tells_of_routing_and_keeps_its_losses() {
    RoutingStatistics statistics = new RoutingStatistics();
    Pass pass = Pass.training(Rng.of(1, "x"), 0, statistics);
    try (Scope scope = Scope.open()) {
      pass.routed("own", Tensors.of(P, 4, 3), Tensors.of(new long[] {2, 2, 2, 2}, 4, 1), 1);
      pass.addMeanLoss("balance", Tensors.of(new float[] {2}, 1).sum(), 0.5);
      assertThat(pass.loss("balance").orElseThrow().item_double()).isEqualTo(2);
    }
    assertThat(statistics.blocks().get(0).library()).isEqualTo("own");
    assertThat(statistics.warnings())
        .containsExactly(
            "one expert takes over 90 % of the sub-tokens in 1 of 1 block: own (expert 2, 100.0 %)",
            "dead experts, each with under 1 % of the sub-tokens, in 1 of 1 block: own (2 of 3: 0 1)");
  }

  @Test
  void nothing_routed_is_nothing_told() {
    assertThat(new RoutingStatistics().blocks()).isEmpty();
    assertThat(new RoutingStatistics().warnings()).isEmpty();
    assertThat(ExpertUse.metrics(List.of())).isEmpty();
  }
}
