package dev.adapterx.data.sets;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataKindTest {
  @TempDir Path root;

  private void file(String name) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "");
  }

  @Test
  void nothing_is_of_no_kind() throws IOException {
    assertThat(DataKind.of(root)).isEmpty();
    assertThat(DataKind.of(root.resolve("missing"))).isEmpty();
    file("train/a/notes.md");
    assertThat(DataKind.of(root)).isEmpty();
  }

  @Test
  void notes_beside_images_are_no_clouds() throws IOException {
    file("train/cat/1.jpg");
    file("train/cat/licence.txt");
    file("train/sizes.csv");
    assertThat(DataKind.of(root)).contains(DataKind.IMAGES);
  }

  @Test
  void pictures_beside_meshes_are_textures() throws IOException {
    file("train/chair/1.obj");
    file("train/chair/wood.jpg");
    file("train/chair/metal.jpg");
    assertThat(DataKind.of(root)).contains(DataKind.CLOUDS);
  }

  @Test
  void text_alone_is_points() throws IOException {
    file("train/chair/1.txt");
    assertThat(DataKind.of(root)).contains(DataKind.CLOUDS);
  }

  @Test
  void lists_tell_images_before_any_is_there() throws IOException {
    for (String split : new String[] {"train800", "val200", "train800val200", "test"}) {
      file(split + ".txt");
    }
    assertThat(DataKind.of(root)).contains(DataKind.IMAGES);
  }

  @Test
  void hdf5_files_are_clouds() throws IOException {
    file("train.h5");
    assertThat(DataKind.of(root)).contains(DataKind.CLOUDS);
    assertThat(DataKind.of(root.resolve("train.h5"))).contains(DataKind.CLOUDS);
  }
}
