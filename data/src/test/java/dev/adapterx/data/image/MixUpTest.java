package dev.adapterx.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;
import dev.adapterx.base.Rng;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MixUpTest {
  private static final int W = 12;
  private static final int H = 9;
  private static final Rng RNG = Rng.of(21, "mixup");

  /** Sample i is flat with value i; its target is one-hot. */
  private static float[][] images(int count) {
    float[][] images = new float[count][3 * W * H];
    for (int i = 0; i < count; i++) {
      Arrays.fill(images[i], i);
    }
    return images;
  }

  private static float[][] oneHot(int count) {
    float[][] targets = new float[count][count];
    for (int i = 0; i < count; i++) {
      targets[i][i] = 1;
    }
    return targets;
  }

  @Test
  void mixup_blends_a_sample_with_its_mirror_in_the_batch() {
    float[][] images = images(5);
    float[][] targets = oneHot(5);
    double lambda = new MixUp(0.8, 0, 1, 0).apply(images, targets, W, H, RNG.at(1));

    assertThat(lambda).isBetween(0.0, 1.0).isNotIn(0.0, 1.0);
    for (int i = 0; i < 5; i++) {
      float expected = (float) (lambda * i + (1 - lambda) * (4 - i));
      assertThat(images[i][7]).isCloseTo(expected, within(1e-5f));
      assertThat(targets[i][i]).isCloseTo(i == 2 ? 1 : (float) lambda, within(1e-6f));
      assertThat(targets[i][4 - i]).isCloseTo(i == 2 ? 1 : (float) (1 - lambda), within(1e-6f));
    }
  }

  @Test
  void cutmix_pastes_a_box_and_the_target_follows_the_area() {
    for (int step = 0; step < 200; step++) {
      float[][] images = images(4);
      float[][] targets = oneHot(4);
      double lambda = new MixUp(0, 1, 1, 0).apply(images, targets, W, H, RNG.at(step));
      for (int i = 0; i < 4; i++) {
        float own = i;
        float[] mixed = images[i];
        long kept = IntStream.range(0, mixed.length).filter(k -> mixed[k] == own).count();
        assertThat(kept / (3.0 * W * H)).isCloseTo(lambda, within(1e-9));
        assertThat(targets[i][i]).isCloseTo((float) lambda, within(1e-6f));
        assertThat(targets[i][3 - i]).isCloseTo((float) (1 - lambda), within(1e-6f));
      }
    }
  }

  @Test
  void the_box_covers_what_lambda_leaves_unless_the_edge_cuts_it() {
    for (int step = 0; step < 500; step++) {
      double lambda = RNG.at(step).nextDouble();
      MixUp.Box box = MixUp.Box.draw(lambda, 224, 224, RNG.at(step).at("box"));
      int side = (int) (224 * Math.sqrt(1 - lambda)) / 2 * 2;
      assertThat(box.right() - box.left()).isBetween(side / 2, side);
      if (box.left() > 0 && box.right() < 224) {
        assertThat(box.right() - box.left()).isEqualTo(side);
      }
      assertThat(box.left()).isNotNegative();
      assertThat(box.bottom()).isLessThanOrEqualTo(224);
    }
  }

  @Test // Var Beta(α, α) = 1 / (4 (2α + 1))
  void lambda_follows_the_beta_distribution() {
    for (double alpha : new double[] {0.1, 0.8, 1, 3}) {
      double[] drawn =
          IntStream.range(0, 20000)
              .mapToDouble(i -> MixUp.beta(alpha, RNG.at("beta").at(i)))
              .toArray();
      double mean = Arrays.stream(drawn).average().orElseThrow();
      double variance =
          Arrays.stream(drawn).map(d -> (d - mean) * (d - mean)).average().orElseThrow();
      assertThat(mean).isCloseTo(0.5, within(0.012));
      assertThat(variance).isCloseTo(1 / (4 * (2 * alpha + 1)), within(0.005));
    }
  }

  @Test
  void usual_switches_between_both_and_probability_zero_does_nothing() {
    long cuts =
        IntStream.range(0, 400)
            .filter(
                step -> {
                  float[][] images = images(2);
                  MixUp.usual().apply(images, oneHot(2), W, H, RNG.at(step));
                  // A blend leaves no pixel whole, a cut leaves all of them whole.
                  return images[0][0] == 0 || images[0][0] == 1;
                })
            .count();
    assertThat(cuts / 400.0).isCloseTo(0.5, within(0.1));

    float[][] images = images(2);
    assertThat(new MixUp(1, 1, 0, 0.5).apply(images, oneHot(2), W, H, RNG)).isEqualTo(1);
    assertThat(images[1]).containsOnly(1f);
  }

  @Test
  void impossible_settings_and_batches_are_refused() {
    assertThatThrownBy(() -> new MixUp(0, 0, 1, 0.5))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("one of mixup alpha and cutmix alpha must be above 0");
    assertThatThrownBy(() -> new MixUp(-1, 0, 1, 0.5))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("mixup alpha must not be negative, found -1.0");
    assertThatThrownBy(() -> MixUp.usual().apply(images(3), oneHot(2), W, H, RNG))
        .isInstanceOf(DataException.class)
        .hasMessage("mixup: found 3 images and 2 targets");
    assertThatThrownBy(() -> MixUp.usual().apply(images(2), oneHot(2), W, H + 1, RNG))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("sample 0 has 324 values and 2 classes, expected 360 and 2");
  }
}
