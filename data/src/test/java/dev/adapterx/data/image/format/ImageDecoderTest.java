package dev.adapterx.data.image.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.DataException;
import dev.adapterx.data.image.Golden;
import dev.adapterx.data.image.RgbImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageDecoderTest {
  /** Of 255, where the decoders legitimately differ; see ImageDecoder. */
  private static final int SAMPLING_440 = 8;

  @TempDir Path folder;

  static List<String> encoded() throws IOException {
    try (Stream<Path> files = Files.list(Golden.file("decode"))) {
      return files
          .map(f -> f.getFileName().toString())
          .filter(n -> !n.endsWith(".ppm"))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("encoded")
  void gives_the_pixels_that_pil_gives(String name) {
    RgbImage actual = ImageDecoder.decode(Golden.file("decode/" + name), name.startsWith("exif"));

    int tolerance = name.equals("440.jpg") ? SAMPLING_440 : 0;
    assertThat(Golden.largestDifference(actual, Golden.image("decode/" + name)))
        .isLessThanOrEqualTo(tolerance);
  }

  @Test
  void leaves_the_exif_tag_alone_unless_asked() {
    Path file = Golden.file("decode/exif-6.jpg");
    assertThat(ImageDecoder.decode(file, false).width()).isEqualTo(16);
    assertThat(ImageDecoder.decode(file, true).width()).isEqualTo(8);
  }

  @Test
  void many_threads_read_the_same() {
    List<String> names = List.of("420.jpg", "cmyk.jpg", "rgb8.png", "lossless.webp", "palette.gif");
    IntStream.range(0, 400)
        .parallel()
        .forEach(
            i -> {
              String name = "decode/" + names.get(i % names.size());
              Golden.assertSame(ImageDecoder.decode(Golden.file(name), false), Golden.image(name));
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "444.jpg",
        "420-progressive.jpg",
        "cmyk.jpg",
        "rgb8.png",
        "rgb8-interlaced.png",
        "palette.gif",
        "rgb24.bmp",
        "lossless.webp",
        "lossy-alpha.webp",
        "lossy-q75.webp",
        "rgb.tif",
        "rgb-lzw.tif",
        "cmyk-deflate.tif",
        "binary.pnm",
        "text.pnm"
      })
  void a_truncated_file_is_refused_by_name(String name) {
    byte[] whole = Golden.bytes("decode/" + name);
    for (int kept : new int[] {3, 10, whole.length / 4, whole.length / 2, whole.length * 3 / 4}) {
      assertThatThrownBy(() -> ImageDecoder.decode(Arrays.copyOf(whole, kept), "cut/" + name, true))
          .as("%d of %d bytes", kept, whole.length)
          .isInstanceOf(DataException.class)
          .hasMessageStartingWith("Could not read image cut/" + name + ": it is ");
    }
  }

  @Test
  void a_jpeg_without_its_end_is_called_truncated() {
    byte[] whole = Golden.bytes("decode/420.jpg");
    assertThatThrownBy(() -> ImageDecoder.decode(Arrays.copyOf(whole, 600), "a.jpg", false))
        .hasMessage(
            "Could not read image a.jpg: it is truncated: the end-of-image marker is missing");
  }

  @Test
  void a_missing_file_a_folder_and_an_empty_file_are_told_apart() throws IOException {
    Path missing = folder.resolve("none.jpg");
    assertThatThrownBy(() -> ImageDecoder.decode(missing, false))
        .isInstanceOf(DataException.class)
        .hasMessage("Could not read image " + missing + ": there is no such file");
    assertThatThrownBy(() -> ImageDecoder.decode(folder, false))
        .isInstanceOf(DataException.class)
        .hasMessageEndingWith("it is a folder");
    Path empty = Files.createFile(folder.resolve("empty.png"));
    assertThatThrownBy(() -> ImageDecoder.decode(empty, false))
        .isInstanceOf(DataException.class)
        .hasMessage("Could not read image " + empty + ": it is empty");
  }

  @Test
  void an_unknown_format_says_how_the_file_starts() {
    byte[] html = "<html>not found".getBytes(StandardCharsets.US_ASCII);
    assertThatThrownBy(() -> ImageDecoder.decode(html, "photo.jpg", false))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("expected JPEG, PNG, WebP, BMP, TIFF, GIF or PNM")
        .hasMessageContaining("starts with 3c 68 74 6d 6c 3e 6e 6f");
  }

  @Test
  void a_format_that_is_not_read_is_named_with_a_way_out() {
    byte[] heic = "\0\0\0\u0018ftypheic\0\0\0\0mif1heic".getBytes(StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> ImageDecoder.decode(heic, "IMG_1.HEIC", false))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "Could not read image IMG_1.HEIC: it is a HEIC file, which is not supported; convert it to"
                + " JPEG or PNG, or remove it");
  }

  @Test
  void a_broken_link_is_called_one() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("a.png"), folder.resolve("gone.png"));
    assertThatThrownBy(() -> ImageDecoder.decode(link, false))
        .hasMessage("Could not read image " + link + ": it is a broken link");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rgb8.png", "444.jpg", "palette.gif"})
  void a_header_that_promises_too_many_pixels_is_refused_before_decoding(String name) {
    byte[] bomb = Golden.bytes("decode/" + name);
    switch (name) {
      case "rgb8.png" -> put(bomb, 16, 0, 0, 0x36, 0xB0, 0, 0, 0x36, 0xB0);
      case "444.jpg" -> put(bomb, indexOf(bomb, 0xFF, 0xC0) + 5, 0x36, 0xB0, 0x36, 0xB0);
      default -> put(bomb, 6, 0xB0, 0x36, 0xB0, 0x36);
    }
    assertThatThrownBy(() -> ImageDecoder.decode(bomb, name, false))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(name)
        .hasMessageContaining("14000 x 14000 pixels, more than the limit of 178956970");
  }

  @Test
  void a_jpeg_of_a_rare_kind_is_named() {
    byte[] lossless = Golden.bytes("decode/444.jpg");
    lossless[indexOf(lossless, 0xFF, 0xC0) + 1] = (byte) 0xC3;
    assertThatThrownBy(() -> ImageDecoder.decode(lossless, "x.jpg", false))
        .hasMessageContaining("it is a lossless JPEG; save it as");
  }

  @Test
  void endless_scans_are_refused() {
    byte[] jpeg = Golden.bytes("decode/420-progressive.jpg");
    int scan = lastIndexOf(jpeg, 0xFF, 0xDA);
    byte[] hostile = Arrays.copyOf(jpeg, scan + 300 * (jpeg.length - 2 - scan) + 2);
    for (int i = 0; i < 300; i++) {
      int length = jpeg.length - 2 - scan;
      System.arraycopy(jpeg, scan, hostile, scan + i * length, length);
    }
    put(hostile, hostile.length - 2, 0xFF, 0xD9);
    assertThatThrownBy(() -> ImageDecoder.decode(hostile, "x.jpg", false))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("more than 256 scans");
  }

  @ParameterizedTest
  @MethodSource("encoded")
  @Timeout(60)
  void damaged_bytes_give_a_picture_or_the_documented_error(String name) {
    byte[] whole = Golden.bytes("decode/" + name);
    Random random = new Random(7);
    for (int trial = 0; trial < 60; trial++) {
      byte[] damaged = whole.clone();
      for (int i = 0; i <= trial % 4; i++) {
        damaged[random.nextInt(trial % 2 == 0 ? Math.min(64, damaged.length) : damaged.length)] =
            (byte) random.nextInt();
      }
      try {
        assertThat(ImageDecoder.decode(damaged, name, true)).isNotNull();
      } catch (DataException e) {
        assertThat(e).hasMessageStartingWith("Could not read image " + name);
      }
    }
  }

  private static void put(byte[] target, int at, int... values) {
    for (int i = 0; i < values.length; i++) {
      target[at + i] = (byte) values[i];
    }
  }

  private static int indexOf(byte[] content, int... wanted) {
    return IntStream.range(0, content.length)
        .filter(i -> ImageFormat.starts(content, i, wanted))
        .findFirst()
        .orElseThrow();
  }

  private static int lastIndexOf(byte[] content, int... wanted) {
    return IntStream.range(0, content.length)
        .filter(i -> ImageFormat.starts(content, i, wanted))
        .reduce((a, b) -> b)
        .orElseThrow();
  }
}
