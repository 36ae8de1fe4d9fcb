package dev.adapterx.dense.picture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.data.image.RgbImage;
import dev.adapterx.data.targets.Box;
import dev.adapterx.dense.score.Found;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class BoxPainterTest {
  private static final int RED = 0xFF0000;
  private static final int BLUE = 0x0000FF;
  private static final BoxPainter PAINTER = new BoxPainter(new int[] {RED, BLUE});

  private static RgbImage grey() {
    byte[] pixels = new byte[3 * 60 * 40];
    Arrays.fill(pixels, (byte) 100);
    return new RgbImage(60, 40, pixels);
  }

  private static int colour(RgbImage image, int x, int y) {
    return (image.at(x, y, 0) << 16) | (image.at(x, y, 1) << 8) | image.at(x, y, 2);
  }

  @Test
  void frames_lie_within_their_boxes() {
    RgbImage drawn = PAINTER.truth(grey(), List.of(Box.of(10, 5, 30, 25, 1)));
    for (int x = 10; x < 30; x++) {
      assertThat(colour(drawn, x, 5)).isEqualTo(BLUE);
      assertThat(colour(drawn, x, 24)).isEqualTo(BLUE);
    }
    assertThat(colour(drawn, 10, 15)).isEqualTo(BLUE);
    assertThat(colour(drawn, 29, 15)).isEqualTo(BLUE);
    for (int[] other : new int[][] {{9, 15}, {30, 15}, {20, 4}, {20, 25}, {20, 15}}) {
      assertThat(colour(drawn, other[0], other[1])).isEqualTo(0x646464);
    }
  }

  /** One that reaches beyond the picture is drawn as far as it is seen. */
  @Test
  void what_was_missed_is_broken_and_what_was_found_has_its_score() {
    Found<Box> found = new Found<>(0, Box.of(20, 10, 80, 60, 0), 0.719);
    RgbImage drawn = PAINTER.found(grey(), List.of(found), List.of(Box.of(0, 0, 16, 16, 1)));
    int dashes = 0;
    for (int x = 0; x < 16; x++) {
      dashes += colour(drawn, x, 0) == BLUE ? 1 : 0;
    }
    assertThat(dashes).as("two of four pixels, and the corner of the right side").isEqualTo(9);
    assertThat(colour(drawn, 59, 10)).isEqualTo(RED);
    // 71: the seven's upper row is white, three wide; what is below its left end is the plate
    assertThat(colour(drawn, 22, 12)).isEqualTo(0xFFFFFF);
    assertThat(colour(drawn, 24, 12)).isEqualTo(0xFFFFFF);
    assertThat(colour(drawn, 22, 13)).isEqualTo(RED);
    assertThat(colour(drawn, 24, 13)).isEqualTo(0xFFFFFF);
    // the one's middle
    assertThat(colour(drawn, 27, 12)).isEqualTo(0xFFFFFF);
    assertThat(colour(drawn, 26, 12)).isEqualTo(RED);
  }

  @Test
  void colours_of_objects_are_bright_and_different() {
    int[] colours = Palette.objects(40);
    assertThat(Arrays.stream(colours).distinct().count()).isEqualTo(40);
    assertThat(
            Arrays.stream(colours).map(c -> Math.max(c >> 16, Math.max(c >> 8 & 0xFF, c & 0xFF))))
        .allMatch(most -> most >= 240);
    assertThat(Palette.objects(3)).isEqualTo(Arrays.copyOf(colours, 3));
  }
}
