package dev.adapterx.data.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.DataException;
import dev.adapterx.data.Pictures;
import dev.adapterx.data.check.DataReport;
import dev.adapterx.data.images.Layout.Role;
import dev.adapterx.data.sets.DataKind;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FgvcLayoutTest {
  @TempDir Path root;

  @ParameterizedTest
  @ValueSource(strings = {"images/", "Images/", ""})
  void images_lie_where_each_data_set_has_them(String folder) {
    Pictures.png(root.resolve(folder + "a/1.png"), 0);
    Pictures.png(root.resolve(folder + "b/2.png"), 0);
    json("train", "{\"a/1.png\": 1, \"b/2.png\": 2}");
    json("test", "{\"b/2.png\": 2}");
    ImageData train = ImageData.open(root, "train");
    assertThat(train.layout()).isInstanceOf(FgvcLayout.class);
    assertThat(train.dataset().size()).isEqualTo(2);
    assertThat(train.dataset().name(0)).isEqualTo("a/1.png");
    assertThat(train.dataset().sample(1).width()).isEqualTo(4);
    assertThat(train.description())
        .isEqualTo(
            "2 images of 2 classes: split train of "
                + root
                + ", JSON lists (train.json, test.json)");
  }

  @Test
  void labels_are_places_among_the_numbers_of_all_splits() {
    pictures();
    json("train", "{\"a.png\": 1010, \"b.png\": 295}");
    json("val", "{\"c.png\": 313}");
    json("test", "{\"c.png\": 313, \"a.png\": 1010}");
    Layout layout = Layout.of(root);
    assertThat(layout.splits()).containsExactly("train", "val", "test");
    FileDataset test = layout.open("test");
    assertThat(test.classes()).containsExactly("295", "313", "1010");
    assertThat(test.label(0)).isEqualTo(1);
    assertThat(test.label(1)).isEqualTo(2);
    assertThat(layout.open("train").label(0)).isEqualTo(2);
  }

  @Test
  void each_split_plays_the_role_it_is_named_for() {
    json("train", "{}");
    json("val", "{}");
    Layout layout = Layout.of(root);
    assertThat(layout.split(Role.TRAIN)).contains("train");
    assertThat(layout.split(Role.VALIDATION)).contains("val");
    assertThat(layout.split(Role.TEST)).isEmpty();
  }

  @Test
  void classes_txt_names_the_classes_if_it_has_a_line_for_each() {
    pictures();
    json("train", "{\"a.png\": 1, \"b.png\": 2}");
    Pictures.text(root.resolve("classes.txt"), "1 Albatross\n2 Bunting\n");
    assertThat(Layout.of(root).open("train").classes()).containsExactly("1 Albatross", "2 Bunting");
    Pictures.text(root.resolve("classes.txt"), "0 Birds\n1 Ducks\n2 Geese\n");
    assertThat(Layout.of(root).open("train").classes()).containsExactly("1", "2");
  }

  @Test
  void folders_of_splits_win_over_json_beside_them() {
    Pictures.png(root.resolve("train/a/1.png"), 0);
    Pictures.png(root.resolve("train/b/1.png"), 0);
    json("train", "{\"images\": []}");
    assertThat(Layout.of(root)).isInstanceOf(SplitFolders.class);
  }

  @Test
  void missing_images_are_counted_and_the_first_is_named() {
    pictures();
    json("train", "{\"a.png\": 1,\n\"x.png\": 1,\n\"y.png\": 2}");
    fails(
        root.resolve("train.json")
            + ":2: no file "
            + root.resolve("x.png")
            + " (2 of the 3 images listed are missing)");
  }

  @Test
  void without_any_image_the_places_looked_in_are_named() {
    json("train", "{\"a.png\": 1}");
    fails(
        root.resolve("train.json")
            + ":1: no image a.png in any of "
            + root.resolve("images")
            + ", "
            + root.resolve("Images")
            + ", "
            + root);
  }

  @Test
  void a_class_below_zero_or_beyond_all_reason_is_refused() {
    json("train", "{\"a.png\": 1,\n\"b.png\": -1}");
    fails(
        root.resolve("train.json")
            + ":2: class -1 of 'b.png' is out of range; classes are numbered from 0 or 1");
    json("train", "{\"a.png\": 12345678901234567890}");
    fails(
        root.resolve("train.json")
            + ":1: class 12345678901234567890 of 'a.png' is out of range; classes are numbered from"
            + " 0 or 1");
  }

  @Test
  void what_is_not_a_path_and_a_number_is_refused_with_its_line() {
    String expected = "expected {\"path of an image\": number of its class, …}, but ";
    json("train", "{\"a.png\": 1,\n\"b.png\": \"Bunting\"}");
    fails(root.resolve("train.json") + ":2: " + expected + "'b.png' has the text 'Bunting'");
    json("train", "[1, 2]");
    fails(root.resolve("train.json") + ":1: " + expected + "the list begins with a list");
    json("train", "{\"a.png\": 1.5}");
    fails(root.resolve("train.json") + ":1: " + expected + "'a.png' has 1.5");
    json("train", "{\"images\": {\"a.png\": 1}}");
    fails(root.resolve("train.json") + ":1: " + expected + "'images' has keys and values");
    json("train", "{\"a.png\": 1} {}");
    fails(
        root.resolve("train.json") + ":1: " + expected + "behind the list stands keys and values");
    json("train", "");
    fails(root.resolve("train.json") + ":1: " + expected + "the list begins with nothing");
    json("train", "{}");
    fails(
        root.resolve("train.json")
            + " lists no image; expected {\"path of an image\": number of its class, …}");
  }

  @Test
  void a_path_that_stands_twice_and_broken_json_are_refused_with_their_lines() {
    json("train", "{\"a.png\": 1,\n\"a.png\": 2}");
    fails(root.resolve("train.json") + ":2: 'a.png' stands in line 1 too");
    json("train", "{\"a.png\": 1,\n\"b.png\"");
    assertThatThrownBy(() -> Layout.of(root).open("train"))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(root.resolve("train.json") + ":2: not valid JSON: ");
  }

  @Test
  void data_sets_in_a_folder_are_found_and_checked() {
    Path cub = root.resolve("CUB_200_2011");
    Pictures.png(cub.resolve("images/a.png"), 0);
    Pictures.png(cub.resolve("images/b.png"), 255);
    Pictures.text(cub.resolve("train.json"), "{\"a.png\": 1, \"b.png\": 2}");
    Pictures.text(cub.resolve("test.json"), "{\"b.png\": 2}");
    assertThat(ImageCheck.dataSets(root)).containsExactly(cub);
    assertThat(DataKind.of(cub)).contains(DataKind.IMAGES);
    DataReport<ImageFacts> report = ImageCheck.of(cub, true, 1);
    assertThat(report.overlaps()).hasSize(1);
    assertThat(report.splits()).extracting(ImageFacts::samples).containsExactly(2, 1);
  }

  private void pictures() {
    for (String name : new String[] {"a", "b", "c"}) {
      Pictures.png(root.resolve(name + ".png"), 0);
    }
  }

  private void json(String split, String content) {
    Pictures.text(root.resolve(split + ".json"), content);
  }

  private void fails(String message) {
    assertThatThrownBy(() -> Layout.of(root).open("train"))
        .isInstanceOf(DataException.class)
        .hasMessage(message);
  }
}
