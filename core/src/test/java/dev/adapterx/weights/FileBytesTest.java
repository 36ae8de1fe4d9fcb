package dev.adapterx.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.CheckpointException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class FileBytesTest {
  @TempDir Path folder;

  private Path hundredBytes() throws IOException {
    byte[] content = new byte[100];
    for (int i = 0; i < content.length; i++) {
      content[i] = (byte) i;
    }
    return Files.write(folder.resolve("hundred"), content);
  }

  @Test
  void ranges_within_and_across_windows_are_the_files_bytes() throws IOException {
    try (FileBytes file = FileBytes.open(hundredBytes(), 0, 16)) {
      for (int offset = 0; offset <= 100; offset++) {
        for (int length = 0; length <= 100 - offset; length++) {
          ByteBuffer range = file.slice(offset, length, "a range");
          assertThat(range.limit()).isEqualTo(length);
          assertThat(range.isDirect()).isTrue();
          for (int i = 0; i < length; i++) {
            assertThat(range.get(i)).isEqualTo((byte) (offset + i));
          }
        }
      }
    }
  }

  @Test
  void ranges_outside_the_file_are_told() throws IOException {
    try (FileBytes file = FileBytes.open(hundredBytes())) {
      assertThatThrownBy(() -> file.slice(90, 11, "tensor 'w'"))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("tensor 'w' needs 11 bytes from byte 90 on, the file has 100");
      assertThatThrownBy(() -> file.slice(Long.MAX_VALUE, Long.MAX_VALUE, "tensor 'w'"))
          .isInstanceOf(CheckpointException.class);
      assertThatThrownBy(() -> file.slice(-1, 1, "tensor 'w'"))
          .isInstanceOf(CheckpointException.class);
    }
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "the file is sparse elsewhere")
  void a_tensor_behind_two_gigabytes_is_read() throws IOException {
    long big = (1L << 30) + 12;
    String header =
        """
        {"a":{"dtype":"U8","shape":[%d],"data_offsets":[0,%d]},\
        "b":{"dtype":"U8","shape":[%d],"data_offsets":[%d,%d]},\
        "c":{"dtype":"F32","shape":[2],"data_offsets":[%d,%d]}}"""
            .formatted(big, big, big, big, 2 * big, 2 * big, 2 * big + 8);
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    Path file = folder.resolve("big.safetensors");
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            StandardOpenOption.SPARSE)) {
      ByteBuffer begin = ByteBuffer.allocate(8 + json.length).order(ByteOrder.LITTLE_ENDIAN);
      channel.write(begin.putLong(json.length).put(json).flip());
      ByteBuffer end = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
      channel.write(end.putFloat(1.5f).putFloat(-2f).flip(), 8 + json.length + 2 * big);
    }
    assertThat(Files.size(file)).isGreaterThan(Integer.MAX_VALUE);

    WeightFile weights = WeightFile.read(file);

    assertThat(weights.tensor("c").floats()).containsExactly(1.5f, -2f);
    assertThat(weights.tensor("b").elements()).isEqualTo(big);
  }

  @Test
  void one_tensor_of_more_than_a_buffer_holds_is_refused() {
    assertThatThrownBy(() -> MemoryBudget.direct(1L << 31, "Tensor 'w'"))
        .isInstanceOf(CheckpointException.class)
        .hasMessage("Tensor 'w' takes 2147483648 bytes; one tensor may take 2147483647 at most");
  }
}
