package dev.adapterx.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {
  @TempDir Path folder;

  @Test
  void a_failed_write_leaves_the_old_file_and_no_litter() throws IOException {
    Path file = folder.resolve("adapter.bin");
    WholeFile.write(file, "old");

    assertThatThrownBy(
            () ->
                WholeFile.write(
                    file,
                    out -> {
                      out.write(new byte[1 << 20]);
                      throw new IOException("No space left on device");
                    }))
        .isInstanceOf(AdapterXException.class)
        .hasMessageContaining("adapter.bin")
        .hasMessageContaining("No space left on device")
        .hasMessageContaining("unchanged");

    assertThat(file).hasContent("old");
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  /** Tasks of a cluster's executor are threads of one process. */
  @Test
  void of_several_threads_at_once_one_stays() throws Exception {
    Path file = folder.resolve("found.yaml");
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<Future<?>> writes = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      String text = "text of " + i;
      writes.add(threads.submit(() -> WholeFile.write(file, text.repeat(1000))));
    }
    threads.shutdown();
    for (Future<?> write : writes) {
      write.get();
    }
    assertThat(Files.readString(file)).matches("(text of \\d+)\\1{999}");
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void what_a_kill_left_long_ago_is_swept() throws IOException {
    Path file = folder.resolve("model.bin");
    Path old = Files.writeString(folder.resolve("model.bin.part-1f-7"), "half");
    Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(25, ChronoUnit.HOURS)));
    Path young = Files.writeString(folder.resolve("model.bin.part-2f-7"), "half");
    Path other = Files.writeString(folder.resolve("model.bin.parts"), "a file of the user's");
    Files.setLastModifiedTime(other, FileTime.from(Instant.now().minus(25, ChronoUnit.HOURS)));
    WholeFile.sweep(file);
    assertThat(old).doesNotExist();
    assertThat(young).exists();
    assertThat(other).exists();
    WholeFile.sweep(folder.resolve("none/file.bin"));
  }

  @Test
  void makes_missing_folders() {
    Path file = folder.resolve("a/b/c.txt");
    WholeFile.write(file, "text");
    assertThat(file).hasContent("text");
  }
}
