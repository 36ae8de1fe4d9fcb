package dev.adapterx.dense.mask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.DataException;
import dev.adapterx.data.targets.ClassMask;
import dev.adapterx.dense.Golden;
import java.util.ArrayList;
import java.util.Base64;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Equal to pycocotools 2.0.11, byte for byte. */
class RunLengthTest {
  private static final JsonNode GOLDEN = Golden.read("run_lengths.json.gz");

  @Test
  void masks_are_encoded_decoded_measured_and_compressed_as_by_pycocotools() {
    JsonNode cases = GOLDEN.get("masks");
    assertThat(cases.size()).isGreaterThanOrEqualTo(220);
    for (JsonNode golden : cases) {
      String name = golden.get("name").asString();
      int height = golden.get("height").asInt();
      int width = golden.get("width").asInt();
      boolean[] inside = inside(height, width, golden.get("bits").asString());
      RunLength runs = RunLength.encode(height, width, inside);
      assertThat(runs.text()).as(name).isEqualTo(golden.get("text").asString());
      RunLength read = RunLength.parse(height, width, golden.get("text").asString());
      assertThat(read).as(name).isEqualTo(runs);
      assertThat(read.decode()).as(name).isEqualTo(inside);
      assertThat(runs.area()).as(name).isEqualTo(golden.get("area").asLong());
      assertThat(runs.bounds()).as(name).isEqualTo(Golden.ints(golden.get("bounds")));
    }
  }

  @Test
  void polygons_are_filled_pixel_by_pixel_as_by_pycocotools() {
    JsonNode cases = GOLDEN.get("polygons");
    assertThat(cases.size()).isGreaterThan(110);
    for (JsonNode golden : cases) {
      List<double[]> polygons = new ArrayList<>();
      golden.get("polygons").forEach(p -> polygons.add(Golden.doubles(p)));
      RunLength filled =
          Outline.fill(golden.get("height").asInt(), golden.get("width").asInt(), polygons);
      String name = golden.get("name").asString();
      assertThat(filled.text()).as(name).isEqualTo(golden.get("text").asString());
      assertThat(filled.area()).as(name).isEqualTo(golden.get("area").asLong());
    }
  }

  @Test
  void overlaps_with_and_without_crowds_are_pycocotools() {
    for (JsonNode golden : GOLDEN.get("overlaps")) {
      int height = golden.get("height").asInt();
      int width = golden.get("width").asInt();
      for (int d = 0; d < golden.get("found").size(); d++) {
        RunLength found = RunLength.parse(height, width, golden.get("found").get(d).asString());
        for (int g = 0; g < golden.get("truth").size(); g++) {
          RunLength truth = RunLength.parse(height, width, golden.get("truth").get(g).asString());
          boolean crowd = golden.get("crowd").get(g).asInt() == 1;
          assertThat(found.overlap(truth, crowd))
              .isEqualTo(golden.get("iou").get(d).get(g).asDouble());
        }
      }
    }
  }

  @Test
  void the_union_is_the_encoded_or_of_both() {
    JsonNode cases = GOLDEN.get("overlaps");
    for (JsonNode golden : cases) {
      int height = golden.get("height").asInt();
      int width = golden.get("width").asInt();
      RunLength a = RunLength.parse(height, width, golden.get("found").get(0).asString());
      RunLength b = RunLength.parse(height, width, golden.get("truth").get(0).asString());
      boolean[] either = a.decode();
      boolean[] other = b.decode();
      for (int i = 0; i < either.length; i++) {
        either[i] |= other[i];
      }
      assertThat(a.union(b)).isEqualTo(RunLength.encode(height, width, either));
    }
  }

  @Test
  void the_pixels_of_a_class_of_a_mask() {
    ClassMask mask = new ClassMask(3, 2, new short[] {1, 0, 1, -1, 1, 2});
    assertThat(RunLength.of(mask, 1).decode())
        .containsExactly(true, false, true, false, true, false);
    assertThat(RunLength.of(mask, 7).counts()).containsExactly(6);
  }

  @Test
  void damaged_runs_are_refused_by_name() {
    assertThatThrownBy(() -> new RunLength(2, 3, new int[] {2, 3}))
        .isInstanceOf(DataException.class)
        .hasMessage("the runs of a mask fill 5 pixels; its size of 2 × 3 (height × width) has 6");
    assertThatThrownBy(() -> new RunLength(2, 3, new int[] {8, -2}))
        .hasMessage("run 1 of a mask has the length -2");
    assertThatThrownBy(() -> new RunLength(0, 3, new int[0]))
        .hasMessageContaining("the size of a mask is 0 × 3");
    assertThatThrownBy(() -> new RunLength(1 << 30, 1 << 30, new int[0]))
        .hasMessageContaining("expected 1 × 1 to 1073741824 pixels");
    assertThatThrownBy(() -> RunLength.parse(2, 3, "P"))
        .hasMessage("the compressed runs of a mask end within a number");
    assertThatThrownBy(() -> RunLength.parse(2, 3, "3 3"))
        .hasMessage("character 1 of the compressed runs of a mask is none that COCO writes: ' '");
    assertThatThrownBy(() -> RunLength.parse(2, 3, "PPPPPPPPPPP0"))
        .hasMessageContaining("character 7");
    assertThatThrownBy(
            () ->
                new RunLength(2, 3, new int[] {6})
                    .overlap(new RunLength(3, 2, new int[] {6}), false))
        .hasMessage("masks of 2 × 3 and 3 × 2 cannot be compared");
  }

  @Test
  void impossible_polygons_are_refused_by_name() {
    assertThatThrownBy(() -> Outline.fill(5, 5, new double[] {1, 1, 2, 2}))
        .isInstanceOf(DataException.class)
        .hasMessage("a polygon has 4 numbers; expected x and y of at least three points");
    assertThatThrownBy(() -> Outline.fill(5, 5, new double[] {1, 1, 2, Double.NaN, 3, 3}))
        .hasMessage("y of point 1 of a polygon is NaN; expected pixels");
    assertThatThrownBy(() -> Outline.fill(5, 5, List.<double[]>of()))
        .hasMessage("an object has an empty list of polygons");
    double[] many = new double[2_000_000];
    for (int i = 0; i < many.length; i++) {
      many[i] = i % 4 < 2 ? 0 : 1000;
    }
    assertThatThrownBy(() -> Outline.fill(5, 5, many))
        .hasMessageContaining("the outline of a polygon of 1000000 points is");
  }

  @Test
  void a_million_points_are_filled_without_a_list_of_them() {
    double[] circle = new double[2_000_000];
    for (int i = 0; i < circle.length / 2; i++) {
      double angle = 2 * Math.PI * i / (circle.length / 2);
      circle[2 * i] = 100 + 50 * Math.cos(angle);
      circle[2 * i + 1] = 100 + 50 * Math.sin(angle);
    }
    assertThat(Outline.fill(200, 200, circle).area()).isBetween(7800L, 7910L);
  }

  private static boolean[] inside(int height, int width, String bits) {
    BitSet set = BitSet.valueOf(Base64.getDecoder().decode(bits));
    boolean[] inside = new boolean[height * width];
    for (int i = 0; i < inside.length; i++) {
      inside[i % height * width + i / height] = set.get(i);
    }
    return inside;
  }
}
