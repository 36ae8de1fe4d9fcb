package dev.adapterx.dense.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import dev.adapterx.data.Sample;
import dev.adapterx.data.Views;
import dev.adapterx.data.image.Normalisation;
import dev.adapterx.data.image.RgbImage;
import dev.adapterx.data.targets.ClassMask;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MaskPipelineTest {
  private static final int SIDE = 24;

  /** Red where the class is 1, black where it is 0. */
  private static Sample<RgbImage, ClassMask> sample(int width, int height) {
    byte[] pixels = new byte[3 * width * height];
    short[] classes = new short[width * height];
    for (int i = 0; i < classes.length; i++) {
      int x = i % width;
      int y = i / width;
      boolean in = x >= width / 4 && x < width / 2 && y >= height / 3 && y < 3 * height / 4;
      classes[i] = (short) (in ? 1 : 0);
      pixels[3 * i] = (byte) (in ? 255 : 0);
    }
    return new Sample<>(new RgbImage(width, height, pixels), new ClassMask(width, height, classes));
  }

  private static MaskAugment augment(String preset, double from, double to, double most) {
    return new MaskAugment(preset, List.of(from, to), most, false);
  }

  private static Sample<RgbImage, ClassMask> seen(
      MaskPipeline pipeline, Sample<RgbImage, ClassMask> sample, long seed) {
    Sample<RgbImage, ClassMask> fixed = pipeline.geometry().apply(sample, Rng.of(0, "fixed"));
    var drawn = pipeline.augment();
    return drawn == null ? fixed : drawn.apply(fixed, Rng.of(seed, "augment"));
  }

  /** Whatever is drawn, a pixel well inside of an area has the area's class. */
  @ParameterizedTest
  @ValueSource(strings = {"none", "flip", "crop-flip", "dense"})
  void picture_and_mask_move_together(String preset) {
    MaskPipeline pipeline =
        MaskPipeline.training(SIDE, Normalisation.HALF, augment(preset, 0.5, 2, 0.75));
    int red = 0;
    for (long seed = 0; seed < 40; seed++) {
      Sample<RgbImage, ClassMask> seen = seen(pipeline, sample(70, 50), seed);
      pipeline.requireFinished(seen, "it");
      assertThat(seen.target().width()).isEqualTo(SIDE);
      for (int y = 0; y < SIDE; y++) {
        for (int x = 0; x < SIDE; x++) {
          int value = seen.input().at(x, y, 0);
          int found = seen.target().at(x, y);
          boolean padded = value == 128 && seen.input().at(x, y, 1) == 128;
          if (padded) {
            assertThat(found).isEqualTo(ClassMask.IGNORED);
          } else if (value > 200) {
            red++;
            assertThat(found).isEqualTo(1);
          } else if (value < 55) {
            assertThat(found).isZero();
          }
        }
      }
    }
    assertThat(red).isPositive();
  }

  @Test
  void small_pictures_are_padded_and_the_padding_is_ignored() {
    MaskPipeline pipeline =
        MaskPipeline.training(SIDE, Normalisation.HALF, augment("dense", 0.5, 0.5, 1));
    Sample<RgbImage, ClassMask> seen = seen(pipeline, sample(48, 48), 3);
    assertThat(seen.target().labelled()).isEqualTo(12 * 12);
    float[] values = new float[pipeline.values()];
    pipeline.write(seen, values, 0);
    assertThat((double) values[SIDE * SIDE - 1]).isCloseTo(0, within(0.005)); // 128 of 127.5
  }

  /** Nine tenths of the picture are one class; only crops at its edge show two. */
  @Test
  void crops_of_nearly_one_class_are_drawn_again() {
    short[] classes = new short[100 * 30];
    for (int i = 0; i < classes.length; i++) {
      classes[i] = (short) (i % 100 < 12 ? 1 : 0);
    }
    Sample<RgbImage, ClassMask> sample =
        new Sample<>(
            new RgbImage(100, 30, new byte[3 * classes.length]), new ClassMask(100, 30, classes));
    int[] mixed = new int[2];
    for (int way = 0; way < 2; way++) {
      MaskPipeline pipeline =
          MaskPipeline.training(
              SIDE, Normalisation.HALF, augment("dense", 1.25, 1.25, way == 0 ? 1 : 0.75));
      for (long seed = 0; seed < 50; seed++) {
        ClassMask mask = seen(pipeline, sample, seed).target();
        int ones = 0;
        for (short found : mask.classes()) {
          ones += found == 1 ? 1 : 0;
        }
        mixed[way] += ones > 0.25 * mask.labelled() && ones < 0.75 * mask.labelled() ? 1 : 0;
      }
    }
    assertThat(mixed[0]).isBetween(1, 15);
    assertThat(mixed[1]).isGreaterThan(3 * mixed[0]);
  }

  @Test
  void whole_pictures_are_written_window_by_window() {
    MaskPipeline pipeline = MaskPipeline.evaluation(SIDE, Normalisation.HALF);
    Sample<RgbImage, ClassMask> sample = sample(72, 48);
    Sample<RgbImage, ClassMask> seen = pipeline.geometry().apply(sample, Rng.of(0, "fixed"));
    assertThat(seen.input().width()).isEqualTo(36);
    assertThat(seen.target()).isSameAs(sample.target());
    assertThat(pipeline.values(seen)).isEqualTo(2 * pipeline.values());
    float[] values = new float[pipeline.values(seen)];
    pipeline.write(seen, values, 0);
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        double left = seen.input().at(x, y, 0) / 127.5 - 1;
        double right = seen.input().at(x + 12, y, 0) / 127.5 - 1;
        assertThat((double) values[y * SIDE + x]).isCloseTo(left, within(1e-5));
        assertThat((double) values[pipeline.values() + y * SIDE + x])
            .isCloseTo(right, within(1e-5));
      }
    }
  }

  @Test
  void windows_are_made_one_by_one_of_the_picture_alone() {
    MaskPipeline pipeline = MaskPipeline.evaluation(SIDE, Normalisation.HALF);
    Sample<RgbImage, ClassMask> seen =
        pipeline.geometry().apply(sample(96, 48), Rng.of(0, "fixed"));
    float[] all = new float[pipeline.values(seen)];
    pipeline.write(seen, all, 0);
    Views views = pipeline.views(seen);
    assertThat(views.count()).isEqualTo(3);
    assertThat(views.bytes()).isEqualTo(3L * 48 * 24);
    int each = pipeline.values();
    for (int i = 0; i < 3; i++) {
      assertThat(views.written(i, 1)).isEqualTo(Arrays.copyOfRange(all, i * each, (i + 1) * each));
    }
    assertThat(views.written(1, 2)).isEqualTo(Arrays.copyOfRange(all, each, 3 * each));
    assertThat(Views.of(all, each).written(1, 2)).isEqualTo(views.written(1, 2));
  }

  @Test
  void photometric_changes_colours_and_keeps_grey_grey() {
    byte[] pixels = {100, 100, 100, 10, 120, (byte) 200};
    RgbImage image = new RgbImage(2, 1, pixels);
    int changed = 0;
    for (long seed = 0; seed < 64; seed++) {
      RgbImage out = Photometric.USUAL.apply(image, Rng.of(seed, "colour"));
      assertThat(out.at(0, 0, 0)).isEqualTo(out.at(0, 0, 1)).isEqualTo(out.at(0, 0, 2));
      changed += java.util.Arrays.equals(out.pixels(), pixels) ? 0 : 1;
    }
    assertThat(changed).isBetween(50, 63); // nothing happens 1 time in 16
    assertThat(image.pixels()).isEqualTo(new byte[] {100, 100, 100, 10, 120, (byte) 200});
    // a third of the circle takes red to green to blue
    RgbImage red = new RgbImage(1, 1, new byte[] {(byte) 200, 50, 50});
    for (long seed = 0; seed < 200; seed++) {
      RgbImage out = new Photometric(0, 1, 1, 120).apply(red, Rng.of(seed, "hue"));
      int value = Math.max(out.at(0, 0, 0), Math.max(out.at(0, 0, 1), out.at(0, 0, 2)));
      int least = Math.min(out.at(0, 0, 0), Math.min(out.at(0, 0, 1), out.at(0, 0, 2)));
      assertThat(value).isEqualTo(200);
      assertThat(least).isEqualTo(50);
    }
  }

  @Test
  void settings_are_checked() {
    assertThatThrownBy(() -> augment("dence", 0.5, 2, 0.75))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("did you mean 'dense'?");
    assertThatThrownBy(() -> augment("dense", 2, 0.5, 0.75))
        .hasMessageContaining("data.masks.scale: expected a least and a largest ratio");
    assertThatThrownBy(() -> augment("dense", 0.5, 2, 0))
        .hasMessageContaining("data.masks.cat-max-ratio");
  }
}
