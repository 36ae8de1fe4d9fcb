package dev.adapterx.peft.points;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.base.Rng;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GraphBasisTest {
  private final Scope scope = Scope.open();

  @AfterEach
  void free() {
    scope.close();
  }

  /** Three centres on a line at 0, 1 and 3: L worked out by hand. */
  @Test
  void columns_are_eigenvectors_of_the_laplacian() {
    Tensor centres = Tensors.of(new float[] {0, 0, 0, 1, 0, 0, 3, 0, 0}, 1, 3, 3);
    float[] u = Tensors.floats(GraphBasis.of(centres, 3).whole());
    double[][] laplacian = {
      {4.0 / 3, -1, -1.0 / 3}, {-1, 1.5, -.5}, {-1.0 / 3, -.5, 5.0 / 6},
    };
    double before = -1;
    for (int k = 0; k < 3; k++) {
      double eigenvalue = 0;
      for (int i = 0; i < 3; i++) {
        for (int j = 0; j < 3; j++) {
          eigenvalue += u[3 * i + k] * laplacian[i][j] * u[3 * j + k];
        }
      }
      for (int i = 0; i < 3; i++) {
        double image = 0;
        for (int j = 0; j < 3; j++) {
          image += laplacian[i][j] * u[3 * j + k];
        }
        assertThat(image).isCloseTo(eigenvalue * u[3 * i + k], within(1e-6));
      }
      assertThat(eigenvalue).isGreaterThan(before);
      before = eigenvalue;
    }
    assertThat(u[0]).isCloseTo((float) Math.sqrt(1 / 3.0), within(1e-6f)); // constant, λ = 0
  }

  @Test
  void the_largest_component_of_each_is_positive_and_all_are_orthonormal() {
    Tensor centres = Init.normal(Rng.of(1, "centres"), 0, 1, 2, 12, 3);
    GraphBasis basis = GraphBasis.of(centres, 4);
    for (Tensor vectors : new Tensor[] {basis.whole(), basis.parts()}) {
      int graphs = (int) vectors.size(0);
      int n = (int) vectors.size(1);
      float[] u = Tensors.floats(vectors);
      float[] gram = Tensors.floats(vectors.mT().matmul(vectors));
      for (int g = 0; g < graphs; g++) {
        for (int k = 0; k < n; k++) {
          float largest = 0;
          for (int i = 0; i < n; i++) {
            float value = u[(g * n + i) * n + k];
            largest = Math.abs(value) > Math.abs(largest) ? value : largest;
            assertThat(gram[(g * n + i) * n + k]).isCloseTo(i == k ? 1 : 0, within(1e-5f));
          }
          assertThat(largest).isPositive();
        }
      }
    }
  }

  @Test
  void of_two_equal_components_the_first_is_positive() {
    Tensor centres = Init.normal(Rng.of(3, "centres"), 0, 1, 4, 2, 3);
    float[] u = Tensors.floats(GraphBasis.of(centres, 2).whole());
    for (int g = 0; g < 4; g++) {
      assertThat(u[4 * g + 1]).isCloseTo((float) Math.sqrt(.5), within(1e-6f));
      assertThat(u[4 * g + 3]).isCloseTo((float) -Math.sqrt(.5), within(1e-6f));
    }
  }

  /** y decides first, then x, then z; in hundredths; what is negative comes last. */
  @Test
  void runs_follow_the_curve_within_each_cloud() {
    float[] centres = {
      0, -.01f, 0, 0, .02f, 0, .01f, 0, 0, 0, 0, 0, // first cloud
      0, 0, .01f, .01f, .01f, 0, 0, .01f, 0, 0, 0, .005f, // second
    };
    GraphBasis basis = GraphBasis.of(Tensors.of(centres, 2, 4, 3), 2);
    long[] along = Tensors.longs(basis.along());
    assertThat(along).containsExactly(3, 2, 1, 0, 7, 4, 6, 5);
    long[] back = Tensors.longs(basis.back());
    for (int i = 0; i < along.length; i++) {
      assertThat(back[(int) along[i]]).isEqualTo(i);
    }
  }

  /** Coordinates of both signs, some of them in the same hundredth, against bit by bit. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void the_order_is_that_of_interleaved_bits(long seed) {
    Rng rng = Rng.of(seed, "curve");
    int groups = 2 + rng.nextInt(100);
    double spread = seed % 2 == 0 ? 0.02 : 100;
    Tensor centres = Init.normal(rng, 0, spread, 3, groups, 3);
    float[] xyz = Tensors.floats(centres);
    long[] expected =
        IntStream.range(0, 3)
            .flatMap(
                b ->
                    IntStream.range(b * groups, (b + 1) * groups)
                        .boxed()
                        .sorted(
                            Comparator.comparing(
                                (Integer i) -> key(xyz[3 * i + 1], xyz[3 * i], xyz[3 * i + 2])))
                        .mapToInt(i -> i))
            .asLongStream()
            .toArray();
    GraphBasis basis = GraphBasis.of(centres, groups);
    assertThat(Tensors.longs(basis.along())).isEqualTo(expected);
    long[] back = Tensors.longs(basis.back());
    for (int i = 0; i < expected.length; i++) {
      assertThat(back[(int) expected[i]]).isEqualTo(i);
    }
  }

  private static long key(float first, float second, float third) {
    long key = 0;
    for (int bit = 15; bit >= 0; bit--) {
      for (float coordinate : new float[] {first, second, third}) {
        key = 2 * key + ((long) (coordinate * 100f) >> bit & 1);
      }
    }
    return key;
  }

  @Test
  void equal_places_on_the_curve_keep_their_order() {
    Tensor centres = Tensors.of(new float[] {.001f, 0, 0, 0, 0, 0, .002f, 0, 0}, 1, 3, 3);
    assertThat(Tensors.longs(GraphBasis.of(centres, 3).along())).containsExactly(0, 1, 2);
  }

  @Test
  void a_cloud_has_its_basis_whatever_stands_beside_it() {
    Tensor centres = Init.normal(Rng.of(2, "centres"), 0, 1, 3, 8, 3);
    float[] together = Tensors.floats(GraphBasis.of(centres, 4).whole());
    float[] alone = Tensors.floats(GraphBasis.of(centres.narrow(0, 1, 1), 4).whole());
    assertThat(Arrays.copyOfRange(together, 64, 128)).isEqualTo(alone);
  }

  @Test
  void centres_that_coincide_leave_everything_finite() {
    float[] centres = {0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0};
    for (float value : Tensors.floats(GraphBasis.of(Tensors.of(centres, 1, 4, 3), 2).whole())) {
      assertThat(value).isFinite();
    }
    GraphBasis one = GraphBasis.of(Tensors.of(new float[12], 1, 4, 3), 4);
    for (float value : Tensors.floats(one.whole())) {
      assertThat(value).isFinite();
    }
  }
}
