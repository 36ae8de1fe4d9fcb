package dev.adapterx.scenes.shapes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;
import dev.adapterx.scenes.images.NearestMean;
import dev.adapterx.scenes.images.QuickstartImages;
import dev.adapterx.scenes.images.QuickstartImages.Split;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
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

class QuickstartShapesTest {
  private final QuickstartShapes shapes = new QuickstartShapes(7);
  @TempDir Path temp;

  @ParameterizedTest
  @CsvSource({"TRAIN, 0, 0, 472803614", "TRAIN, 4, 3, 2778441702", "TEST, 9, 0, 355230774"})
  void points_are_the_same_on_every_machine(Split split, int classIndex, int index, long crc) {
    assertThat(CloudFeatures.crc(shapes.cloud(split, classIndex, index))).isEqualTo(crc);
  }

  @Test
  void splits_classes_and_indices_all_give_other_clouds() {
    Set<Long> seen = new HashSet<>();
    for (int c = 0; c < 10; c++) {
      for (int i = 0; i < 5; i++) {
        seen.add(CloudFeatures.crc(shapes.cloud(Split.TRAIN, c, i)));
        seen.add(CloudFeatures.crc(shapes.cloud(Split.TEST, c, i)));
      }
    }
    seen.add(CloudFeatures.crc(new QuickstartShapes(8).cloud(Split.TRAIN, 0, 0)));
    assertThat(seen).hasSize(101);
  }

  @Test
  void class_names_are_in_the_order_of_their_folders() {
    assertThat(QuickstartShapes.classNames()).hasSize(10).isSorted().contains("chair", "tree");
  }

  @Test
  void distances_and_heights_help_but_do_not_tell_the_class() {
    double accuracy =
        NearestMean.accuracy(
            10,
            40,
            20,
            (c, i) -> CloudFeatures.distancesAndHeights(shapes.cloud(Split.TRAIN, c, i)));
    assertThat(accuracy).isBetween(0.4, 0.8);
  }

  @Test
  void writes_one_folder_per_class_and_a_readme() throws IOException {
    Path folder = temp.resolve("deep/set");
    assertThat(shapes.writeTo(folder, 2, 1)).isEqualTo(30);

    assertThat(names(folder)).containsExactly("README.txt", "test", "train");
    assertThat(names(folder.resolve("train"))).isEqualTo(QuickstartShapes.classNames());
    assertThat(names(folder.resolve("train/tree")))
        .containsExactly("tree_0000.ply", "tree_0001.ply");
    assertThat(folder.resolve("README.txt")).content().contains("seed 7", "train/ (2 clouds each)");
  }

  @Test
  void files_are_binary_ply() throws IOException {
    shapes.writeTo(temp, 1, 1);
    byte[] bytes = Files.readAllBytes(temp.resolve("test/vase/vase_0000.ply"));
    String header =
        "ply\nformat binary_little_endian 1.0\nelement vertex 1024\nproperty float x\n"
            + "property float y\nproperty float z\nend_header\n";
    assertThat(new String(bytes, 0, header.length(), StandardCharsets.US_ASCII)).isEqualTo(header);
    assertThat(bytes).hasSize(header.length() + 12 * QuickstartShapes.POINTS);
    float[] read = new float[3 * QuickstartShapes.POINTS];
    ByteBuffer.wrap(bytes, header.length(), bytes.length - header.length())
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(read);
    assertThat(read).isEqualTo(shapes.cloud(Split.TEST, 9, 0).xyz());
  }

  @Test
  void a_second_run_writes_only_what_is_missing() throws IOException {
    shapes.writeTo(temp, 1, 1);
    Path kept = temp.resolve("train/car/car_0000.ply");
    Path lost = temp.resolve("test/lamp/lamp_0000.ply");
    FileTime longAgo = FileTime.fromMillis(1_000_000);
    Files.setLastModifiedTime(kept, longAgo);
    assertThat(shapes.writeTo(temp, 1, 1)).isZero();

    Files.delete(lost);
    assertThat(shapes.writeTo(temp, 1, 1)).isEqualTo(1);
    assertThat(lost).exists();
    assertThat(Files.getLastModifiedTime(kept)).isEqualTo(longAgo);
  }

  @Test
  void a_folder_with_something_else_is_left_alone() throws IOException {
    new QuickstartImages(7).writeTo(temp.resolve("set"), 1, 1);
    assertThatThrownBy(() -> shapes.writeTo(temp.resolve("set"), 1, 1))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("hold these quickstart clouds")
        .hasMessageContaining("README.txt describes another set");
    Path foreign = Files.createDirectory(temp.resolve("scans"));
    Files.writeString(foreign.resolve("cat.ply"), "cat");
    assertThatThrownBy(() -> shapes.writeTo(foreign, 1, 1))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("has files but no README.txt");
    assertThat(names(foreign)).containsExactly("cat.ply");
  }

  @Test
  void impossible_requests_say_what_is_possible() {
    assertThatThrownBy(() -> shapes.cloud(Split.TEST, 10, 0))
        .isInstanceOf(ConfigException.class)
        .hasMessage("There is no class 10: the quickstart shapes have the classes 0 to 9");
    assertThatThrownBy(() -> shapes.writeTo(temp, 0, 1))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("1 to 100000 training clouds per class, found 0");
    assertThatThrownBy(() -> shapes.writeTo(temp, 1, 100_001))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("test clouds");
    assertThat(temp).isEmptyDirectory();
  }

  private static List<String> names(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }
}
