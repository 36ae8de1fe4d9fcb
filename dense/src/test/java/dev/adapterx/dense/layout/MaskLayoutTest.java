package dev.adapterx.dense.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.DataException;
import dev.adapterx.base.MissingSplitException;
import dev.adapterx.data.images.Layout;
import dev.adapterx.data.targets.ClassMask;
import dev.adapterx.dense.boxes.BoxLayout;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MaskLayoutTest {
  private static final MaskLayout.Options PLAIN = MaskLayout.Options.none();

  @TempDir Path root;

  private MaskLayout layout() {
    assertThat(MaskLayout.recognises(root)).isTrue();
    return MaskLayout.of(root, PLAIN);
  }

  private void picture(String name) {
    Masks.picture(root.resolve(name), 2, 2);
  }

  private static ClassMask mask(int... classes) {
    short[] values = new short[classes.length];
    for (int i = 0; i < classes.length; i++) {
      values[i] = (short) classes[i];
    }
    return new ClassMask(2, classes.length / 2, values);
  }

  @Test
  void folders_with_index_masks_and_names() {
    picture("images/a.png");
    picture("images/deep/b.jpg");
    Masks.grey(root.resolve("masks/a_mask.png"), 2, 0, 1, 2, 255);
    Masks.palette(
        root.resolve("masks/deep/b.png"), new int[] {0, 0xFF0000, 0x00FF00}, 2, 2, 2, 1, 0);
    Masks.text(root.resolve("classes.txt"), "sky", "road", "car");
    MaskLayout layout = layout();
    assertThat(layout.splits()).containsExactly("all");
    assertThat(layout.photographs()).isTrue();
    MaskDataset all = layout.open("all");
    assertThat(all.classes()).containsExactly("sky", "road", "car");
    assertThat(all.name(0)).isEqualTo("images/a.png");
    assertThat(all.sample(0).target()).isEqualTo(mask(0, 1, 2, -1));
    assertThat(all.sample(1).target()).isEqualTo(mask(2, 2, 1, 0));
    assertThat(all.sample(0).input().at(1, 0, 0)).isEqualTo(37);
    assertThat(all.label(0)).isEqualTo(-1);
  }

  @Test
  void masks_of_which_no_pixel_has_a_class_are_a_problem_but_in_a_test_split() {
    picture("train/images/a.png");
    picture("test/images/b.png");
    Masks.grey(root.resolve("train/masks/a.png"), 2, 0, 1, 1, 0);
    Masks.grey(root.resolve("test/masks/b.png"), 2, 255, 255, 255, 255);
    Masks.text(root.resolve("classes.txt"), "sky", "road");
    MaskReport report = MaskReport.of(root, PLAIN);
    assertThat(report.sound()).isTrue();
    assertThat(report.text())
        .contains("note: no pixel of 'test' has a class", "train passes over it", "No problems")
        .doesNotContain("pixel of 'train'", "problem:");
    assertThat(layout().open("train").hasTarget(0)).isTrue();
    assertThat(layout().open("test").hasTarget(0)).isFalse();
    MaskReport ignored = MaskReport.of(root, new MaskLayout.Options(null, List.of(0, 1, 255)));
    assertThat(ignored.sound()).isFalse();
    assertThat(ignored.text())
        .contains("problem: no pixel of 'train' has a class", "data.masks.ignore")
        .contains("note: no pixel of 'test' has a class");
    picture("val/images/c.png");
    Masks.grey(root.resolve("val/masks/c.png"), 2, 255, 255, 255, 255);
    MaskReport judged = MaskReport.of(root, PLAIN);
    assertThat(judged.sound()).isFalse();
    assertThat(judged.text()).contains("problem: no pixel of 'val' has a class");
  }

  @Test
  void splits_as_folders_above_or_below() {
    for (String split : List.of("train", "valid")) {
      picture("images/" + split + "/a.png");
      Masks.grey(root.resolve("labels/" + split + "/a.png"), 2, 0, 1, 1, 0);
    }
    MaskLayout below = layout();
    assertThat(below.splits()).containsExactly("train", "valid");
    assertThat(below.split(Layout.Role.VALIDATION)).contains("valid");
    assertThat(below.split(Layout.Role.TEST)).isEmpty();
    assertThat(below.open("val").size()).isOne();
    assertThatThrownBy(() -> below.open("tset"))
        .isInstanceOf(MissingSplitException.class)
        .hasMessageContaining("has no split 'tset'");
  }

  @Test
  void a_folder_per_split_with_both_inside() {
    for (String split : List.of("train", "test")) {
      picture(split + "/images/a.png");
      Masks.bits(root.resolve(split + "/masks/a.png"), 2, 0, 1, 1, 0);
    }
    MaskLayout layout = layout();
    assertThat(layout.splits()).containsExactlyInAnyOrder("train", "test");
    // one bit, as PIL saves it: the index is the bit
    assertThat(layout.open("test").sample(0).target()).isEqualTo(mask(0, 1, 1, 0));
    assertThat(layout.code().classes()).containsExactly("0", "1");
  }

  @Test
  void lists_name_a_picture_or_a_pair() {
    for (String name : List.of("a", "b", "c")) {
      picture("images/" + name + ".png");
      Masks.grey(root.resolve("masks/" + name + ".png"), 2, 0, 1, 1, 0);
    }
    Masks.text(root.resolve("train.txt"), "/SegNet/data/images/a.png /SegNet/data/masks/a.png");
    Masks.text(root.resolve("test.txt"), "b", "c.png", "gone");
    MaskLayout layout = layout();
    assertThat(layout.open("train").name(0)).isEqualTo("images/a.png");
    assertThat(layout.open("test").size()).isEqualTo(2);
    assertThat(layout.description("test"))
        .endsWith("split 'test': 2 pictures; left out: 1 picture without a mask (test.txt:3 gone)");
  }

  @Test
  void colours_by_a_table() {
    picture("images/a.png");
    Masks.colours(root.resolve("masks/a_L.png"), 2, 0x804080, 0x404000, 0, 0x804080);
    Masks.text(
        root.resolve("class_dict.csv"),
        "name,r,g,b",
        "Road,128,64,128",
        "Man,64,64,0",
        "Void,0,0,0");
    MaskLayout layout = layout();
    assertThat(layout.code().classes()).containsExactly("Road", "Man");
    assertThat(layout.code().palette()).containsExactly(0x804080, 0x404000);
    assertThat(layout.open("all").sample(0).target()).isEqualTo(mask(0, 1, -1, 0));
  }

  @Test
  void camvids_and_cvats_tables() {
    picture("images/a.png");
    Masks.palette(root.resolve("masks/a.png"), new int[] {0, 0x804080, 0x404000}, 2, 1, 1, 2, 0);
    Masks.text(
        root.resolve("labelmap.txt"),
        "# label:color_rgb:parts:actions",
        "background:0,0,0::",
        "road:128,64,128::",
        "man:64,64,0::");
    assertThat(layout().open("all").sample(0).target()).isEqualTo(mask(1, 1, 2, 0));
    root.resolve("labelmap.txt").toFile().delete();
    Masks.text(root.resolve("label_colors.txt"), "128 64 128\tRoad", "64 64 0 Man", "0 0 0\tVoid");
    assertThat(layout().open("all").sample(0).target()).isEqualTo(mask(0, 0, 1, -1));
    Masks.text(root.resolve("label_colors.txt"), "128 64 128\tRoad", "128 64 128 Man");
    assertThatThrownBy(this::layout).hasMessageContaining("label_colors.txt:2: another class");
    Masks.text(root.resolve("label_colors.txt"), "128 64 300 Road");
    assertThatThrownBy(this::layout).hasMessageContaining("expected colours of 0 … 255, found 300");
    Masks.text(root.resolve("label_colors.txt"), "Road");
    assertThatThrownBy(this::layout).isInstanceOf(DataException.class);
  }

  @Test
  void without_names_the_values_are_the_names() {
    picture("images/a.png");
    Masks.grey16(root.resolve("masks/a.png"), 2, 300, 7, 7, 255);
    MaskCode code = layout().code();
    assertThat(code.classes()).containsExactly("7", "300");
    assertThat(layout().open("all").sample(0).target()).isEqualTo(mask(1, 0, 0, -1));
  }

  @Test
  void black_and_white_is_background_and_foreground() {
    picture("images/a.png");
    Masks.grey(root.resolve("masks/a.png"), 2, 0, 255, 255, 0);
    assertThat(layout().code().classes()).containsExactly("background", "foreground");
    Masks.text(root.resolve("classes.txt"), "lawn", "weed");
    assertThat(layout().open("all").sample(0).target()).isEqualTo(mask(0, 1, 1, 0));
    Masks.grey(root.resolve("masks/a.png"), 2, 0, 255, 1, 0);
    assertThat(layout().open("all").sample(0).target()).isEqualTo(mask(0, -1, 1, 0));
  }

  @Test
  void unlabelled_is_no_class_and_what_is_said_wins() {
    picture("images/a.png");
    Masks.grey(root.resolve("masks/a.png"), 2, 0, 1, 2, 1);
    Masks.text(root.resolve("classes.txt"), "sky", "road", "Unlabelled");
    assertThat(layout().open("all").sample(0).target()).isEqualTo(mask(0, 1, -1, 1));
    MaskLayout told =
        MaskLayout.of(root, new MaskLayout.Options(List.of("a", "b", "c"), List.of(0)));
    assertThat(told.open("all").sample(0).target()).isEqualTo(mask(-1, 1, 2, 1));
  }

  @Test
  void an_unknown_value_is_named_with_its_pixel() {
    picture("images/a.png");
    Masks.grey(root.resolve("masks/a.png"), 2, 0, 1, 9, 9);
    Masks.text(root.resolve("classes.txt"), "sky", "road");
    MaskDataset all = layout().open("all");
    assertThatThrownBy(() -> all.sample(0))
        .isInstanceOf(DataException.class)
        .hasMessage(
            root.resolve("masks/a.png")
                + ": 2 pixels of a value, first at pixel (0, 1): 9, is none of the 2 classes (0,"
                + " 1) and not ignored (255). Name all classes in classes.txt, or name the value in"
                + " data.masks.ignore");
    Masks.colours(root.resolve("masks/a.png"), 2, 0x010203, 0, 0, 0);
    Masks.text(root.resolve("class_dict.csv"), "name,r,g,b", "sky,0,0,0", "road,1,1,1");
    MaskDataset coloured = layout().open("all");
    assertThatThrownBy(() -> coloured.sample(0))
        .hasMessageContaining("1 pixel of a colour, first at pixel (0, 0): 1 2 3, is none of");
  }

  @Test
  void a_mask_of_another_size_and_a_jpeg_mask_are_refused() {
    picture("images/a.png");
    picture("images/b.png");
    Masks.grey(root.resolve("masks/a.png"), 3, 0, 1, 1, 0, 1, 1);
    Masks.grey(root.resolve("masks/b.jpg"), 2, 0, 1, 1, 0);
    Masks.text(root.resolve("classes.txt"), "sky", "road");
    MaskDataset all = layout().open("all");
    assertThatThrownBy(() -> all.sample(0))
        .hasMessage(
            "%s has 2 x 2 pixels, its mask %s has 3 x 2; a mask needs the size of its picture"
                .formatted(root.resolve("images/a.png"), root.resolve("masks/a.png")));
    assertThatThrownBy(() -> all.sample(1))
        .hasMessageContaining("does not keep the value of every pixel; save masks as PNG");
  }

  @Test
  void what_is_missing_is_named_and_counted() {
    picture("images/a.png");
    picture("images/b.png");
    Masks.grey(root.resolve("masks/b.png"), 2, 0, 1, 1, 0);
    Masks.grey(root.resolve("masks/c.png"), 2, 0, 1, 1, 0);
    assertThat(layout().description("all"))
        .isEqualTo(
            "pictures and masks in images and masks, split 'all': 1 picture; left out: 1 picture"
                + " without a mask (images/a.png); 1 mask without a picture (masks/c.png)");
    root.resolve("masks/b.png").toFile().delete();
    assertThatThrownBy(this::layout)
        .isInstanceOf(DataException.class)
        .hasMessageContaining("has no picture with a mask of its name; left out: 2 pictures");
  }

  @Test
  void two_masks_of_one_name_are_refused() {
    picture("images/a.png");
    Masks.grey(root.resolve("masks/a.png"), 2, 0, 1, 1, 0);
    Masks.grey(root.resolve("masks/a_gt.png"), 2, 0, 1, 1, 0);
    assertThatThrownBy(this::layout).hasMessageContaining("Two masks of one name");
  }

  @Test
  void masks_that_are_photographs_are_refused() {
    Masks.picture(root.resolve("images/a.png"), 40, 40);
    Masks.picture(root.resolve("masks/a.png"), 40, 40);
    assertThatThrownBy(this::layout)
        .hasMessageContaining("its masks have more than 64 colours")
        .hasMessageContaining("class_dict.csv");
  }

  @Test
  void folders_of_classes_and_yolos_are_not_taken_for_masks() {
    picture("cats/a.png");
    picture("dogs/a.png");
    assertThat(MaskLayout.recognises(root)).isFalse();
    picture("images/a.png");
    Masks.text(root.resolve("labels/a.txt"), "0 0.5 0.5 1 1");
    assertThat(MaskLayout.recognises(root)).isFalse();
    assertThatThrownBy(() -> MaskLayout.of(root, PLAIN))
        .hasMessageContaining("holds no pictures with masks. Expected folders images and masks");
  }

  @Test
  void pascal_voc() {
    picture("JPEGImages/a.jpg");
    picture("JPEGImages/b.jpg");
    Masks.palette(root.resolve("SegmentationClass/a.png"), new int[256], 2, 0, 15, 255, 20);
    Masks.grey(root.resolve("SegmentationClassAug/b.png"), 2, 0, 15, 255, 20);
    Masks.text(root.resolve("ImageSets/Segmentation/train.txt"), "a");
    Masks.text(root.resolve("ImageSets/Segmentation/val.txt"), "b");
    Masks.text(root.resolve("ImageSets/Segmentation/trainaug.txt"), "b");
    MaskLayout layout = layout();
    assertThat(layout.code().classes()).hasSize(21).contains("tvmonitor");
    assertThat(layout.open("train").sample(0).target()).isEqualTo(mask(0, 15, -1, 20));
    assertThat(layout.open("trainaug").sample(0).target()).isEqualTo(mask(0, 15, -1, 20));
    assertThat(layout.split(Layout.Role.VALIDATION)).isEmpty();
    assertThat(layout.description("val")).contains("val.txt:1 b");
  }

  @Test
  void ade20k() {
    for (String split : List.of("training", "validation")) {
      picture("images/" + split + "/ADE_1.jpg");
      Masks.grey(root.resolve("annotations/" + split + "/ADE_1.png"), 2, 0, 1, 150, 5);
    }
    Masks.text(
        root.resolve("objectInfo150.txt"),
        "Idx\tRatio\tTrain\tVal\tName",
        "1\t0.15\t11664\t1172\twall",
        "5\t0.1\t1\t1\tscreen, crt",
        "150\t0.1\t1\t1\tscreen, door");
    MaskLayout layout = layout();
    assertThat(layout.open("train").sample(0).target()).isEqualTo(mask(-1, 0, 149, 4));
    assertThat(layout.code().classes())
        .hasSize(150)
        .startsWith("wall", "2")
        .contains("screen 5", "screen 150");
    Masks.text(root.resolve("index_ade20k.pkl"), "x");
    assertThatThrownBy(this::layout).hasMessageContaining("is the full ADE20K");
  }

  @Test
  void cityscapes() {
    picture("leftImg8bit/train/bonn/bonn_0_leftImg8bit.png");
    Masks.grey(root.resolve("gtFine/train/bonn/bonn_0_gtFine_labelIds.png"), 2, 7, 33, 0, 255);
    Masks.colours(root.resolve("gtFine/train/bonn/bonn_0_gtFine_color.png"), 2, 1, 2, 3, 4);
    MaskLayout layout = layout();
    assertThat(layout.open("train").sample(0).target()).isEqualTo(mask(0, 18, -1, -1));
    assertThat(layout.code().classes()).hasSize(19);
    assertThat(layout.description("train")).endsWith("split 'train': 1 picture");
  }

  @Test
  void camvid_of_segnet() {
    picture("train/a.png");
    Masks.grey(root.resolve("trainannot/a.png"), 2, 0, 10, 11, 3);
    MaskLayout layout = layout();
    assertThat(layout.open("train").sample(0).target()).isEqualTo(mask(0, 10, -1, 3));
    assertThat(layout.code().classes()).hasSize(11).endsWith("Bicyclist");
  }

  @Test
  void oxford_pets() {
    picture("images/cat_1.jpg");
    Masks.grey(root.resolve("annotations/trimaps/cat_1.png"), 2, 1, 2, 3, 2);
    Masks.grey(root.resolve("annotations/trimaps/._cat_1.png"), 2, 1, 2, 3, 2);
    Masks.text(root.resolve("annotations/trainval.txt"), "# list", "cat_1 1 1 1");
    assertThat(layout().open("train").sample(0).target()).isEqualTo(mask(0, 1, 2, 1));
    MaskLayout told = MaskLayout.of(root, new MaskLayout.Options(null, List.of(3)));
    assertThat(told.open("train").sample(0).target()).isEqualTo(mask(0, 1, -1, 1));
  }

  private void panoptic(String segments) {
    picture("train2017/7.jpg");
    picture("train2017/8.jpg");
    picture("train2017/9.jpg");
    // Numbers of segments: red + 256 green + 65536 blue.
    Masks.colours(
        root.resolve("annotations/panoptic_train2017/7.png"), 2, 0x050000, 0x010200, 0x010203, 0);
    Masks.colours(root.resolve("annotations/panoptic_train2017/9.png"), 2, 0, 0, 0, 0);
    Masks.text(
        root.resolve("annotations/panoptic_train2017.json"),
        """
        {"images": [{"id": 7, "file_name": "7.jpg"}],
         "categories": [{"id": 40, "name": "dog", "isthing": 1, "color": [1, 2, 3]},
                        {"id": 3, "name": "sky", "isthing": 0, "color": [0, 0, 255]}],
         "annotations": [{"image_id": 7, "file_name": "7.png", "segments_info": [%s]}]}
        """
            .formatted(segments));
  }

  @Test
  void coco_panoptic() {
    panoptic(
        """
        {"id": 5, "category_id": 3}, {"id": 513, "category_id": 40, "iscrowd": 1},
        {"id": 197121, "category_id": 40}""");
    MaskLayout layout = layout();
    assertThat(layout.code().classes()).containsExactly("sky", "dog");
    assertThat(layout.code().palette()).containsExactly(0x0000FF, 0x010203);
    MaskDataset train = layout.open("train");
    assertThat(train.size()).isOne();
    assertThat(train.sample(0).target()).isEqualTo(mask(0, 1, 1, -1));
    assertThat(layout.description("train"))
        .contains("2 pictures without a mask (train2017/8.jpg, train2017/9.jpg)");
    assertThat(BoxLayout.recognises(root)).as("no boxes").isFalse();
  }

  @Test
  void panoptic_segments_that_are_not_listed_are_named() {
    panoptic("{\"id\": 5, \"category_id\": 3}, {\"id\": 513, \"category_id\": 40}");
    MaskDataset train = layout().open("train");
    assertThatThrownBy(() -> train.sample(0))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("7.png: pixel (0, 1) is of segment 197121 (red 1, green 2, blue 3)")
        .hasMessageContaining("none of the 2 that its annotation lists");
  }

  @Test
  void panoptic_annotations_with_faults_are_named_with_their_place() {
    panoptic("{\"id\": 5, \"category_id\": 4}");
    assertThatThrownBy(this::layout)
        .hasMessageContaining("segment 5 of 7.png has the category 4, which is not among its 2");
    panoptic("{\"id\": \"5\", \"category_id\": 3}");
    assertThatThrownBy(this::layout)
        .hasMessageContaining(
            "panoptic_train2017.json:4: id: expected a whole number, found \"5\"");
    panoptic("{\"id\": 5");
    assertThatThrownBy(this::layout)
        .isInstanceOf(DataException.class)
        .hasMessageContaining("not valid JSON");
  }

  @Test
  void coco_stuff() {
    picture("images/train2017/1.jpg");
    Masks.grey(root.resolve("stuffthingmaps/train2017/1.png"), 2, 0, 181, 255, 12);
    Masks.text(root.resolve("labels.txt"), "0: unlabeled", "1: person", "13: street sign");
    MaskLayout layout = layout();
    assertThat(layout.open("train").sample(0).target()).isEqualTo(mask(0, 181, -1, 12));
    assertThat(layout.code().classes()).hasSize(182).startsWith("person").contains("street sign");
  }
}
