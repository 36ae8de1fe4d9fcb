package dev.adapterx.train.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Label;
import dev.adapterx.base.Rng;
import dev.adapterx.data.Batch;
import dev.adapterx.data.BatchLoader;
import dev.adapterx.data.Dataset;
import dev.adapterx.data.Epoch;
import dev.adapterx.data.LoaderOptions;
import dev.adapterx.data.image.Normalisation;
import dev.adapterx.data.image.Preprocess;
import dev.adapterx.data.image.RgbImage;
import dev.adapterx.data.images.ImageData;
import dev.adapterx.data.images.ImagePipeline;
import dev.adapterx.train.Tiny;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AugmentationsTest {
  private static final int SIDE = 16;
  private static final Preprocess PREPROCESS = Preprocess.direct(SIDE, Normalisation.HALF);

  @TempDir Path root;

  private static DataRecipe data(String augment, double mixup, double cutmix) {
    return Recipe.read(
            "",
            List.of(
                "data.augment=" + augment,
                "data.mixup=" + mixup,
                "data.cutmix=" + cutmix,
                "data.cache-megabytes=16",
                "data.threads=1"),
            "test")
        .data();
  }

  private static ImagePipeline pipeline(String augment) {
    return Augmentations.pipeline(data(augment, 0, 0), PREPROCESS, 3);
  }

  /** The training split's pixels in an epoch, in the order of the data set. */
  private float[] epoch(ImagePipeline pipeline, int epoch, int threads) {
    Dataset<RgbImage> images = ImageData.open(Tiny.images(root, 24), "train").dataset();
    LoaderOptions options =
        LoaderOptions.evaluation(images.size()).withThreads(threads).withCacheBytes(1 << 20);
    try (BatchLoader<?> loader = new BatchLoader<>(images, pipeline, options);
        Epoch batches = loader.epoch(epoch)) {
      float[][] rows = batches.iterator().next().values();
      float[] flat = new float[rows.length * rows[0].length];
      for (int i = 0; i < rows.length; i++) {
        System.arraycopy(rows[i], 0, flat, i * rows[i].length, rows[i].length);
      }
      return flat;
    }
  }

  @Test
  void none_gives_every_epoch_the_square_of_evaluation() {
    ImagePipeline none = pipeline("none");
    assertThat(none.repeats()).isTrue();
    assertThat(epoch(none, 0, 1)).isEqualTo(epoch(none, 1, 2));
  }

  @ParameterizedTest
  @ValueSource(strings = {"flip", "crop-flip", "standard", "rand-m9-mstd0.5-inc1", "rand"})
  void others_differ_by_epoch_but_not_by_threads(String augment) {
    ImagePipeline pipeline = pipeline(augment);
    assertThat(pipeline.repeats()).isFalse();
    float[] first = epoch(pipeline, 0, 1);
    assertThat(first).isEqualTo(epoch(pipeline, 0, 3)).isNotEqualTo(epoch(pipeline, 1, 1));
    assertThat(first).isNotEqualTo(epoch(pipeline("none"), 0, 1));
  }

  @Test
  void flip_mirrors_about_half_and_leaves_the_rest() {
    float[] plain = epoch(pipeline("none"), 0, 1);
    int values = 3 * SIDE * SIDE;
    int mirrored = 0;
    int images = 0;
    for (int e = 0; e < 4; e++) {
      float[] flipped = epoch(pipeline("flip"), e, 1);
      for (int at = 0; at < plain.length; at += values) {
        float[] original = Arrays.copyOfRange(plain, at, at + values);
        float[] now = Arrays.copyOfRange(flipped, at, at + values);
        boolean same = Arrays.equals(now, original);
        assertThat(same || Arrays.equals(now, mirrored(original))).isTrue();
        mirrored += same ? 0 : 1;
        images++;
      }
    }
    assertThat((double) mirrored / images).isBetween(0.3, 0.7);
  }

  private static float[] mirrored(float[] image) {
    float[] out = new float[image.length];
    for (int i = 0; i < image.length; i++) {
      int x = i % SIDE;
      out[i - x + SIDE - 1 - x] = image[i];
    }
    return out;
  }

  @Test
  void crop_flip_moves_by_at_most_an_eighth() {
    float[] plain = epoch(pipeline("none"), 0, 1);
    float[] moved = epoch(pipeline("crop-flip"), 0, 1);
    int values = 3 * SIDE * SIDE;
    for (int at = 0; at < plain.length; at += values) {
      float[] original = Arrays.copyOfRange(plain, at, at + values);
      float[] now = Arrays.copyOfRange(moved, at, at + values);
      assertThat(isShifted(now, original, SIDE / 8)).isTrue();
    }
  }

  private static boolean isShifted(float[] now, float[] original, int most) {
    for (float[] source : List.of(original, mirrored(original))) {
      for (int dy = -most; dy <= most; dy++) {
        for (int dx = -most; dx <= most; dx++) {
          if (agree(now, source, dx, dy)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private static boolean agree(float[] now, float[] source, int dx, int dy) {
    for (int i = 0; i < now.length; i++) {
      int x = i % SIDE + dx;
      int y = i / SIDE % SIDE + dy;
      boolean inside = x >= 0 && x < SIDE && y >= 0 && y < SIDE;
      float expected = inside ? source[i + dy * SIDE + dx] : -1; // black, normalised
      if (now[i] != expected) {
        return false;
      }
    }
    return true;
  }

  @Test
  void the_random_resized_crop_is_taken_from_the_picture_as_decoded() {
    List<Integer> widths = new java.util.ArrayList<>();
    pipeline("standard")
        .geometry()
        .then(
            (image, rng) -> {
              widths.add(image.width());
              return image;
            })
        .apply(new dev.adapterx.data.image.RgbImage(50, 40, new byte[3 * 50 * 40]), Rng.of(0, "x"));
    assertThat(widths).containsExactly(50);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "standart | unknown augmentation 'standart'; did you mean 'standard'? Known: none, flip, crop-flip, standard, or a RandAugment string such as rand-m9-mstd0.5-inc1 for images; none, scale-translate, rotate-y, scale-rotate, scale-shift for point clouds.",
        "rnad-m9-mstd0.5-inc1 | did you mean 'rand-m9-mstd0.5-inc1'?",
        "rand-m99 | m must be in [0.0, 10.0], found 99.0",
        "rand-mm9 | part 'mm9' is not one of m, n, mstd, inc, p",
      })
  void an_unknown_preset_is_refused_when_the_recipe_is_read(String augment, String message) {
    assertThatThrownBy(
            () -> Recipe.read("data: {augment: %s}".formatted(augment), List.of(), "r.yaml"))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("r.yaml: data: ")
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource({"-0.1, 0", "0, -1", ".nan, 0", ".inf, 0"})
  void mixing_strengths_are_numbers_from_zero(String mixup, String cutmix) {
    String yaml = "data: {mixup: %s, cutmix: %s}".formatted(mixup, cutmix);
    assertThatThrownBy(() -> Recipe.read(yaml, List.of(), "r.yaml"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("mixup");
  }

  private Batch<Label> mixed(double mixup, double cutmix, int number) {
    float[][] pixels = new float[4][3 * 4 * 4];
    for (int i = 0; i < pixels.length; i++) {
      Arrays.fill(pixels[i], i);
    }
    Batch<?> batch =
        new Batch<>(pixels, Stream.of(0, 1, 2, 0).map(Label::of).toList(), new int[] {5, 6, 7, 8});
    return Mixing.of(mixup, cutmix, 3).apply(batch, Rng.of(1, "mix").at(number));
  }

  @Test
  void mixup_blends_pixels_and_targets_by_one_share_and_keeps_the_labels() {
    Batch<Label> batch = mixed(0.8, 0, 3);
    float[] second = batch.targets().get(1).shares();
    float share = second[1]; // what sample 1 keeps of its own class
    assertThat(share).isBetween(0.001f, 0.999f);
    assertThat(second).hasSize(3);
    // sample 1 (class 1, value 1) with sample 2 (class 2, value 2)
    assertThat(second[2]).isCloseTo(1 - share, within());
    assertThat(batch.values()[1][0]).isCloseTo(share + 2 * (1 - share), within());
    // samples 0 and 3 are of one class
    assertThat(batch.targets().get(0).shares()[0]).isCloseTo(1, within());
    assertThat(batch.targets()).extracting(Label::index).containsExactly(0, 1, 2, 0);
    assertThat(batch.indices()).containsExactly(5, 6, 7, 8);
  }

  @Test
  void cutmix_targets_are_the_areas() {
    Batch<Label> batch = mixed(0, 1, 2);
    long own = 0;
    for (float value : batch.values()[1]) {
      own += value == 1 ? 1 : 0;
    }
    assertThat(batch.targets().get(1).shares()[1]).isCloseTo(own / 48f, within());
  }

  private static org.assertj.core.data.Offset<Float> within() {
    return org.assertj.core.data.Offset.offset(1e-5f);
  }
}
