package dev.adapterx.train.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.DataException;
import dev.adapterx.train.suite.DataPlace.Kind;
import dev.adapterx.train.suite.SuiteReport.Item;
import dev.adapterx.train.suite.SuiteReport.State;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SuiteCheckTest {
  @TempDir Path root;

  @Test
  void without_any_data_every_file_wanted_is_named() {
    SuiteReport report = Suites.named("vtab-1k").check(root);
    assertThat(report.ready()).isFalse();
    assertThat(report.items()).hasSize(19).allMatch(item -> item.state() == State.MISSING);
    Item cifar = report.items().get(0);
    assertThat(cifar.missing()).containsExactly("cifar/train800val200.txt", "cifar/test.txt");
    assertThat(cifar.missingForTuning()).containsExactly("cifar/train800.txt", "cifar/val200.txt");
    Item scan = Suites.named("scanobjectnn").check(root).items().get(1);
    assertThat(scan.missing())
        .containsExactly(
            "ScanObjectNN/main_split_nobg/training_objectdataset.h5",
            "ScanObjectNN/main_split_nobg/test_objectdataset.h5");
    Item fold = Suites.named("modelnet-fewshot").check(root).items().get(0);
    assertThat(fold.missing())
        .containsExactly("ModelNetFewshot/5way_10shot/0.pkl or 5way10shot/0.pkl");
    Item few = Suites.named("few-shot").check(root).items().get(0);
    assertThat(few.missing())
        .hasSize(16)
        .startsWith("food-101/annotations/train_meta.list.num_shot_1.seed_0")
        .endsWith("food-101/annotations/test_meta.list");
  }

  @Test
  void what_is_not_ready_is_told_with_where_to_get_it() {
    assertThatThrownBy(() -> Suites.named("modelnet40").check(root).require())
        .isInstanceOf(DataException.class)
        .hasMessage(
            String.join(
                System.lineSeparator(),
                "1 of the 1 data sets of modelnet40 are not ready in " + root + ":",
                "  modelnet40 lacks modelnet40_normal_resampled/modelnet40_shape_names.txt,"
                    + " modelnet40_normal_resampled/modelnet40_train.txt,"
                    + " modelnet40_normal_resampled/modelnet40_test.txt",
                "They come from:",
                "  texts of ModelNet40 and the few-shot folds:"
                    + " https://github.com/lulutang0608/Point-BERT/blob/master/DATASET.md (ModelNet"
                    + " is for academic research)",
                "  the models themselves: https://modelnet.cs.princeton.edu/ (for academic"
                    + " research)",
                "  how the folders are laid out:"
                    + " https://github.com/Pang-Yatian/Point-MAE/blob/main/DATASET.md",
                "  by name: adapterx data fetch modelnet40 --to data"));
  }

  @Test
  void a_root_that_is_not_there_is_named() {
    assertThatThrownBy(() -> Suites.named("fgvc").check(root.resolve("nowhere")))
        .isInstanceOf(DataException.class)
        .hasMessage("No such folder: " + root.resolve("nowhere"));
  }

  @Test
  void vtab_with_other_counts_is_wrong() {
    picture("eurosat/images/1.png");
    text("eurosat/train800val200.txt", "images/1.png 0\nimages/1.png 9\n");
    text("eurosat/test.txt", "images/1.png 1\n");
    Item eurosat = Suites.named("vtab-1k").check(root).items().get(8);
    assertThat(eurosat.state()).isEqualTo(State.WRONG);
    assertThat(eurosat.samples())
        .containsExactly(Map.entry("train800val200", 2), Map.entry("test", 1));
    assertThat(eurosat.problems())
        .containsExactly(
            "train800val200: expected 1000 samples, found 2",
            "test: expected 5400 samples, found 1");
    text("eurosat/test.txt", "images/1.png 11\n");
    assertThat(Suites.named("vtab-1k").check(root).items().get(8).problems())
        .contains("expected 10 classes, found 12")
        .hasSize(3);
  }

  @Test
  void images_that_are_not_there_and_labels_out_of_range_are_told() {
    picture("dtd/images/1.png");
    text("dtd/train800val200.txt", "images/1.png 0\nimages/2.png 1\n");
    text("dtd/test.txt", "images/1.png -1\n");
    Item dtd = Suites.named("vtab-1k").check(root).items().get(2);
    assertThat(dtd.problems()).hasSize(2);
    assertThat(dtd.problems().get(0))
        .startsWith("train800val200: ")
        .contains("dtd" + root.getFileSystem().getSeparator() + "test.txt:1: label -1");
    text("dtd/test.txt", "images/1.png 1\n");
    assertThat(Suites.named("vtab-1k").check(root).items().get(2).problems().get(0))
        .contains("train800val200.txt:2: no file ", "(1 of the 2 images listed are missing)");
  }

  @Test
  void fine_grained_and_few_shot_sets_with_other_counts_are_wrong() {
    picture("nabirds/images/1.png");
    text("nabirds/train.json", "{\"1.png\": 295}");
    text("nabirds/test.json", "{\"1.png\": 295}");
    Item birds = Suites.named("fgvc").check(root).items().get(1);
    assertThat(birds.missingForTuning()).containsExactly("nabirds/val.json");
    assertThat(birds.problems())
        .containsExactly(
            "train: expected 21536 samples, found 1",
            "expected 555 classes, found 1",
            "test: expected 24633 samples, found 1");
    picture("oxford-pets/images/1.png");
    for (int shots : new int[] {1, 2, 4, 8, 16}) {
      for (int seed = 0; seed < 3; seed++) {
        text(
            "oxford-pets/annotations/train_meta.list.num_shot_" + shots + ".seed_" + seed,
            "1.png 36\n".repeat(37 * Math.max(2, shots)));
      }
    }
    text("oxford-pets/annotations/test_meta.list", "1.png 0\n");
    Item pets = Suites.named("few-shot").check(root).items().get(1);
    assertThat(pets.problems()).containsExactly("test: expected 3669 samples, found 1");
    assertThat(pets.samples()).hasSize(16).containsEntry("train-16shot-seed2", 592);
  }

  @Test
  void files_that_are_no_hdf5_and_no_pickle_are_told() {
    text("main_split/training_objectdataset.h5", "no HDF5");
    text("main_split/test_objectdataset.h5", "no HDF5");
    Item scan = Suites.named("scanobjectnn").check(root).items().get(0);
    assertThat(scan.state()).isEqualTo(State.WRONG);
    assertThat(scan.problems()).hasSize(2);
    assertThat(scan.problems().get(0)).startsWith("train: ").contains("no HDF5 file");
    text("ModelNetFewshot/5way10shot/0.pkl", "no pickle");
    Item fold = Suites.named("modelnet-fewshot").check(root).items().get(0);
    assertThat(fold.state()).isEqualTo(State.WRONG);
    assertThat(fold.problems().get(0)).contains("0.pkl");
  }

  @Test
  void texts_of_modelnet_are_counted_and_looked_for() {
    text("ModelNet/modelnet40_normal_resampled/modelnet40_shape_names.txt", "chair\ndesk\n");
    text("ModelNet/modelnet40_normal_resampled/modelnet40_train.txt", "chair_0001\n");
    text("ModelNet/modelnet40_normal_resampled/modelnet40_test.txt", "desk_0001\n");
    text("ModelNet/modelnet40_normal_resampled/chair/chair_0001.txt", "0,0,0,0,0,0\n");
    Item item = Suites.named("modelnet40").check(root).items().get(0);
    assertThat(item.problems().get(0)).isEqualTo("train: expected 9843 samples, found 1");
    assertThat(item.problems().get(1)).startsWith("test: ").contains("1 of the 1 files it names");
  }

  @Test
  void two_images_of_each_split_are_ready_where_two_are_all() {
    picture("vtab/images/1.png");
    picture("vtab/images/2.png");
    String list = "images/1.png 0\nimages/2.png 1\n";
    for (String split : List.of("train800", "val200", "train800val200", "test")) {
      text("vtab/" + split + ".txt", list);
    }
    picture("fgvc/1.png");
    picture("fgvc/2.png");
    for (String split : List.of("train", "val", "test")) {
      text("fgvc/" + split + ".json", "{\"1.png\": 7, \"2.png\": 9}");
    }
    SuiteReport report =
        tiny(
                place("vtab", "train800val200", List.of("train800val200.txt", "test.txt")),
                place("fgvc", "train", List.of("train.json", "test.json")))
            .check(root);
    assertThat(report.ready()).isTrue();
    report.require();
    assertThat(report.items().get(0).samples())
        .containsExactly(Map.entry("train800val200", 2), Map.entry("test", 2));
    assertThat(report.items().get(1).text()).isEmpty();
  }

  @Test
  void what_only_tuning_needs_leaves_a_suite_ready() {
    picture("a/images/1.png");
    text("a/train800val200.txt", "images/1.png 0\nimages/1.png 1\n");
    text("a/test.txt", "images/1.png 0\nimages/1.png 1\n");
    DataPlace place = place("a", "train800val200", List.of("train800val200.txt", "test.txt"));
    SuiteReport report = tiny(place).check(root);
    assertThat(report.ready()).isTrue();
    assertThat(report.items().get(0).text()).isEqualTo("to tune, lacks a/val200.txt");
  }

  private static DataPlace place(String name, String train, List<String> files) {
    List<String> tuning = name.equals("fgvc") ? List.of("val.json") : List.of("val200.txt");
    return new DataPlace(
        name, List.of(name), files, tuning, Kind.IMAGES, "", 2, Map.of(train, 2, "test", 2));
  }

  private static Suite tiny(DataPlace... places) {
    List<TaskForm> forms =
        List.of(places).stream()
            .map(
                place ->
                    new TaskForm(
                        place.name(), null, place, "train", "test", null, null, List.of(), null))
            .toList();
    DataSource source = new DataSource("nowhere", "https://example.org", "");
    return new Suite(
        "tiny",
        "two images",
        List.of(new Profile("plain", "as is", List.of())),
        List.of(source),
        List.of(),
        forms);
  }

  private void picture(String file) {
    try {
      Files.createDirectories(root.resolve(file).getParent());
      ImageIO.write(
          new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB), "png", root.resolve(file).toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void text(String file, String content) {
    try {
      Files.createDirectories(root.resolve(file).getParent());
      Files.writeString(root.resolve(file), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
