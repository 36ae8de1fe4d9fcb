package dev.adapterx.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.CheckpointException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NpzHostileTest {
  private static byte[] npy(int version, String dict, int dataBytes) {
    byte[] text = dict.getBytes(StandardCharsets.UTF_8);
    ByteBuffer out =
        ByteBuffer.allocate(12 + text.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
    out.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) version, 0});
    if (version == 1) {
      out.putShort((short) text.length);
    } else {
      out.putInt(text.length);
    }
    out.put(text);
    return Arrays.copyOf(out.array(), out.position() + dataBytes);
  }

  private static String dict(String descr, String shape) {
    return "{'descr': %s, 'fortran_order': False, 'shape': %s, }".formatted(descr, shape);
  }

  private static byte[] zip(String name, byte[] content) {
    var bytes = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry(name));
      zip.write(content);
      zip.closeEntry();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void assertRefused(byte[] file, String... said) {
    assertThatThrownBy(() -> Fixtures.read(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("hostile.bin")
        .hasMessageContainingAll(said);
  }

  @Test
  void versions_1_to_3_are_read_and_others_refused() {
    for (int version = 1; version <= 3; version++) {
      byte[] file = npy(version, dict("'<f4'", "(2, 1)"), 8);
      assertThat(Fixtures.describe(Fixtures.read(file).tensor("hostile.bin")))
          .isEqualTo("F32[2, 1]");
    }
    assertRefused(npy(4, dict("'<f4'", "(2,)"), 8), "npy version 4");
  }

  @Test
  void a_bomb_is_refused_before_it_unfolds() {
    byte[] bomb = zip("w.npy", npy(1, dict("'<f4'", "(20000000,)"), 80_000_000));
    assertThat(bomb.length).isLessThan(200_000);
    assertRefused(bomb, "'w.npy'", "80000", "more than a file of this size may");
  }

  @Test
  void an_entry_that_is_longer_than_it_declares_is_refused() {
    byte[] file = zip("w.npy", npy(1, dict("'<f4'", "(2,)"), 8));
    ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int directory = bytes.getInt(file.length - 22 + 16);
    int size = bytes.getInt(directory + 24);
    bytes.putInt(directory + 24, size - 1);
    assertRefused(file, "declares " + (size - 1) + " bytes", "found more");
    bytes.putInt(directory + 24, size + 1);
    assertRefused(file, "declares " + (size + 1) + " bytes", "found " + size);
  }

  @Test
  void a_wrong_checksum_is_told() {
    byte[] file = zip("w.npy", npy(1, dict("'<f4'", "(2,)"), 8));
    ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int directory = bytes.getInt(file.length - 22 + 16);
    bytes.putInt(directory + 16, 1);
    assertRefused(file, "checksum");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "'<c8' ; (2,) ; element type '<c8'",
        "'|O' ; (2,) ; element type '|O'",
        "'<U4' ; (2,) ; element type '<U4'",
        "'|V2' ; (2,) ; element type '|V2'",
        "[('a', '<f4')] ; (2,) ; plain 'descr'",
        "'<f4' ; (3,) ; promises 12 bytes of data, found 8",
        "'<f4' ; (1,) ; promises 4 bytes of data, found 8",
        "'<f4' ; (-2,) ; plain 'shape'",
        "'<f4' ; 2 ; plain 'shape'",
        "'<f4' ; (99999999999999999, 9999999999) ; impossible shape",
        "'<f4' ; (9999999999999999999,) ; plain 'shape'"
      },
      quoteCharacter = '"')
  void headers_that_cannot_be_are_told(String descr, String shape, String said) {
    assertRefused(npy(1, dict(descr, shape), 8), said);
  }

  @Test
  void a_shape_of_thousands_of_extents_costs_no_stack() {
    assertRefused(npy(1, dict("'<f4'", "(" + "1,".repeat(4900) + ")"), 4), "plain 'shape'");
  }

  @Test
  void real_object_and_complex_arrays_are_named() {
    assertRefused(Fixtures.bytes("objects.npz"), "'objects'", "'|O'");
    assertRefused(Fixtures.bytes("complex.npz"), "'z'", "'<c8'");
  }

  @Test
  void a_header_is_so_long_and_no_longer() {
    String dict = dict("'<f4'", "(1,)");
    String most = dict + " ".repeat(10_000 - dict.length());
    assertThat(Fixtures.read(npy(2, most, 4)).tensors()).hasSize(1);
    assertRefused(npy(2, most + " ", 4), "npy header of 10001 bytes, expected 10000 at most");
  }

  @Test
  void a_header_longer_than_the_file_is_refused() {
    byte[] file = npy(2, dict("'<f4'", "(2,)"), 8);
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(8, -1);
    assertRefused(file, "npy header of 4294967295 bytes");
  }

  @Test
  void truncated_archives_and_other_zips_are_told() {
    byte[] whole = Fixtures.bytes("arrays.npz");
    assertRefused(Arrays.copyOf(whole, whole.length - 1), "truncated");
    assertRefused(zip("readme.txt", new byte[3]), "neither torch", "readme.txt");
  }
}
