package dev.adapterx.spark.fit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The driver sees what executors wrote, or says what it does not see. */
class SampleFolderTest {
  @TempDir Path folder;

  /** As where one of three executors has a folder of its own under the shared one's path. */
  @Test
  void files_between_the_first_and_the_last_are_missed_too() throws Exception {
    List<String> names = List.of("train/a b/1.png", "train/a b/2.png", "val/c/3.png");
    for (String name : names) {
      Files.createDirectories(folder.resolve(name).getParent());
      Files.write(folder.resolve(name), new byte[] {1});
    }
    SampleFolder data = new SampleFolder(folder);
    assertThat(data.unseen(names)).isEmpty();
    Files.delete(folder.resolve(names.get(1)));
    assertThat(data.unseen(names)).containsExactly("train/a b/2.png");
  }
}
