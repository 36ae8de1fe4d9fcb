package dev.adapterx.train.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.nn.Pass;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ObservedMeansTest {
  @Test
  void pieces_count_alike_and_norms_are_kept_apart() {
    ObservedMeans means = new ObservedMeans();
    means.add(Map.of("a", seen(1, 4), "b", seen(10, 0)));
    means.add(Map.of("a", seen(3, 8), "b", seen(20, 2)));
    assertThat(means.means().get("a").mean()).containsExactly(2);
    assertThat(means.means().get("a").var()).containsExactly(6);
    assertThat(means.means().get("b").mean()).containsExactly(15);
    assertThat(means.means().get("b").var()).containsExactly(1);
  }

  @Test
  void nothing_seen_is_nothing_to_follow() {
    ObservedMeans means = new ObservedMeans();
    means.add(Map.of());
    assertThat(means.means()).isEmpty();
  }

  private static Pass.Observed seen(float mean, float var) {
    return new Pass.Observed(new float[] {mean}, new float[] {var});
  }
}
