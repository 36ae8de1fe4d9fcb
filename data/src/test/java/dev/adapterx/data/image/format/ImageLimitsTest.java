package dev.adapterx.data.image.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.DataException;
import dev.adapterx.data.image.Golden;
import dev.adapterx.data.image.RgbImage;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every limit from both of its sides. */
class ImageLimitsTest {
  @ParameterizedTest
  @CsvSource({
    "PNG, 32768, 8256",
    "JPEG, 65536, 1024",
    "GIF, 65536, 4096",
    "BMP, 16777216, 10000",
    "WEBP, 16777216, 10000"
  })
  void a_byte_stands_for_so_many_pixels_at_most(ImageLimits format, int always, int perByte) {
    assertThatCode(() -> format.require(always / 2, 2, 0)).doesNotThrowAnyException();
    assertThatCode(() -> format.require(always + perByte, 1, 1)).doesNotThrowAnyException();
    assertThatThrownBy(() -> format.require(always + perByte + 1, 1, 1))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "its header promises %d x 1 pixels, which its 1 bytes cannot hold; it is truncated, or made to exhaust memory",
            always + perByte + 1);
  }

  @Test
  void memory_is_asked_for_before_it_is_taken() {
    assertThatCode(() -> ImageLimits.requireMemory(8192, 8192, 640 << 20))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> ImageLimits.requireMemory(8192, 8192, 512 << 20))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "its 8192 x 8192 pixels take 448 MiB to decode, Java may use 409 MiB for it; give the JVM more with -Xmx or make the image smaller");
  }

  /** One colour packs as well as anything can. */
  @ParameterizedTest
  @ValueSource(strings = {"png", "jpg", "gif", "bmp"})
  void a_large_picture_of_one_colour_is_no_bomb(String format) throws IOException {
    BufferedImage flat =
        new BufferedImage(
            2500,
            2000,
            format.equals("jpg") ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_BYTE_BINARY);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(flat, format, bytes);
    RgbImage read = ImageDecoder.decode(bytes.toByteArray(), "flat." + format, false);
    assertThat(read.width()).isEqualTo(2500);
    assertThat(read.at(2499, 1999, 0)).isZero();
  }

  @Test
  void a_small_png_of_many_pixels_is_refused_before_decoding() {
    byte[] bomb = Golden.bytes("decode/rgb8.png");
    ByteBuffer.wrap(bomb).putInt(16, 12_000).putInt(20, 12_000);
    refused(bomb, "its header promises 12000 x 12000 pixels, which its");
  }

  @Test
  void a_small_jpeg_of_many_pixels_is_refused_before_decoding() {
    byte[] bomb = Golden.bytes("decode/420-progressive.jpg");
    int frame = new String(bomb, StandardCharsets.ISO_8859_1).indexOf("\u00FF\u00C2");
    ByteBuffer.wrap(bomb).putShort(frame + 5, (short) 12_000).putShort(frame + 7, (short) 12_000);
    refused(bomb, "its header promises 12000 x 12000 pixels, which its 776 bytes cannot hold");
  }

  @Test
  void a_chunk_longer_than_the_file_is_refused() {
    byte[] png = with(Golden.bytes("decode/rgb8.png"), "zTXt", new byte[40]);
    assertThat(ImageDecoder.decode(png, "a.png", false)).isNotNull();
    ByteBuffer.wrap(png).putInt(33, Integer.MAX_VALUE);
    refused(png, "it is truncated: a chunk needs 2147483659 bytes, found ");
  }

  /** A text, a profile or a palette's name may unpack to gigabytes; none reaches the decoder. */
  @ParameterizedTest
  @ValueSource(strings = {"iCCP", "zTXt", "iTXt", "eXIf", "sPLT", "tEXt", "acTL", "fdAT", "aaAa"})
  void what_surrounds_the_picture_is_not_looked_at(String chunk) {
    byte[] plain = Golden.bytes("decode/rgb8.png");
    byte[] content = new byte[5000];
    java.util.Arrays.fill(content, (byte) 0xFF);
    Golden.assertSame(
        ImageDecoder.decode(with(plain, chunk, content), "a.png", true),
        ImageDecoder.decode(plain, "b.png", true));
  }

  @Test
  void chunks_that_are_needed_must_be_known() {
    byte[] png = Golden.bytes("decode/rgb8.png");
    refused(
        with(png, "CgBI", new byte[4]), "it needs the chunk CgBI, which no PNG by the standard");
    refused(with(png, "IHDR", new byte[13]), "it is damaged: it has two headers");
    refused(with(png, "PLTE", new byte[771]), "it is damaged: its palette has 771 bytes");
    refused(with(png, "PLTE", new byte[4]), "it is damaged: its palette has 4 bytes");
    assertThat(ImageDecoder.decode(with(png, "PLTE", new byte[768]), "a.png", false)).isNotNull();
  }

  private static void refused(byte[] content, String message) {
    assertThatThrownBy(() -> ImageDecoder.decode(content, "a.img", true))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("Could not read image a.img: " + message);
  }

  /** With a chunk between the header and the rest. */
  private static byte[] with(byte[] png, String type, byte[] content) {
    ByteBuffer out = ByteBuffer.allocate(png.length + 12 + content.length);
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 crc = new CRC32();
    crc.update(name);
    crc.update(content);
    out.put(png, 0, 33).putInt(content.length).put(name).put(content).putInt((int) crc.getValue());
    return out.put(png, 33, png.length - 33).array();
  }
}
