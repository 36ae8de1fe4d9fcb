package dev.adapterx.peft.points;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.base.Rng;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.Golden;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NeighbourhoodsTest {
  /** Five places on a line, x = 0, 1, 2, 4, 9. */
  private static final float[] LINE = {0, 0, 0, 1, 0, 0, 2, 0, 0, 4, 0, 0, 9, 0, 0};

  private final Scope scope = Scope.open();

  @AfterEach
  void free() {
    scope.close();
  }

  /** Of one cloud, heard at its first place. */
  private static Neighbourhoods of(float[] cloud, int count, int size) {
    Tensor places = Tensors.of(cloud, 1, cloud.length / 3, 3);
    return Neighbourhoods.of(places, places.narrow(1, 0, 1), count, size);
  }

  @Test
  void the_first_place_begins_and_each_next_is_farthest_from_all_before() {
    assertThat(Tensors.longs(of(LINE, 5, 1).centres())).containsExactly(0, 4, 3, 2, 1);
  }

  @Test
  void neighbours_come_nearest_first_the_lower_index_of_two() {
    long[] members = Tensors.longs(of(LINE, 5, 4).members());
    assertThat(Arrays.copyOfRange(members, 16, 20)).containsExactly(1, 0, 2, 3); // of place 1
  }

  @Test
  void places_that_coincide_are_members_after_the_place_itself() {
    Neighbourhoods near = of(new float[] {1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 3, 3);
    assertThat(Tensors.longs(near.centres())).containsExactly(0, 1, 0);
    assertThat(Tensors.longs(near.members())).containsExactly(0, 1, 2, 1, 2, 3, 0, 1, 2);
    Neighbourhoods last = of(new float[] {0, 0, 0, 1, 0, 0, 0, 0, 0, 3, 0, 0, 3, 0, 0}, 2, 3);
    assertThat(Tensors.longs(last.members())).containsExactly(0, 2, 1, 3, 4, 1);
  }

  @Test
  void rows_count_through_clouds_and_weights_are_inverse_squares() {
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

  @Test
  void by_tensors_too_a_place_comes_before_those_that_coincide_with_it() {
    Tensor places = Tensors.of(new float[] {1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 1, 4, 3);
    Neighbourhoods.Choice choice = Neighbourhoods.byTensors(places, 3, 3);
    assertThat(Tensors.longs(choice.centres())).containsExactly(0, 1, 0);
    assertThat(Tensors.longs(choice.members())).containsExactly(0, 1, 2, 1, 2, 3, 0, 1, 2);
  }

  /** Random places, and a lattice on which nearly every distance is a tie. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void the_choices_are_those_of_the_rules(long seed) {
    Rng rng = Rng.of(seed, "places");
    int clouds = 1 + rng.nextInt(4);
    int all = 1 + rng.nextInt(90);
    int count = 1 + rng.nextInt(all);
    int size = 1 + rng.nextInt(all);
    float[] places = new float[clouds * all * 3];
    for (int i = 0; i < places.length; i++) {
      places[i] = seed % 2 == 0 ? rng.nextInt(4) : (float) rng.nextGaussian();
    }
    List<Long> centres = new ArrayList<>();
    List<Long> members = new ArrayList<>();
    for (int b = 0; b < clouds; b++) {
      long first = (long) b * all;
      float[] cloud = Arrays.copyOfRange(places, 3 * b * all, 3 * (b + 1) * all);
      for (int centre : farthest(cloud, count)) {
        centres.add(first + centre);
        nearest(cloud, centre).limit(size).forEach(i -> members.add(first + i));
      }
    }
    Tensor given = Tensors.of(places, clouds, all, 3);
    Neighbourhoods.Choice tensors = Neighbourhoods.byTensors(given, count, size);
    assertThat(Tensors.longs(tensors.centres())).containsExactly(centres.toArray(Long[]::new));
    assertThat(Tensors.longs(tensors.members())).containsExactly(members.toArray(Long[]::new));
    Neighbourhoods.Choice loops = Neighbourhoods.inLoops(given, count, size);
    assertThat(Tensors.longs(loops.centres())).containsExactly(centres.toArray(Long[]::new));
    assertThat(Tensors.longs(loops.members())).containsExactly(members.toArray(Long[]::new));
  }

  /** As the rule is said: the first of those whose nearest taken place is farthest. */
  private static List<Integer> farthest(float[] cloud, int count) {
    List<Integer> taken = new ArrayList<>(List.of(0));
    while (taken.size() < count) {
      int best = -1;
      double largest = -1;
      for (int i = 0; i < cloud.length / 3; i++) {
        double reach = Double.POSITIVE_INFINITY;
        for (int t : taken) {
          reach = Math.min(reach, square(cloud, i, t));
        }
        if (reach > largest) {
          best = i;
          largest = reach;
        }
      }
      taken.add(best);
    }
    return taken;
  }

  private static Stream<Integer> nearest(float[] cloud, int from) {
    return IntStream.range(0, cloud.length / 3)
        .boxed()
        .sorted(Comparator.comparing((Integer i) -> i == from ? -1 : square(cloud, i, from)));
  }

  private static double square(float[] cloud, int i, int j) {
    double x = (double) cloud[3 * i] - cloud[3 * j];
    double y = (double) cloud[3 * i + 1] - cloud[3 * j + 1];
    double z = (double) cloud[3 * i + 2] - cloud[3 * j + 2];
    return x * x + y * y + z * z;
  }
}
