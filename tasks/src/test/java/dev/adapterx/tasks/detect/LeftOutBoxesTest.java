package dev.adapterx.tasks.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;
import dev.adapterx.base.Settings;
import dev.adapterx.train.Tiny;
import dev.adapterx.train.loop.RunListener;
import dev.adapterx.train.preset.FittingRecipe;
import dev.adapterx.train.preset.Quality;
import dev.adapterx.train.recipe.Recipe;
import dev.adapterx.train.run.TrainRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a training says of boxes that it leaves out, and of splits without any. */
class LeftOutBoxesTest {
  private static final String IMAGES =
      "{'images': [{'id': 0, 'file_name': '0.png'}, {'id': 1, 'file_name': '1.png'},"
          + " {'id': 2, 'file_name': '2.png'}, {'id': 9, 'file_name': 'gone.png'}],"
          + " 'categories': [{'id': 5, 'name': 'cat'}]";
  private static final String BOX = "{'image_id': 0, 'category_id': 5, 'bbox': [1, 2, 20, 15]}";

  @TempDir Path data;
  @TempDir Path folder;

  @BeforeEach
  void pictures() throws IOException {
    DetectionRunTest.pictures(data, "train", 3);
    DetectionRunTest.pictures(data, "test", 3);
    json("train", BOX);
    json("test", BOX);
  }

  private void json(String split, String annotations) throws IOException {
    Files.writeString(
        data.resolve(split + ".json"),
        (IMAGES + ", 'annotations': [" + annotations + "]}").replace('\'', '"'));
  }

  private Recipe recipe(String... more) {
    List<String> keys =
        new ArrayList<>(
            List.of(
                "head={kind: boxes, width: 32, convs: 1}", "data.augment=none", "train.epochs=1"));
    keys.addAll(List.of(more));
    return Tiny.recipe(data, keys.toArray(String[]::new));
  }

  @Test
  void each_kind_is_said_and_kept() throws IOException {
    json(
        "train",
        BOX
            + ", {'image_id': 0, 'category_id': 77, 'bbox': [1, 2, 20, 15]}"
            + ", {'image_id': 1, 'category_id': 5, 'bbox': [999, 2, 20, 15]}");
    List<String> said = new ArrayList<>();
    TrainRun.start(
        recipe(),
        folder,
        new RunListener() {
          @Override
          public void warned(String text) {
            said.add(text);
          }
        });
    List<String> expected =
        List.of(
            "data.train=train: 1 box is left out: train.json:1, annotation without id: there is no"
                + " category 77",
            "data.train=train: 1 box lies outside of its picture and is left out: train.json:1,"
                + " annotation without id: 'cat' lies outside of the picture: left 999, top 2,"
                + " right 1019, bottom 17",
            "data.train=train: 1 picture is named and not there: gone.png",
            "data.test=test: 1 picture is named and not there: gone.png");
    assertThat(said).containsAll(expected);
    List<String> kept = new ArrayList<>();
    Settings.json()
        .readTree(folder.resolve("run.json").toFile())
        .path("left-out")
        .forEach(line -> kept.add(line.asString("")));
    assertThat(kept).containsExactlyElementsOf(expected);
  }

  @Test
  void splits_without_a_box_are_refused_before_anything_is_trained() throws IOException {
    json("test", "");
    assertThatThrownBy(() -> TrainRun.start(recipe(), folder, RunListener.NONE))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll(
            "none of the images of data.test=test (3) has a box that is to be found",
            "Nothing can be measured on them",
            "data.test=null data.hold-out=0.2");
    json("train", "");
    json("test", BOX);
    assertThatThrownBy(() -> TrainRun.start(recipe(), folder, RunListener.NONE))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll(
            "none of the images of data.train=train (3) has a box that is to be found",
            "Nothing can be learned of them");
    json("train", BOX);
    assertThatThrownBy(
            () ->
                TrainRun.start(
                    recipe("data.test=null", "data.hold-out=0.4"), folder, RunListener.NONE))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll("(data.hold-out)", "has a box");
    assertThat(folder.resolve("adapter")).doesNotExist();
  }

  @Test
  void tiles_without_end_and_unknown_heads_are_refused() {
    assertThatThrownBy(() -> TrainRun.start(recipe("data.boxes.tile=1"), folder, RunListener.NONE))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("data.boxes.tile=1: tiles of 1 x 1 pixels");
    assertThatThrownBy(() -> Tiny.recipe(data, "head={kind: boxs}"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContainingAll(
            "expected linear or mlp of a classification",
            "{kind: pixels, …} of a segmentation",
            "{kind: boxes, …} of a detection",
            "found \"boxs\"; did you mean 'boxes'?");
    assertThatThrownBy(() -> Tiny.recipe(data, "head=3")).hasMessageContaining("{kind: pixels, …}");
    assertThatThrownBy(() -> Tiny.recipe(data, "task=segmentation", "head={kind: pixel}"))
        .hasMessageContaining("did you mean 'pixels'?");
  }

  /** Negatives to look at, or a benchmark whose truth is kept elsewhere. */
  @Test
  void a_test_split_that_nothing_is_known_of_is_passed_over_unless_it_is_asked_for()
      throws IOException {
    json("test", "");
    FittingRecipe chosen = FittingRecipe.of(data, Quality.FAST);
    assertThat(chosen.recipe().data().test()).isNull();
    assertThat(chosen.recipe().data().holdOut()).isPositive();
    assertThat(chosen.notes())
        .anyMatch(note -> note.contains("the split 'test' is not measured: nothing is known"));
    assertThatThrownBy(() -> TrainRun.start(recipe("data.test=test"), folder, RunListener.NONE))
        .isInstanceOf(DataException.class);
  }
}
