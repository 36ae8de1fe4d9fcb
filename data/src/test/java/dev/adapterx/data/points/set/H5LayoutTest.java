package dev.adapterx.data.points.set;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;
import dev.adapterx.data.Dataset;
import dev.adapterx.data.images.Layout.Role;
import dev.adapterx.data.points.PointCloud;
import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import io.jhdf.api.DatasetCreationOptions;
import io.jhdf.filter.Filter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class H5LayoutTest {
  private static final PointData.Options DEFAULTS = PointData.Options.defaults();

  @TempDir Path root;

  @Test
  void clouds_keep_their_values_and_their_order() {
    H5.labelled(root.resolve("my_train.h5"), new int[] {1, 0, 2});
    H5.labelled(root.resolve("my_test.h5"), new int[] {0});
    PointData train = PointData.open(root, "train", DEFAULTS);
    assertThat(train.dataset().size()).isEqualTo(3);
    assertThat(train.dataset().label(0)).isEqualTo(1);
    assertThat(train.dataset().sample(2).xyz())
        .containsExactly(2, 0, 0, 2, 1, -.125f, 2, 2, -.25f, 2, 3, -.375f);
    assertThat(train.dataset().name(2)).isEqualTo("my_train.h5[2]");
    assertThat(train.dataset().where(2)).isEqualTo(root.resolve("my_train.h5") + "[2]");
    assertThat(train.unitSphere()).isFalse();
    assertThat(train.notes()).isEmpty();
    assertThat(train.layout().split(Role.TRAIN)).contains("train");
    assertThat(train.layout().split(Role.VALIDATION)).isEmpty();
    assertThat(train.description())
        .isEqualTo(
            "3 clouds of 3 classes: split train of %s, HDF5 (my_train.h5, my_test.h5) with labels 'label'",
            root);
  }

  @Test
  void doubles_and_columns_behind_the_third_are_read_as_floats() {
    double[][][] data = {{{.1, .2, .3, 9}, {.4, .5, .6, 9}}, {{1, 2, 3, 9}, {4, 5, 6, 9}}};
    Path file =
        H5.write(root.resolve("a.h5"), Map.of("data", data, "label", new long[][] {{1}, {0}}));
    PointData all = PointData.open(file, "all", DEFAULTS);
    assertThat(all.dataset().sample(0).xyz()).containsExactly(.1f, .2f, .3f, .4f, .5f, .6f);
    assertThat(all.dataset().label(0)).isEqualTo(1);
  }

  /** Chunks that divide neither clouds nor points, packed and shuffled. */
  @Test
  void compressed_chunks_hold_the_same_clouds() {
    double[][][] data = new double[7][5][4];
    for (int i = 0; i < 7 * 5 * 4; i++) {
      data[i / 20][i / 4 % 5][i % 4] = i / 8.0;
    }
    DatasetCreationOptions packed =
        DatasetCreationOptions.builder().chunkDimensions(3, 2, 1).shuffle().deflate().build();
    try (WritableHdfFile hdf = HdfFile.write(root.resolve("a.h5"))) {
      hdf.putDataset("data", data, packed);
      hdf.putDataset("label", new int[7]);
    }
    PointData all = PointData.open(root, "all", DEFAULTS);
    for (int i = 0; i < 7; i++) {
      for (int p = 0; p < 15; p++) {
        assertThat(all.dataset().sample(i).xyz()[p]).isEqualTo((float) data[i][p / 3][p % 3]);
      }
    }
  }

  @Test
  void a_compression_that_is_not_known_is_named() {
    Filter unknown =
        new Filter() {
          @Override
          public int getId() {
            return 32_123;
          }

          @Override
          public String getName() {
            return "squeeze";
          }

          @Override
          public byte[] decode(byte[] encoded, int[] options) {
            throw new IllegalStateException("not registered");
          }

          @Override
          public byte[] encode(byte[] plain, int[] options) {
            return plain;
          }
        };
    Path file = root.resolve("a.h5");
    try (WritableHdfFile hdf = HdfFile.write(file)) {
      hdf.putDataset(
          "data",
          H5.clouds(2, 4),
          DatasetCreationOptions.builder().chunkDimensions(2, 4, 3).filter(unknown).build());
      hdf.putDataset("label", new int[2]);
    }
    assertThatThrownBy(() -> PointData.open(root, "all", DEFAULTS))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(file + ": dataset 'data' cannot be read (")
        .hasMessageContaining("32123")
        .hasMessageContaining(
            "It is compressed by something else than gzip, LZF or LZ4; undo that");
  }

  @Test
  void labels_of_any_width_are_whole_numbers() {
    H5.labelled(root.resolve("a_train.h5"), new byte[] {1, 0});
    H5.labelled(root.resolve("a_test.h5"), new short[] {300});
    assertThat(PointData.open(root, "train", DEFAULTS).dataset().classes()).hasSize(301);
    assertThat(PointData.open(root, "test", DEFAULTS).dataset().label(0)).isEqualTo(300);
  }

  @Test
  void a_label_below_0_takes_no_part_and_is_counted() {
    H5.labelled(root.resolve("a_train.h5"), new int[] {-1, 1, -7, 0});
    PointData train = PointData.open(root, "train", DEFAULTS);
    assertThat(train.dataset().size()).isEqualTo(2);
    assertThat(train.dataset().name(1)).isEqualTo("a_train.h5[3]");
    assertThat(train.notes()).containsExactly("2 clouds of no class (label below 0) left out");
    H5.labelled(root.resolve("a_train.h5"), new int[] {-1, -1});
    assertThatThrownBy(() -> PointData.open(root, "train", DEFAULTS))
        .isInstanceOf(DataException.class)
        .hasMessage(root + ": all labels of 'label' are below 0, which means no class");
  }

  @Test
  void parts_follow_the_list_beside_them() throws IOException {
    H5.labelled(root.resolve("ply_data_train0.h5"), new int[] {0});
    H5.labelled(root.resolve("ply_data_train1.h5"), new int[] {1, 2});
    H5.labelled(root.resolve("ply_data_test0.h5"), new int[] {3});
    assertThat(labels(PointData.open(root, "train", DEFAULTS))).containsExactly(0, 1, 2);
    Files.writeString(
        root.resolve("train_files.txt"), "x/ply_data_train1.h5\nx/ply_data_train0.h5");
    Files.writeString(root.resolve("shape_names.txt"), "sofa\nbed\ntable\nlamp\n");
    PointData train = PointData.open(root, "train", DEFAULTS);
    assertThat(labels(train)).containsExactly(1, 2, 0);
    assertThat(train.dataset().classes()).containsExactly("sofa", "bed", "table", "lamp");
    Files.writeString(root.resolve("train_files.txt"), "x/ply_data_train1.h5\nx/nix.h5");
    assertThatThrownBy(() -> PointData.open(root, "train", DEFAULTS))
        .hasMessage(
            root.resolve("train_files.txt")
                + ":2: expected another one of the files ply_data_train0.h5, ply_data_train1.h5, found x/nix.h5");
  }

  @Test
  void files_of_different_kinds_are_not_mixed() {
    H5.labelled(root.resolve("a_train.h5"), new int[] {0});
    H5.labelled(root.resolve("a_train_deform.h5"), new int[] {0});
    assertThatThrownBy(() -> PointData.open(root, "train", DEFAULTS))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(
            "several files could be the split train: a_train.h5, a_train_deform.h5");
  }

  @ParameterizedTest
  @CsvSource({
    "label,        '{\"coarse\": [\"a\", \"b\"], \"classes\": [\"c\", \"d\"]}',   a b",
    "label,        '{\"classes\": [\"c\", \"d\"]}',                               c d",
    "label_fine,   '{\"coarse\": [\"a\", \"b\"], \"fine\": [\"e\", \"f\", \"g\"]}', e f g",
    "label_fine,   '{\"fines\": [\"e\", \"f\"]}',                                 e f",
    "label_fine,   '{\"other\": [\"e\", \"f\"]}',                                 0 1",
  })
  void names_come_from_the_list_of_the_label(String label, String json, String expected)
      throws IOException {
    H5.write(root.resolve("a.h5"), Map.of("data", H5.clouds(2, 4), label, new int[] {0, 1}));
    Files.writeString(root.resolve("classes.json"), json);
    PointData all = PointData.open(root, "all", DEFAULTS.withLabel(label));
    assertThat(all.dataset().classes()).containsExactly(expected.split(" "));
  }

  @Test
  void a_list_that_is_too_short_or_broken_is_named() throws IOException {
    H5.labelled(root.resolve("a.h5"), new int[] {0, 2});
    Path list = root.resolve("classes.json");
    Files.writeString(list, "{\"classes\": [\"a\", \"b\"]}");
    assertThatThrownBy(() -> PointData.open(root, "all", DEFAULTS))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(
            list + ":classes names 2 classes, but dataset 'label' has labels up to 2");
    Files.writeString(list, "{\"classes\": [\"a\", \"a\", \"b\"]}");
    assertThatThrownBy(() -> PointData.open(root, "all", DEFAULTS))
        .hasMessage(list + ":classes[1]: expected a new name, found \"a\"");
    Files.writeString(list, "{\"classes\": [");
    assertThatThrownBy(() -> PointData.open(root, "all", DEFAULTS))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("Could not read " + list + " as lists of class names");
  }

  @Test
  void what_is_missing_is_said_with_what_is_there() {
    H5.write(
        root.resolve("a_train.h5"), Map.of("data", H5.clouds(2, 4), "labels", new int[] {0, 1}));
    assertThatThrownBy(() -> PointData.open(root, "train", DEFAULTS))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(root.resolve("a_train.h5") + " has no dataset 'label'; it has ")
        .hasMessageContaining("labels (2)")
        .hasMessageContaining("data (2, 4, 3)")
        .hasMessageEndingWith("did you mean 'labels'?");
    assertThatThrownBy(() -> PointData.open(root, "test", DEFAULTS))
        .hasMessageContaining("has no split 'test'. Read as HDF5 (a_train.h5)")
        .hasMessageContaining("existing: train");
    assertThatThrownBy(() -> PointData.open(root, "train", DEFAULTS.withVariant("obj-bg")))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("there are no variants to choose 'obj-bg' from");
    assertThatThrownBy(() -> DEFAULTS.withLabel(" ")).isInstanceOf(ConfigException.class);
  }

  @Test
  void a_folder_of_something_else_says_what_it_holds() throws IOException {
    Files.writeString(root.resolve("readme.md"), "x");
    assertThatThrownBy(() -> PointData.open(root, "train", DEFAULTS))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("holds no point clouds in a known layout")
        .hasMessageEndingWith("found the files readme.md");
    H5.labelled(root.resolve("a.h5"), new int[] {0});
    H5.labelled(root.resolve("b.h5"), new int[] {0});
    assertThatThrownBy(() -> PointData.open(root, "all", DEFAULTS))
        .hasMessageContaining(
            "holds 2 HDF5 files, none called *train*.h5 or *test*.h5: a.h5, b.h5");
    assertThatThrownBy(() -> PointData.open(root.resolve("nix"), "all", DEFAULTS))
        .hasMessage("No such file or folder: " + root.resolve("nix"));
  }

  @Test
  void wrong_shapes_types_and_counts_are_named() {
    assertThat(messageOf(Map.of("data", new float[2][12], "label", new int[2])))
        .contains("dataset 'data': expected clouds (N, P, 3)")
        .endsWith("found shape (2, 12)");
    assertThat(messageOf(Map.of("data", new float[2][4][2], "label", new int[2])))
        .endsWith("found shape (2, 4, 2)");
    assertThat(messageOf(Map.of("data", new int[2][4][3], "label", new int[2])))
        .contains("expected coordinates as float32 or float64; found values of type int");
    assertThat(messageOf(Map.of("data", H5.clouds(2, 4), "label", new int[3])))
        .contains("dataset 'data' has 2 clouds but 'label' has 3 labels");
    assertThat(messageOf(Map.of("data", H5.clouds(2, 4), "label", new float[2])))
        .contains("dataset 'label': expected labels as whole numbers")
        .endsWith("found values of type float");
    assertThat(messageOf(Map.of("data", H5.clouds(2, 4), "label", new int[2][2])))
        .contains("dataset 'label': expected one label per cloud, (N) or (N, 1); found (2, 2)");
    assertThat(messageOf(Map.of("data", H5.clouds(2, 4), "label", new long[] {0, 1L << 40})))
        .contains("dataset 'label', index 1: label 1099511627776 is no class number");
    assertThat(messageOf(Map.of("data", H5.clouds(2, 4), "label", new int[] {0, 1 << 30})))
        .contains("dataset 'label' has a label 1073741824; that is no class number");
  }

  @Test
  void points_without_finite_coordinates_are_left_out_and_counted() {
    float[][][] clouds = H5.clouds(3, 4);
    clouds[1][2][2] = Float.NaN;
    double[][][] wide = {{{0, 1, 0}, {0, 1e300, 0}}, {{Double.NaN, 0, 0}, {0, 0, 1e39}}};
    Dataset<PointCloud> floats = written(Map.of("data", clouds, "label", new int[3])).dataset();
    assertThat(floats.sample(0).leftOut()).isZero();
    assertThat(floats.sample(1).leftOut()).isEqualTo(1);
    assertThat(floats.sample(1).xyz()).containsExactly(1, 0, 0, 1, 1, -0.125f, 1, 3, -0.375f);
    Dataset<PointCloud> doubles = written(Map.of("data", wide, "label", new int[2])).dataset();
    assertThat(doubles.sample(0).leftOut()).isEqualTo(1);
    assertThat(doubles.sample(0).xyz()).containsExactly(0, 1, 0);
    assertThatThrownBy(() -> doubles.sample(1))
        .isInstanceOf(DataException.class)
        .hasMessageEndingWith("a.h5[1]: none of its 2 points has finite coordinates");
  }

  @Test
  void coordinates_of_maps_lose_nothing_but_their_offset() {
    double[][][] map = {{{512345.5, 5412345.0625, 300}, {512347.5, 5412346.0625, 301}}};
    Dataset<PointCloud> clouds = written(Map.of("data", map, "label", new int[1])).dataset();
    assertThat(clouds.sample(0).xyz()).containsExactly(-1, -0.5f, -0.5f, 1, 0.5f, 0.5f);
  }

  @Test
  void a_damaged_file_is_an_error_of_the_data_and_nothing_else() throws IOException {
    Path whole = H5.labelled(root.resolve("whole/a.h5"), new int[] {0, 1, 1, 0});
    byte[] bytes = Files.readAllBytes(whole);
    Path file = Files.write(root.resolve("broken.h5"), new byte[] {1, 2, 3});
    assertThatThrownBy(() -> PointData.open(file, "all", DEFAULTS))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(file + ": no HDF5 file that can be read");
    Random random = new Random(7);
    int refused = 0;
    for (int round = 0; round < 400; round++) {
      byte[] damaged = bytes.clone();
      if (round < 100) {
        damaged = java.util.Arrays.copyOf(bytes, bytes.length * round / 100);
      } else {
        for (int i = 0; i < 4; i++) {
          damaged[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
      }
      Files.write(file, damaged);
      try {
        PointData.open(file, "all", DEFAULTS);
      } catch (DataException e) {
        refused++;
        assertThat(e).hasMessageContaining(file.toString());
      }
    }
    assertThat(refused).isGreaterThan(150);
  }

  @Test
  void a_file_that_was_cut_off_is_refused_wherever_it_was() throws IOException {
    Path whole = H5.labelled(root.resolve("whole/a.h5"), new int[] {0, 1, 1, 0});
    byte[] bytes = Files.readAllBytes(whole);
    for (int length = 64; length < bytes.length; length += 97) {
      Path file = Files.write(root.resolve("cut.h5"), java.util.Arrays.copyOf(bytes, length));
      assertThatThrownBy(() -> PointData.open(file, "all", DEFAULTS))
          .isInstanceOf(DataException.class)
          .hasMessageStartingWith(
              "%s: it is cut off after %d of %d bytes".formatted(file, length, bytes.length));
    }
  }

  private PointData written(Map<String, Object> datasets) {
    return PointData.open(H5.write(root.resolve("a.h5"), datasets), "all", DEFAULTS);
  }

  private String messageOf(Map<String, Object> datasets) {
    Path file = H5.write(root.resolve("x.h5"), datasets);
    try {
      PointData.open(file, "all", DEFAULTS);
    } catch (DataException e) {
      return e.getMessage();
    }
    throw new AssertionError("accepted");
  }

  private static List<Integer> labels(PointData data) {
    return java.util.stream.IntStream.range(0, data.dataset().size())
        .mapToObj(data.dataset()::label)
        .toList();
  }
}
