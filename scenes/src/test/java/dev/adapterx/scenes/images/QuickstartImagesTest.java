package dev.adapterx.scenes.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;
import dev.adapterx.data.image.RgbImage;
import dev.adapterx.data.image.format.ImageDecoder;
import dev.adapterx.scenes.images.QuickstartImages.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuickstartImagesTest {
  private final QuickstartImages images = new QuickstartImages(7);
  @TempDir Path temp;

  @ParameterizedTest
  @CsvSource({"TRAIN, 0, 0, 1977668921", "TRAIN, 4, 3, 3382269037", "TEST, 9, 0, 800632642"})
  void pixels_are_the_same_on_every_machine(Split split, int classIndex, int index, long crc) {
    assertThat(FormulaImagesTest.crc(images.image(split, classIndex, index))).isEqualTo(crc);
  }

  @Test
  void splits_classes_and_indices_all_give_other_images() {
    Set<Long> seen = new HashSet<>();
    for (int c = 0; c < 10; c++) {
      for (int i = 0; i < 5; i++) {
        seen.add(FormulaImagesTest.crc(images.image(Split.TRAIN, c, i)));
        seen.add(FormulaImagesTest.crc(images.image(Split.TEST, c, i)));
      }
    }
    seen.add(FormulaImagesTest.crc(new QuickstartImages(8).image(Split.TRAIN, 0, 0)));
    assertThat(seen).hasSize(101);
  }

  @Test
  void class_names_are_in_the_order_of_their_folders() {
    assertThat(QuickstartImages.classNames()).hasSize(10).isSorted().contains("key", "umbrella");
  }

  @Test
  void neither_mean_colour_nor_edge_statistics_tell_the_class() {
    NearestMean.Source source = (c, i) -> images.image(Split.TRAIN, c, i);
    assertThat(NearestMean.accuracy(10, 40, 20, source, NearestMean::meanColour)).isLessThan(0.2);
    assertThat(NearestMean.accuracy(10, 40, 20, source, NearestMean::edges)).isLessThan(0.3);
  }

  @Test
  void outlines_tell_the_class() {
    int right = 0;
    for (int c = 0; c < 10; c++) {
      for (int i = 0; i < 2; i++) {
        Silhouette named = OutlineMatcher.name(images.image(Split.TEST, c, i));
        right += named.ordinal() == c ? 1 : 0;
      }
    }
    assertThat(right).isGreaterThanOrEqualTo(10);
  }

  @Test
  void writes_one_folder_per_class_and_a_readme() throws IOException {
    Path folder = temp.resolve("deep/set");
    assertThat(images.writeTo(folder, 2, 1)).isEqualTo(30);

    assertThat(folder.resolve("train/heart")).isDirectoryContaining("glob:**heart_0001.png");
    assertThat(names(folder)).containsExactly("README.txt", "test", "train");
    assertThat(names(folder.resolve("train"))).isEqualTo(QuickstartImages.classNames());
    assertThat(names(folder.resolve("test/key"))).containsExactly("key_0000.png");
    assertThat(folder.resolve("README.txt")).content().contains("seed 7", "train/ (2 images each)");
    RgbImage read = ImageDecoder.decode(folder.resolve("test/umbrella/umbrella_0000.png"), false);
    assertThat(read.pixels()).isEqualTo(images.image(Split.TEST, 9, 0).pixels());
  }

  @Test
  void a_second_run_writes_only_what_is_missing() throws IOException {
    images.writeTo(temp, 1, 1);
    Path kept = temp.resolve("train/arrow/arrow_0000.png");
    Path lost = temp.resolve("test/mug/mug_0000.png");
    FileTime longAgo = FileTime.fromMillis(1_000_000);
    Files.setLastModifiedTime(kept, longAgo);
    assertThat(images.writeTo(temp, 1, 1)).isZero();

    Files.delete(lost);
    assertThat(images.writeTo(temp, 1, 1)).isEqualTo(1);
    assertThat(lost).exists();
    assertThat(Files.getLastModifiedTime(kept)).isEqualTo(longAgo);
  }

  @Test
  void a_folder_with_something_else_is_left_alone() throws IOException {
    images.writeTo(temp.resolve("set"), 1, 1);
    assertThatThrownBy(() -> new QuickstartImages(8).writeTo(temp.resolve("set"), 1, 1))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("README.txt describes another set")
        .hasMessageContaining("choose another folder");
    assertThatThrownBy(() -> images.writeTo(temp.resolve("set"), 2, 1))
        .isInstanceOf(DataException.class);

    Path foreign = Files.createDirectory(temp.resolve("photos"));
    Files.writeString(foreign.resolve("cat.jpg"), "cat");
    assertThatThrownBy(() -> images.writeTo(foreign, 1, 1))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("has files but no README.txt");
    assertThat(names(foreign)).containsExactly("cat.jpg");

    assertThatThrownBy(() -> images.writeTo(foreign.resolve("cat.jpg"), 1, 1))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("cat.jpg");
  }

  @Test
  void impossible_requests_say_what_is_possible() {
    assertThatThrownBy(() -> images.image(Split.TEST, 10, 0))
        .isInstanceOf(ConfigException.class)
        .hasMessage("There is no class 10: the quickstart images have the classes 0 to 9");
    assertThatThrownBy(() -> images.writeTo(temp, 0, 1))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("1 to 100000 training images per class, found 0");
    assertThatThrownBy(() -> images.writeTo(temp, 1, 100_001))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("test images");
    assertThat(temp).isEmptyDirectory();
  }

  private static List<String> names(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }
}
