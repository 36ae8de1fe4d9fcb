package dev.adapterx.data.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.DataException;
import dev.adapterx.data.ClassNames;
import dev.adapterx.data.Dataset;
import dev.adapterx.data.Fingerprint;
import dev.adapterx.data.Pictures;
import dev.adapterx.data.image.RgbImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {
  @TempDir Path root;

  @Test
  void classes_and_images_come_in_code_point_order_however_deep() {
    Pictures.png(root.resolve("b/2.png"), 0x0000FF);
    Pictures.png(root.resolve("b/10.png"), 0x00FF00);
    Pictures.png(root.resolve("b/deep/er/1.PNG"), 0);
    Pictures.jpeg(root.resolve("Z/x.JpEg"), 4, 4, 0xFF0000);
    Pictures.png(root.resolve("é/x.png"), 0);
    FileDataset data = ImageFolder.open(root);
    assertThat(data.classes()).containsExactly("Z", "b", "é");
    assertThat(names(data))
        .containsExactly("Z/x.JpEg", "b/10.png", "b/2.png", "b/deep/er/1.PNG", "é/x.png");
    assertThat(IntStream.range(0, 5).map(data::label)).containsExactly(0, 1, 1, 1, 2);
    assertThat(data.sample(1).at(0, 0, 1)).isEqualTo(255);
    assertThat(data.file(1)).contains(root.resolve("b/10.png"));
  }

  @Test
  void supplementary_characters_sort_by_code_point_not_by_utf16_unit() {
    assertThat(ClassNames.CODE_POINTS.compare("\uFF5E", "\uD83D\uDE00")).isNegative();
    assertThat("\uFF5E".compareTo("\uD83D\uDE00")).isPositive();
    assertThat(ClassNames.CODE_POINTS.compare("ab", "abc")).isNegative();
  }

  @Test
  void hidden_files_and_other_files_are_passed_over_and_counted() {
    twoClasses();
    Pictures.png(root.resolve("a/._x.png"), 0);
    Pictures.text(root.resolve("a/Thumbs.db"), "");
    Pictures.text(root.resolve("README.txt"), "");
    Pictures.png(root.resolve(".cache/x.png"), 0);
    Pictures.png(root.resolve("a/.thumbnails/x.png"), 0);
    Pictures.png(root.resolve("__MACOSX/x.png"), 0);
    FileDataset data = ImageFolder.open(root);
    assertThat(names(data)).containsExactly("a/x.png", "b/x.png");
    assertThat(data.ignored()).isEqualTo(4);
  }

  @Test
  void what_systems_leave_behind_is_neither_class_nor_image() {
    twoClasses();
    for (String left :
        List.of("@eaDir", "lost+found", ".ipynb_checkpoints", "$RECYCLE.BIN", "__pycache__")) {
      Pictures.png(root.resolve(left + "/x.png"), 0);
      Pictures.png(root.resolve("a/" + left + "/x.png"), 0);
    }
    FileDataset data = ImageFolder.open(root);
    assertThat(data.classes()).containsExactly("a", "b");
    assertThat(names(data)).containsExactly("a/x.png", "b/x.png");
  }

  @Test
  void pictures_that_are_not_read_and_broken_links_are_samples() throws IOException {
    twoClasses();
    Pictures.text(root.resolve("a/y.HEIC"), "");
    Files.createSymbolicLink(root.resolve("b/y.png"), root.resolve("gone.png"));
    FileDataset data = ImageFolder.open(root);
    assertThat(names(data)).containsExactly("a/x.png", "a/y.HEIC", "b/x.png", "b/y.png");
    assertThat(Fingerprint.of(data)).hasSize(64);
    assertThatThrownBy(() -> data.sample(3)).hasMessageEndingWith("b/y.png: it is a broken link");
  }

  @Test
  void a_name_is_the_same_however_its_accents_are_written() {
    Pictures.png(root.resolve("train/caf\u00e9/x.png"), 0);
    Pictures.png(root.resolve("train/tea/x.png"), 0);
    Pictures.png(root.resolve("test/cafe\u0301/x.png"), 0);
    Layout layout = Layout.of(root);
    FileDataset test = layout.open("test");
    assertThat(test.classes()).containsExactly("caf\u00e9", "tea");
    assertThat(test.label(0)).isZero();
    List<String> macs = List.of("cafe\u0301", "tea");
    assertThat(ImageFolder.open(root.resolve("train"), macs).label(0)).isZero();
    ClassNames.requireSame(macs, "train", test.classes(), "test");
  }

  @Test
  void links_are_followed_and_loops_end() throws IOException {
    twoClasses();
    Files.createSymbolicLink(root.resolve("a/up"), root);
    Files.createSymbolicLink(root.resolve("c"), root.resolve("a"));
    assertThat(names(ImageFolder.open(root))).contains("a/x.png", "c/x.png");
  }

  @Test
  void missing_folder_file_and_empty_folder_are_named() {
    Path missing = root.resolve("nowhere");
    assertThatThrownBy(() -> ImageFolder.open(missing))
        .isInstanceOf(DataException.class)
        .hasMessage("No such folder: " + missing);
    Path file = Pictures.text(root.resolve("file"), "");
    assertThatThrownBy(() -> ImageFolder.open(file))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("is a file; expected the folder");
    assertThatThrownBy(() -> ImageFolder.open(root))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("has no class folders; it holds 1 files. Expected");
  }

  @Test
  void folders_without_images_list_what_was_found() {
    Pictures.text(root.resolve("a/x.csv"), "");
    Pictures.text(root.resolve("b/x.csv"), "");
    assertThatThrownBy(() -> ImageFolder.open(root))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("has no images: its folders a, b hold no file ending in jpg");
  }

  @Test
  void one_class_is_an_error_that_looks_one_folder_deeper() {
    Pictures.png(root.resolve("only/x.png"), 0);
    assertThatThrownBy(() -> ImageFolder.open(root))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("has only one class, 'only' (1 images); expected at least two");
    Pictures.png(root.resolve("only/cat/x.png"), 0);
    Pictures.png(root.resolve("only/dog/x.png"), 0);
    assertThatThrownBy(() -> ImageFolder.open(root))
        .hasMessageContaining("holds the folders cat, dog; did you mean " + root.resolve("only"));
  }

  @Test
  void an_empty_class_is_an_error_in_training_only() throws IOException {
    twoClasses();
    Files.createDirectories(root.resolve("empty"));
    assertThatThrownBy(() -> ImageFolder.open(root))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("no images for 1 of the 3 classes: empty");
    FileDataset test = ImageFolder.open(root, List.of("a", "absent", "b", "empty"));
    assertThat(test.classes()).containsExactly("a", "absent", "b", "empty");
    assertThat(test.label(1)).isEqualTo(2);
  }

  @Test
  void a_class_nobody_trained_is_an_error_with_a_guess() {
    twoClasses();
    Pictures.png(root.resolve("tabby/x.png"), 0);
    assertThatThrownBy(() -> ImageFolder.open(root, List.of("a", "b", "tabbys")))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("1 of the 3 class folders are none of the 3 classes trained: tabby")
        .hasMessageContaining("Known: a, b, tabbys; did you mean 'tabbys'?");
  }

  @Test
  void images_to_predict_need_no_labels() {
    Pictures.png(root.resolve("x.png"), 0);
    Pictures.png(root.resolve("sub/y.png"), 0);
    FileDataset data = ImageFolder.unlabelled(root, List.of("a", "b"));
    assertThat(names(data)).containsExactly("sub/y.png", "x.png");
    assertThat(data.label(0)).isEqualTo(Dataset.UNLABELLED);
    assertThatThrownBy(() -> ImageFolder.unlabelled(root.resolve("x.png"), List.of()))
        .isInstanceOf(DataException.class);
  }

  @Test
  void a_broken_file_is_named_when_it_is_read() {
    twoClasses();
    Pictures.text(root.resolve("a/y.png"), "no image");
    FileDataset data = ImageFolder.open(root);
    assertThatThrownBy(() -> data.sample(1))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(root.resolve("a/y.png").toString());
  }

  private void twoClasses() {
    Pictures.png(root.resolve("a/x.png"), 0);
    Pictures.png(root.resolve("b/x.png"), 1);
  }

  private static List<String> names(Dataset<RgbImage> data) {
    return IntStream.range(0, data.size()).mapToObj(data::name).toList();
  }
}
