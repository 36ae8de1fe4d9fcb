package dev.adapterx.peft.mixture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.base.Rng;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class DispatchTest {
  @Test
  void sorts_tokens_by_expert_and_keeps_their_order() {
    Dispatch d = Dispatch.of(new long[] {2, 0, 2, 3, 0, 2}, 5, 1);
    assertThat(d.order()).containsExactly(1, 4, 0, 2, 5, 3);
    assertThat(d.counts()).containsExactly(2, 0, 3, 1, 0);
    assertThat(d.starts()).containsExactly(0, 2, 2, 5, 6);
    assertThat(d.back()).containsExactly(2, 0, 3, 5, 1, 4);
  }

  @Test
  void is_a_stable_permutation_and_back() {
    Rng rng = Rng.of(1, "dispatch");
    long[] expert = new long[10_000];
    Arrays.setAll(expert, t -> rng.nextInt(7));
    Dispatch d = Dispatch.of(expert, 8, 1);
    for (int t = 0; t < expert.length; t++) {
      assertThat(d.order()[(int) d.back()[t]]).isEqualTo(t);
    }
    for (int place = 1; place < expert.length; place++) {
      long before = d.order()[place - 1];
      long here = d.order()[place];
      boolean sameExpert = expert[(int) before] == expert[(int) here];
      assertThat(sameExpert ? before < here : expert[(int) before] < expert[(int) here]).isTrue();
    }
    assertThat(d.counts()[7]).isZero();
  }

  @Test
  void runs_are_filled_up_with_the_first_token() {
    Dispatch d = Dispatch.of(new long[] {2, 0, 2, 3, 0, 2}, 5, 4);
    assertThat(d.order()).containsExactly(1, 4, 0, 0, 0, 2, 5, 0, 3, 0, 0, 0);
    assertThat(d.counts()).containsExactly(4, 0, 4, 4, 0);
    assertThat(d.starts()).containsExactly(0, 4, 4, 8, 12);
    assertThat(d.back()).containsExactly(4, 0, 5, 8, 1, 6);
  }

  @Test
  void nothing_to_sort_is_fine() {
    Dispatch d = Dispatch.of(new long[0], 3, 4);
    assertThat(d.order()).isEmpty();
    assertThat(d.counts()).containsExactly(0, 0, 0);
  }
}
