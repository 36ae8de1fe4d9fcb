package dev.adapterx.dense.boxes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.DataException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Data without a single box, and annotations of which nothing can be read: never in silence. */
class NoBoxTest {
  private static final String IMAGES = "'images': [{'id': 1, 'file_name': 'a.png'}]";
  private static final String CATEGORIES = "'categories': [{'id': 5, 'name': 'cat'}]";
  private static final String BOX =
      "[{'id': 1, 'image_id': 1, 'category_id': 5, 'bbox': [1, 2, 10, 5]}]";

  @TempDir Path root;

  @BeforeEach
  void pictures() {
    Written.picture(root, "images/a.png", "images/b.png");
  }

  private void json(String name, String text) {
    Written.text(root, name, text.replace('\'', '"'));
  }

  @Test
  void a_misspelt_key_is_named_with_the_one_that_is_meant() {
    json("train.json", "{" + IMAGES + ", 'anotations': " + BOX + ", " + CATEGORIES + "}");
    assertThatThrownBy(() -> Written.layout(root))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll(
            "has no box in any of its 1 picture",
            "train.json has no key 'annotations'; is 'anotations' meant?");
    json("train.json", "{'imges': [], 'annotations': " + BOX + ", " + CATEGORIES + "}");
    assertThatThrownBy(() -> Written.layout(root))
        .hasMessageContainingAll(
            "has no picture", "train.json has no key 'images'; is 'imges' meant?");
    json("train.json", "{" + IMAGES + ", 'annotations': " + BOX + ", 'catgories': []}");
    assertThatThrownBy(() -> Written.layout(root))
        .hasMessageContainingAll(
            "has no box", "train.json has no key 'categories'; is 'catgories' meant?");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "'annotations': [], ", "'annotations': {'id': 1}, "})
  void nothing_that_is_marked_is_refused(String annotations) {
    json("train.json", "{" + IMAGES + ", " + annotations + CATEGORIES + "}");
    assertThatThrownBy(() -> Written.layout(root))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("has no box in any of its 1 picture");
  }

  @Test
  void every_layout() {
    Written.text(root, "data.yaml", "train: images", "names: [cat, dog]");
    Written.text(root, "labels/a.txt", "");
    assertThatThrownBy(() -> Written.layout(root))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("has no box in any of its 2 pictures");
  }

  @Test
  void a_test_split_without_a_box_is_noted_and_any_other_is_a_problem() {
    String boxes = "{" + IMAGES + ", 'annotations': " + BOX + ", " + CATEGORIES + "}";
    String none = "{" + IMAGES + ", " + CATEGORIES + "}";
    json("train.json", boxes);
    json("test.json", none);
    BoxReport report = BoxReport.of(root, BoxLayout.Options.none());
    assertThat(report.sound()).isTrue();
    assertThat(report.text())
        .contains(
            "note: no picture of 'test' has a box that is to be found", "train passes over it")
        .contains("test.json has no key 'annotations'", "No problems")
        .doesNotContain("of 'train'", "problem:");
    BoxLayout layout = Written.layout(root);
    assertThat(layout.open("train").hasTarget(0)).isTrue();
    assertThat(layout.open("test").hasTarget(0)).isFalse();
    json("val.json", none);
    BoxReport judged = BoxReport.of(root, BoxLayout.Options.none());
    assertThat(judged.sound()).isFalse();
    assertThat(judged.text())
        .contains("problem: no picture of 'val' has a box", "note: no picture of 'test'");
    json("train.json", none);
    json("val.json", boxes);
    BoxReport untrained = BoxReport.of(root, BoxLayout.Options.none());
    assertThat(untrained.sound()).isFalse();
    assertThat(untrained.text()).contains("problem: no picture of 'train' has a box");
  }

  @Test
  void boxes_that_are_outside_or_crowds_are_none_to_be_found() {
    String crowd =
        "[{'id': 1, 'image_id': 1, 'category_id': 5, 'bbox': [1, 2, 10, 5], 'iscrowd': 1},"
            + " {'id': 2, 'image_id': 1, 'category_id': 5, 'bbox': [90, 2, 10, 5]}]";
    json("train.json", "{" + IMAGES + ", 'annotations': " + crowd + ", " + CATEGORIES + "}");
    BoxReport report = BoxReport.of(root, BoxLayout.Options.none());
    assertThat(report.splits().get(0).unmarked()).isTrue();
    assertThat(Written.layout(root).open("train").hasTarget(0)).isFalse();
    assertThat(Written.layout(root).leftOut("train"))
        .containsExactly(
            "1 box lies outside of its picture and is left out: train.json:1, annotation 2: 'cat'"
                + " lies outside of the picture: left 90, top 2, right 100, bottom 7");
  }

  @Test
  void what_is_left_out_is_a_line_for_each_kind() {
    String images =
        "'images': [{'id': 1, 'file_name': 'a.png', 'width': 40, 'height': 20},"
            + " {'id': 2, 'file_name': 'gone.png'}]";
    String boxes =
        "[{'id': 1, 'image_id': 1, 'category_id': 5, 'bbox': [1, 2, 10, 5]},"
            + " {'id': 2, 'image_id': 1, 'category_id': 77, 'bbox': [1, 2, 10, 5]},"
            + " {'id': 3, 'image_id': 1, 'category_id': 78, 'bbox': [1, 2, 10, 5]},"
            + " {'id': 4, 'image_id': 1, 'category_id': 5, 'bbox': [41, 2, 10, 5]}]";
    json("train.json", "{" + images + ", 'annotations': " + boxes + ", " + CATEGORIES + "}");
    assertThat(Written.layout(root).leftOut("train"))
        .containsExactly(
            "2 boxes are left out, the first: train.json:1, annotation 2: there is no category 77",
            "1 box lies outside of its picture and is left out: train.json:1, annotation 4: 'cat'"
                + " lies outside of the picture of 40 x 20 pixels: left 41, top 2, right 51,"
                + " bottom 7",
            "1 picture is named and not there: gone.png");
  }

  static Stream<String> broken() {
    return Stream.of("", "[]", "null", "\0\0\0\0", "[".repeat(100_000), "{", "{}", "7", "[[1]]");
  }

  @ParameterizedTest
  @MethodSource("broken")
  void annotations_that_cannot_be_read_are_named(String text) throws IOException {
    for (String name : new String[] {"instances.json", "train.json", "annotations/val.json"}) {
      Path file = root.resolve(name);
      Files.createDirectories(file.getParent());
      Files.write(file, text.getBytes(StandardCharsets.ISO_8859_1));
      assertThat(BoxLayout.recognises(root)).isTrue();
      assertThatThrownBy(() -> Written.layout(root))
          .isInstanceOf(DataException.class)
          .hasMessageStartingWith(file.toString());
      Files.delete(file);
    }
    assertThat(BoxLayout.recognises(root)).isFalse();
  }

  @Test
  void folders_of_classes_are_none_of_it() throws IOException {
    Files.createFile(root.resolve("train.json"));
    Written.picture(root, "cats/a.png");
    assertThat(BoxLayout.recognises(root)).isFalse();
    Files.delete(root.resolve("cats/a.png"));
    Files.writeString(root.resolve("train.json"), "{\"by\": [1]}");
    assertThat(BoxLayout.recognises(root)).isFalse();
  }
}
