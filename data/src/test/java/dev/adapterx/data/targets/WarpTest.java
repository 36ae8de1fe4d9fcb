package dev.adapterx.data.targets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.base.DataException;
import dev.adapterx.base.Rng;
import dev.adapterx.data.Sample;
import dev.adapterx.data.image.CenterCrop;
import dev.adapterx.data.image.ColorJitter;
import dev.adapterx.data.image.Filter;
import dev.adapterx.data.image.Geometry;
import dev.adapterx.data.image.HorizontalFlip;
import dev.adapterx.data.image.RandomCrop;
import dev.adapterx.data.image.RandomResizedCrop;
import dev.adapterx.data.image.Resize;
import dev.adapterx.data.image.RgbImage;
import dev.adapterx.data.image.Warp;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A white rectangle on grey: picture, mask and box say where it is, before and after. */
class WarpTest {
  private static final int WIDTH = 61;
  private static final int HEIGHT = 47;

  private static Sample<RgbImage, ClassMask> masked(Box box) {
    byte[] pixels = new byte[3 * WIDTH * HEIGHT];
    Arrays.fill(pixels, (byte) 90);
    short[] classes = new short[WIDTH * HEIGHT];
    for (int y = (int) box.y1(); y < box.y2(); y++) {
      for (int x = (int) box.x1(); x < box.x2(); x++) {
        classes[y * WIDTH + x] = 1;
        Arrays.fill(pixels, 3 * (y * WIDTH + x), 3 * (y * WIDTH + x) + 3, (byte) 255);
      }
    }
    return new Sample<>(new RgbImage(WIDTH, HEIGHT, pixels), new ClassMask(WIDTH, HEIGHT, classes));
  }

  static Stream<Geometry> geometries() {
    return Stream.of(
        new HorizontalFlip(1),
        new HorizontalFlip(0),
        new RandomCrop(40, 0),
        new RandomCrop(70, 20),
        new CenterCrop(30),
        new CenterCrop(80),
        Resize.to(122, 94, Filter.BILINEAR),
        Resize.to(40, 60, Filter.BICUBIC),
        Resize.shorterSide(64, Filter.BICUBIC),
        RandomResizedCrop.of(48, Filter.BICUBIC),
        Resize.shorterSide(64, Filter.BICUBIC)
            .then(new RandomCrop(50, 8))
            .then(new HorizontalFlip(1)),
        RandomResizedCrop.of(48, Filter.BICUBIC).then(new HorizontalFlip(0.5)));
  }

  @ParameterizedTest
  @MethodSource("geometries")
  void picture_mask_and_box_move_together(Geometry geometry) {
    for (int i = 0; i < 20; i++) {
      Rng rng = Rng.of(11, "box").at(i);
      int left = rng.nextInt(30);
      int top = rng.nextInt(20);
      Box box = Box.of(left, top, left + 12 + rng.nextInt(18), top + 12 + rng.nextInt(14), 1);
      Sample<RgbImage, ClassMask> sample = masked(box);
      Rng drawn = Rng.of(12, "geometry").at(i);
      Sample<RgbImage, ClassMask> moved = geometry.<ClassMask>together().apply(sample, drawn);
      Boxes boxes =
          geometry
              .<Boxes>together()
              .apply(
                  new Sample<>(sample.input(), new Boxes(WIDTH, HEIGHT, List.of(box))),
                  Rng.of(12, "geometry").at(i))
              .target();
      RgbImage alone = geometry.apply(sample.input(), Rng.of(12, "geometry").at(i));
      assertThat(moved.input().pixels()).isEqualTo(alone.pixels());
      assertThat(moved.target().width()).isEqualTo(moved.input().width());
      assertThat(boxes.width()).isEqualTo(moved.input().width());
      assertPictureAndMaskAgree(moved);
      assertMaskAndBoxAgree(moved.target(), boxes);
    }
  }

  /** Inside of the rectangle it is white, outside grey, and black where it is padded. */
  private static void assertPictureAndMaskAgree(Sample<RgbImage, ClassMask> sample) {
    ClassMask mask = sample.target();
    for (int y = 0; y < mask.height(); y++) {
      for (int x = 0; x < mask.width(); x++) {
        if (isInside(mask, x, y)) { // of one class with all pixels near it
          int expected = mask.at(x, y) == 1 ? 255 : mask.at(x, y) == 0 ? 90 : 0;
          assertThat(sample.input().at(x, y, 1)).as(x + ", " + y).isCloseTo(expected, within(14));
        }
      }
    }
  }

  private static boolean isInside(ClassMask mask, int x, int y) {
    int reach = 4;
    for (int v = y - reach; v <= y + reach; v++) {
      for (int u = x - reach; u <= x + reach; u++) {
        boolean beyond = u < 0 || v < 0 || u >= mask.width() || v >= mask.height();
        if (beyond || mask.at(u, v) != mask.at(x, y)) {
          return false;
        }
      }
    }
    return true;
  }

  private static void assertMaskAndBoxAgree(ClassMask mask, Boxes boxes) {
    int[] xs =
        IntStream.range(0, mask.classes().length)
            .filter(i -> mask.classes()[i] == 1)
            .map(i -> i % mask.width())
            .toArray();
    int[] ys =
        IntStream.range(0, mask.classes().length)
            .filter(i -> mask.classes()[i] == 1)
            .map(i -> i / mask.width())
            .toArray();
    for (Box box : boxes.boxes()) {
      assertThat(box.x1()).isCloseTo(Arrays.stream(xs).min().orElseThrow(), within(1.0));
      assertThat(box.x2()).isCloseTo(Arrays.stream(xs).max().orElseThrow() + 1, within(1.0));
      assertThat(box.y1()).isCloseTo(Arrays.stream(ys).min().orElseThrow(), within(1.0));
      assertThat(box.y2()).isCloseTo(Arrays.stream(ys).max().orElseThrow() + 1, within(1.0));
    }
    if (xs.length > 200) {
      assertThat(boxes.boxes()).hasSize(1);
    }
  }

  @Test
  void flipped_twice_all_is_where_it_was() {
    Box box = Box.of(3, 5, 20, 30, 2);
    Sample<RgbImage, ClassMask> sample = masked(box);
    Warp twice =
        new HorizontalFlip(1).then(new HorizontalFlip(1)).draw(WIDTH, HEIGHT, Rng.of(1, "flip"));
    assertThat(twice.of(sample.input()).pixels()).isEqualTo(sample.input().pixels());
    assertThat(sample.target().warped(twice).classes()).isEqualTo(sample.target().classes());
    assertThat(new Boxes(WIDTH, HEIGHT, List.of(box)).warped(twice).boxes()).containsExactly(box);
  }

  /** PIL: {@code Image.fromarray(numpy.arange(5, dtype='uint8')[None]).resize((7, 1), NEAREST)}. */
  @Test
  void masks_are_resized_to_the_nearest_pixel_as_pil_does() {
    ClassMask five = new ClassMask(5, 1, new short[] {0, 1, 2, 3, 4});
    Warp seven = Resize.to(7, 1, Filter.BICUBIC).draw(5, 1, Rng.of(1, "resize"));
    assertThat(five.warped(seven).classes()).containsExactly(0, 1, 1, 2, 3, 3, 4);
    Warp three = Resize.to(3, 1, Filter.BICUBIC).draw(5, 1, Rng.of(1, "resize"));
    assertThat(five.warped(three).classes()).containsExactly(0, 2, 4);
  }

  @Test
  void colours_change_the_picture_alone() {
    Sample<RgbImage, ClassMask> sample = masked(Box.of(3, 5, 20, 30, 1));
    ColorJitter jitter = new ColorJitter(0.5, 0.5, 0.5);
    Sample<RgbImage, ClassMask> changed =
        jitter.<ClassMask>together().apply(sample, Rng.of(2, "colour"));
    assertThat(changed.target()).isSameAs(sample.target());
    assertThat(changed.input().pixels())
        .isEqualTo(jitter.apply(sample.input(), Rng.of(2, "colour")).pixels())
        .isNotEqualTo(sample.input().pixels());
  }

  @Test
  void boxes_that_hardly_show_are_dropped_and_wrong_ones_refused() {
    Boxes boxes = new Boxes(100, 100, List.of(Box.of(30, 30, 50, 50, 0)));
    assertThat(boxes.warped(new CenterCrop(20).draw(100, 100, Rng.of(1, "c"))).boxes())
        .containsExactly(Box.of(0, 0, 10, 10, 0));
    Box thin = Box.of(30, 30, 41, 50, 0);
    assertThat(
            new Boxes(100, 100, List.of(thin))
                .warped(new CenterCrop(20).draw(100, 100, Rng.of(1, "c")))
                .boxes())
        .as("one pixel wide")
        .isEmpty();
    assertThat(
            new Boxes(100, 100, List.of(new Box(30, 30, 50, 50, 0, false, true, 200)))
                .warped(Resize.to(200, 50, Filter.BILINEAR).draw(100, 100, Rng.of(1, "c")))
                .boxes())
        .as("the area of the object goes with its box")
        .containsExactly(new Box(60, 15, 100, 25, 0, false, true, 200));
    assertThatThrownBy(() -> new ClassMask(2, 2, new short[3]))
        .isInstanceOf(DataException.class)
        .hasMessage("A mask of 2 x 2 pixels needs 4 classes, found 3");
  }
}
