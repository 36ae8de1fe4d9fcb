package dev.adapterx.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RandAugmentTest {
  private static RandAugment parse(String policy) {
    return RandAugment.parse(policy, Sampling.BICUBIC, Fill.GREY);
  }

  @Test
  void reads_timms_policies() {
    assertThat(parse("rand-m9-mstd0.5-inc1"))
        .isEqualTo(new RandAugment(2, 9, 0.5, true, 0.5, Sampling.BICUBIC, Fill.GREY));
    assertThat(parse("rand-n3-p1-m4.5"))
        .isEqualTo(new RandAugment(3, 4.5, 0, false, 1, Sampling.BICUBIC, Fill.GREY));
    assertThat(parse("rand").magnitude()).isEqualTo(10);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "auto-m9, augmentation 'auto-m9': expected a policy like rand-m9-mstd0.5-inc1",
        "rand-m, part 'm' is not one of",
        "rand-mstdd1, did you mean 'mstd'?",
        "rand-m9-, part '' is not one of",
        "rand-m9-m8, m is given twice",
        "rand-m11, \"m must be in [0.0, 10.0], found 11.0\"",
        "rand-n0, n must be at least 1",
        "rand-n1.5, \"n must be a whole number, found 1.5\"",
        "rand-n99999999999, n must be a whole number",
        "rand-p2, \"p must be in [0.0, 1.0], found 2.0\""
      })
  void says_what_is_wrong_with_a_policy(String policy, String message) {
    assertThatThrownBy(() -> parse(policy))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message);
  }

  @Test
  void the_same_stream_gives_the_same_image_and_others_differ() {
    RgbImage image = Golden.image("augment/source");
    RandAugment augment = parse("rand-m9-mstd0.5-inc1-p1");
    Golden.assertSame(
        augment.apply(image, Rng.of(3, "augment")), augment.apply(image, Rng.of(3, "augment")));
    long different =
        IntStream.range(0, 50)
            .mapToObj(i -> augment.apply(image, Rng.of(3, "augment").at(i)))
            .map(i -> java.util.Arrays.hashCode(i.pixels()))
            .distinct()
            .count();
    assertThat(different).isGreaterThan(40);
  }

  @Test
  void with_probability_zero_nothing_happens() {
    RgbImage image = Golden.noise(5, 5, 1);
    assertThat(parse("rand-m9-p0").apply(image, Rng.of(1, "x"))).isSameAs(image);
  }

  @Test
  void the_magnitude_is_noisy_but_stays_in_range() {
    Rng rng = Rng.of(5, "noise");
    double[] drawn =
        DoubleStream.generate(() -> parse("rand-m5-mstd0.5").noisyMagnitude(rng))
            .limit(4000)
            .toArray();
    double mean = DoubleStream.of(drawn).average().orElseThrow();
    double variance =
        DoubleStream.of(drawn).map(d -> (d - mean) * (d - mean)).average().orElseThrow();
    assertThat(mean).isCloseTo(5, within(0.05));
    assertThat(Math.sqrt(variance)).isCloseTo(0.5, within(0.03));
    assertThat(
            DoubleStream.generate(() -> parse("rand-m9-mstd3").noisyMagnitude(rng))
                .limit(2000)
                .max())
        .hasValue(10);
  }

  @Test
  void any_image_survives_every_magnitude() {
    for (int m = 0; m <= 10; m++) {
      RandAugment augment = parse("rand-n3-p1-inc" + m % 2 + "-m" + m);
      for (int i = 0; i < 30; i++) {
        RgbImage image = Golden.noise(1 + i % 4, 1 + i % 3, i);
        RgbImage out = augment.apply(image, Rng.of(m, "any").at(i));
        assertThat(out.width()).isEqualTo(image.width());
      }
    }
  }
}
