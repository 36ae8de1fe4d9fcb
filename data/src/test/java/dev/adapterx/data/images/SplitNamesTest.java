package dev.adapterx.data.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.DataException;
import dev.adapterx.data.Pictures;
import dev.adapterx.data.clouds.CloudFolder;
import dev.adapterx.data.images.Layout.Role;
import dev.adapterx.data.points.format.MeshSampling;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Folders that are splits are never taken for classes, nor classes for splits. */
class SplitNamesTest {
  @TempDir Path root;

  @ParameterizedTest
  @CsvSource({
    "Training,train",
    "TRAIN,train",
    "training_set,train",
    "valid,val",
    "Validation,val",
    "Testing,test",
    "test-data,test",
  })
  void names_of_splits_are_known_in_any_case(String name, String split) {
    assertThat(SplitFolders.canonical(name)).contains(split);
  }

  @ParameterizedTest
  @CsvSource({"trains", "tester", "evaluation", "setting", "train2"})
  void other_names_are_no_splits(String name) {
    assertThat(SplitFolders.canonical(name)).isEmpty();
  }

  @Test
  void training_and_testing_are_splits_of_the_classes_inside() {
    pictures("Training/glioma", "Training/no_tumor", "Testing/glioma", "Testing/no_tumor");
    Layout layout = Layout.of(root);
    assertThat(layout.splits()).containsExactly("train", "test");
    assertThat(layout.open("train").classes()).containsExactly("glioma", "no_tumor");
    assertThat(layout.open("test").size()).isEqualTo(2);
    assertThat(layout.description()).contains("Training", "Testing");
  }

  @Test
  void photographs_of_trains_are_a_class() {
    pictures("bus", "car", "train");
    assertThat(Layout.of(root)).isInstanceOf(PlainFolder.class);
    assertThat(Layout.of(root).open("all").classes()).containsExactly("bus", "car", "train");
  }

  @Test
  void clouds_of_trains_are_a_class() {
    for (String name : List.of("bus", "train")) {
      Pictures.text(root.resolve(name + "/a.xyz"), "0 0 0\n1 0 0\n0 1 0\n");
    }
    CloudFolder clouds = CloudFolder.open(root, "all", new MeshSampling(8, 0));
    assertThat(clouds.classes()).containsExactly("bus", "train");
  }

  @Test
  void a_training_split_beside_other_folders_is_one() {
    pictures("train/a", "train/b", "notes/x");
    assertThat(Layout.of(root).splits()).containsExactly("train");
  }

  @Test
  void splits_inside_of_classes_are_splits() {
    pictures("cat/Train", "dog/Train", "cat/Test", "dog/Test", "cat/valid");
    Layout layout = Layout.of(root);
    assertThat(layout.splits()).containsExactly("train", "val", "test");
    assertThat(layout.split(Role.VALIDATION)).contains("val");
    FileDataset train = layout.open("train");
    assertThat(train.classes()).containsExactly("cat", "dog");
    assertThat(train.name(0)).isEqualTo("cat/Train/0.png");
    assertThat(layout.open("testing").label(1)).isEqualTo(1);
    assertThat(layout.open("val").size()).isEqualTo(1);
  }

  @Test
  void a_class_without_training_pictures_is_named() {
    pictures("cat/train", "dog/test", "emu/train");
    assertThatThrownBy(() -> Layout.of(root).open("train"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("no images for 1 of the 3 classes in the split 'train': dog");
  }

  private void pictures(String... folders) {
    for (String folder : folders) {
      Pictures.png(root.resolve(folder + "/0.png"), 0);
    }
  }
}
