package dev.adapterx.data.points.set;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.DataException;
import dev.adapterx.data.Dataset;
import dev.adapterx.data.points.format.MeshSampling;
import dev.adapterx.testing.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnlabelledCloudsTest {
  private static final MeshSampling SAMPLING = new MeshSampling(16, 0);

  @TempDir Path folder;

  @Test
  void finds_files_however_deep() throws IOException {
    write("a/b/c/one.xyz");
    write("two.pts");
    Files.writeString(folder.resolve("notes.md"), "not a cloud");
    UnlabelledClouds found = UnlabelledClouds.open(folder, "train", SAMPLING);
    assertThat(found.dataset().size()).isEqualTo(2);
    assertThat(found.dataset().label(0)).isEqualTo(Dataset.UNLABELLED);
    assertThat(found.dataset().sample(0).size()).isEqualTo(2);
    assertThat(found.description()).startsWith("2 files below").contains("labels not read");
  }

  @Test
  void a_folder_of_the_splits_name_is_taken_alone() throws IOException {
    write("train/one.xyz");
    write("test/two.xyz");
    assertThat(UnlabelledClouds.open(folder, "train", SAMPLING).dataset().size()).isEqualTo(1);
    assertThat(UnlabelledClouds.open(folder, "all", SAMPLING).dataset().size()).isEqualTo(2);
  }

  private void write(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "0 0 0\n1 2 3\n");
  }

  @Test
  void nothing_to_read_is_said() {
    assertThatThrownBy(() -> UnlabelledClouds.open(folder, "train", SAMPLING))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("holds no clouds: expected .h5 files, or files ending in off");
    assertThatThrownBy(() -> UnlabelledClouds.open(folder.resolve("no"), "train", SAMPLING))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("No such file or folder");
  }

  @Test
  @SharedData
  void clouds_of_no_class_are_there_too() {
    Path psb = SharedData.Beside.folder().resolve("psb-h5");
    UnlabelledClouds found = UnlabelledClouds.open(psb, "train", SAMPLING);
    assertThat(found.dataset().size()).isEqualTo(904);
    assertThat(found.dataset().sample(903).size()).isEqualTo(2048);
  }
}
