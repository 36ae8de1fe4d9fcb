package dev.adapterx.data.fetch;

import dev.adapterx.data.images.VtabTasks;
import java.util.List;
import java.util.stream.Collectors;

/** VTAB-1k: one archive of all 19 tasks. */
final class VtabSets {
  private static final String TASKS =
      VtabTasks.ALL.stream().map(VtabTasks.Task::name).collect(Collectors.joining("|"));

  static final List<PublicSet> ALL =
      List.of(
          new PublicSet(
              "vtab-1k",
              "19 tasks of 1,000 training images each",
              "vtab-1k",
              VtabTasks.ALL.stream().map(VtabTasks.Task::name).toList(),
              List.of(
                  Part.fetched(
                      "vtab-1k.zip",
                      "https://huggingface.co/datasets/XiN0919/VTAB-1k/resolve/main/vtab-1k.zip",
                      -1,
                      null,
                      "V-PETL Bench's README names the repository"
                          + " (https://github.com/synbol/Parameter-Efficient-Transfer-Learning-Benchmark);"
                          + " about 4.7 GB",
                      Take.of("(?:.*/)?(" + TASKS + ")/(images/.+|[a-z0-9]+\\.txt)", "$1/$2"))),
              "no licence stated; each of the 19 data sets has its own terms, some for research"
                  + " alone",
              "https://google-research.github.io/task_adaptation/",
              PublicSet.Finish.NOTHING));

  private VtabSets() {}
}
