package dev.adapterx.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RngTest {
  @Test
  void same_name_same_numbers_whatever_was_drawn_before() {
    Rng parent = Rng.of(7, "blocks.3");
    long before = parent.at("attn").at(5).nextLong();
    parent.nextLong();
    assertThat(parent.at("attn").at(5).nextLong()).isEqualTo(before);
    assertThat(Rng.of(7, "blocks.3").at("attn").at(5).nextLong()).isEqualTo(before);
  }

  @Test
  void different_names_give_different_streams() {
    Set<Long> first = new HashSet<>();
    for (int seed = 0; seed < 50; seed++) {
      for (String place : new String[] {"a", "b", "ab", "ba", ""}) {
        for (int step = 0; step < 50; step++) {
          first.add(Rng.of(seed, place).at(step).nextLong());
        }
      }
    }
    assertThat(first).hasSize(50 * 5 * 50);
  }

  @Test
  void uniform_and_normal_have_their_moments() {
    Rng rng = Rng.of(1, "moments");
    int n = 200_000;
    double mean = 0;
    double square = 0;
    double uniform = 0;
    for (int i = 0; i < n; i++) {
      double g = rng.nextGaussian();
      mean += g / n;
      square += g * g / n;
      uniform += rng.nextDouble() / n;
    }
    assertThat(mean).isBetween(-0.01, 0.01);
    assertThat(square).isBetween(0.98, 1.02);
    assertThat(uniform).isBetween(0.495, 0.505);
  }

  @Test
  void permutation_holds_every_index_once() {
    assertThat(Rng.of(3, "shuffle").permutation(100)).doesNotHaveDuplicates().hasSize(100);
    assertThat(Rng.of(3, "shuffle").permutation(100))
        .isNotEqualTo(Rng.of(4, "shuffle").permutation(100));
  }
}
