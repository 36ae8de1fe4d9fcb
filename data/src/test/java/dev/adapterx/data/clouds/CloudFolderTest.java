package dev.adapterx.data.clouds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.DataException;
import dev.adapterx.data.Dataset;
import dev.adapterx.data.points.PointCloud;
import dev.adapterx.data.points.format.MeshSampling;
import dev.adapterx.testing.SharedData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CloudFolderTest {
  private static final MeshSampling SAMPLING = new MeshSampling(5, 1);

  @TempDir Path root;

  @Test
  void a_folder_per_split_and_class_takes_its_labels_from_train() {
    cloud("train/b/1.xyz", 1);
    cloud("train/a/deep/2.xyz", 2);
    cloud("train/B/3.xyz", 3);
    cloud("valid/b/4.xyz", 4);
    text("valid/b/notes.md", "no cloud");
    assertThat(CloudFolder.recognises(root)).isTrue();
    assertThat(CloudFolder.splits(root)).containsExactly("train", "val");
    CloudFolder train = CloudFolder.open(root, "train", SAMPLING);
    assertThat(train.classes()).containsExactly("B", "a", "b");
    assertThat(names(train))
        .containsExactly("train/B/3.xyz", "train/a/deep/2.xyz", "train/b/1.xyz");
    assertThat(labels(train)).containsExactly(0, 1, 2);
    assertThat(train.sample(1).xyz()).containsExactly(2, 0, 0);
    CloudFolder val = CloudFolder.open(root, "validation", SAMPLING);
    assertThat(val.classes()).containsExactly("B", "a", "b");
    assertThat(labels(val)).containsExactly(2);
    assertThat(val.ignored()).isEqualTo(1);
    assertThat(val.where(0)).isEqualTo(root.resolve("valid/b/4.xyz").toString());
  }

  @Test
  void a_folder_per_class_and_split_is_read_as_modelnet_has_it() {
    mesh("chair/train/chair_0001.off");
    mesh("chair/test/chair_0002.off");
    mesh("airplane/train/airplane_0001.off");
    mesh("airplane/test/airplane_0002.off");
    text("README.txt", "about");
    assertThat(CloudFolder.recognises(root)).isTrue();
    assertThat(CloudFolder.splits(root)).containsExactly("train", "test");
    CloudFolder test = CloudFolder.open(root, "test", SAMPLING);
    assertThat(test.classes()).containsExactly("airplane", "chair");
    assertThat(names(test))
        .containsExactly("airplane/test/airplane_0002.off", "chair/test/chair_0002.off");
    assertThat(labels(test)).containsExactly(0, 1);
    assertThat(test.sample(0).size()).isEqualTo(5);
    assertThat(test.sample(0).xyz()).isEqualTo(test.sample(0).xyz());
    assertThat(test.sample(0).xyz()).isNotEqualTo(test.sample(1).xyz());
  }

  @Test
  void a_plain_folder_per_class_is_the_split_all() {
    cloud("b/1.csv", 1);
    cloud("a/2.xyz", 2);
    assertThat(CloudFolder.splits(root)).containsExactly("all");
    CloudFolder all = CloudFolder.open(root, "all", SAMPLING);
    assertThat(all.classes()).containsExactly("a", "b");
    assertThat(names(all)).containsExactly("a/2.xyz", "b/1.csv");
  }

  @Test
  void files_to_predict_have_no_label() {
    cloud("1.xyz", 1);
    Path file = root.resolve("1.xyz");
    CloudFolder data = CloudFolder.unlabelled(List.of(file, file), List.of("a", "b"), SAMPLING);
    assertThat(labels(data)).containsExactly(-1, -1);
    assertThat(data.classes()).containsExactly("a", "b");
    assertThat(data.file(1)).contains(file);
    assertThatThrownBy(() -> CloudFolder.unlabelled(List.of(), List.of("a"), SAMPLING))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("No point clouds to read; expected files ending in off, ply,");
  }

  @Test
  void folders_without_clouds_are_not_recognised() {
    cloud("loose.xyz", 1);
    text("a/1.png", "");
    assertThat(CloudFolder.recognises(root)).isFalse();
    assertThat(CloudFolder.recognises(root.resolve("no"))).isFalse();
    refused(
        "all",
        " has no clouds in the split 'all': its classes a hold no file ending in off, ply, pcd,"
            + " npy, las, laz, stl, obj, npz, bin, xyz, txt, asc, pts,"
            + " csv, xyzn, xyzrgb, xyzi");
  }

  @Test
  void a_missing_split_says_which_exist() {
    cloud("train/a/1.xyz", 1);
    cloud("train/b/1.xyz", 1);
    refused("test", " has no split 'test'. Read as a folder per split and class; existing: train");
    refused(
        "trian",
        " has no split 'trian'. Read as a folder per split and class; existing: train; did you"
            + " mean 'train'?");
  }

  @Test
  void one_class_and_empty_classes_are_refused() {
    cloud("a/1.xyz", 1);
    refused(
        "all", " has only one class, 'a' (1 clouds); expected at least two folders, one per class");
    text("b/1.md", "");
    refused(
        "all",
        ": no clouds for 1 of the 2 classes in the split 'all': b. Add files or remove the folder");
  }

  @Test
  void a_class_of_test_that_train_does_not_have_is_refused() {
    cloud("train/chair/1.xyz", 1);
    cloud("train/table/1.xyz", 1);
    cloud("test/chairs/1.xyz", 1);
    refused(
        "test",
        ": 1 of the 1 class folders of the split 'test' are none of the 2 classes of train:"
            + " chairs. Known: chair, table; did you mean 'chair'?");
  }

  @Test
  void a_class_without_splits_and_a_split_twice_are_refused() {
    cloud("a/train/1.xyz", 1);
    cloud("b/1.xyz", 1);
    refused(
        "train",
        "/b has no folders train and test, as its siblings have them. Sort its files into such"
            + " folders, or move it away");
    cloud("b/train/1.xyz", 1);
    cloud("b/val/1.xyz", 1);
    cloud("b/valid/1.xyz", 1);
    refused("train", "/b has two folders for the split 'val'. Rename or remove one");
  }

  @Test
  @SharedData
  void real_meshes_in_modelnets_layout_are_read() {
    Path psb = SharedData.Beside.folder().resolve("off-samples/psb");
    CloudFolder train = CloudFolder.open(psb, "train", SAMPLING);
    assertThat(train.classes()).hasSizeGreaterThan(10).contains("city", "helicopter", "vase");
    assertThat(train.size()).isEqualTo(CloudFolder.open(psb, "test", SAMPLING).size());
    for (int i = 0; i < train.size(); i++) {
      assertThat(train.sample(i).size()).isEqualTo(5);
    }
  }

  private void refused(String split, String message) {
    assertThatThrownBy(() -> CloudFolder.open(root, split, SAMPLING))
        .isInstanceOf(DataException.class)
        .hasMessage(root + message);
  }

  private static List<String> names(Dataset<PointCloud> data) {
    return IntStream.range(0, data.size()).mapToObj(data::name).toList();
  }

  private static List<Integer> labels(Dataset<PointCloud> data) {
    return IntStream.range(0, data.size()).mapToObj(data::label).toList();
  }

  private void cloud(String name, int x) {
    text(name, x + ",0,0\n");
  }

  private void mesh(String name) {
    text(name, "OFF\n3 1 0\n0 0 0\n1 0 0\n0 1 0\n3 0 1 2\n");
  }

  private void text(String name, String content) {
    Path file = root.resolve(name);
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
