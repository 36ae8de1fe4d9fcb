package dev.adapterx.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NewFolderTest {
  @TempDir Path folder;

  @Test
  void a_file_in_the_way_is_named() throws IOException {
    Path file = Files.writeString(folder.resolve("notes.txt"), "mine");
    for (Path wanted : new Path[] {file, file.resolve("below"), file.resolve("far/below")}) {
      assertThat(NewFolder.fileAt(wanted)).contains(file);
      assertThatThrownBy(() -> NewFolder.make(wanted))
          .isInstanceOf(IOException.class)
          .satisfies(
              e -> assertThat(Reason.of(e)).isEqualTo(file + " is a file, expected a folder"));
    }
    assertThatThrownBy(() -> WholeFile.write(file.resolve("a.json"), "{}"))
        .isInstanceOf(AdapterXException.class)
        .hasMessageContaining(file + " is a file, expected a folder");
    assertThat(file).hasContent("mine");
  }

  @Test
  void what_is_missing_is_made_and_what_is_there_stays() throws IOException {
    Path wanted = folder.resolve("a/b");
    assertThat(NewFolder.fileAt(wanted)).isEmpty();
    for (int i = 0; i < 2; i++) {
      NewFolder.make(wanted);
      assertThat(wanted).isDirectory();
    }
  }
}
