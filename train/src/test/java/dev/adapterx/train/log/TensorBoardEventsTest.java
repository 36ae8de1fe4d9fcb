package dev.adapterx.train.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.AdapterXException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TensorBoardEventsTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.ofEpochMilli(1_700_000_000_250L), ZoneOffset.UTC);

  @TempDir Path folder;

  /** RFC 3720, B.4: 32 bytes of zeros, of ones, rising, falling. */
  @ParameterizedTest
  @CsvSource({"0, 0, 8A9136AA", "255, 0, 62A8AB43", "0, 1, 46DD794E", "31, -1, 113FDB5C"})
  void crc_is_castagnolis(int first, int change, String expected) {
    byte[] data = new byte[32];
    for (int i = 0; i < data.length; i++) {
      data[i] = (byte) (first + change * i);
    }

    assertThat(TfRecord.crc(data)).isEqualTo(Integer.parseUnsignedInt(expected, 16));
    assertThat(EventFile.crc32c(data)).isEqualTo(Long.parseLong(expected, 16));
  }

  @Test
  void a_second_reader_finds_what_was_written() throws Exception {
    var values = new LinkedHashMap<String, Double>();
    values.put("train/loss", 1.25);
    values.put("größe", Double.NaN);
    Path file;
    try (var events = TensorBoardEvents.open(folder, CLOCK, "host")) {
      file = events.file();
      events.scalars(1, values);
      events.scalars(3_000_000_000L, Map.of("lr", 1e-3));
    }

    assertThat(file.getFileName()).hasToString("events.out.tfevents.1700000000.host");
    var read = EventFile.read(file);
    assertThat(read).hasSize(3).allMatch(e -> e.time() == 1_700_000_000.25);
    assertThat(read.get(0).version()).isEqualTo("brain.Event:2");
    assertThat(read.get(1).values())
        .containsExactly(Map.entry("train/loss", 1.25f), Map.entry("größe", Float.NaN));
    assertThat(read.get(2).step()).isEqualTo(3_000_000_000L);
    assertThat(read.get(2).values()).containsExactly(Map.entry("lr", 1e-3f));
  }

  @Test
  void each_step_is_on_the_disk_when_the_call_returns() throws Exception {
    try (var events = TensorBoardEvents.open(folder, CLOCK, "host")) {
      events.scalars(1, Map.of("loss", 2.0));
      assertThat(EventFile.read(events.file())).hasSize(2);
      events.scalars(2, Map.of("loss", 1.0));
      assertThat(EventFile.read(events.file())).hasSize(3);
    }
  }

  @Test
  void opening_again_adds_a_later_file_even_within_a_second_and_when_the_clock_goes_back()
      throws Exception {
    TensorBoardEvents.open(folder, CLOCK, "host").close();
    TensorBoardEvents.open(folder, CLOCK, "host").close();
    Clock back = Clock.offset(CLOCK, java.time.Duration.ofDays(-400));
    TensorBoardEvents.open(folder, back, "another").close();

    try (var files = Files.list(folder)) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "events.out.tfevents.1700000000.host",
              "events.out.tfevents.1700000001.host",
              "events.out.tfevents.1700000002.another");
    }
  }

  @Test
  void resuming_marks_the_step_from_which_older_files_are_void() throws Exception {
    try (var events = TensorBoardEvents.resume(folder, 7)) {
      var read = EventFile.read(events.file());
      assertThat(read).hasSize(2);
      assertThat(read.get(1).restart()).isTrue();
      assertThat(read.get(1).step()).isEqualTo(7);
    }
  }

  @Test
  void the_first_bytes_are_those_of_the_published_format() throws Exception {
    try (var events = TensorBoardEvents.open(folder, CLOCK, "host")) {
      byte[] bytes = Files.readAllBytes(events.file());
      assertThat(bytes).hasSize(12 + 24 + 4);
      assertThat(bytes).startsWith(24, 0, 0, 0, 0, 0, 0, 0);
      assertThat(new String(bytes, 12, 24, StandardCharsets.ISO_8859_1)).endsWith("brain.Event:2");
    }
  }

  @Test
  void a_folder_that_cannot_be_is_named() throws Exception {
    Path file = Files.writeString(folder.resolve("taken"), "");

    assertThatThrownBy(() -> TensorBoardEvents.open(file))
        .isInstanceOf(AdapterXException.class)
        .hasMessageContaining("Could not write TensorBoard events")
        .hasMessageContaining("taken");
  }
}
