package dev.adapterx.dense.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.data.targets.Box;
import dev.adapterx.dense.picture.Place;
import dev.adapterx.dense.picture.Tiles;
import dev.adapterx.dense.score.Found;
import dev.adapterx.testing.Golden;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Against torchvision's decoding, see golden/detection.py. */
class DecodingTest {
  private static final Golden GOLDEN = Golden.read("detection.safetensors");

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void boxes_are_the_references(int i) {
    JsonNode size = GOLDEN.config().get("found").get(i);
    int width = size.get(0).asInt();
    int height = size.get(1).asInt();
    String name = "found." + i + ".";
    Decoding decoding = Decoding.of(new Places(Places.of(64, 8, 3).levels(), 0));
    List<Found<Box>> found =
        decoding.boxes(
            GOLDEN.floats(name + "scores"),
            GOLDEN.floats(name + "distances"),
            GOLDEN.floats(name + "centre"),
            new Tiles(64, width, height),
            width,
            height);
    float[] edges = GOLDEN.floats(name + "boxes");
    float[] scores = GOLDEN.floats(name + "sureness");
    assertThat(found.stream().mapToInt(Found::label).toArray())
        .isEqualTo(Arrays.stream(GOLDEN.longs(name + "labels")).mapToInt(l -> (int) l).toArray());
    for (int n = 0; n < found.size(); n++) {
      Box box = found.get(n).place();
      assertThat(found.get(n).score()).isCloseTo(scores[n], within(1e-6));
      double[] own = {box.x1(), box.y1(), box.x2(), box.y2()};
      for (int e = 0; e < own.length; e++) {
        assertThat(own[e]).as("box " + n).isCloseTo(edges[4 * n + e], within(1e-4));
      }
    }
    assertThat(found).hasSizeGreaterThan(20);
  }

  /** 100 x 50 pixels seen in tiles of 40: five pixels of the input for two of the picture. */
  @Test
  void boxes_of_tiles_stand_where_they_are_in_the_picture() {
    Places places = Places.of(100, 50, 3);
    Tiles tiles = Tiles.of(100, 40, 100, 50);
    assertThat(tiles.width()).isEqualTo(250);
    assertThat(tiles.height()).isEqualTo(125);
    assertThat(tiles.places())
        .containsExactly(
            new Place(0, 0),
            new Place(75, 0),
            new Place(150, 0),
            new Place(0, 25),
            new Place(75, 25),
            new Place(150, 25));
    int r = places.count();
    float[] scores = new float[6 * r];
    Arrays.fill(scores, -20);
    float[] centre = new float[6 * r];
    Arrays.fill(centre, 20);
    float[] distances = new float[4 * 6 * r];
    // The first place of the second tile: its point is (12.5, 12.5), so (87.5, 12.5) of the whole.
    scores[r] = 20;
    Arrays.fill(distances, 4 * r, 4 * r + 4, 0.4f); // 10 pixels to each side
    // The same object in the first tile: place (3, 0) is at (87.5, 12.5).
    scores[3] = 2;
    Arrays.fill(distances, 12, 16, 0.4f);
    List<Found<Box>> found = Decoding.of(places).boxes(scores, distances, centre, tiles, 100, 50);
    assertThat(found).hasSize(1);
    Box box = found.get(0).place();
    assertThat(box.x1()).isCloseTo(77.5 * 0.4, within(1e-5));
    assertThat(box.x2()).isCloseTo(97.5 * 0.4, within(1e-5));
    assertThat(box.y1()).isCloseTo(2.5 * 0.4, within(1e-5));
    assertThat(found.get(0).score()).isCloseTo(1, within(1e-6));
  }
}
