package dev.adapterx.data.images;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.data.Pictures;
import dev.adapterx.testing.SharedData;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublishedImagesTest {
  @TempDir Path root;

  @Test
  void a_check_tells_how_fine_grained_data_differ_from_the_published_splits() {
    Path cub = root.resolve("CUB_200_2011");
    Pictures.png(cub.resolve("images/a.png"), 0);
    Pictures.text(cub.resolve("train.json"), "{\"a.png\": 1}");
    assertThat(ImageCheck.of(cub, false, 1).problems())
        .containsExactly(
            "train: FGVC has 5394 images here, found 1",
            "FGVC's cub-200-2011 has 200 classes, found 1");
  }

  @Test
  void a_check_tells_how_few_shot_lists_differ_from_the_published_ones() {
    Path pets = root.resolve("oxford-pets");
    Pictures.png(pets.resolve("images/a.png"), 0);
    Pictures.text(
        pets.resolve("annotations/train_meta.list.num_shot_1.seed_2"), "a.png 36\na.png 36\n");
    assertThat(ImageCheck.of(pets, false, 1).problems())
        .containsExactly("train-1shot-seed2: NOAH has 74 images here, found 2");
  }

  @Test
  void folders_of_other_names_are_not_compared() {
    Path birds = root.resolve("birds");
    Pictures.png(birds.resolve("a.png"), 0);
    Pictures.text(birds.resolve("train.json"), "{\"a.png\": 1}");
    assertThat(ImageCheck.of(birds, false, 1).problems()).isEmpty();
  }

  @Test
  void training_and_validation_of_fine_grained_sets_add_up_to_the_official_training_sets() {
    Map<String, Integer> official =
        Map.of(
            "cub-200-2011",
            5_994,
            "nabirds",
            23_929,
            "stanford-dogs",
            12_000,
            "stanford-cars",
            8_144);
    official.forEach(
        (name, images) -> {
          FgvcTasks.Task task =
              FgvcTasks.ALL.stream().filter(t -> t.name().equals(name)).findFirst().orElseThrow();
          assertThat(task.images().get("train") + task.images().get("val")).isEqualTo(images);
        });
  }

  @Test
  @SharedData
  void real_few_shot_lists_have_the_counts_published() {
    Path lists = SharedData.Beside.folder().resolve("noah-splits/data/few-shot");
    for (FewShotTasks.Task task : FewShotTasks.ALL) {
      Path folder =
          task.folders().stream()
              .map(lists::resolve)
              .filter(Files::isDirectory)
              .findFirst()
              .orElseThrow();
      FewShotLayout layout = (FewShotLayout) Layout.of(folder);
      assertThat(layout.classes()).hasSize(task.classes());
      assertThat(FewShotTasks.of(folder)).contains(task);
      task.images()
          .forEach(
              (split, count) ->
                  assertThat(ListFile.read(layout.list(split)))
                      .as(task.name() + " " + split)
                      .hasSize(count));
    }
  }
}
