package dev.adapterx.dense.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;
import dev.adapterx.base.Rng;
import dev.adapterx.data.Sample;
import dev.adapterx.data.Transform;
import dev.adapterx.data.image.Normalisation;
import dev.adapterx.data.image.RgbImage;
import dev.adapterx.data.targets.Box;
import dev.adapterx.data.targets.Boxes;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BoxPipelineTest {
  private static final int SIDE = 48;
  private static final BoxAugment DENSE = new BoxAugment("dense", List.of(0.5, 1.5), false);

  /** A white rectangle on black: 100 x 60 pixels. */
  private static Sample<RgbImage, Boxes> sample(Box box) {
    byte[] pixels = new byte[3 * 100 * 60];
    for (int y = (int) box.y1(); y < box.y2(); y++) {
      for (int x = (int) box.x1(); x < box.x2(); x++) {
        Arrays.fill(pixels, 3 * (y * 100 + x), 3 * (y * 100 + x) + 3, (byte) 255);
      }
    }
    return new Sample<>(new RgbImage(100, 60, pixels), new Boxes(100, 60, List.of(box)));
  }

  private static Sample<RgbImage, Boxes> made(
      BoxPipeline pipeline, Sample<RgbImage, Boxes> sample, Rng rng) {
    Sample<RgbImage, Boxes> fixed = pipeline.geometry().apply(sample, rng.at("fixed"));
    Transform<Sample<RgbImage, Boxes>> augment = pipeline.augment();
    Sample<RgbImage, Boxes> ready = augment == null ? fixed : augment.apply(fixed, rng.at("drawn"));
    pipeline.requireFinished(ready, "a sample");
    return ready;
  }

  /** Wherever the picture goes, the box is around what is white. */
  @ParameterizedTest
  @CsvSource({"none, 0", "flip, 0", "dense, 0", "none, 40", "flip, 40", "dense, 40"})
  void picture_and_box_move_together(String preset, int tile) {
    BoxPipeline pipeline =
        BoxPipeline.training(
            SIDE, tile, Normalisation.HALF, new BoxAugment(preset, List.of(0.5, 1.5), false));
    boolean mirrored = false;
    int shown = 0;
    for (int i = 0; i < 60; i++) {
      Rng rng = Rng.of(1, "samples").at(i);
      Box box = Box.of(10 + i % 30, 5 + i % 20, 30 + i % 40, 30 + i % 25, 3);
      Sample<RgbImage, Boxes> ready = made(pipeline, sample(box), rng);
      assertThat(ready.target().width()).isEqualTo(SIDE);
      assertThat(ready.target().height()).isEqualTo(SIDE);
      int[] white = white(ready.input());
      for (Box moved : ready.target().boxes()) {
        shown++;
        assertThat(moved.label()).isEqualTo(3);
        double[] edges = {moved.x1(), moved.y1(), moved.x2(), moved.y2()};
        for (int e = 0; e < edges.length; e++) {
          assertThat(edges[e]).as("sample " + i).isCloseTo(white[e], within(1.01));
        }
        mirrored |= Math.abs((moved.x1() + moved.x2()) / 2 - (box.x1() + box.x2()) * 0.24) > 8;
      }
      assertThat(made(pipeline, sample(box), rng).input().pixels())
          .as("the same draws give the same picture")
          .isEqualTo(ready.input().pixels());
    }
    assertThat(shown).isGreaterThan(25);
    assertThat(mirrored).isEqualTo(!preset.equals("none") || tile > 0);
  }

  /** Left, top, right and bottom of what is brighter than the middle between both colours. */
  private static int[] white(RgbImage picture) {
    int[] edges = {SIDE, SIDE, 0, 0};
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        if (picture.at(x, y, 0) > 190) { // padding is 128
          edges[0] = Math.min(edges[0], x);
          edges[1] = Math.min(edges[1], y);
          edges[2] = Math.max(edges[2], x + 1);
          edges[3] = Math.max(edges[3], y + 1);
        }
      }
    }
    return edges;
  }

  @Test
  void scale_jitter_reaches_both_ends() {
    BoxPipeline pipeline = BoxPipeline.training(SIDE, 0, Normalisation.HALF, DENSE);
    double least = 1e9;
    double most = 0;
    for (int i = 0; i < 200; i++) {
      Boxes boxes =
          made(pipeline, sample(Box.of(40, 20, 60, 40, 0)), Rng.of(2, "samples").at(i)).target();
      for (Box box : boxes.boxes()) {
        if (box.x1() > 0 && box.x2() < SIDE) {
          least = Math.min(least, box.width());
          most = Math.max(most, box.width());
        }
      }
    }
    // 20 pixels of 100 become 9.6 of 48
    assertThat(least).isCloseTo(0.5 * 9.6, within(0.4));
    assertThat(most).isCloseTo(1.5 * 9.6, within(0.4));
  }

  @Test
  void colours_change_where_asked_for() {
    Sample<RgbImage, Boxes> sample = sample(Box.of(40, 20, 60, 40, 0));
    BoxPipeline plain = BoxPipeline.training(SIDE, 0, Normalisation.HALF, DENSE);
    BoxPipeline coloured =
        BoxPipeline.training(
            SIDE, 0, Normalisation.HALF, new BoxAugment("dense", List.of(0.5, 1.5), true));
    int changed = 0;
    for (int i = 0; i < 10; i++) {
      Rng rng = Rng.of(3, "samples").at(i);
      Sample<RgbImage, Boxes> a = made(plain, sample, rng);
      Sample<RgbImage, Boxes> b = made(coloured, sample, rng);
      assertThat(b.target()).isEqualTo(a.target());
      changed += Arrays.equals(a.input().pixels(), b.input().pixels()) ? 0 : 1;
    }
    assertThat(changed).isGreaterThan(4);
  }

  @Test
  void evaluation_sees_the_whole_picture_and_leaves_the_boxes_alone() {
    Sample<RgbImage, Boxes> sample = sample(Box.of(40, 20, 60, 40, 0));
    BoxPipeline whole = BoxPipeline.evaluation(SIDE, 0, Normalisation.HALF);
    Sample<RgbImage, Boxes> ready = made(whole, sample, Rng.of(1, "x"));
    assertThat(ready.target()).isEqualTo(sample.target());
    assertThat(ready.input().width()).isEqualTo(48);
    assertThat(ready.input().height()).isEqualTo(29); // 28.8
    assertThat(whole.values(ready)).isEqualTo(3 * SIDE * SIDE);
    float[] values = new float[whole.values(ready)];
    whole.write(ready, values, 0);
    assertThat(values[40 * SIDE + 5]).as("padding").isCloseTo(0, within(0.01f));
    assertThat(values[14 * SIDE + 24]).as("the object").isGreaterThan(0.9f);
    assertThat(values[2 * SIDE + 2]).as("the picture").isEqualTo(-1);
    BoxPipeline tiled = BoxPipeline.evaluation(SIDE, 40, Normalisation.HALF);
    // 120 x 72 pixels: 48 wide, 36 apart: 0, 36, 72 and 0, 24
    assertThat(tiled.values(made(tiled, sample, Rng.of(1, "x")))).isEqualTo(6 * 3 * SIDE * SIDE);
    assertThatThrownBy(() -> tiled.requireFinished(sample, "a.jpg"))
        .isInstanceOf(DataException.class)
        .hasMessage("a.jpg is 100 x 60 pixels after all transforms, expected 120 x 72");
  }

  @ParameterizedTest
  @CsvSource({"3000, 3000, 12", "8, 60000, 1", "20000, 8000, 1", "640, 480, 8", "100, 80, 1"})
  void more_tiles_than_fit_are_refused_with_a_tile_that_would_do(int width, int height, int tile) {
    Throwable told =
        catchThrowable(() -> Tiles.resizing(SIDE, tile).draw(width, height, Rng.of(0, "x")));
    assertThat(told)
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(width + " x " + height + " pixels in tiles of " + tile);
    int enough = Integer.parseInt(told.getMessage().replaceAll(".*to (\\d+) or more", "$1"));
    assertThat(Tiles.resizing(SIDE, enough).draw(width, height, Rng.of(0, "x"))).isNotNull();
    assertThat(Tiles.of(SIDE, enough, width, height).places().size() * 3L * SIDE * SIDE)
        .isLessThan(Integer.MAX_VALUE);
  }

  @Test
  void tiles_that_enlarge_beyond_all_use_are_refused() {
    assertThatThrownBy(() -> Tiles.requireUseful(160, 8))
        .isInstanceOf(ConfigException.class)
        .hasMessageContainingAll(
            "data.boxes.tile=8", "8 x 8 pixels would be enlarged to 160 x 160", "20 or more");
    Tiles.requireUseful(160, 20);
    Tiles.requireUseful(160, 0);
  }

  @Test
  void wrong_settings_are_named() {
    assertThatThrownBy(() -> new BoxAugment("dens", List.of(1.0, 1.0), false))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "data.augment: dens is none of the augmentations of pictures with boxes; did you mean"
                + " 'dense'? Known: none, flip, dense");
    assertThatThrownBy(() -> new BoxAugment("dense", List.of(1.0), false))
        .hasMessage(
            "data.boxes.scale: expected a least and a largest ratio such as [0.5, 1.5], found"
                + " [1.0]");
    assertThat(DENSE.text()).isEqualTo("dense (scale 0.5 to 1.5, crop, flip)");
  }

  /** The figure in docs/performance.md. */
  @Test
  void a_picture_of_a_drone_has_so_many_tiles() {
    assertThat(Tiles.of(640, 640, 5472, 3648).places()).hasSize(96);
  }
}
