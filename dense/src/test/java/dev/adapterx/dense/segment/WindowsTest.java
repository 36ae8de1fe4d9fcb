package dev.adapterx.dense.segment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.data.targets.ClassMask;
import dev.adapterx.dense.picture.Palette;
import dev.adapterx.dense.picture.Place;
import dev.adapterx.dense.picture.Windows;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.Golden;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Against mmsegmentation's sliding inference, see golden/segmentation.py. */
class WindowsTest {
  private static final Golden GOLDEN = Golden.read("segmentation.safetensors");

  @Test
  void windows_put_together_are_the_references() {
    int side = GOLDEN.config().get("side").asInt();
    JsonNode sizes = GOLDEN.config().get("sizes");
    assertThat(sizes.size()).isEqualTo(5);
    for (int i = 0; i < sizes.size(); i++) {
      JsonNode size = sizes.get(i);
      Windows windows = new Windows(side, size.get(0).asInt(), size.get(1).asInt());
      ClassMask unknown = ClassMask.unknown(size.get(2).asInt(), size.get(3).asInt());
      String name = "sliding." + i;
      try (Scope scope = Scope.open()) {
        Tensor rows = GOLDEN.tensor(name);
        assertThat(windows.places()).hasSize((int) rows.size(0));
        Tensor scores = SlidingScores.of(windows, rows);
        Golden.assertClose(scores, GOLDEN.floats(name + ".scores"), 1e-6, name);
        long[] expected = GOLDEN.longs(name + ".classes");
        short[] found = Segmented.of(scores, unknown).classes().classes();
        for (int p = 0; p < expected.length; p++) {
          assertThat((long) found[p]).as(name + ", pixel " + p).isEqualTo(expected[p]);
        }
      }
    }
  }

  @Test
  void the_shorter_side_is_that_of_a_window_and_the_last_window_is_flush() {
    Windows camvid = Windows.of(320, 480, 360);
    assertThat(camvid).isEqualTo(new Windows(320, 427, 320));
    assertThat(camvid.places()).containsExactly(new Place(0, 0), new Place(107, 0));
    assertThat(Windows.of(320, 100, 100).places()).containsExactly(new Place(0, 0));
    Windows tall = Windows.of(300, 100, 250);
    assertThat(tall).isEqualTo(new Windows(300, 300, 750));
    assertThat(tall.places())
        .containsExactly(new Place(0, 0), new Place(0, 200), new Place(0, 400), new Place(0, 450));
  }

  @Test
  void a_very_long_picture_is_padded() {
    Windows strip = Windows.of(32, 1000, 10);
    assertThat(strip).isEqualTo(new Windows(32, 128, 1));
    assertThat(strip.paddedHeight()).isEqualTo(32);
    assertThat(strip.places()).hasSize(6).allMatch(p -> p.top() == 0);
    assertThat(strip.places().get(5)).isEqualTo(new Place(96, 0));
  }

  /** Many bands give what one does, and the loss is that of the labelled pixels. */
  @Test
  void the_loss_is_that_of_labelled_pixels_at_the_pictures_size() {
    try (Scope scope = Scope.open()) {
      Tensor scores = Tensors.of(new float[] {2, 2, 0, 0, 0, 0, 1, 1}, 1, 2, 2, 2);
      ClassMask target = new ClassMask(2, 2, new short[] {0, ClassMask.IGNORED, 1, 0});
      Segmented found = Segmented.of(scores, target);
      assertThat(found.classes()).isEqualTo(new ClassMask(2, 2, new short[] {0, 0, 1, 1}));
      double expected =
          Math.log(1 + Math.exp(-2)) + Math.log(1 + Math.exp(-1)) + Math.log(1 + Math.exp(1));
      assertThat(found.loss()).isCloseTo(expected, org.assertj.core.api.Assertions.within(1e-6));
      assertThat(Segmented.of(scores, ClassMask.unknown(2, 2)).loss()).isZero();
      assertThat(List.of(Palette.voc(4)).get(0)).containsExactly(0, 0x800000, 0x008000, 0x808000);
    }
  }
}
