package dev.adapterx.data.images;

import dev.adapterx.data.Folders;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The five fine-grained data sets with the counts of the splits of Visual Prompt Tuning (Jia et
 * al., ECCV 2022, https://arxiv.org/abs/2203.12119, table of data sets in the appendix): where
 * there was no validation set, a tenth of the training images is one.
 */
public final class FgvcTasks {
  /**
   * One data set.
   *
   * @param folders common names of its folder
   * @param images of a complete copy, by split
   */
  public record Task(String name, List<String> folders, int classes, Map<String, Integer> images) {}

  /** In the order of the papers. */
  public static final List<Task> ALL =
      List.of(
          task("cub-200-2011", 200, 5_394, 600, 5_794, "CUB_200_2011", "CUB-200-2011", "cub"),
          task("nabirds", 555, 21_536, 2_393, 24_633, "nabirds", "NABirds"),
          task(
              "oxford-flowers",
              102,
              1_020,
              1_020,
              6_149,
              "OxfordFlower",
              "oxford-flowers",
              "oxford_flowers",
              "flowers"),
          task(
              "stanford-dogs",
              120,
              10_800,
              1_200,
              8_580,
              "Stanford-dogs",
              "stanford-dogs",
              "stanford_dogs",
              "dogs"),
          task(
              "stanford-cars",
              196,
              7_329,
              815,
              8_041,
              "Stanford-cars",
              "stanford-cars",
              "stanford_cars",
              "cars"));

  private FgvcTasks() {}

  /** The task of a folder, by the name of the folder. */
  public static Optional<Task> of(Path folder) {
    String name = Folders.name(folder.toAbsolutePath().normalize());
    return ALL.stream().filter(task -> task.folders().contains(name)).findFirst();
  }

  private static Task task(
      String name, int classes, int train, int val, int test, String... folders) {
    Map<String, Integer> images = Map.of("train", train, "val", val, "test", test);
    return new Task(name, List.of(folders), classes, images);
  }
}
