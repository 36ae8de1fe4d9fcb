package dev.adapterx.data.points.set;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.DataException;
import dev.adapterx.data.Dataset;
import dev.adapterx.data.Spread;
import dev.adapterx.data.check.DataReport;
import dev.adapterx.data.check.Overlap;
import dev.adapterx.data.points.PointCloud;
import dev.adapterx.testing.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PointCheckTest {
  private static final PointData.Options DEFAULTS = PointData.Options.defaults();

  @TempDir Path root;

  @Test
  void a_data_set_in_order_has_its_counts_and_extents() {
    write("a_train.h5", new float[][][] {cloud(1), cloud(2), cloud(3)}, 0, 1, 1);
    write("a_test.h5", new float[][][] {cloud(4), cloud(5)}, 0, 1);
    DataReport<CloudFacts> report = PointCheck.of(root, DEFAULTS);
    assertThat(report.problems()).isEmpty();
    assertThat(report.warnings()).isEmpty();
    assertThat(report.overlaps()).isEmpty();
    CloudFacts train = report.splits().get(0);
    assertThat(train.samples()).isEqualTo(3);
    assertThat(train.classCounts()).containsExactly(1, 2);
    assertThat(train.points()).isEqualTo(new Spread(4, 4, 4));
    assertThat(train.box()).contains(new Box(List.of(0f, 0f, -3f), List.of(3f, 2f, 0f)));
    assertThat(report.text())
        .contains("HDF5 (a_train.h5, a_test.h5) with labels 'label', 2 classes")
        .contains("-3.00 … 0.00")
        .containsPattern("1 +2 +1\n")
        .endsWith("No problems.\n");
    assertThat(report.json())
        .containsEntry("sound", true)
        .containsEntry("unit_sphere", false)
        .containsKeys("splits", "overlaps", "problems", "warnings");
  }

  @Test
  void clouds_in_training_and_test_are_found_whatever_the_order_of_their_points() {
    float[][] turned = {cloud(2)[3], cloud(2)[1], cloud(2)[0], cloud(2)[2]};
    write("a_train.h5", new float[][][] {cloud(1), cloud(2), cloud(1)}, 0, 1, 1);
    write("a_test.h5", new float[][][] {cloud(7), turned, cloud(1)}, 0, 1, 0);
    DataReport<CloudFacts> report = PointCheck.of(root, DEFAULTS);
    assertThat(report.overlaps())
        .containsExactly(
            new Overlap(
                "train",
                "test",
                2,
                Optional.of(1),
                List.of("a_test.h5[1] = a_train.h5[1]", "a_test.h5[2] = a_train.h5[0]")));
    assertThat(report.warnings())
        .containsExactly(
            "train: 1 clouds occur twice, 1 of them with different labels",
            "2 clouds of test are in train too (1 with their points in the same order), for example a_test.h5[1] = a_train.h5[1]");
    assertThat(report.sound()).isTrue();
  }

  @Test
  void what_systems_leave_is_no_cloud_and_formats_not_read_are_named() throws IOException {
    int number = 0;
    for (String folder : List.of("train/a", "train/b", "test/a", "test/b", "__MACOSX/train/a")) {
      text(folder + "/1.xyz", "0 0 0\n1 2 " + ++number + "\n");
    }
    text("train/a/._1.xyz", "resource fork");
    text("train/a/.DS_Store", "Mac");
    text("train/a/Thumbs.db", "Windows");
    text("train/desktop.ini", "Windows");
    text("train/b/mesh.glb", "glTF");
    DataReport<CloudFacts> report = PointCheck.of(root, DEFAULTS);
    assertThat(report.classes()).containsExactly("a", "b");
    CloudFacts train = report.splits().get(0);
    assertThat(train.samples()).isEqualTo(2);
    assertThat(report.problems()).isEmpty();
    assertThat(report.warnings())
        .anyMatch(w -> w.startsWith("train: 1 files .glb are not read; save the mesh as PLY"));
  }

  @Test
  void a_broken_link_is_one_broken_cloud() throws IOException {
    text("train/a/1.xyz", "0 0 0\n1 2 1\n");
    text("train/b/1.xyz", "0 0 0\n1 2 2\n");
    Files.createSymbolicLink(root.resolve("train/a/gone.xyz"), root.resolve("nowhere"));
    Dataset<PointCloud> train = PointData.open(root, "train", DEFAULTS).dataset();
    assertThat(train.size()).isEqualTo(3);
    assertThat(train.sample(2).size()).isEqualTo(2);
    assertThatThrownBy(() -> train.sample(1))
        .isInstanceOf(DataException.class)
        .hasMessageEndingWith("gone.xyz: no such file");
  }

  @Test
  void a_class_is_the_same_however_its_accents_are_written() throws IOException {
    text("train/caf\u00e9/1.xyz", "0 0 0\n1 2 1\n");
    text("train/tea/1.xyz", "0 0 0\n1 2 2\n");
    text("test/cafe\u0301/1.xyz", "0 0 0\n1 2 3\n");
    PointData test = PointData.open(root, "test", DEFAULTS);
    assertThat(test.dataset().classes()).containsExactly("caf\u00e9", "tea");
    assertThat(test.dataset().label(0)).isZero();
  }

  private void text(String name, String content) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  @Test
  void a_split_that_cannot_be_read_is_a_problem_and_the_other_is_reported() {
    write("a_train.h5", new float[][][] {cloud(1), cloud(2)}, 0, 1);
    H5.write(root.resolve("a_test.h5"), Map.of("data", H5.clouds(3, 4), "label", new int[] {0, 1}));
    DataReport<CloudFacts> report = PointCheck.of(root, DEFAULTS);
    assertThat(report.problems()).hasSize(1);
    assertThat(report.problems().get(0))
        .startsWith("split test: ")
        .contains("has 3 clouds but 'label' has 2 labels");
    assertThat(report.splits()).hasSize(1);
  }

  @Test
  void absent_classes_collapsed_and_left_out_clouds_are_told() {
    write("a_train.h5", new float[][][] {cloud(1), cloud(2), new float[4][3]}, 0, -1, 2);
    DataReport<CloudFacts> report = PointCheck.of(root, DEFAULTS);
    assertThat(report.problems()).containsExactly("train: 1 cloud is one single place");
    assertThat(report.warnings())
        .containsExactly(
            "train: no clouds of 1 of the 3 classes: 1",
            "train: 1 clouds of no class (label below 0) left out");
  }

  @Test
  void counts_are_compared_with_the_published_ones() {
    write("main_split/training_objectdataset.h5", new float[][][] {cloud(1)}, 0);
    DataReport<CloudFacts> report = PointCheck.of(root, DEFAULTS);
    assertThat(report.problems())
        .containsExactly("train: ScanObjectNN obj-bg has 2309 clouds here, found 1");
    assertThat(report.layout()).isEqualTo("ScanObjectNN, variant obj-bg");
    write("main_split_nobg/training_objectdataset.h5", new float[][][] {cloud(1)}, 0);
    assertThatThrownBy(() -> PointCheck.of(root, DEFAULTS))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("holds 2 variants");
  }

  @Test
  void a_broken_text_is_named_and_the_rest_is_read() throws IOException {
    Files.writeString(root.resolve("modelnet10_shape_names.txt"), "bed\nsofa\n");
    Files.writeString(root.resolve("modelnet10_train.txt"), "bed_0001\nsofa_0001\n");
    Files.createDirectories(root.resolve("bed"));
    Files.createDirectories(root.resolve("sofa"));
    Files.writeString(root.resolve("bed/bed_0001.txt"), "0,0,0\n0,0,2\n0,1,1\n");
    Files.writeString(root.resolve("sofa/sofa_0001.txt"), "0,0\n");
    DataReport<CloudFacts> report = PointCheck.of(root, DEFAULTS);
    assertThat(report.problems())
        .contains(
            "train: 1 of 2 clouds broken",
            "train: ModelNet10 has 3991 clouds here, found 2",
            "ModelNet10 has 10 classes, found 2");
    assertThat(report.splits().get(0).broken().get(0).where())
        .isEqualTo(root.resolve("sofa/sofa_0001.txt").toString());
    assertThat(report.text())
        .contains("scaled into the unit sphere")
        .contains("broken in train: ")
        .contains("sofa_0001.txt:1: expected numbers x,y,z");
    assertThat(report.json().get("splits").toString()).contains("sofa_0001.txt");
  }

  /** A pyramid stands on its base; a box as broad as high does not tell. */
  @Test
  void the_axis_of_the_broad_base_points_up() {
    for (int up = 0; up < 3; up++) {
      UpAxis axis = new UpAxis();
      axis.add(pyramid(up));
      assertThat(axis.guess()).contains("xyz".substring(up, up + 1));
      assertThat(UpAxis.base(pyramid(up), up)).isGreaterThan(1);
    }
    UpAxis undecided = new UpAxis();
    undecided.add(pyramid(0));
    undecided.add(pyramid(1));
    assertThat(undecided.guess()).isEmpty();
    UpAxis single = new UpAxis();
    single.add(new float[] {1, 2, 3});
    assertThat(single.guess()).isEmpty();
  }

  @Test
  @SharedData
  void shared_sets_stand_as_they_do() {
    Path shared = SharedData.Beside.folder();
    DataReport<CloudFacts> psb =
        PointCheck.of(shared.resolve("psb-h5"), DEFAULTS.withLabel("label_common"));
    DataReport<CloudFacts> bimnet = PointCheck.of(shared.resolve("bimnet10"), DEFAULTS);
    assertThat(psb.splits()).extracting(f -> f.up().orElse("?")).containsExactly("y", "y");
    assertThat(bimnet.splits()).extracting(f -> f.up().orElse("?")).containsOnly("z");
    assertThat(psb.splits().get(0).points()).isEqualTo(new Spread(2048, 2048, 2048));
    assertThat(psb.splits().get(0).box().orElseThrow().extent()).isBetween(1.5, 2.0);
    assertThat(psb.sound()).isTrue();
  }

  /** Four points off one plane, different for each number. */
  private static float[][] cloud(int number) {
    return new float[][] {{0, 0, 0}, {number, 0, 0}, {0, 2, 0}, {0, 0, -number}};
  }

  /** Layers that shrink towards the apex along an axis. */
  private static float[] pyramid(int up) {
    int layers = 20;
    int side = 10;
    float[] xyz = new float[3 * layers * side * side];
    int at = 0;
    for (int layer = 0; layer < layers; layer++) {
      for (int p = 0; p < side * side; p++) {
        float broad = layers - layer;
        xyz[at + up] = layer;
        xyz[at + (up + 1) % 3] = broad * (p % side - 4.5f);
        xyz[at + (up + 2) % 3] = broad * (p / side - 4.5f);
        at += 3;
      }
    }
    return xyz;
  }

  private void write(String name, float[][][] clouds, int... labels) {
    H5.write(root.resolve(name), Map.of("data", clouds, "label", labels));
  }
}
