package dev.adapterx.data.fetch;

import static dev.adapterx.data.fetch.LocalSets.bytes;
import static dev.adapterx.data.fetch.LocalSets.png;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.DataException;
import dev.adapterx.data.check.DataReport;
import dev.adapterx.data.images.ImageCheck;
import dev.adapterx.data.images.ImageFacts;
import dev.adapterx.data.images.Layout;
import dev.adapterx.data.images.VtabTasks;
import dev.adapterx.data.points.set.PointCheck;
import dev.adapterx.data.points.set.PointData;
import dev.adapterx.data.points.set.PointLayout;
import dev.adapterx.hub.HubSettings;
import dev.adapterx.testing.FakeHub;
import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Archives with the inner layout that their publishers describe, small, come to lie as the readers
 * want them: every known set once.
 */
class KnownLayoutsTest {
  private static final PointData.Options CLOUDS = PointData.Options.defaults();

  @TempDir Path home;

  private final FakeHub server = FakeHub.started();
  private final LocalSets sets = new LocalSets(server);

  @AfterEach
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"vtab-1k/", "", "some/where/"})
  void vtab(String above) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (String task : List.of("cifar", "svhn")) {
      for (String split : List.of("train800", "val200", "train800val200", "test")) {
        String image = "images/" + split + "/000000.jpg";
        files.put(above + task + "/" + image, png(files.size()));
        files.put(above + task + "/" + split + ".txt", bytes(image + " 0\n"));
      }
    }
    files.put("__MACOSX/vtab-1k/cifar/._test.txt", bytes("passed over"));
    sets.with("vtab-1k.zip", Archives.zip(files));

    Fetched fetched = fetch("vtab-1k");

    assertThat(ImageCheck.dataSets(fetched.folder())).hasSize(2);
    Layout svhn = Layout.of(fetched.folder().resolve("svhn"));
    assertThat(svhn.open("test").size()).isEqualTo(1);
    assertThat(fetched.differences())
        .contains("svhn: test: VTAB-1k has 26032 images here, found 1")
        .anyMatch(d -> d.startsWith("lacks 17 of 19: caltech101, dtd, "));
  }

  @ParameterizedTest
  @CsvSource({
    "fgvc/cub-200-2011, CUB_200_2011.tgz, CUB_200_2011/images/, 001.Albatross/a.jpg",
    "fgvc/nabirds, nabirds.tar.gz, nabirds/images/, 0295/a.jpg",
    "fgvc/oxford-flowers, 102flowers.tgz, '', jpg/image_00001.jpg",
    "fgvc/stanford-dogs, images.tar, Images/, n02085620-Chihuahua/a.jpg",
    "fgvc/stanford-cars, car_ims.tgz, '', car_ims/000001.jpg"
  })
  void fine_grained(String name, String archive, String prefix, String path) {
    PublicSet set = PublicSets.named(name).get(0);
    String folder = set.folder().replace("fgvc/", "");
    byte[] images = Archives.tar(Map.of(prefix + path, png(7), "README", bytes("passed over")));
    sets.with(archive, archive.endsWith(".tar") ? images : Archives.gzip(images));
    Map<String, byte[]> lists = new LinkedHashMap<>();
    lists.put("json/Other/train.json", bytes("{\"x\": 1}"));
    for (String split : List.of("train", "val", "test")) {
      lists.put("json/" + folder + "/" + split + ".json", bytes("{\"" + path + "\": 1}"));
    }
    lists.put("json/" + folder + "/train_0.1.json", bytes("passed over"));
    sets.with("json.zip", Archives.zip(lists));

    Fetched fetched = fetch(name);

    Layout layout = Layout.of(fetched.folder());
    assertThat(layout.splits()).containsExactly("train", "val", "test");
    assertThat(layout.open("train").name(0)).isEqualTo(path);
    assertThat(Archives.tree(fetched.folder())).hasSize(5);
    assertThat(fetched.differences()).anyMatch(d -> d.contains("train: FGVC has"));
  }

  @Test
  void a_complete_set_passes_the_check() {
    Map<String, byte[]> images = new LinkedHashMap<>();
    StringBuilder[] lists = {new StringBuilder(), new StringBuilder(), new StringBuilder()};
    int[] counts = {1_020, 1_020, 6_149};
    int number = 0;
    for (int split = 0; split < 3; split++) {
      for (int i = 0; i < counts[split]; i++) {
        String path = "jpg/image_%05d.jpg".formatted(++number);
        images.put(path, png(number));
        lists[split].append(i == 0 ? "" : ",").append("\"" + path + "\":" + (i % 102 + 1));
      }
    }
    sets.with("102flowers.tgz", Archives.gzip(Archives.tar(images)));
    Map<String, byte[]> json = new LinkedHashMap<>();
    for (int split = 0; split < 3; split++) {
      String name = List.of("train", "val", "test").get(split);
      json.put("OxfordFlower/" + name + ".json", bytes("{" + lists[split] + "}"));
    }
    sets.with("json.zip", Archives.zip(json));

    Fetched fetched = fetch("fgvc/oxford-flowers");

    assertThat(fetched.differences()).isEmpty();
    DataReport<ImageFacts> report = ImageCheck.of(fetched.folder(), true, 2);
    assertThat(report.problems()).isEmpty();
    assertThat(report.warnings()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "few-shot/food-101, food-101.tar.gz, food-101/images/, food101, apple_pie/1.jpg",
    "few-shot/oxford-pets, images.tar.gz, images/, oxford-pets, Abyssinian_1.jpg",
    "few-shot/oxford-flowers, 102flowers.tgz, jpg/, oxford-flowers102, image_00001.jpg",
    "few-shot/fgvc-aircraft, fgvc-aircraft-2013b.tar.gz, fgvc-aircraft-2013b/data/images/, fgvc-aircraft, 0548719.jpg"
  })
  void few_shot(String name, String archive, String prefix, String lists, String path) {
    byte[] images = Archives.tar(Map.of(prefix + path, png(7), "meta/x.txt", bytes("passed over")));
    sets.with(archive, Archives.gzip(images)).with("noah.zip", noah(lists, path));

    Fetched fetched = fetch(name);

    Layout layout = Layout.of(fetched.folder());
    assertThat(layout.splits()).containsExactly("train-1shot-seed0", "val", "test");
    assertThat(layout.open("test").name(0)).isEqualTo(path);
    assertThat(fetched.differences()).anyMatch(d -> d.contains("test: NOAH has"));
  }

  @Test
  void few_shot_cars_come_in_two_archives() {
    sets.with("cars_train.tgz", Archives.gzip(Archives.tar(Map.of("cars_train/00001.jpg", png(1)))))
        // As somebody's copy has it, one folder deeper and in a zip.
        .with("cars_test.tgz", Archives.zip(Map.of("cars_test/cars_test/00001.jpg", png(2))))
        .with("noah.zip", noah("standford-cars", "cars_train/00001.jpg", "cars_test/00001.jpg"));

    Fetched fetched = fetch("few-shot/stanford-cars");

    Layout layout = Layout.of(fetched.folder());
    assertThat(layout.open("test").name(1)).isEqualTo("cars_test/00001.jpg");
  }

  private static byte[] noah(String folder, String... paths) {
    StringBuilder lines = new StringBuilder();
    for (String path : paths) {
      lines.append(path).append(" 0\n");
    }
    String annotations = "NOAH-10dd5150c5/data/few-shot/" + folder + "/annotations/";
    Map<String, byte[]> lists = new LinkedHashMap<>();
    for (String list : List.of("train_meta.list.num_shot_1.seed_0", "val_meta.list")) {
      lists.put(annotations + list, bytes(lines.toString()));
    }
    lists.put(annotations + "test_meta.list", bytes(lines.toString()));
    return Archives.zip(lists);
  }

  @Test
  void scans() throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (String name : List.of("training_objectdataset", "test_objectdataset")) {
      files.put("h5_files/main_split/" + name + ".h5", h5(0, 14));
      files.put("h5_files/main_split/" + name + "_augmentedrot_scale75.h5", h5(1, 2, 3));
      files.put("h5_files/main_split/" + name + "_augmented25rot.h5", bytes("passed over"));
      files.put("h5_files/main_split_nobg/" + name + ".h5", h5(4));
      files.put("h5_files/split1/" + name + ".h5", bytes("passed over"));
    }
    sets.with("h5_files.zip", Archives.zip(files));

    Fetched fetched = fetch("scanobjectnn");

    assertThat(Archives.tree(fetched.folder())).hasSize(7);
    PointLayout hardest = PointLayout.of(fetched.folder(), CLOUDS.withVariant("pb-t50-rs"));
    assertThat(hardest.open("train").dataset().size()).isEqualTo(3);
    assertThat(fetched.differences())
        .hasSize(6)
        .contains(
            "ScanObjectNN, variant obj-only: test: ScanObjectNN obj-only has 581 clouds here, found 1");
  }

  @Test
  void models_as_texts() {
    String root = "modelnet40_normal_resampled/";
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put(root + "modelnet40_shape_names.txt", bytes("airplane\nbathtub\n"));
    files.put(root + "modelnet40_train.txt", bytes("airplane_0001\nbathtub_0001\n"));
    files.put(root + "modelnet40_test.txt", bytes("airplane_0002\n"));
    for (String id : List.of("airplane_0001", "airplane_0002", "bathtub_0001")) {
      files.put(root + id.replaceFirst("_\\d+", "") + "/" + id + ".txt", bytes("0,0,1,0,0,1\n"));
    }
    sets.with("modelnet40_normal_resampled.zip", Archives.zip(files));

    Fetched fetched = fetch("modelnet40");

    PointLayout layout = PointLayout.of(fetched.folder(), CLOUDS);
    assertThat(layout.open("train").dataset().classes()).containsExactly("airplane", "bathtub");
    assertThat(fetched.differences())
        .containsExactly(
            "texts of modelnet40: train: ModelNet40 has 9843 clouds here, found 2",
            "texts of modelnet40: test: ModelNet40 has 2468 clouds here, found 1");
  }

  @Test
  void models_as_hdf5() throws IOException {
    String root = "modelnet40_ply_hdf5_2048/";
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put(root + "ply_data_train0.h5", h5(0, 1));
    files.put(root + "ply_data_test0.h5", h5(1));
    files.put(root + "shape_names.txt", bytes("airplane\nbathtub\n"));
    files.put(root + "ply_data_train_0_id2file.json", bytes("passed over"));
    sets.with("modelnet40_ply_hdf5_2048.zip", Archives.zip(files));

    Fetched fetched = fetch("modelnet40-hdf5");

    PointLayout layout = PointLayout.of(fetched.folder(), CLOUDS);
    assertThat(layout.open("train").dataset().classes()).containsExactly("airplane", "bathtub");
    assertThat(fetched.differences()).hasSize(2);
  }

  @Test
  void models_as_meshes() {
    byte[] mesh = bytes("OFF\n3 1 0\n0 0 0\n1 0 0\n0 1 0\n3 0 1 2\n");
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (String name : List.of("airplane", "bathtub")) {
      files.put("ModelNet40/" + name + "/train/" + name + "_0001.off", mesh);
      files.put("ModelNet40/" + name + "/test/" + name + "_0002.off", mesh);
    }
    files.put("__MACOSX/ModelNet40/._README", bytes("passed over"));
    sets.with("ModelNet40.zip", Archives.zip(files));

    Fetched fetched = fetch("modelnet40-meshes");

    PointLayout layout = PointLayout.of(fetched.folder(), CLOUDS);
    assertThat(layout.splits()).containsExactly("train", "test");
    assertThat(layout.open("test").dataset().size()).isEqualTo(2);
    assertThat(fetched.differences())
        .anyMatch(d -> d.endsWith("train: ModelNet40 has 9843 clouds here, found 2"));
  }

  @Test
  void few_shot_folds() throws IOException {
    byte[] fold = Files.readAllBytes(Path.of("src/test/resources/golden/few_shot/0.pkl"));
    sets.with(
        "ModelNetFewshot.zip", Archives.zip(Map.of("ModelNetFewshot/5way10shot/0.pkl", fold)));

    Fetched fetched = fetch("modelnet-fewshot");

    PointLayout layout = PointLayout.of(fetched.folder(), CLOUDS.withFewShot("5way_10shot/0"));
    assertThat(layout.open("train").dataset().size()).isPositive();
    assertThat(fetched.differences())
        .anyMatch(d -> d.startsWith("lacks 39 of 40: 5way_10shot/1.pkl"))
        .anyMatch(d -> d.contains("train: Point-BERT has 50 clouds here"));
  }

  @Test
  void parts() {
    Map<String, byte[]> files = shapes("shape_data/03001627/c1", "shape_data/04379243/t1");
    sets.with("shapenetcore_partanno_segmentation_benchmark_v0_normal.zip", Archives.zip(files));

    Fetched fetched = fetch("shapenetpart");

    assertThat(Archives.tree(fetched.folder()).keySet())
        .containsExactlyInAnyOrder(
            ".source.json",
            "test/chair/c3.txt",
            "test/table/t3.txt",
            "train/chair/c1.txt",
            "train/table/t1.txt",
            "val/chair/c2.txt",
            "val/table/t2.txt");
    PointLayout layout = PointLayout.of(fetched.folder(), CLOUDS);
    assertThat(layout.splits()).containsExactly("train", "val", "test");
    assertThat(layout.open("val").dataset().classes()).containsExactly("chair", "table");
    assertThat(fetched.differences())
        .hasSize(3)
        .anyMatch(d -> d.endsWith("val: ShapeNetPart has 1870 clouds here, found 2"));
    assertThat(PointCheck.of(fetched.folder(), CLOUDS).problems())
        .contains("ShapeNetPart has 16 classes, found 2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"shape_data/03001627/gone", "shape_data/99999999/c1", "03001627/../c1", ""})
  void lists_of_parts_that_do_not_fit_are_refused(String wrong) {
    Map<String, byte[]> files = shapes("shape_data/03001627/c1", wrong);
    sets.with("shapenetcore_partanno_segmentation_benchmark_v0_normal.zip", Archives.zip(files));
    assertThatThrownBy(() -> fetch("shapenetpart"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("shuffled_train_file_list.json");
    assertThat(home.resolve("data/shapenetpart")).doesNotExist();
  }

  private static Map<String, byte[]> shapes(String... training) {
    String root = "shapenetcore_partanno_segmentation_benchmark_v0_normal/";
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (int i = 1; i <= 3; i++) {
      byte[] cloud = bytes("0.1 0.2 0.3 0 0 1 12.000000\n0.2 0.2 0.3 0 0 1 12.000000\n");
      files.put(root + "03001627/c" + i + ".txt", cloud);
      files.put(root + "04379243/t" + i + ".txt", cloud);
    }
    files.put(root + "04379243/in-no-list.txt", bytes("left out"));
    files.put(root + "synsetoffset2category.txt", bytes("passed over"));
    String lists = root + "train_test_split/shuffled_";
    files.put(lists + "train_file_list.json", list(training));
    files.put(
        lists + "val_file_list.json", list("shape_data/03001627/c2", "shape_data/04379243/t2"));
    files.put(
        lists + "test_file_list.json", list("shape_data/03001627/c3", "shape_data/04379243/t3"));
    return files;
  }

  private static byte[] list(String... entries) {
    return bytes("[\"" + String.join("\", \"", entries) + "\"]");
  }

  @Test
  void every_task_of_vtab_is_wanted() {
    Take take = PublicSets.named("vtab-1k").get(0).parts().get(0).takes().get(0);
    for (VtabTasks.Task task : VtabTasks.ALL) {
      assertThat(take.place("vtab-1k/" + task.name() + "/images/test/000001.jpg"))
          .contains(task.name() + "/images/test/000001.jpg");
    }
    assertThat(take.place("vtab-1k/other/test.txt")).isEmpty();
  }

  private byte[] h5(int... labels) throws IOException {
    float[][][] clouds = new float[labels.length][4][3];
    for (int i = 0; i < labels.length; i++) {
      for (int p = 0; p < 4; p++) {
        clouds[i][p] = new float[] {i, p, -p / 8f};
      }
    }
    Path file = home.resolve("made.h5");
    try (WritableHdfFile hdf = HdfFile.write(file)) {
      hdf.putDataset("data", clouds);
      hdf.putDataset("label", labels);
    }
    byte[] bytes = Files.readAllBytes(file);
    Files.delete(file);
    return bytes;
  }

  private Fetched fetch(String name) {
    Path root = home.resolve("data");
    try {
      Files.createDirectories(root);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    HubSettings settings =
        new HubSettings(URI.create(server.endpoint()), root, root.resolve("hub"), null, false);
    Fetched fetched =
        new DataFetch(root, settings, FetchWatcher.NONE, UnpackLimits.USUAL)
            .fetch(sets.set(name), GivenFiles.NONE);
    assertThat(fetched.folder()).isEqualTo(root.resolve(PublicSets.named(name).get(0).folder()));
    return fetched;
  }
}
