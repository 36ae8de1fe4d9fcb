package dev.adapterx.dense.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.DataException;
import dev.adapterx.data.Sample;
import dev.adapterx.data.images.Layout;
import dev.adapterx.data.points.PointCloud;
import dev.adapterx.data.targets.PointLabels;
import dev.adapterx.dense.parts.Category;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every layout with what it means, and a twin with what goes wrong in it. */
class CloudLayoutTest {
  @TempDir Path root;

  private Path write(String name, String content) throws Exception {
    return write(name, content.getBytes(StandardCharsets.ISO_8859_1));
  }

  private Path write(String name, byte[] content) throws Exception {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.write(file, content);
  }

  private CloudLayout layout() {
    assertThat(CloudLayout.recognises(root)).isTrue();
    return CloudLayout.of(root, CloudLayout.Options.none());
  }

  private static short[] classes(LabelledClouds data, int i) {
    return data.sample(i).target().classes();
  }

  /** Three points with labels in a property. */
  private static String ply(int... labels) {
    StringBuilder text =
        new StringBuilder(
            "ply\nformat ascii 1.0\nelement vertex %d\nproperty float x\nproperty float y\nproperty float z\nproperty int label\nend_header\n"
                .formatted(labels.length));
    for (int i = 0; i < labels.length; i++) {
      text.append(i).append(' ').append(i % 2).append(" 1 ").append(labels[i]).append('\n');
    }
    return text.toString();
  }

  @Test
  void clouds_of_which_no_point_has_a_class_are_a_problem_but_in_a_test_split() throws Exception {
    write("train/a.ply", ply(0, 1, 1));
    write("test/b.ply", ply(-1, 7, 7));
    write("classes.txt", "ground\nwall\n");
    CloudLayout.Options seven = new CloudLayout.Options(null, List.of(7), null);
    CloudReport report = CloudReport.of(root, seven);
    assertThat(report.sound()).isTrue();
    assertThat(report.text())
        .contains("note: no point of 'test' has a class", "train passes over it", "No problems")
        .doesNotContain("point of 'train'", "problem:");
    CloudLayout.Options none = new CloudLayout.Options(null, List.of(0, 1, 7), null);
    CloudReport unlabelled = CloudReport.of(root, none);
    assertThat(unlabelled.sound()).isFalse();
    assertThat(unlabelled.text())
        .contains("problem: no point of 'train' has a class", "data.parts.ignore");
    assertThat(CloudLayout.of(root, seven).open("train").hasTarget(0)).isTrue();
    assertThat(CloudLayout.of(root, seven).open("test").hasTarget(0)).isFalse();
  }

  @Test
  void clouds_that_are_one_place_are_broken_here_as_in_training() throws Exception {
    write("a.ply", ply(0, 1, 1));
    write("one.ply", ply(1));
    write("same.txt", "1 2 3 0\n".repeat(300));
    write("classes.txt", "ground\nwall\n");
    CloudReport report = CloudReport.of(root, CloudLayout.Options.none());
    assertThat(report.sound()).isFalse();
    assertThat(report.splits().get(0).broken())
        .hasSize(2)
        .anyMatch(b -> b.contains("one.ply") && b.contains("expected at least two different ones"))
        .anyMatch(b -> b.contains("same.txt: every one of its 300 points is (1.0, 2.0, 3.0)"));
  }

  @Test
  void own_folders_with_splits_and_names() throws Exception {
    write("train/a.ply", ply(0, 1, 2));
    write("train/b.ply", ply(2, 2, -1));
    write("validation/c.ply", ply(1, 1, 0));
    write("classes.txt", "ground\nunlabelled\nwall\n");
    CloudLayout layout = layout();
    assertThat(layout.splits()).containsExactly("train", "val");
    assertThat(layout.split(Layout.Role.VALIDATION)).contains("val");
    LabelledClouds train = layout.open("train");
    assertThat(train.classes()).containsExactly("ground", "wall");
    assertThat(classes(train, 0)).containsExactly(0, -1, 1);
    assertThat(classes(train, 1)).containsExactly(1, 1, -1);
    assertThat(train.sample(0).input().size()).isEqualTo(3);
    assertThat(layout.open("validation").size()).isEqualTo(1);
    assertThatThrownBy(() -> layout.open("tset"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("has no split 'tset'")
        .hasMessageContaining("existing: train, val");
  }

  @Test
  void own_folders_that_are_not_in_order_are_named_and_lose_nothing() throws Exception {
    write("train/a.ply", ply(0, 1, 1));
    write("train/broken.ply", ply(0, 1, 1).substring(0, 140));
    write("train/strange.ply", ply(0, 7, 7));
    write("train/fraction.txt", "0 0 0 1\n0 0 1 0.5\n");
    write("classes.txt", "ground\nwall\n");
    CloudReport report = CloudReport.of(root, CloudLayout.Options.none());
    assertThat(report.sound()).isFalse();
    CloudReport.Split split = report.splits().get(0);
    assertThat(split.clouds()).isEqualTo(4);
    assertThat(split.points()).isEqualTo(3);
    assertThat(split.shares()).containsExactly(1 / 3.0, 2 / 3.0);
    assertThat(split.broken()).hasSize(3);
    assertThat(split.broken().get(0))
        .contains("broken.ply")
        .contains("line 11: 3 numbers, expected at least 4");
    assertThat(split.broken().get(1))
        .contains("fraction.txt")
        .contains("the label of point 2 (counted from 1) is 0.5");
    assertThat(split.broken().get(2))
        .contains("strange.ply")
        .contains(
            "2 points of a value, first point 1 (counted from 0): 7, is none of the 2 classes (0, 1)")
        .contains("data.parts.ignore");
    assertThat(report.text())
        .contains("problem: 3 of 'train' cannot be used:")
        .contains("ground")
        .contains("33.33 %");
    assertThat(report.json()).containsEntry("sound", false);
  }

  @Test
  void without_names_classes_are_called_by_their_values() throws Exception {
    write("a.ply", ply(3, 5, 5));
    write("b.ply", ply(9, 3, -4));
    LabelledClouds all = layout().open("all");
    assertThat(all.classes()).containsExactly("3", "5", "9");
    assertThat(classes(all, 1)).containsExactly(2, 0, -1);
    CloudLayout said = CloudLayout.of(root, new CloudLayout.Options(null, List.of(5), null));
    assertThat(classes(said.open("all"), 0)).containsExactly(0, -1, -1);
    CloudLayout named =
        CloudLayout.of(
            root,
            new CloudLayout.Options(
                List.of("a", "b", "c", "d", "e", "f", "g", "h", "i", "j"), null, null));
    assertThat(classes(named.open("all"), 0)).containsExactly(3, 5, 5);
  }

  @Test
  void folders_below_say_what_objects_are_where_they_share_no_part() throws Exception {
    write("train/stool/a.ply", ply(0, 1, 1));
    write("train/lamp/b.ply", ply(2, 3, 3));
    write("test/lamp/c.ply", ply(3, 3, 4));
    CloudLayout layout = layout();
    assertThat(layout.code().categories())
        .containsExactly(
            new Category("lamp", List.of(2, 3, 4)), new Category("stool", List.of(0, 1)));
    LabelledClouds train = layout.open("train");
    assertThat(train.label(0)).isZero();
    assertThat(train.sample(0).target().category()).isZero();
    assertThat(train.sample(1).target().category()).isEqualTo(1);
    write("test/stool/d.ply", ply(2, 0, 0)); // a shade on a stool: rooms, not objects
    assertThat(layout().code().categories()).isEmpty();
  }

  @Test
  void labels_lie_beside() throws Exception {
    write("scan1.xyz", "0 0 0\n1 1 1\n2 2 2\n");
    write("scan1.labels.txt", "1\n0\n1\n");
    write("scan2.xyz", "0 0 0\n1 1 1\n");
    write("scan2.labels.txt", "0\n");
    LabelledClouds all = layout().open("all");
    assertThat(all.size()).isEqualTo(2);
    assertThat(classes(all, 0)).containsExactly(1, 0, 1);
    assertThatThrownBy(() -> all.sample(1))
        .hasMessageContaining("scan2.xyz")
        .hasMessageContaining("it has 2 points")
        .hasMessageContaining("has 1 labels; expected one for each");
  }

  /** Folders of classes whose text has other columns, as ModelNet's, name whole clouds. */
  @Test
  void what_has_no_labels_of_points_is_left_to_classification() throws Exception {
    write("chair/a.txt", "0 0 0 .1 .2 .3\n1 1 1 .1 .2 .3\n");
    write("table/b.txt", "0 0 0 .1 .2 .3\n1 1 1 .1 .2 .3\n");
    assertThat(CloudLayout.recognises(root)).isFalse();
    assertThatThrownBy(() -> CloudLayout.of(root, CloudLayout.Options.none()))
        .hasMessageContaining("holds no clouds whose points have labels")
        .hasMessageContaining("data.parts.label");
    write("chair/a.txt", "0 0 0 .1 .2 .3 0\n1 1 1 .1 .2 .3 1\n");
    assertThat(CloudLayout.recognises(root)).isFalse();
    // … unless the column is named
    CloudLayout.Options seventh = new CloudLayout.Options(null, null, "7");
    LabelledClouds all = CloudLayout.of(root, seventh).open("all");
    assertThat(classes(all, 0)).containsExactly(0, 1);
    assertThatThrownBy(() -> all.sample(1)).hasMessageContaining("from 4 to 6, found '7'");
  }

  @Test
  void shape_net_part_with_normals() throws Exception {
    write("synsetoffset2category.txt", "Airplane\t02691156\nBag\t02773838\n");
    write("02691156/one.txt", "0 0 0 0 0 1 0.0\n1 0 0 0 0 1 3.0\n");
    write("02773838/two.txt", "0 0 0 0 0 1 4.0\n1 0 0 0 0 1 3.0\n");
    write(
        "train_test_split/shuffled_train_file_list.json",
        "[\"shape_data/02691156/one\", \"shape_data/02773838/two\", \"shape_data/02691156/gone\", \"shape_data/99/odd\"]");
    CloudLayout layout = layout();
    assertThat(layout.description()).isEqualTo("ShapeNetPart");
    assertThat(layout.code().classes()).hasSize(50);
    assertThat(layout.code().categories()).hasSize(16);
    assertThat(layout.code().categories().get(8).name()).isEqualTo("Lamp");
    assertThat(layout.code().categories().get(8).parts()).containsExactly(24, 25, 26, 27);
    assertThat(layout.code().categories().get(15).parts()).containsExactly(47, 48, 49);
    LabelledClouds train = layout.open("train");
    assertThat(train.size()).isEqualTo(2);
    assertThat(classes(train, 0)).containsExactly(0, 3);
    assertThatThrownBy(() -> train.sample(1))
        .hasMessageContaining("two.txt")
        .hasMessageContaining(
            "1 point of 'Airplane/3', first point 1 (counted from 0), which is no part of its category 'Bag'");
    assertThat(layout.left())
        .containsExactly(
            "shuffled_train_file_list.json: no file of 02691156/gone",
            "shuffled_train_file_list.json: \"shape_data/99/odd\" is of no known category");
  }

  @Test
  void shape_net_part_with_labels_from_1_within_the_category() throws Exception {
    write("synsetoffset2category.txt", "Bag 02773838\n");
    write("02773838/points/one.pts", "0 0 0\n1 0 0\n");
    write("02773838/points_label/one.seg", "1\n2\n");
    write("02773838/points/two.pts", "0 0 0\n1 0 0\n");
    write("02773838/points_label/two.seg", "0\n2\n");
    write(
        "train_test_split/shuffled_test_file_list.json",
        "[\"shape_data/02773838/one\", \"shape_data/02773838/two\"]");
    LabelledClouds test = layout().open("test");
    assertThat(classes(test, 0)).containsExactly(4, 5);
    assertThat(test.sample(0).target().category()).isEqualTo(1);
    assertThatThrownBy(() -> test.sample(1))
        .hasMessageContaining("two.seg: point 0 (counted from 0) has part 0; Bag has parts 1 … 2");
  }

  @Test
  void s3dis_rooms_of_objects() throws Exception {
    write("Area_1/office_1/Annotations/floor_1.txt", "0 0 0 1 2 3\n1 0 0 1 2 3\n");
    write("Area_1/office_1/Annotations/stairs_1.txt", "0 0 1 1 2 3\n");
    write("Area_1/office_1/office_1.txt", "0 0 0 1 2 3\n");
    write(
        "Area_5/hall_6/Annotations/ceiling_1.txt",
        "0 0 3 1 2 3\n1 0 3 1 185\u0010 3\n1 \u00100 3 1 2 3\n");
    write("Area_5/empty/readme.txt", "nothing\n");
    CloudLayout layout = layout();
    assertThat(layout.description()).isEqualTo("S3DIS");
    assertThat(layout.block()).isEqualTo(1);
    assertThat(layout.splits()).containsExactly("train", "test", "Area_1", "Area_5");
    LabelledClouds train = layout.open("train");
    assertThat(train.classes()).hasSize(13).startsWith("ceiling", "floor").endsWith("clutter");
    assertThat(classes(train, 0)).containsExactly(1, 1, 12); // stairs are clutter
    assertThatThrownBy(() -> layout.open("test").sample(0))
        .hasMessageContaining("ceiling_1.txt")
        .hasMessageContaining("line 3: field 2 is");
    assertThat(layout.left()).containsExactly("Area_5/empty (no Annotations)");
  }

  private static byte[] floats(float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float v : values) {
      bytes.putFloat(v);
    }
    return bytes.array();
  }

  private static byte[] ints(int... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int v : values) {
      bytes.putInt(v);
    }
    return bytes.array();
  }

  @Test
  void semantic_kitti_maps_its_values() throws Exception {
    byte[] scan = floats(1, 2, 3, 0, 4, 5, 6, 0, 7, 8, 9, 0);
    write("dataset/sequences/00/velodyne/000000.bin", scan);
    write("dataset/sequences/00/labels/000000.label", ints(5 << 16 | 252, 40, 0));
    write("dataset/sequences/00/velodyne/000001.bin", scan);
    write("dataset/sequences/08/velodyne/000000.bin", scan);
    write("dataset/sequences/08/labels/000000.label", ints(81, 7, 7));
    write("dataset/sequences/11/velodyne/000000.bin", scan);
    CloudLayout layout = layout();
    assertThat(layout.splits()).containsExactly("train", "val");
    LabelledClouds train = layout.open("train");
    assertThat(train.classes()).hasSize(19);
    assertThat(classes(train, 0)).containsExactly(0, 8, -1); // a moving car, road, unlabelled
    assertThat(layout.left())
        .containsExactly("dataset/sequences/00/velodyne/000001.bin (no labels)", "11 (no labels)");
    assertThatThrownBy(() -> layout.open("val").sample(0))
        .hasMessageContaining(
            "2 points of a value, first point 1 (counted from 0): 7, is none of the 19 classes");
    assertThat(KittiScans.code().values()).hasSize(30); // of 34, four mean no class
  }

  @Test
  void toronto_3d_keeps_its_coordinates_near_the_origin() throws Exception {
    String head =
        "ply\nformat ascii 1.0\nelement vertex 2\nproperty double x\nproperty double y\nproperty double z\nproperty float scalar_Label\nend_header\n";
    write("L001.ply", head + "627285.25 4841948.125 10 1\n627285.5 4841948.25 10 0\n");
    write("L002.ply", head + "627285.25 4841948.125 10 8\n627285.5 4841948.25 10 9\n");
    CloudLayout layout = layout();
    assertThat(layout.description()).isEqualTo("Toronto-3D");
    assertThat(layout.splits()).containsExactly("train", "test");
    Sample<PointCloud, PointLabels> one = layout.open("train").sample(0);
    assertThat(one.target().classes()).containsExactly(0, -1);
    float[] xyz = one.input().xyz();
    assertThat(xyz[3] - xyz[0]).isEqualTo(0.25f);
    assertThat(xyz[4] - xyz[1]).isEqualTo(0.125f);
    assertThatThrownBy(() -> layout.open("test").sample(0))
        .hasMessageContaining("L002.ply: 1 point of a value, first point 1 (counted from 0): 9");
  }

  private static byte[] las(int... classes) {
    ByteBuffer las = ByteBuffer.allocate(227 + 20 * classes.length).order(ByteOrder.LITTLE_ENDIAN);
    las.put("LASF".getBytes(StandardCharsets.ISO_8859_1)).put(24, (byte) 1).put(25, (byte) 2);
    las.putShort(94, (short) 227).putInt(96, 227).putShort(105, (short) 20);
    las.putInt(107, classes.length);
    for (int i = 0; i < 3; i++) {
      las.putDouble(131 + 8 * i, 0.01);
    }
    for (int i = 0; i < classes.length; i++) {
      las.putInt(227 + 20 * i, 100 * i).put(227 + 20 * i + 15, (byte) classes[i]);
    }
    return las.array();
  }

  @Test
  void las_classes_are_those_of_the_standard() throws Exception {
    write("train/a.las", las(2, 6, 1));
    write("train/b.las", las(2, 0, 25));
    write("test/c.las", Arrays.copyOf(las(2, 6, 1), 260));
    CloudLayout layout = layout();
    LabelledClouds train = layout.open("train");
    assertThat(train.classes()).containsExactly("ground", "building", "class 25");
    assertThat(classes(train, 0)).containsExactly(0, 1, -1);
    assertThat(classes(train, 1)).containsExactly(0, -1, 2);
    assertThatThrownBy(() -> layout.open("test").sample(0))
        .hasMessageContaining("c.las")
        .hasMessageContaining("It is cut off");
  }

  @Test
  void nothing_at_all_is_said_so() {
    assertThat(CloudLayout.recognises(root)).isFalse();
    assertThat(CloudLayout.recognises(root.resolve("none"))).isFalse();
    assertThatThrownBy(() -> CloudLayout.of(root.resolve("none"), CloudLayout.Options.none()))
        .hasMessageContaining("No such folder");
  }
}
