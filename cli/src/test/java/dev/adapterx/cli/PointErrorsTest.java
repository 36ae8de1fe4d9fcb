package dev.adapterx.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a user who errs with point clouds is told; each mistake is made alone. */
class PointErrorsTest {
  @TempDir Path folder;

  private void isToldOf(Invocation wrong, CharSequence... parts) {
    assertThat(wrong.err()).contains(parts).startsWith("adapterx: ");
    assertThat(wrong.err()).doesNotContain("\tat ", "Exception:", "defect");
    assertThat(wrong.code()).isEqualTo(2);
  }

  /** One test cloud less, and why. */
  private void isSkipped(Invocation trained, CharSequence... reason) {
    assertThat(trained.code()).as(trained.err()).isZero();
    assertThat(trained.out())
        .contains("warning: skipped 1 of 9 test clouds, which are broken: ")
        .contains(reason);
  }

  private Invocation train(String... changes) {
    Object[] arguments = new Object[changes.length + 4];
    arguments[0] = "train";
    arguments[1] = TinyClouds.recipe(folder, "linear-probe");
    arguments[2] = "--out";
    arguments[3] = folder.resolve("run");
    System.arraycopy(changes, 0, arguments, 4, changes.length);
    return Invocation.of(arguments);
  }

  /** A test split with one more file. */
  private Invocation withFile(String name, String content) {
    TinyClouds.data(folder.resolve("clouds"));
    TinyClouds.text(folder.resolve("clouds/test/long/" + name), content);
    return train();
  }

  @Test
  void a_coordinate_that_is_no_number_costs_its_point_only() {
    Invocation trained = withFile("9.xyz", "0 0 0\n1 2 3\n".repeat(30) + "1 nan 0\n");
    assertThat(trained.out())
        .contains("warning: 1 of 9 test clouds were read in part: ")
        .contains("9.xyz: 1 of 61 points left out, which have no finite coordinates");
    assertThat(trained.code()).isZero();
    Path file = folder.resolve("clouds/test/long/9.xyz");
    Invocation predicted = Invocation.of("predict", folder.resolve("run"), file, "--json");
    assertThat(predicted.code()).isZero();
    assertThat(predicted.err())
        .isEqualToNormalizingNewlines(
            "warning: " + file + ": 1 of 61 points left out, which have no finite coordinates\n");
    assertThat(predicted.jsonLines().get(0).get("note").stringValue())
        .isEqualTo("1 of 61 points left out, which have no finite coordinates");
    Invocation checked = Invocation.of("data", "check", folder.resolve("clouds"));
    assertThat(checked.out())
        .contains("test: 1 points of 1 clouds left out, which have no finite coordinates");
    assertThat(checked.code()).isZero();
  }

  @Test
  void fewer_points_than_the_backbone_takes() {
    isSkipped(withFile("9.xyz", "0 0 0\n1 2 3\n"), "9.xyz", "expected at least 32 points, found 2");
  }

  @Test
  void an_empty_file() {
    isSkipped(withFile("9.xyz", ""), "9.xyz", "it is empty");
  }

  @Test
  void points_that_are_all_one() {
    isSkipped(
        withFile("9.xyz", "1 2 3\n".repeat(40)),
        "9.xyz",
        "every one of its 40 points is (1.0, 2.0, 3.0)");
  }

  @Test
  void a_mesh_without_an_area() {
    isSkipped(
        withFile("9.off", "OFF\n3 1 0\n0 0 0\n1 1 1\n2 2 2\n3 0 1 2\n"),
        "9.off",
        "none of its 1 faces has an area",
        "Repair the mesh");
  }

  @Test
  void a_truncated_ply() {
    isSkipped(
        withFile(
            "9.ply",
            """
            ply
            format ascii 1.0
            element vertex 40
            property float x
            property float y
            property float z
            end_header
            1 2 3
            """),
        "9.ply",
        "40");
  }

  @Test
  void a_truncated_h5() throws IOException {
    Path data = TinyClouds.h5(folder.resolve("clouds"), 0, 1, 0, 1);
    Path file = data.resolve("test.h5");
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));

    isToldOf(train("data.label=label_common", "data.augment=none"), "test.h5", "cut off after");
  }

  @Test
  void a_label_beyond_all_clouds() {
    TinyClouds.h5(folder.resolve("clouds"), 0, 1, 2_000_000_000, 1);

    isToldOf(train("data.label=label_common"), "'label_common'", "2000000000", "no class number");
  }

  @Test
  void labels_of_another_name() {
    TinyClouds.h5(folder.resolve("clouds"), 0, 1, 0, 1);

    isToldOf(train(), "'label'", "label_common");
  }

  @Test
  void images_for_a_point_transformer() {
    TinyRun.data(folder.resolve("clouds"));

    isToldOf(train(), "clouds holds images", "The backbone is a point transformer");
    isToldOf(train("data.path=formula:4x10"), "formula:4x10 holds images", "a point transformer");
  }

  @Test
  void point_clouds_for_a_vision_transformer() {
    TinyClouds.data(folder.resolve("clouds"));

    for (String path : new String[] {"clouds", "shapes:4x10"}) {
      isToldOf(
          train("backbone.preset=vit_32x2x2_patch8_32", "data.augment=none", "data.path=" + path),
          path + " holds point clouds",
          "The backbone is a vision transformer, which takes images");
    }
  }

  @Test
  void an_augmentation_of_images() {
    TinyClouds.data(folder.resolve("clouds"));

    isToldOf(
        train("data.augment=flip"),
        "no augmentation 'flip' of point clouds",
        "scale-translate, rotate-y");
  }

  @Test
  void an_augmentation_of_clouds() {
    TinyRun.data(folder.resolve("clouds"));

    isToldOf(
        train("backbone.preset=vit_32x2x2_patch8_32"),
        "scale-translate is for point clouds",
        "crop-flip");
  }

  @Test
  void mixup_of_clouds() {
    TinyClouds.data(folder.resolve("clouds"));

    isToldOf(train("data.mixup=0.8"), "data.mixup and data.cutmix are for images");
  }

  @Test
  void more_groups_than_points() {
    isToldOf(
        train("backbone.groups=33"), "groups and neighbours from 1 to N", "points 32", "groups 33");
    isToldOf(train("backbone.preset=point_32x2x2_c8_g4k99_32"), "neighbours 99");
    isToldOf(train("backbone.points=2000000000"), "points");
  }

  @Test
  void few_shots_of_more_than_there_is() {
    TinyClouds.data(folder.resolve("clouds"));

    isToldOf(train("data.few-shot=5x10/0", "data.val=null"), "5", "2");
    isToldOf(train("data.few-shot=2x1x1/0/3", "data.val=null"), "2x1x1/0/3");
  }

  @Test
  void a_variant_where_there_is_none() {
    TinyClouds.data(folder.resolve("clouds"));

    isToldOf(train("data.variant=obj-bg"), "there are no variants to choose 'obj-bg' from");
  }

  @Test
  void a_broken_cloud_in_training_is_passed_over_with_a_warning() {
    TinyClouds.data(folder.resolve("clouds"));
    TinyClouds.text(folder.resolve("clouds/train/long/9.xyz"), "1 2 3\n");

    Invocation trained = train();

    assertThat(trained.code()).as(trained.err()).isZero();
    assertThat(trained.out()).contains("skipped 1 of 17 training clouds", "9.xyz");
  }
}
