package dev.adapterx.scenes.parts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.base.Rng;
import dev.adapterx.data.points.format.CloudFile;
import dev.adapterx.data.points.format.LabelledCloud;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartShapesTest {
  @TempDir Path folder;

  @Test
  void every_object_has_points_of_all_of_its_parts_and_of_no_other() {
    for (int k = 0; k < PartShapes.CATEGORIES.size(); k++) {
      String category = PartShapes.CATEGORIES.get(k);
      for (int seed = 0; seed < 10; seed++) {
        PartShapes.Labelled object = PartShapes.of(category, 400, seed);
        assertThat(object.cloud().size()).isEqualTo(400);
        int[] counts = new int[PartShapes.PARTS.size()];
        for (short label : object.labels()) {
          counts[label]++;
        }
        for (int p = 0; p < counts.length; p++) {
          boolean own = PartShapes.PARTS.get(p).startsWith(category);
          assertThat(counts[p] > 20).as(category + " " + p + ": " + counts[p]).isEqualTo(own);
        }
        assertThat(PartShapes.of(category, 400, seed).cloud().xyz())
            .isEqualTo(object.cloud().xyz());
      }
    }
    assertThatThrownBy(() -> PartShapes.of("sofa", 10, 1)).hasMessageContaining("found sofa");
  }

  @Test
  void points_lie_on_their_surfaces() {
    float[] point = new float[3];
    Rng rng = Rng.of(1, "pieces");
    Piece cone = new Piece.Cone(1, 2, 0, 2, 1, 0.5);
    Piece ring = new Piece.Ring(0, 0, 2, 0.5);
    Piece box = new Piece.Box(new double[] {0, 0, 0}, new double[] {1, 2, 3});
    for (int i = 0; i < 100; i++) {
      cone.draw(rng, point, 0);
      assertThat(Math.hypot(point[0] - 1, point[2] - 2))
          .isCloseTo(1 - 0.25 * point[1], within(1e-5));
      ring.draw(rng, point, 0);
      double reach = Math.hypot(point[0], point[1]) - 2;
      assertThat(Math.hypot(reach, point[2])).isCloseTo(0.5, within(1e-5));
      box.draw(rng, point, 0);
      assertThat(
              point[0] == 0
                  || point[0] == 1
                  || point[1] == 0
                  || point[1] == 2
                  || point[2] == 0
                  || point[2] == 3)
          .isTrue();
    }
    assertThat(cone.area()).isCloseTo(Math.PI * 1.5 * Math.hypot(2, 0.5), within(1e-9));
    assertThat(ring.area()).isCloseTo(4 * Math.PI * Math.PI, within(1e-9));
    assertThat(box.area()).isEqualTo(22);
  }

  @Test
  void files_hold_the_points_and_their_labels() throws Exception {
    PartShapes.write(folder, 2, 1, 50, 9);
    assertThat(Files.readString(folder.resolve("classes.txt"))).startsWith("chair back\n");
    LabelledCloud read = CloudFile.labelled(folder.resolve("test/mug/0.ply"), (String) null);
    PartShapes.Labelled expected =
        PartShapes.of("mug", 50, Rng.of(9, "test").at("mug").at(0).nextLong());
    assertThat(read.cloud().xyz()).isEqualTo(expected.cloud().xyz());
    for (int i = 0; i < 50; i++) {
      assertThat(read.labels()[i]).isEqualTo(expected.labels()[i]);
    }
    assertThat(folder.resolve("train/chair/1.ply")).exists();
  }
}
