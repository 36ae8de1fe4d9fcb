package dev.adapterx.data.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.DataException;
import dev.adapterx.data.Dataset;
import dev.adapterx.data.Fingerprint;
import dev.adapterx.data.NumberedImages;
import dev.adapterx.data.Pictures;
import dev.adapterx.data.Split;
import dev.adapterx.data.image.RgbImage;
import dev.adapterx.data.images.Layout.Role;
import dev.adapterx.testing.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayoutTest {
  @TempDir Path root;

  @Test
  void vtab_lists_are_recognised_and_classes_counted_over_all_lists() {
    vtab();
    ImageData data = ImageData.open(root, "train800");
    assertThat(data.layout()).isInstanceOf(VtabLayout.class);
    assertThat(data.dataset().classes()).containsExactly("0", "1", "2", "3");
    assertThat(data.description())
        .isEqualTo(
            "2 images of 4 classes: split train800 of "
                + root
                + ", VTAB lists (train800.txt, val200.txt, train800val200.txt, test.txt)");
  }

  @Test
  void vtab_roles_follow_the_protocol_and_never_validate_on_the_training_set() {
    vtab();
    Layout layout = Layout.of(root);
    assertThat(layout.split(Role.TRAIN)).contains("train800val200");
    assertThat(layout.split(Role.VALIDATION)).isEmpty();
    assertThat(layout.split(Role.TEST)).contains("test");
  }

  @Test
  void lists_of_any_name_are_splits_and_other_texts_are_not() {
    list("images/x.png", "");
    list("train5.txt", "images/x.png 0\nimages/x.png 1");
    list("val.txt", "images/x.png 1");
    list("test.txt", "images/x.png 1");
    list("sizes.txt", "images/x.png 512");
    list("README.txt", "images/x.png 3");
    list("notes.txt", "counted on day 3\n");
    list("broken.txt", "images/x.png 0\nimages/x.png one");
    Layout layout = Layout.of(root);
    assertThat(layout.splits()).containsExactly("val", "test", "sizes", "train5");
    assertThat(layout.description())
        .isEqualTo(
            "VTAB lists (val.txt, test.txt, sizes.txt, train5.txt; no lists of 'path label':"
                + " broken.txt, notes.txt)");
    assertThat(layout.split(Layout.Role.TRAIN)).contains("train5");
    assertThat(layout.split(Layout.Role.VALIDATION)).contains("val");
    for (String split : List.of("train5", "val", "test")) {
      assertThat(layout.open(split).classes()).as(split).containsExactly("0", "1");
    }
    assertThatThrownBy(() -> layout.open("broken"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("has no split 'broken'")
        .hasMessageContaining("broken.txt:2: label 'one' is not a whole number");
  }

  @Test
  void which_of_several_lists_is_meant_is_not_guessed() {
    list("images/x.png", "");
    list("train5.txt", "images/x.png 0");
    list("train9.txt", "images/x.png 0");
    list("test1.txt", "images/x.png 0");
    Layout layout = Layout.of(root);
    assertThat(layout.splits()).containsExactly("test1", "train5", "train9");
    assertThat(layout.split(Layout.Role.TRAIN)).isEmpty();
    assertThat(layout.split(Layout.Role.TEST)).contains("test1");
    list("val.txt", "images/x.png 0");
    list("train9.txt", "no list");
    list("train5val.txt", "images/x.png 0");
    assertThat(Layout.of(root).split(Layout.Role.TRAIN)).isEmpty();
    assertThat(Layout.of(root).split(Layout.Role.VALIDATION)).contains("val");
    list("train.txt", "images/x.png 0");
    assertThat(Layout.of(root).split(Layout.Role.TRAIN)).contains("train");
    assertThat(Layout.of(root).split(Layout.Role.VALIDATION)).contains("val");
  }

  @Test
  void a_list_with_a_fault_is_still_a_split_and_a_text_called_like_one_says_why_it_is_none() {
    list("images/x.png", "");
    list("train5.txt", "images/x.png 0\nimages/x.png -1");
    list("test.txt", "images/x.png 0");
    list("val5.txt", "");
    Layout layout = Layout.of(root);
    assertThat(layout.splits()).containsExactly("test", "train5");
    assertThatThrownBy(() -> layout.open("train5"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("train5.txt:2: label");
    assertThat(layout.description())
        .contains("; no lists of 'path label': val5.txt (")
        .contains("lists no image; expected one 'path label' per line)");
  }

  /** The best epoch must not be chosen on samples that were trained on. */
  @Test
  void a_validation_list_within_the_training_list_judges_nothing() {
    list("images/x.png", "");
    for (String name : List.of("trainval.txt", "val.txt", "test.txt")) {
      list(name, "images/x.png 0");
    }
    assertThat(Layout.of(root).split(Layout.Role.TRAIN)).contains("trainval");
    assertThat(Layout.of(root).split(Layout.Role.VALIDATION)).isEmpty();
  }

  @Test
  void numbers_in_other_lists_add_no_classes_and_names_are_whole() {
    list("images/x.png", "");
    list("train5.txt", "images/x.png 0\nimages/x.png 1");
    list("sizes.txt", "images/x.png 512");
    list("classes10.txt", "images/x.png 1");
    list("README-en.txt", "images/x.png 1");
    Layout layout = Layout.of(root);
    assertThat(layout.splits()).containsExactly("classes10", "sizes", "train5");
    assertThat(layout.open("train5").classes()).containsExactly("0", "1");
  }

  @Test
  void texts_of_every_picture_are_said_to_be_no_lists() {
    list("images/x.png", "");
    list("train.txt", "images/x.png 0");
    for (int i = 0; i < 101; i++) {
      list("fold" + i + ".txt", "images/x.png 0");
    }
    assertThat(Layout.of(root).description())
        .isEqualTo("VTAB lists (train.txt; no lists of 'path label': *.txt)");
    assertThatThrownBy(() -> Layout.of(root).open("*"))
        .hasMessageContaining("more than 100 texts are captions or labels");
  }

  @Test
  void lists_beside_folders_of_classes_do_not_change_what_these_are() {
    for (String file : List.of("cat/1.png", "dog/1.png")) {
      list(file, "");
    }
    list("all.txt", "cat/1.png 0\ndog/1.png 1");
    assertThat(Layout.of(root)).isInstanceOf(PlainFolder.class);
    list("cat/captions.txt", "1.png 1");
    assertThat(Layout.of(root)).isInstanceOf(PlainFolder.class);
  }

  @Test
  void classes_txt_names_the_classes_and_bounds_the_labels() {
    vtab();
    Pictures.text(root.resolve("classes.txt"), "a\nb\nc\n");
    assertThat(ImageData.open(root, "train800").dataset().classes()).containsExactly("a", "b", "c");
    assertThatThrownBy(() -> ImageData.open(root, "test"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(root.resolve("test.txt") + ":1: label 3");
  }

  @Test
  void a_missing_split_says_which_exist() {
    vtab();
    assertThatThrownBy(() -> ImageData.open(root, "train80"))
        .isInstanceOf(DataException.class)
        .hasMessage(
            root
                + " has no split 'train80'. Read as VTAB lists (train800.txt, val200.txt,"
                + " train800val200.txt, test.txt); existing: train800, val200, train800val200,"
                + " test. Train on train800val200, or tune with train800 and val200; did you mean"
                + " 'train800'?");
  }

  @Test
  void few_shot_lists_find_their_images_and_sort_by_shots() {
    Pictures.png(root.resolve("images/c/x.png"), 0);
    list("annotations/train_meta.list.num_shot_16.seed_0", "c/x.png 0");
    list("annotations/train_meta.list.num_shot_2.seed_1", "c/x.png 0");
    list("annotations/train_meta.list.num_shot_2.seed_0", "c/x.png 0\nc/x.png 0");
    list("annotations/test_meta.list", "c/x.png 4");
    list("annotations/unofficial_val_list", "c/x.png 9");
    ImageData data = ImageData.open(root, FewShotLayout.split(2, 0));
    assertThat(data.layout().splits())
        .containsExactly("train-2shot-seed0", "train-2shot-seed1", "train-16shot-seed0", "test");
    assertThat(data.dataset().size()).isEqualTo(2);
    assertThat(data.dataset().classes()).hasSize(5);
    assertThat(data.dataset().sample(0).width()).isEqualTo(4);
    assertThat(data.layout().split(Role.TRAIN)).isEmpty();
    assertThat(data.layout().split(Role.TEST)).contains("test");
    assertThatThrownBy(() -> ImageData.open(root, "train-4shot-seed0"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("did you mean 'train-2shot-seed0'");
  }

  @Test
  void few_shot_lists_without_images_say_where_they_were_sought() {
    list("annotations/test_meta.list", "c/x.png 4");
    assertThatThrownBy(() -> ImageData.open(root, "test"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("test_meta.list:1: no image c/x.png in any of")
        .hasMessageContaining(root.resolve("images").toString());
  }

  @Test
  void a_folder_per_split_labels_the_test_as_the_training() {
    for (String name : List.of("cat", "dog", "emu")) {
      Pictures.png(root.resolve("train/" + name + "/x.png"), 0);
    }
    Pictures.png(root.resolve("Validation/emu/x.png"), 0);
    Pictures.png(root.resolve("test/dog/x.png"), 0);
    Layout layout = Layout.of(root);
    assertThat(layout.description())
        .isEqualTo("one folder per split (train, Validation, test) and class");
    assertThat(layout.splits()).containsExactly("train", "val", "test");
    assertThat(layout.open("val").label(0)).isEqualTo(2);
    assertThat(layout.open("validation").label(0)).isEqualTo(2);
    assertThat(layout.open("test").classes()).containsExactly("cat", "dog", "emu");
    assertThat(layout.split(Role.VALIDATION)).contains("val");
    Pictures.png(root.resolve("test/dig/x.png"), 0);
    assertThatThrownBy(() -> layout.open("test"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("none of the 3 classes trained: dig. Known: cat, dog, emu");
    Pictures.png(root.resolve("valid/emu/x.png"), 0);
    assertThatThrownBy(() -> Layout.of(root))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("two folders for the split 'val': Validation and valid");
  }

  @Test
  void a_class_called_test_does_not_make_a_split() {
    Pictures.png(root.resolve("test/x.png"), 0);
    Pictures.png(root.resolve("production/x.png"), 0);
    ImageData data = ImageData.open(root, "all");
    assertThat(data.layout()).isInstanceOf(PlainFolder.class);
    assertThat(data.dataset().classes()).containsExactly("production", "test");
    assertThatThrownBy(() -> ImageData.open(root, "train"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("has no split 'train'. Read as one folder per class, without splits")
        .hasMessageContaining("existing: all (the whole folder). Hold a part out");
  }

  @Test
  void a_folder_of_many_tasks_asks_for_one() {
    for (String task : List.of("cifar", "dtd")) {
      Pictures.text(root.resolve(task + "/test.txt"), "x.png 0\n");
    }
    assertThatThrownBy(() -> ImageData.open(root, "test"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("holds 2 data sets: cifar, dtd. Name one of them");
  }

  @Test
  void hold_out_takes_its_share_of_each_class_and_repeats_exactly() {
    NumberedImages data = new NumberedImages(100);
    Split<RgbImage> split = Split.holdOut(data, 0.2, 3);
    assertThat(split.heldOut().size()).isEqualTo(7 + 7 + 7);
    for (int label = 0; label < 3; label++) {
      int wanted = label;
      assertThat(labels(split.heldOut()).filter(l -> l == wanted).count()).isEqualTo(7);
    }
    assertThat(names(split.train())).doesNotContainAnyElementsOf(names(split.heldOut()));
    assertThat(split.train().size() + split.heldOut().size()).isEqualTo(100);
    assertThat(names(Split.holdOut(data, 0.2, 3).heldOut())).isEqualTo(names(split.heldOut()));
    assertThat(names(Split.holdOut(data, 0.2, 4).heldOut())).isNotEqualTo(names(split.heldOut()));
  }

  @Test
  void hold_out_keeps_repeated_lines_and_single_images_together() {
    Path file = Pictures.png(root.resolve("x.png"), 0);
    List<FileDataset.Sample> samples =
        List.of(
            new FileDataset.Sample(file, "a", 0),
            new FileDataset.Sample(file, "b", 0),
            new FileDataset.Sample(file, "a", 0),
            new FileDataset.Sample(file, "b", 0),
            new FileDataset.Sample(file, "only", 1));
    Split<RgbImage> split = Split.holdOut(new FileDataset(samples, List.of("0", "1"), 0), 0.01, 0);
    assertThat(split.heldOut().size()).isEqualTo(2);
    assertThat(split.heldOut().name(0)).isEqualTo(split.heldOut().name(1));
    assertThat(names(split.train())).hasSize(3).contains("only");
    assertThat(split.train().file(0)).contains(file);
    FileDataset single = new FileDataset(samples.subList(4, 5), List.of("0", "1"), 0);
    assertThatThrownBy(() -> Split.holdOut(single, 0.5, 0))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("none of the 2 classes has two samples");
    assertThatThrownBy(() -> Split.holdOut(single, Double.NaN, 0))
        .hasMessageContaining("between 0 and 1, found NaN");
  }

  @Test
  void fingerprint_follows_names_labels_and_sizes_but_not_the_place() throws IOException {
    Pictures.png(root.resolve("one/a/x.png"), 0);
    Pictures.png(root.resolve("one/b/x.png"), 1);
    String print = Fingerprint.of(ImageFolder.open(root.resolve("one")));
    assertThat(print).hasSize(64);
    Files.move(root.resolve("one"), root.resolve("two"));
    assertThat(Fingerprint.of(ImageFolder.open(root.resolve("two")))).isEqualTo(print);
    Files.write(root.resolve("two/b/x.png"), new byte[] {1, 2, 3});
    String other = Fingerprint.of(ImageFolder.open(root.resolve("two")));
    assertThat(other).isNotEqualTo(print);
    Files.move(root.resolve("two/b/x.png"), root.resolve("two/b/y.png"));
    assertThat(Fingerprint.of(ImageFolder.open(root.resolve("two")))).isNotEqualTo(other);
    assertThat(Fingerprint.of(new NumberedImages(3)))
        .isNotEqualTo(Fingerprint.of(new NumberedImages(4)));
  }

  @Test
  @SharedData
  void real_vtab_lists_have_the_counts_of_the_protocol() {
    Path cifar = SharedData.Beside.folder().resolve("cifar10-vtab1k");
    Layout layout = Layout.of(cifar);
    int[] sizes = layout.splits().stream().mapToInt(s -> layout.open(s).size()).toArray();
    assertThat(sizes).containsExactly(800, 200, 1000, 2000);
    FileDataset train = layout.open("train800val200");
    assertThat(train.classes()).hasSize(10).startsWith("airplane", "automobile");
    int[] counts = new int[10];
    labels(train).forEach(l -> counts[l]++);
    assertThat(Arrays.stream(counts).sum()).isEqualTo(1000);
    for (int i = 0; i < train.size(); i++) {
      assertThat(train.name(i)).contains("/" + train.classes().get(train.label(i)) + "_");
    }
    assertThat(train.sample(0).width()).isEqualTo(32);
  }

  @Test
  @SharedData
  void real_few_shot_lists_are_read() {
    Path lists = SharedData.Beside.folder().resolve("noah-splits/data/few-shot");
    List<String> tasks = Layout.tasks(lists);
    assertThat(tasks)
        .containsExactly(
            "fgvc-aircraft",
            "food101",
            "imagenet",
            "oxford-flowers102",
            "oxford-pets",
            "standford-cars");
    int[] classes = {100, 101, 1000, 102, 37, 196};
    for (int i = 0; i < classes.length; i++) {
      FewShotLayout layout = (FewShotLayout) Layout.of(lists.resolve(tasks.get(i)));
      assertThat(layout.classes()).hasSize(classes[i]);
      for (int shots : new int[] {1, 2, 4, 8, 16}) {
        for (int seed = 0; seed < 3; seed++) {
          List<ListFile.Line> lines = ListFile.read(layout.list(FewShotLayout.split(shots, seed)));
          int repeated = tasks.get(i).equals("oxford-pets") && shots == 1 ? 2 : 1;
          assertThat(lines).hasSize(shots * classes[i] * repeated);
        }
      }
    }
    Layout aircraft = Layout.of(lists.resolve("fgvc-aircraft"));
    assertThat(aircraft.splits()).hasSize(17).startsWith("train-1shot-seed0").endsWith("test");
    assertThat(ListFile.read(((FewShotLayout) aircraft).list("test"))).hasSize(3333);
  }

  private void vtab() {
    Pictures.png(root.resolve("images/x y.png"), 0);
    list("train800.txt", "images/x y.png 0\nimages/x y.png 1");
    list("val200.txt", "images/x y.png 2");
    list("train800val200.txt", "images/x y.png 0\nimages/x y.png 1\nimages/x y.png 2");
    list("test.txt", "images/x y.png 3");
  }

  private void list(String name, String lines) {
    Pictures.text(root.resolve(name), lines + "\n");
  }

  private static IntStream labels(Dataset<?> data) {
    return IntStream.range(0, data.size()).map(data::label);
  }

  private static List<String> names(Dataset<?> data) {
    return IntStream.range(0, data.size()).mapToObj(data::name).toList();
  }
}
