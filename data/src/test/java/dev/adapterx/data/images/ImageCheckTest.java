package dev.adapterx.data.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;
import dev.adapterx.data.BrokenSample;
import dev.adapterx.data.Pictures;
import dev.adapterx.data.Spread;
import dev.adapterx.data.check.DataReport;
import dev.adapterx.data.check.Overlap;
import dev.adapterx.testing.SharedData;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageCheckTest {
  @TempDir Path root;

  @Test
  void a_folder_in_order_has_its_counts_sizes_and_formats() {
    Pictures.png(root.resolve("train/a/1.png"), 100, 80, 0);
    Pictures.png(root.resolve("train/a/2.png"), 120, 80, 1);
    Pictures.png(root.resolve("train/b/3.png"), 200, 80, 2);
    Pictures.png(root.resolve("test/b/4.png"), 100, 80, 3);
    Pictures.png(root.resolve("test/a/5.png"), 100, 80, 4);
    DataReport<ImageFacts> report = ImageCheck.of(root, true, 2);
    assertThat(report.sound()).isTrue();
    assertThat(report.warnings()).isEmpty();
    ImageFacts train = report.splits().get(0);
    assertThat(train.name()).isEqualTo("train");
    assertThat(train.samples()).isEqualTo(3);
    assertThat(train.classCounts()).containsExactly(2, 1);
    assertThat(train.width()).isEqualTo(new Spread(100, 120, 200));
    assertThat(train.height()).isEqualTo(new Spread(80, 80, 80));
    assertThat(train.sizes()).isEqualTo(3);
    assertThat(train.formats()).isEqualTo(Map.of("PNG", 3));
    assertThat(train.modes()).isEqualTo(Map.of("RGB", 3));
    assertThat(report).isEqualTo(ImageCheck.of(root, false, 1));
    assertThat(report.text())
        .contains("one folder per split (train, test) and class, 2 classes")
        .contains("100 … 120 … 200")
        .containsPattern("a +2 +1\nb +1 +1\n")
        .endsWith("No problems.\n");
    assertThat(report.json())
        .containsEntry("sound", true)
        .containsEntry("classes", List.of("a", "b"))
        .containsKeys("splits", "overlaps", "problems", "warnings");
  }

  @Test
  void broken_files_are_named_with_their_reason_and_headers_alone_do_not_show_them()
      throws IOException {
    Pictures.png(root.resolve("a/1.png"), 0);
    Path cut = Pictures.png(root.resolve("b/2.png"), 90, 90, 1);
    byte[] bytes = Files.readAllBytes(cut);
    Files.write(cut, java.util.Arrays.copyOf(bytes, bytes.length / 2));
    Path text = Pictures.text(root.resolve("b/3.png"), "not at all");
    DataReport<ImageFacts> report = ImageCheck.of(root, true, 3);
    assertThat(report.sound()).isFalse();
    assertThat(report.problems()).containsExactly("all: 2 of 3 images broken");
    assertThat(report.splits().get(0).broken())
        .extracting(BrokenSample::where)
        .containsExactly(cut.toString(), text.toString());
    assertThat(report.text()).contains("broken in all: ").contains(text.toString());
    assertThat(ImageCheck.of(root, false, 1).splits().get(0).broken())
        .extracting(BrokenSample::where)
        .containsExactly(text.toString());
  }

  @Test
  void images_in_training_and_test_are_found_by_content() {
    Pictures.png(root.resolve("train/a/1.png"), 0xABCDEF);
    Pictures.png(root.resolve("train/b/2.png"), 1);
    Pictures.png(root.resolve("test/a/other-name.png"), 0xABCDEF);
    Pictures.png(root.resolve("test/b/4.png"), 3);
    DataReport<ImageFacts> report = ImageCheck.of(root, true, 2);
    assertThat(report.overlaps())
        .containsExactly(
            new Overlap(
                "train", "test", 1, Optional.empty(), List.of("a/other-name.png = a/1.png")));
    assertThat(report.warnings())
        .containsExactly(
            "1 images of test are in train too, for example a/other-name.png = a/1.png");
  }

  @Test
  void repeated_and_conflicting_images_are_counted() {
    Pictures.png(root.resolve("a/1.png"), 5);
    Pictures.png(root.resolve("a/2.png"), 5);
    Pictures.png(root.resolve("b/3.png"), 5);
    Pictures.text(root.resolve("b/notes.txt"), "");
    ImageFacts all = ImageCheck.of(root, true, 2).splits().get(0);
    assertThat(all.repeated()).isEqualTo(2);
    assertThat(all.conflicting()).isEqualTo(1);
    assertThat(ImageCheck.of(root, true, 2).warnings())
        .containsExactly(
            "all: 1 images occur twice with different labels",
            "all: 1 other files were passed over");
  }

  @Test
  void small_jpegs_are_warned_of() {
    Pictures.jpeg(root.resolve("a/1.jpg"), 32, 32, 5);
    Pictures.jpeg(root.resolve("b/2.jpg"), 32, 32, 9);
    assertThat(ImageCheck.of(root, true, 1).warnings())
        .singleElement()
        .asString()
        .startsWith("JPEG at about 32 x 32 pixels (all)")
        .contains("not comparable");
    Pictures.jpeg(root.resolve("a/1.jpg"), 320, 32, 5);
    Pictures.jpeg(root.resolve("b/2.jpg"), 320, 32, 9);
    assertThat(ImageCheck.of(root, true, 1).warnings()).isEmpty();
  }

  @Test
  void a_vtab_task_is_compared_with_the_published_counts() {
    Path kitti = root.resolve("kitti");
    Pictures.png(kitti.resolve("x.png"), 0);
    Pictures.text(kitti.resolve("train800.txt"), "x.png 0\nx.png 1\n");
    Pictures.text(kitti.resolve("val200.txt"), "y.png 2\n");
    Pictures.text(kitti.resolve("test.txt"), "x.png 2\n");
    DataReport<ImageFacts> report = ImageCheck.of(kitti, true, 1);
    assertThat(report.problems())
        .hasSize(4)
        .contains(
            "train800: VTAB-1k has 800 images here, found 2",
            "test: VTAB-1k has 711 images here, found 1",
            "VTAB-1k's kitti has 4 classes, found 3")
        .anyMatch(p -> p.startsWith("split val200: ") && p.contains("val200.txt:1: no file"));
    assertThat(ImageCheck.dataSets(root)).containsExactly(kitti);
    assertThat(ImageCheck.dataSets(kitti)).containsExactly(kitti);
  }

  @Test
  void what_is_no_data_set_is_an_error() {
    assertThatThrownBy(() -> ImageCheck.of(root.resolve("none"), true, 1))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("No such folder");
    assertThatThrownBy(() -> ImageCheck.of(root, true, 0))
        .isInstanceOf(ConfigException.class)
        .hasMessage("threads must be at least 1, found 0");
    assertThat(ImageCheck.of(root, true, 1).problems())
        .singleElement()
        .asString()
        .contains("has no class folders; it is empty");
  }

  @Test
  void vtab_has_nineteen_tasks_with_940_classes() {
    assertThat(VtabTasks.ALL).hasSize(19).extracting(VtabTasks.Task::name).doesNotHaveDuplicates();
    assertThat(VtabTasks.ALL.stream().mapToInt(VtabTasks.Task::classes).sum()).isEqualTo(940);
    assertThat(VtabTasks.ALL.stream().filter(t -> t.group() == VtabTasks.Group.NATURAL)).hasSize(7);
    assertThat(VtabTasks.ALL.stream().filter(t -> t.group() == VtabTasks.Group.STRUCTURED))
        .hasSize(8);
    assertThat(VtabTasks.of(Path.of("/data/vtab/dtd"))).isPresent();
    assertThat(VtabTasks.of(Path.of("/"))).isEmpty();
  }

  @Test
  void headers_tell_format_mode_and_size_whatever_the_name() throws IOException {
    int grey = java.awt.image.BufferedImage.TYPE_BYTE_GRAY;
    int rgb = java.awt.image.BufferedImage.TYPE_3BYTE_BGR;
    int rgba = java.awt.image.BufferedImage.TYPE_4BYTE_ABGR;
    int palette = java.awt.image.BufferedImage.TYPE_BYTE_INDEXED;
    assertThat(header("png", grey)).isEqualTo(new ImageHeader("PNG", "grey", 70, 50));
    assertThat(header("png", rgb)).isEqualTo(new ImageHeader("PNG", "RGB", 70, 50));
    assertThat(header("png", rgba)).isEqualTo(new ImageHeader("PNG", "RGBA", 70, 50));
    assertThat(header("png", palette)).isEqualTo(new ImageHeader("PNG", "palette", 70, 50));
    assertThat(header("jpg", rgb)).isEqualTo(new ImageHeader("JPEG", "RGB", 70, 50));
    assertThat(header("jpg", grey)).isEqualTo(new ImageHeader("JPEG", "grey", 70, 50));
    assertThat(header("gif", palette)).isEqualTo(new ImageHeader("GIF", "palette", 70, 50));
    assertThat(header("bmp", rgb)).isEqualTo(new ImageHeader("BMP", "RGB", 70, 50));
  }

  @Test
  void webp_headers_are_read_by_the_letter_of_the_container() throws IOException {
    // VP8X: 1-based 24-bit sizes at 24 and 27; VP8L: 14 + 14 bits after the signature 0x2F.
    byte[] extended = webp("VP8X");
    extended[20] = 0x10;
    extended[24] = 69;
    extended[27] = 0x2B;
    extended[28] = 1;
    assertThat(ImageHeader.read(new ByteArrayInputStream(extended)))
        .contains(new ImageHeader("WebP", "RGBA", 70, 300));
    byte[] lossless = webp("VP8L");
    lossless[20] = 0x2F;
    int bits = 69 | 299 << 14;
    for (int i = 0; i < 4; i++) {
      lossless[21 + i] = (byte) (bits >>> 8 * i);
    }
    assertThat(ImageHeader.read(new ByteArrayInputStream(lossless)))
        .contains(new ImageHeader("WebP", "RGB", 70, 300));
    byte[] lossy = webp("VP8 ");
    lossy[26] = 70;
    lossy[28] = 0x2C;
    lossy[29] = 1;
    assertThat(ImageHeader.read(new ByteArrayInputStream(lossy)))
        .contains(new ImageHeader("WebP", "RGB", 70, 300));
  }

  @Test
  void every_prefix_of_a_file_gives_a_header_or_none() throws IOException {
    for (String format : List.of("png", "jpg", "gif", "bmp")) {
      Path file = root.resolve("x." + format);
      Pictures.write(file, format, java.awt.image.BufferedImage.TYPE_3BYTE_BGR, 70, 50, 7);
      byte[] bytes = Files.readAllBytes(file);
      for (int n = 0; n < Math.min(bytes.length, 700); n++) {
        byte[] prefix = java.util.Arrays.copyOf(bytes, n);
        assertThat(ImageHeader.read(new ByteArrayInputStream(prefix))).isNotNull();
      }
    }
  }

  @Test
  @SharedData
  void the_real_vtab_layout_is_sound_but_for_its_small_jpegs() {
    Path cifar = SharedData.Beside.folder().resolve("cifar10-vtab1k");
    DataReport<ImageFacts> report = ImageCheck.of(cifar, true, 2);
    assertThat(report.problems()).isEmpty();
    assertThat(report.splits())
        .extracting(ImageFacts::samples)
        .containsExactly(800, 200, 1000, 2000);
    assertThat(report.splits()).allMatch(s -> s.width().equals(new Spread(32, 32, 32)));
    assertThat(report.splits())
        .allMatch(s -> s.formats().keySet().equals(java.util.Set.of("JPEG")));
    assertThat(report.warnings()).singleElement().asString().contains("JPEG at about 32 x 32");
    assertThat(report.text()).contains("airplane");
  }

  private ImageHeader header(String format, int type) throws IOException {
    Path file = Pictures.write(root.resolve("misnamed"), format, type, 70, 50, 0x808080);
    try (var in = Files.newInputStream(file)) {
      return ImageHeader.read(in).orElseThrow();
    }
  }

  private static byte[] webp(String chunk) {
    byte[] bytes = new byte[40];
    byte[] magic = ("RIFF....WEBP" + chunk).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    System.arraycopy(magic, 0, bytes, 0, magic.length);
    return bytes;
  }
}
