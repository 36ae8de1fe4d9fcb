package dev.adapterx.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.base.Rng;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class LargestTest {
  /** Whole numbers from -2 to 1, so that many are equal. */
  private static Tensor scores(long... shape) {
    return Init.uniform(Rng.of(3, "scores"), 2, shape).floor();
  }

  @Test
  void the_index_is_that_of_argmax_also_among_equals() {
    try (Scope scope = Scope.withoutGradients()) {
      Tensor made = scores(2, 5, 40, 7);
      for (Tensor scores : new Tensor[] {made, made.permute(0, 2, 3, 1), made.narrow(1, 0, 1)}) {
        for (int d = 1; d < 4; d++) {
          assertThat(Tensors.longs(Largest.index(scores, d)))
              .containsExactly(Tensors.longs(scores.argmax(new LongOptional(d), false)));
        }
      }
    }
  }

  @Test
  void a_label_is_found_where_no_score_is_larger_than_its_own() {
    try (Scope scope = Scope.withoutGradients()) {
      // Cells: alone the largest; not; as large as another; all equal; without a label.
      float[] first = {3, 1, 2, 5, 9};
      float[] second = {1, 4, 2, 5, 1};
      float[] third = {2, 0, 1, 5, 1};
      Tensor scores = Tensors.of(new float[][] {first, second, third}, 0, 3, 1, 3, 5);
      Tensor labels = Tensors.of(new long[] {0, 0, 1, 0, -1}, 1, 5);
      assertThat(Tensors.longs(Largest.isAt(scores, labels, 1))).containsExactly(1, 0, 1, 0, 0);
    }
  }
}
