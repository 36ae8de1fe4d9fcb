package dev.adapterx.dense.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.data.targets.Box;
import dev.adapterx.data.targets.Boxes;
import dev.adapterx.dense.Golden;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class AssignedTest {
  /** 500 random pictures, of which torchvision's FCOS says what it matches. */
  @Test
  void places_are_taken_as_torchvision_matches_them() {
    JsonNode golden = Golden.read("assigned.json.gz");
    Places middle = Places.of(golden.get("side").asInt(), golden.get("cell").asInt(), 3);
    Places places = new Places(middle.levels(), 0);
    int compared = 0;
    int taken = 0;
    List<String> other = new ArrayList<>();
    for (JsonNode picture : golden.get("cases")) {
      List<Box> boxes = new ArrayList<>();
      for (JsonNode box : picture.get("boxes")) {
        double[] e = Golden.doubles(box);
        boxes.add(Box.of(e[0], e[1], e[2], e[3], boxes.size()));
      }
      Map<Integer, Integer> expected = new HashMap<>();
      picture.get("taken").forEach(t -> expected.put(t.get(0).asInt(), t.get(1).asInt()));
      Assigned found = Assigned.of(places, new Boxes(128, 128, boxes));
      taken += found.positives();
      for (int p = 0; p < places.count(); p++, compared++) {
        int truth = expected.getOrDefault(p, Assigned.BACKGROUND);
        if (found.classes()[p] != truth) {
          boolean equalAreas =
              truth >= 0
                  && found.classes()[p] >= 0
                  && Math.abs(area(boxes, truth) - area(boxes, found.classes()[p])) < 16;
          other.add((equalAreas ? "equal areas" : "other") + " at place " + p);
        }
      }
    }
    assertThat(taken).isGreaterThan(5000);
    // 1e8 - area in single precision tells no areas apart that are nearer than 8
    assertThat(other).allMatch(o -> o.startsWith("equal areas"));
    assertThat(other).hasSizeLessThanOrEqualTo(compared / 10_000);
  }

  private static double area(List<Box> boxes, int i) {
    return boxes.get(i).width() * boxes.get(i).height();
  }

  /** S = 32, cells of 8: strides 4, 8, 16; points of the middle level at 4, 12, 20, 28. */
  @Test
  void a_box_takes_the_places_near_its_middle_at_the_level_of_its_size() {
    Places places = Places.of(32, 8, 3);
    assertThat(places.count()).isEqualTo(64 + 16 + 4);
    assertThat(places.levels().stream().map(Places.Level::stride)).containsExactly(4.0, 8.0, 16.0);
    assertThat(places.levels().stream().map(Places.Level::least)).containsExactly(0.0, 32.0, 64.0);
    assertThat(places.levels().stream().map(Places.Level::most))
        .containsExactly(32.0, 64.0, Double.POSITIVE_INFINITY);
    // 12 wide and high with its middle at (10, 10): of the finest level points at 6, 10 and 14
    Assigned one = Assigned.of(places, new Boxes(32, 32, List.of(Box.of(4, 4, 16, 16, 1))));
    assertThat(one.places()).containsExactly(8 + 1, 8 + 2, 8 + 3, 17, 18, 19, 25, 26, 27);
    assertThat(one.classes()[18]).isEqualTo(1);
    assertThat(Arrays.copyOfRange(one.distances(), 0, 4)).containsExactly(2f, 2f, 10f, 10f);
    // without a place, as nothing of it reaches a point
    Assigned none = Assigned.of(places, new Boxes(32, 32, List.of(Box.of(2.5, 2.5, 5.5, 5.5, 1))));
    assertThat(none.positives()).isZero();
  }

  @Test
  void the_smallest_takes_a_place_and_of_equal_ones_the_first() {
    Places places = Places.of(32, 8, 3);
    Box large = Box.of(2, 2, 18, 18, 0);
    Box small = Box.of(5, 5, 15, 15, 1);
    Box same = Box.of(5, 5, 15, 15, 2);
    Assigned found = Assigned.of(places, new Boxes(32, 32, List.of(large, small, same)));
    assertThat(found.classes()[18]).isEqualTo(1);
    Assigned turned = Assigned.of(places, new Boxes(32, 32, List.of(same, large, small)));
    assertThat(turned.classes()[18]).isEqualTo(2);
  }

  @Test
  void what_need_not_be_found_is_left_out_and_takes_no_place() {
    Places places = Places.of(32, 8, 3);
    Box crowd = new Box(0, 0, 20, 20, 0, true, false);
    Box difficult = new Box(24, 24, 32, 32, 0, false, true);
    Box own = Box.of(5, 5, 15, 15, 1);
    Assigned found = Assigned.of(places, new Boxes(32, 32, List.of(crowd, difficult, own)));
    assertThat(found.classes()[18]).isEqualTo(1);
    assertThat(found.classes()[0]).isEqualTo(Assigned.ASIDE);
    assertThat(found.classes()[63]).isEqualTo(Assigned.ASIDE);
    assertThat(found.classes()[7]).isEqualTo(Assigned.BACKGROUND);
    assertThat(Arrays.stream(found.places()).allMatch(p -> found.classes()[p] == 1)).isTrue();
  }

  @Test
  void levels_of_the_specification() {
    // p = 16, S = 512: 5,376 places; p = 14, S = 392: strides 7, 14, 28
    assertThat(Places.of(512, 16, 3).count()).isEqualTo(5376);
    assertThat(Places.of(384, 16, 3).count()).isEqualTo(3024);
    assertThat(Places.of(392, 14, 3).levels().stream().map(Places.Level::stride))
        .containsExactly(7.0, 14.0, 28.0);
    assertThat(Places.of(768, 16, 4).levels().get(3).side()).isEqualTo(12);
    assertThat(Places.of(518, 14, 3).levels().get(2).side()).isEqualTo(18);
    assertThatThrownBy(() -> Places.of(500, 16, 3))
        .hasMessage("Windows of 500 pixels are not cells of 16 pixels");
  }
}
