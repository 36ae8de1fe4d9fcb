package dev.adapterx.data.points.set;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.base.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelNetTextTest {
  private static final PointData.Options DEFAULTS = PointData.Options.defaults();

  @TempDir Path root;
  @TempDir Path cache;

  @BeforeEach
  void two_classes() throws IOException {
    text("modelnet40_shape_names.txt", "bed\nnight_stand\n");
    text("modelnet40_train.txt", "night_stand_0001\nbed_0001\n");
    text("modelnet40_test.txt", "bed_0002\n");
    text("night_stand/night_stand_0001.txt", "1,1,0,0,0,1\n5,1,0,0,0,1\n3,3,0,0,1,0\n3,-1,0,0,1,0");
    text("bed/bed_0001.txt", "0,0,0,1,0,0\n0,0,2e0,1,0,0\n");
    text("bed/bed_0002.txt", "7,8,9,0,0,1\n7,8,11,0,0,1\n");
  }

  @Test
  void clouds_are_centred_and_fill_the_unit_sphere() {
    PointData train = PointData.open(root, "train", DEFAULTS);
    assertThat(train.unitSphere()).isTrue();
    assertThat(train.description())
        .isEqualTo(
            "2 clouds of 2 classes: split train of %s, texts of modelnet40; each cloud centred and scaled into the unit sphere",
            root);
    assertThat(train.dataset().label(0)).isEqualTo(1);
    assertThat(train.dataset().name(0)).isEqualTo("night_stand/night_stand_0001.txt");
    assertThat(train.dataset().sample(0).xyz())
        .containsExactly(new float[] {-1, 0, 0, 1, 0, 0, 0, 1, 0, 0, -1, 0}, within(1e-6f));
    assertThat(train.dataset().sample(1).xyz()).containsExactly(0, 0, -1, 0, 0, 1);
    assertThat(PointData.open(root, "test", DEFAULTS).dataset().sample(0).xyz())
        .containsExactly(0, 0, -1, 0, 0, 1);
  }

  @Test
  void a_cache_gives_the_same_clouds_without_the_texts() throws IOException {
    PointData plain = PointData.open(root, "train", DEFAULTS);
    PointData cached = PointData.open(root, "train", DEFAULTS.withCache(cache));
    assertThat(cached.dataset().sample(0).xyz()).isEqualTo(plain.dataset().sample(0).xyz());
    Path file = cacheFile();
    byte[] made = Files.readAllBytes(file);
    assertThat(made).startsWith("AXCLOUDS".getBytes()).hasSize(48 + 8 + 4 * 12 + 8 + 2 * 12);
    PointData again = PointData.open(root, "train", DEFAULTS.withCache(cache));
    Files.writeString(root.resolve("bed/bed_0001.txt"), "not a number");
    assertThat(again.dataset().sample(1).xyz()).isEqualTo(new float[] {0, 0, -1, 0, 0, 1});
  }

  @Test
  void a_changed_source_or_a_broken_cache_makes_it_anew() throws IOException {
    PointData.Options options = DEFAULTS.withCache(cache);
    PointData.open(root, "train", options);
    text("bed/bed_0001.txt", "0,0,0\n0,4,0\n");
    Files.setLastModifiedTime(root.resolve("bed/bed_0001.txt"), FileTime.fromMillis(1));
    assertThat(PointData.open(root, "train", options).dataset().sample(1).xyz())
        .containsExactly(0, -1, 0, 0, 1, 0);
    byte[] made = Files.readAllBytes(cacheFile());
    for (int length : List.of(0, 20, 50, made.length - 1)) {
      Files.write(cacheFile(), java.util.Arrays.copyOf(made, length));
      PointData.open(root, "train", options);
      assertThat(Files.readAllBytes(cacheFile())).isEqualTo(made);
    }
    PointData open = PointData.open(root, "train", options);
    made[made.length - 1] ^= 1;
    Files.write(cacheFile(), made);
    assertThatThrownBy(() -> open.dataset().sample(1))
        .isInstanceOf(DataException.class)
        .hasMessage(
            cacheFile() + ": cloud 1 is damaged. Delete the file, it is made anew from the source");
  }

  @Test
  void two_data_sets_may_share_a_cache_folder() throws IOException {
    Path other = Files.createDirectory(root.resolve("other"));
    for (String name : List.of("modelnet40_shape_names.txt", "modelnet40_train.txt")) {
      Files.copy(root.resolve(name), other.resolve(name));
    }
    Files.createDirectories(other.resolve("bed"));
    Files.createDirectories(other.resolve("night_stand"));
    Files.writeString(other.resolve("bed/bed_0001.txt"), "1,0,0\n3,0,0\n");
    Files.writeString(other.resolve("night_stand/night_stand_0001.txt"), "1,0,0\n3,0,0\n");
    PointData.open(root, "train", DEFAULTS.withCache(cache));
    PointData.open(other, "train", DEFAULTS.withCache(cache));
    try (Stream<Path> files = Files.list(cache)) {
      assertThat(files).hasSize(2);
    }
  }

  @Test
  void lists_of_both_modelnets_need_a_choice_unless_the_folder_says() throws IOException {
    text("modelnet10_shape_names.txt", "bed\n");
    text("modelnet10_test.txt", "bed_0002\n");
    assertThatThrownBy(() -> PointData.open(root, "test", DEFAULTS))
        .isInstanceOf(DataException.class)
        .hasMessageEndingWith(
            " has the lists of modelnet40 and of modelnet10. Choose one with variant=modelnet40");
    assertThat(PointData.open(root, "test", DEFAULTS.withVariant("modelnet10")).description())
        .contains("1 clouds of 1 classes")
        .contains("texts of modelnet10");
    assertThatThrownBy(() -> PointData.open(root, "test", DEFAULTS.withVariant("modelnet20")))
        .hasMessageContaining("has no variant 'modelnet20'; there: modelnet40, modelnet10; did");
  }

  @Test
  void wrong_lists_and_rows_are_named() throws IOException {
    text("modelnet40_train.txt", "bed_0001\nbad_0001\n");
    assertThatThrownBy(() -> PointData.open(root, "train", DEFAULTS))
        .isInstanceOf(DataException.class)
        .hasMessage(
            root.resolve("modelnet40_train.txt")
                + ":2: expected an id <class>_<number> of one of the 2 classes, found 'bad_0001'; did you mean 'bed'?");
    text("modelnet40_train.txt", "bed_0001\nbed_0009\n");
    assertThatThrownBy(() -> PointData.open(root, "train", DEFAULTS))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("1 of the 2 files it names are missing")
        .hasMessageEndingWith("bed/bed_0009.txt (line 2)");
    for (String row : List.of("1,2", "1,x,3", "1;2;3", "1,,3")) {
      text("bed/bed_0002.txt", "1,2,3\n" + row + "\n");
      assertThatThrownBy(() -> PointData.open(root, "test", DEFAULTS).dataset().sample(0))
          .isInstanceOf(DataException.class)
          .hasMessage(
              root.resolve("bed/bed_0002.txt")
                  + ":2: expected numbers x,y,z with commas between, found '"
                  + row
                  + "'");
    }
    text("bed/bed_0002.txt", "1,2,3\n1,2,3\n");
    assertThatThrownBy(() -> PointData.open(root, "test", DEFAULTS).dataset().sample(0))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(
            root.resolve("bed/bed_0002.txt") + ": every one of its 2 points is");
    text("bed/bed_0002.txt", "\n");
    assertThatThrownBy(() -> PointData.open(root, "test", DEFAULTS).dataset().sample(0))
        .hasMessage(root.resolve("bed/bed_0002.txt") + " has no point; expected lines x,y,z");
  }

  private Path cacheFile() throws IOException {
    try (Stream<Path> files = Files.list(cache)) {
      return files.findFirst().orElseThrow();
    }
  }

  private void text(String name, String text) throws IOException {
    Files.createDirectories(root.resolve(name).getParent());
    Files.writeString(root.resolve(name), text);
  }
}
