package dev.adapterx.data.images;

import static dev.adapterx.data.images.VtabTasks.Group.NATURAL;
import static dev.adapterx.data.images.VtabTasks.Group.SPECIALIZED;
import static dev.adapterx.data.images.VtabTasks.Group.STRUCTURED;

import dev.adapterx.data.Folders;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The 19 tasks of VTAB-1k with the counts a complete copy has (Zhai et al., "A Large-scale Study of
 * Representation Learning with the Visual Task Adaptation Benchmark",
 * https://arxiv.org/abs/1910.04867). Names are those of the folders in circulation. The headline
 * average of the benchmark is the mean of the three groups' means, not of the 19 tasks.
 */
public final class VtabTasks {
  /** The kinds of tasks. */
  public enum Group {
    NATURAL,
    SPECIALIZED,
    STRUCTURED
  }

  /**
   * One task; train800 and val200 have what their names say in each.
   *
   * @param name of its folder
   * @param testImages lines of a complete {@code test.txt}
   */
  public record Task(String name, Group group, int classes, int testImages) {}

  /** In the order papers print them. */
  public static final List<Task> ALL =
      List.of(
          new Task("cifar", NATURAL, 100, 10_000),
          new Task("caltech101", NATURAL, 102, 6_085),
          new Task("dtd", NATURAL, 47, 1_880),
          new Task("oxford_flowers102", NATURAL, 102, 6_149),
          new Task("oxford_iiit_pet", NATURAL, 37, 3_669),
          new Task("svhn", NATURAL, 10, 26_032),
          new Task("sun397", NATURAL, 397, 21_750),
          new Task("patch_camelyon", SPECIALIZED, 2, 32_768),
          new Task("eurosat", SPECIALIZED, 10, 5_400),
          new Task("resisc45", SPECIALIZED, 45, 6_300),
          new Task("diabetic_retinopathy", SPECIALIZED, 5, 42_670),
          new Task("clevr_count", STRUCTURED, 8, 15_000),
          new Task("clevr_dist", STRUCTURED, 6, 15_000),
          new Task("dmlab", STRUCTURED, 6, 22_735),
          new Task("kitti", STRUCTURED, 4, 711),
          new Task("dsprites_loc", STRUCTURED, 16, 73_728),
          new Task("dsprites_ori", STRUCTURED, 16, 73_728),
          new Task("smallnorb_azi", STRUCTURED, 18, 12_150),
          new Task("smallnorb_ele", STRUCTURED, 9, 12_150));

  private VtabTasks() {}

  /** The task whose data a folder holds, going by its name. */
  public static Optional<Task> of(Path folder) {
    String name = Folders.name(folder.toAbsolutePath().normalize());
    return ALL.stream().filter(task -> task.name().equals(name)).findFirst();
  }
}
