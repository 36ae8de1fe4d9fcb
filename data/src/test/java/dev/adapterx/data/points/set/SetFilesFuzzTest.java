package dev.adapterx.data.points.set;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.base.DataException;
import dev.adapterx.testing.Fuzz;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Damaged files of sets of clouds: folds as pickles, texts, lists of classes, the cache. */
class SetFilesFuzzTest {
  private static final PointData.Options DEFAULTS = PointData.Options.defaults();

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5})
  void few_shot_folds(int number) throws IOException {
    Path file = folder.resolve("0.pkl");
    byte[] original;
    try (InputStream in =
        SetFilesFuzzTest.class.getResourceAsStream("/golden/few_shot/" + number + ".pkl")) {
      original = in.readAllBytes();
    }
    Fuzz.Tally tally =
        new Fuzz(number + ".pkl", original, 300)
            .reading(
                DataException.class,
                mutant -> {
                  Files.write(file, mutant);
                  PointData.open(file, "train", DEFAULTS);
                });
    assertThat(tally.read()).as("mutants that were read").isPositive();
    assertThat(tally.refused()).as("mutants that were refused").isPositive();
  }

  @Test
  void clouds_as_text() {
    Path file = folder.resolve("a.txt");
    byte[] original = "0.5,1,-2,0,0,1\n1e-3,2,.25,0,1,0\n-7,8,9,1,0,0\n".getBytes(UTF_8);
    new Fuzz("cloud.txt", original, 500)
        .reading(
            DataException.class,
            mutant -> {
              Files.write(file, mutant);
              assertThat(CloudText.read(file)).isNotEmpty();
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"modelnet40_shape_names.txt", "modelnet40_train.txt"})
  void lists_of_model_net(String name) throws IOException {
    Files.createDirectories(folder.resolve("car"));
    Files.createDirectories(folder.resolve("cup"));
    Files.writeString(folder.resolve("car/car_0001.txt"), "1,2,3,0,0,1\n4,5,6,0,0,1\n");
    Files.writeString(folder.resolve("cup/cup_0002.txt"), "1,2,3,0,0,1\n4,5,7,0,0,1\n");
    Files.writeString(folder.resolve("modelnet40_shape_names.txt"), "car\ncup\n");
    Files.writeString(folder.resolve("modelnet40_train.txt"), "car_0001\ncup_0002\n");
    byte[] original = Files.readAllBytes(folder.resolve(name));
    new Fuzz(name, original, 300)
        .reading(
            DataException.class,
            mutant -> {
              Files.write(folder.resolve(name), mutant);
              PointData data = PointData.open(folder, "train", DEFAULTS);
              for (int i = 0; i < data.dataset().size(); i++) {
                data.dataset().sample(i);
              }
            });
  }

  @Test
  void classes_beside_an_hdf5_file() {
    Path file = folder.resolve("a.h5");
    H5.write(file, Map.of("data", H5.clouds(3, 2), "label", new int[] {0, 2, 1}));
    String json = "{\"coarse\": [\"ant\", \"bee\", \"cow\"],\n \"fine\": [\"x\", \"y\"]}\n";
    new Fuzz("classes.json", json.getBytes(UTF_8), 300)
        .reading(
            DataException.class,
            mutant -> {
              Files.write(folder.resolve("classes.json"), mutant);
              PointData.open(file, "all", DEFAULTS);
            });
  }

  /**
   * A damaged cache is made anew, or its damage is named when the cloud is asked for. A record
   * copied whole over another is no damage that a checksum sees.
   */
  @Test
  void the_cache() throws IOException {
    Path file = folder.resolve("a.clouds");
    float[][] clouds = {{1, 2, 3}, {4, 5, 6, 7, 8, 9}, {0, -1, 2}};
    CloudCache.of(file, new byte[32], 3, i -> clouds[i]);
    new Fuzz("a.clouds", Files.readAllBytes(file), 400)
        .reading(
            DataException.class,
            mutant -> {
              Files.write(file, mutant);
              CloudCache cache = CloudCache.of(file, new byte[32], 3, i -> clouds[i]);
              for (int i = 0; i < 3; i++) {
                assertThat(cache.cloud(i)).isIn(clouds[0], clouds[1], clouds[2]);
              }
            });
  }

  private static final java.nio.charset.Charset UTF_8 = StandardCharsets.UTF_8;
}
