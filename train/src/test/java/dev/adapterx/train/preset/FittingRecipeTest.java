package dev.adapterx.train.preset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;
import dev.adapterx.data.image.RgbImage;
import dev.adapterx.data.image.format.PngFile;
import dev.adapterx.data.sets.DataKind;
import dev.adapterx.peft.Methods;
import dev.adapterx.peft.mixture.AdapterX;
import dev.adapterx.scenes.images.QuickstartImages;
import dev.adapterx.train.loop.RunListener;
import dev.adapterx.train.recipe.DataRecipe;
import dev.adapterx.train.recipe.Recipe;
import dev.adapterx.train.run.RunResult;
import dev.adapterx.train.run.TrainRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder alone becomes a recipe that suits it. */
class FittingRecipeTest {
  @TempDir Path folder;

  private static FittingRecipe fitting(Object data, String... keys) {
    return fitting(data, Quality.GOOD, keys);
  }

  private static FittingRecipe fitting(Object data, Quality quality, String... keys) {
    List<String> all = new ArrayList<>(List.of("data.path=" + data));
    all.addAll(Arrays.asList(keys));
    return FittingRecipe.of(Recipe.keys("", all, "test"), quality, "test");
  }

  /** Empty files: nothing here is decoded. */
  private Path files(int each, String ending, String... folders) {
    for (String name : folders) {
      try {
        Path made = Files.createDirectories(folder.resolve(name));
        for (int i = 0; i < each; i++) {
          Files.write(made.resolve(i + ending), new byte[0]);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return folder;
  }

  @Test
  void without_splits_a_fifth_of_each_class_is_held_out() {
    FittingRecipe made = fitting(files(40, ".png", "cat", "dog", "emu"));
    DataRecipe data = made.recipe().data();
    assertThat(data.train()).isEqualTo("all");
    assertThat(data.holdOut()).isEqualTo(0.2);
    assertThat(data.test()).isNull();
    assertThat(data.val()).isNull();
    assertThat(made.notes().get(0))
        .contains("120 images of 3 classes", "of which 24 are held out and measured");
  }

  @Test
  void training_and_testing_are_splits_and_testing_is_measured() {
    Path data = files(5, ".jpg", "Training/a", "Training/b", "Testing/a", "Testing/b");
    DataRecipe found = fitting(data).recipe().data();
    assertThat(found.train()).isEqualTo("train");
    assertThat(found.test()).isEqualTo("test");
    assertThat(found.chosenOn()).isNull();
  }

  @Test
  void a_validation_split_chooses_the_epoch_and_is_measured_only_without_a_test_split() {
    Path data = files(5, ".jpg", "train/a", "train/b", "valid/a", "valid/b");
    DataRecipe alone = fitting(data).recipe().data();
    assertThat(alone.val()).isEqualTo("val");
    assertThat(alone.measuredOn()).isEqualTo("val");
    assertThat(fitting(data).notes().get(0)).contains("is measured, as there is no test split");
    files(5, ".jpg", "test/a", "test/b");
    DataRecipe all = fitting(data).recipe().data();
    assertThat(all.val()).isEqualTo("val");
    assertThat(all.measuredOn()).isEqualTo("test");
  }

  @Test
  void a_test_folder_without_classes_is_left_out_and_named() {
    FittingRecipe made = fitting(files(5, ".jpg", "train/a", "train/b", "test"));
    assertThat(made.recipe().data().test()).isNull();
    assertThat(made.recipe().data().holdOut()).isEqualTo(0.2);
    assertThat(made.notes().get(0)).contains("not measured, as it has no folders of classes: test");
  }

  @Test
  void photographs_in_folders_are_turned_as_their_tags_say_and_benchmarks_are_not()
      throws IOException {
    assertThat(orientation(files(4, ".jpg", "own/a", "own/b").resolve("own"))).isTrue();
    Path lists = files(4, ".jpg", "listed/images").resolve("listed");
    Files.writeString(lists.resolve("train.txt"), "images/0.jpg 0\nimages/1.jpg 1\n");
    Files.writeString(lists.resolve("test.txt"), "images/2.jpg 0\nimages/3.jpg 1\n");
    assertThat(orientation(lists)).isFalse();
  }

  private static boolean orientation(Path data) {
    return fitting(data).recipe().tree().path("data").path("exif-orientation").asBoolean(false);
  }

  @Test
  void what_is_said_wins() {
    Path data = files(40, ".png", "cat", "dog");
    Recipe recipe =
        fitting(
                data,
                "method=lora",
                "train.lr=0.5",
                "train.epochs=3",
                "train.batch=5",
                "train.clip-norm=0",
                "data.hold-out=0.5",
                "backbone.preset=vit_32x2x2_patch8_32")
            .recipe();
    assertThat(recipe.method().name()).isEqualTo("lora");
    assertThat(recipe.train().lr()).isEqualTo(0.5);
    assertThat(recipe.train().epochs()).isEqualTo(3);
    assertThat(recipe.train().batch()).isEqualTo(5);
    assertThat(recipe.train().clipNorm()).isZero();
    assertThat(recipe.data().holdOut()).isEqualTo(0.5);
    assertThat(recipe.backbone().path()).isNull();
  }

  @Test
  void rates_scales_batches_and_epochs_follow_method_and_data() {
    Recipe small = fitting(files(40, ".png", "cat", "dog", "emu")).recipe();
    assertThat(small.backbone().path()).isEqualTo("embedded");
    assertThat(small.method()).isEqualTo(AdapterX.with(o -> o.scale = 1));
    assertThat(small.train().lr()).isEqualTo(0.01);
    assertThat(small.train().batch()).isEqualTo(8);
    assertThat(small.train().epochs()).isEqualTo(50);
    assertThat(fitting(folder, Quality.FAST).recipe().train().epochs()).isEqualTo(13);
    assertThat(fitting(folder, "method.scale=0.3").recipe().method())
        .isEqualTo(AdapterX.with(o -> o.scale = 0.3));
    assertThat(fitting(folder, "method=full").recipe().train().lr()).isEqualTo(0.0002);
  }

  @Test
  void clouds_get_the_backbone_and_the_settings_of_clouds() {
    Recipe recipe = fitting(files(9, ".ply", "chair", "lamp")).recipe();
    assertThat(recipe.backbone().path()).isEqualTo("embedded-points");
    assertThat(recipe.method().name()).isEqualTo("adapter-x");
    assertThat(recipe.train().lr()).isEqualTo(0.015);
    assertThat(recipe.train().weightDecay()).isEqualTo(0.05);
    assertThat(recipe.data().augment()).isEqualTo("scale-translate");
    assertThat(recipe.data().holdOut()).isEqualTo(0.2);
  }

  @Test
  void computed_data_have_a_test_split() {
    assertThat(fitting("formula:3x40").recipe().data().measuredOn()).isEqualTo("test");
    assertThat(fitting("shapes:3x40").recipe().backbone().path()).isEqualTo("embedded-points");
  }

  @Test
  void patience_finds_the_held_out_part() {
    Recipe recipe = fitting(files(4, ".png", "a", "b"), "train.patience=2").recipe();
    assertThat(recipe.train().patience()).isEqualTo(2);
  }

  @Test
  void a_place_with_nothing_to_train_on_is_refused() {
    assertThatThrownBy(() -> fitting(folder))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("holds neither images nor point clouds");
    assertThatThrownBy(() -> fitting(folder.resolve("none")))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("No such file or folder");
    assertThatThrownBy(() -> FittingRecipe.of(Recipe.keys("", List.of(), "t"), Quality.GOOD, "t"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("adapterx train my-pictures");
  }

  @Test
  void every_method_has_a_rate_of_its_own() {
    for (String method : Methods.names()) {
      assertThat(MethodRates.of(method, DataKind.CLOUDS)).as(method).isNotNull();
    }
  }

  /** By the protocol of the literature (lr 1e-3, batches of 64, ten warm-up epochs): chance. */
  @Test
  void a_short_training_on_120_pictures_learns() {
    QuickstartImages pictures = new QuickstartImages(0);
    for (int c = 0; c < 3; c++) {
      for (int i = 0; i < 40; i++) {
        RgbImage picture = pictures.image(QuickstartImages.Split.TRAIN, c, i);
        String name = QuickstartImages.classNames().get(c);
        write(folder.resolve("bare").resolve(name).resolve(i + ".png"), picture);
      }
    }
    Recipe recipe = fitting(folder.resolve("bare"), Quality.FAST).recipe();
    RunResult result = TrainRun.start(recipe, folder.resolve("run"), RunListener.NONE);
    assertThat(result.last().confusion().total()).isEqualTo(24);
    assertThat(result.last().accuracy()).isGreaterThan(62.5); // of chance, one in a thousand
    assertThat(result.line().text()).contains("held-out part of all", "so optimistic");
  }

  private static void write(Path file, RgbImage picture) {
    try {
      Files.createDirectories(file.getParent());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    PngFile.write(file, picture);
  }
}
