package dev.adapterx.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RandomErasingTest {
  private static final int W = 40;
  private static final int H = 30;
  private static final Rng RNG = Rng.of(31, "erasing");

  private static float[] image() {
    float[] values = new float[3 * W * H + 10];
    Arrays.fill(values, 7);
    return values;
  }

  private static int[] erased(float[] values, int channel) {
    return IntStream.range(0, W * H).filter(i -> values[5 + channel * W * H + i] != 7).toArray();
  }

  @Test
  void erases_one_rectangle_of_the_area_asked_for_in_all_channels() {
    for (int step = 0; step < 300; step++) {
      float[] values = image();
      RandomErasing.of(1, RandomErasing.Mode.CONST).apply(values, 5, W, H, RNG.at(step));
      int[] at = erased(values, 0);
      int left = Arrays.stream(at).map(i -> i % W).min().orElseThrow();
      int right = Arrays.stream(at).map(i -> i % W).max().orElseThrow();
      int rows = at[at.length - 1] / W - at[0] / W + 1;
      assertThat(at).hasSize(rows * (right - left + 1));
      assertThat(at.length / (double) (W * H)).isBetween(0.015, 0.36);
      assertThat(erased(values, 1)).containsExactly(at);
      assertThat(erased(values, 2)).containsExactly(at);
      assertThat(values[4]).isEqualTo(7f);
      assertThat(values[5 + 3 * W * H]).isEqualTo(7f);
    }
  }

  @Test
  void fills_with_zero_one_colour_or_noise() {
    assertThat(colours(RandomErasing.Mode.CONST)).isEqualTo(1);
    assertThat(colours(RandomErasing.Mode.RAND)).isEqualTo(1);
    assertThat(colours(RandomErasing.Mode.PIXEL)).isGreaterThan(10);
  }

  private static long colours(RandomErasing.Mode mode) {
    float[] values = image();
    RandomErasing.of(1, mode).apply(values, 5, W, H, RNG);
    return Arrays.stream(erased(values, 1)).mapToObj(i -> values[5 + W * H + i]).distinct().count();
  }

  @Test
  void happens_about_as_often_as_asked() {
    long count =
        IntStream.range(0, 2000)
            .filter(
                step -> {
                  float[] values = image();
                  RandomErasing.of(0.25, RandomErasing.Mode.CONST)
                      .apply(values, 5, W, H, RNG.at(step));
                  return erased(values, 0).length > 0;
                })
            .count();
    assertThat(count).isBetween(430L, 570L);
  }

  @Test
  void impossible_settings_are_refused() {
    assertThatThrownBy(() -> RandomErasing.of(-1, RandomErasing.Mode.CONST))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("probability must be in [0.0, 1.0], found -1.0");
    assertThatThrownBy(() -> new RandomErasing(1, RandomErasing.Mode.CONST, 0.5, 1.2))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("largest area must be in [0.0, 1.0], found 1.2");
  }
}
