package dev.adapterx.peft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.Golden;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class NeighbourhoodsTest {
  /** Five places on a line, x = 0, 1, 2, 4, 9. */
  private static final float[] LINE = {0, 0, 0, 1, 0, 0, 2, 0, 0, 4, 0, 0, 9, 0, 0};

  @Test
  void the_first_place_begins_and_each_next_is_farthest_from_all_before() {
    assertThat(Neighbourhoods.farthest(LINE, 5)).containsExactly(0, 4, 3, 2, 1);
  }

  @Test
  void neighbours_come_nearest_first_the_lower_index_of_two() {
    assertThat(Neighbourhoods.nearest(LINE, 1, 4)).containsExactly(1, 0, 2, 3);
  }

  @Test
  void places_that_coincide_are_members_after_the_place_itself() {
    float[] same = new float[9];
    assertThat(Neighbourhoods.nearest(same, 2, 3)).containsExactly(2, 0, 1);
    assertThat(Neighbourhoods.farthest(same, 3)).containsExactly(0, 0, 0);
  }

  @Test
  void rows_count_through_clouds_and_weights_are_inverse_squares() {
    try (Scope scope = Scope.open()) {
      float[] two = new float[30];
      System.arraycopy(LINE, 0, two, 0, 15);
      System.arraycopy(LINE, 0, two, 15, 15);
      Tensor places = Tensors.of(two, 2, 5, 3);
      Tensor patches = Tensors.of(new float[] {1, 0, 0, 1, 0, 0}, 2, 1, 3);
      Neighbourhoods near = Neighbourhoods.of(places, patches, 2, 2);
      assertThat(Tensors.longs(near.centres())).containsExactly(0, 4, 5, 9);
      assertThat(Tensors.longs(near.members())).containsExactly(0, 1, 4, 3, 5, 6, 9, 8);
      float far = (1f / 64) / (1 + 1f / 64); // of 1 and 8 away
      Golden.assertClose(near.weights(), new float[] {1 - far, far, 1 - far, far}, 1e-6, "weights");
    }
  }
}
