package dev.adapterx.data.images;

import dev.adapterx.data.Folders;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The five fine-grained data sets of few-shot learning with the counts of the lists of NOAH (Zhang,
 * Zhou, Liu, "Neural Prompt Search", https://arxiv.org/abs/2206.04673): three draws of 1, 2, 4, 8
 * and 16 images of each class.
 */
public final class FewShotTasks {
  /** Images per class. */
  public static final List<Integer> SHOTS = List.of(1, 2, 4, 8, 16);

  /** Draws. */
  public static final List<Integer> SEEDS = List.of(0, 1, 2);

  /**
   * One data set.
   *
   * @param folders names of its folder in NOAH's lists and scripts
   * @param oneShotRepeats repetitions of each image in one-shot lists, so that a batch of 64 is
   *     full
   */
  public record Task(
      String name, List<String> folders, int classes, int val, int test, int oneShotRepeats) {

    /** Lines of the list of a draw. */
    public int lines(int shots) {
      return classes * shots * (shots == 1 ? oneShotRepeats : 1);
    }

    /** Lines of complete lists, by split. */
    public Map<String, Integer> images() {
      Map<String, Integer> images = new LinkedHashMap<>();
      for (int shots : SHOTS) {
        for (int seed : SEEDS) {
          images.put(FewShotLayout.split(shots, seed), lines(shots));
        }
      }
      images.put("val", val);
      images.put("test", test);
      return images;
    }
  }

  /** In the order of NOAH's scripts. */
  public static final List<Task> ALL =
      List.of(
          new Task("food-101", List.of("food-101", "food101"), 101, 20_200, 30_300, 1),
          new Task("oxford-pets", List.of("oxford_pets", "oxford-pets"), 37, 736, 3_669, 2),
          new Task(
              "stanford-cars",
              List.of("stanford_cars", "standford-cars", "stanford-cars"),
              196,
              1_635,
              8_041,
              1),
          new Task(
              "oxford-flowers",
              List.of("oxford_flowers", "oxford-flowers102", "oxford-flowers"),
              102,
              1_633,
              2_463,
              1),
          new Task(
              "fgvc-aircraft", List.of("fgvc_aircraft", "fgvc-aircraft"), 100, 3_333, 3_333, 1));

  private FewShotTasks() {}

  /** The task of a folder, by the name of the folder. */
  public static Optional<Task> of(Path folder) {
    String name = Folders.name(folder.toAbsolutePath().normalize());
    return ALL.stream().filter(task -> task.folders().contains(name)).findFirst();
  }
}
