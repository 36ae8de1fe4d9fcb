package dev.adapterx.data.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.DataException;
import dev.adapterx.data.ClassNames;
import dev.adapterx.data.Pictures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ListFileTest {
  @TempDir Path root;
  private Path list;

  @BeforeEach
  void list() {
    list = root.resolve("train.txt");
  }

  @Test
  void the_last_word_is_the_label_and_paths_may_hold_spaces() {
    Pictures.text(list, "\uFEFFa b/c  d.png 3\r\n\n  e.png\t0  \nlast.png 12");
    assertThat(ListFile.read(list))
        .containsExactly(
            new ListFile.Line("a b/c  d.png", 3, 1),
            new ListFile.Line("e.png", 0, 3),
            new ListFile.Line("last.png", 12, 4));
  }

  @Test
  void a_repeated_line_is_a_repeated_sample() {
    Pictures.png(root.resolve("x.png"), 0);
    Pictures.text(list, "x.png 1\nx.png 1\n");
    FileDataset data = ListFile.open(list, root, List.of("a", "b"));
    assertThat(data.size()).isEqualTo(2);
    assertThat(data.label(1)).isEqualTo(1);
    assertThat(data.name(1)).isEqualTo("x.png");
  }

  @ParameterizedTest
  @CsvSource({
    "x.png, expected 'path label'; found only 'x.png'",
    "x.png one, label 'one' is not a whole number",
    "x.png 1.0, label '1.0' is not a whole number",
    "x.png 99999999999, label '99999999999' is not a whole number",
    "x.png -1, label -1 is out of range",
    "x.png 2000000000, label 2000000000 is out of range",
  })
  void a_bad_line_is_named_by_file_and_line(String line, String message) {
    Pictures.text(list, "x.png 0\n" + line + "\n");
    assertThatThrownBy(() -> ListFile.read(list))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(list + ":2: ")
        .hasMessageContaining(message.replace(';', ','));
  }

  @Test
  void a_label_without_a_class_is_named() {
    Pictures.text(list, "x.png 2\n");
    assertThatThrownBy(() -> ListFile.open(list, root, List.of("a", "b")))
        .isInstanceOf(DataException.class)
        .hasMessage(list + ":1: label 2 of x.png is out of range: there are 2 classes, 0 … 1");
  }

  @Test
  void missing_images_are_counted_and_the_first_is_named() {
    Pictures.png(root.resolve("x.png"), 0);
    Pictures.text(list, "x.png 0\ny.png 1\nx.png 1\nz.png 0\n");
    assertThatThrownBy(() -> ListFile.open(list, root, List.of("a", "b")))
        .isInstanceOf(DataException.class)
        .hasMessage(
            list
                + ":2: no file "
                + root.resolve("y.png")
                + " (2 of the 4 images listed are missing)");
  }

  @Test
  void no_list_an_empty_list_and_no_text_are_errors() throws IOException {
    assertThatThrownBy(() -> ListFile.read(list))
        .isInstanceOf(DataException.class)
        .hasMessage("No such file: " + list);
    Pictures.text(list, "\n \n");
    assertThatThrownBy(() -> ListFile.read(list))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("lists no image");
    Files.write(list, new byte[] {(byte) 0xFF, (byte) 0xD8, 0, 1});
    assertThatThrownBy(() -> ListFile.read(list))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("is not UTF-8 text");
    Files.write(list, new byte[100_000]);
    assertThatThrownBy(() -> ListFile.read(list))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(":1: a line of more than 8192 characters");
  }

  @Test
  void a_path_that_cannot_be_one_is_named() {
    Pictures.text(list, "a\0b.png 0\n");
    assertThatThrownBy(() -> ListFile.open(list, root, List.of("a")))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(list + ":1: not a path on this machine");
  }

  @Test
  void class_names_may_not_repeat() {
    Path names = Pictures.text(root.resolve("classes.txt"), "cat\ndog\ncat\n");
    assertThatThrownBy(() -> ClassNames.read(names))
        .isInstanceOf(DataException.class)
        .hasMessage(names + ":3: class 'cat' stands in line 1 too");
    Path none = Pictures.text(root.resolve("none.txt"), "\n");
    assertThatThrownBy(() -> ClassNames.read(none)).hasMessageContaining("names no class");
  }

  @Test
  void differing_classes_are_told_apart_by_name_and_by_order() {
    List<String> trained = List.of("cat", "dog", "emu");
    ClassNames.requireSame(trained, "run", List.of("cat", "dog", "emu"), "test");
    assertThatThrownBy(
            () -> ClassNames.requireSame(trained, "run", List.of("cat", "dog", "fox"), "test"))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "The classes of run (3) and of test (3) differ; only in run: emu; only in test: fox."
                + " A label must mean the same in both: give them the same classes in the same order");
    assertThatThrownBy(
            () -> ClassNames.requireSame(trained, "run", List.of("cat", "emu", "dog"), "test"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("another order: label 1 is 'dog' in the one and 'emu' in the other");
  }
}
