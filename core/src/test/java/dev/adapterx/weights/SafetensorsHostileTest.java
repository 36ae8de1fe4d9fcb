package dev.adapterx.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.CheckpointException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsHostileTest {
  private static byte[] file(String header, int dataBytes) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + json.length + dataBytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(json.length)
        .put(json)
        .array();
  }

  private static String entry(String name, String dtype, String shape, String offsets) {
    return "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":%s}"
        .formatted(name, dtype, shape, offsets);
  }

  private static void assertRefused(byte[] file, String... said) {
    assertThatThrownBy(() -> Fixtures.read(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("hostile.bin")
        .hasMessageContainingAll(said);
  }

  @Test
  void the_honest_form_of_these_files_is_read() {
    byte[] honest = file("{" + entry("w", "F32", "[1]", "[0,4]") + "}  ", 4);
    assertThat(Fixtures.read(honest).tensors()).containsOnlyKeys("w");
  }

  @Test
  void a_header_length_that_looks_like_another_formats_magic_does_not_mislead() {
    String header = "{" + entry("w", "F32", "[1]", "[0,4]") + "}";
    for (int length = header.length(); length < 1500; length++) { // '<', '{', a pickle's 0x80 0x02
      byte[] padded = file(header + " ".repeat(length - header.length()), 4);
      assertThat(Fixtures.read(padded).format()).isEqualTo("safetensors");
    }
  }

  @Test
  void a_truncated_file_says_how_many_bytes_were_promised_and_found() {
    byte[] whole = Fixtures.bytes("plain.safetensors");
    byte[] cut = Arrays.copyOf(whole, whole.length - 5);
    assertRefused(
        cut, "promises a file of " + whole.length + " bytes", "found " + cut.length, "truncated");
  }

  @Test
  void a_file_with_something_behind_it_is_refused() {
    byte[] whole = Fixtures.bytes("plain.safetensors");
    assertRefused(Arrays.copyOf(whole, whole.length + 1), "followed by something else");
  }

  /** Of each limit both sides. */
  @Test
  void so_many_tensors_texts_and_extents_and_no_more() {
    assertThat(Fixtures.read(file(tensors(250_000), 0)).tensors()).hasSize(250_000);
    assertRefused(file(tensors(250_001), 0), "at most 250000 tensors");
    assertThat(Fixtures.read(file(texts(10_000), 4)).metadata()).hasSize(10_000);
    assertRefused(file(texts(10_001), 4), "__metadata__", "at most 10000 entries");
    String ones = "1,".repeat(63) + "1";
    String most = "{" + entry("w", "F32", "[" + ones + "]", "[0,4]") + "}";
    assertThat(Fixtures.read(file(most, 4)).tensor("w").shape()).hasSize(64);
    String more = "{" + entry("w", "F32", "[" + ones + ",1]", "[0,4]") + "}";
    assertRefused(file(more, 4), "w.shape", "at most 64 whole numbers");
  }

  private static String tensors(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> entry("t" + i, "F32", "[0]", "[0,0]"))
        .collect(Collectors.joining(",", "{", "}"));
  }

  private static String texts(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "\"k" + i + "\":\"v\"")
        .collect(
            Collectors.joining(
                ",", "{\"__metadata__\":{", "}," + entry("w", "F32", "[1]", "[0,4]") + "}"));
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MAX_VALUE, 100_000_001, 1000, 1})
  void a_header_length_that_lies_is_refused(long length) {
    byte[] bytes = file("{" + entry("w", "F32", "[1]", "[0,4]") + "}", 4);
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(0, length);
    assertRefused(bytes, "header of " + Long.toUnsignedString(length) + " bytes");
  }

  @Test
  void overlaps_holes_and_lies_about_sizes_are_told() {
    String a = entry("a", "F32", "[2]", "[0,8]");
    assertRefused(
        file("{" + a + "," + entry("b", "F32", "[2]", "[4,12]") + "}", 12),
        "'b' begins at data offset 4, inside 'a' which ends at 8");
    assertRefused(
        file("{" + a + "," + entry("b", "F32", "[2]", "[12,20]") + "}", 20),
        "'b' begins at data offset 12",
        "hole behind 'a'");
    assertRefused(
        file("{" + entry("a", "F32", "[3]", "[0,8]") + "}", 8),
        "'a': F32 [3] takes 12 bytes, found data_offsets [0, 8] of 8 bytes");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[4611686018427387904,4] | impossible shape",
        "[-1] | no negative number",
        "[1.5] | whole numbers",
        "[99999999999999999999] | no valid JSON",
        "\"2\" | an array",
        "null | an array"
      })
  void impossible_shapes_are_told(String shape, String said) {
    assertRefused(file("{" + entry("w", "F32", shape, "[0,4]") + "}", 4), said);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"w\":1} | at 'w': expected an object",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[1]}} | dtype, shape and two data_offsets",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4],\"x\":1}} | at 'w.x'",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4,8]}} | at most 2",
        "{\"__metadata__\":{\"a\":1}} | at '__metadata__.a': expected a string",
        "{\"a\":{},\"a\":{}} | expected dtype, shape",
        "{} {} | nothing behind the closing brace",
        "{\"w\": | no valid JSON"
      })
  void malformed_headers_are_told(String header, String said) {
    assertRefused(file(header, 4), said);
  }

  @Test
  void a_name_given_twice_is_refused() {
    String a = entry("a", "F32", "[1]", "[0,4]");
    String again = entry("a", "F32", "[1]", "[4,8]");
    assertRefused(file("{" + a + "," + again + "}", 8), "Duplicate", "\"a\"");
  }

  @Test
  void an_unsupported_element_type_is_named() {
    assertRefused(
        file("{" + entry("w", "F8_E4M3", "[4]", "[0,4]") + "}", 4), "'w'", "F8_E4M3", "BF16");
  }

  @Test
  void deep_nesting_costs_no_stack() {
    assertRefused(file("{\"w\":" + "[".repeat(200_000), 0), "at 'w'");
    String inShape = "{\"w\":{\"dtype\":\"F32\",\"shape\":" + "[".repeat(200_000);
    assertRefused(file(inShape, 0), "whole numbers");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "version https://git-lfs.github.com/spec/v1 | git lfs pull",
        "<!DOCTYPE html> | web page",
        "GGUF........ | GGUF",
        "just some text | 6a 75 73 74"
      })
  void what_is_no_weight_file_is_called_by_its_name(String content, String said) {
    assertRefused(content.getBytes(StandardCharsets.ISO_8859_1), said);
  }

  @Test
  void an_empty_file_is_told() {
    assertRefused(new byte[0], "empty");
  }
}
