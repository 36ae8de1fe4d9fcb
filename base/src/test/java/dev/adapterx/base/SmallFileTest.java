package dev.adapterx.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SmallFileTest {
  @TempDir Path folder;

  @Test
  void text_is_read_up_to_the_limit_and_not_beyond() throws IOException {
    Path file = folder.resolve("a.txt");
    Files.writeString(file, "é\n");
    assertThat(SmallFile.text(file)).isEqualTo("é\n");
    Files.write(file, new byte[SmallFile.MOST_BYTES]);
    assertThat(SmallFile.text(file)).hasSize(SmallFile.MOST_BYTES);
    Files.write(file, new byte[SmallFile.MOST_BYTES + 1]);
    assertThatThrownBy(() -> SmallFile.text(file))
        .isInstanceOf(IOException.class)
        .hasMessage("it has more than 16777216 bytes, which no such file has");
  }

  @Test
  void what_is_no_text_is_refused() throws IOException {
    Path file = Files.write(folder.resolve("a.txt"), new byte[] {'a', (byte) 0xFF});
    assertThatThrownBy(() -> SmallFile.text(file)).isInstanceOf(CharacterCodingException.class);
    assertThatThrownBy(() -> SmallFile.text(folder.resolve("b.txt")))
        .isInstanceOf(NoSuchFileException.class);
  }
}
