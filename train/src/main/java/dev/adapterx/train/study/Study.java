package dev.adapterx.train.study;

import dev.adapterx.base.ConfigException;
import dev.adapterx.peft.Methods;
import dev.adapterx.train.recipe.Recipe;
import dev.adapterx.train.run.RunFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Methods on tasks with seeds: one ordinary run for each, in {@code
 * FOLDER/runs/TASK/METHOD/seed-SEED}. It can be stopped and started again at any time, and any
 * number of processes may work on it at once.
 *
 * @param recipe what tasks and variants change; they go in this order, then {@code last}
 * @param last overrides that win over those of variants and tasks
 * @param records where a small file of every finished run is kept, {@code
 *     TASK/METHOD/seed-SEED.json}; runs with one are not trained again. Absent: nowhere
 */
public record Study(
    Path folder,
    Recipe recipe,
    List<Task> tasks,
    List<Variant> variants,
    List<Long> seeds,
    List<String> last,
    @Nullable Path records) {

  public Study(
      Path folder,
      Recipe recipe,
      List<Task> tasks,
      List<Variant> variants,
      List<Long> seeds,
      List<String> last) {
    this(folder, recipe, tasks, variants, seeds, last, null);
  }

  public Study {
    tasks = List.copyOf(tasks);
    variants = List.copyOf(variants);
    seeds = List.copyOf(seeds);
    last = List.copyOf(last);
    requireUnique("--tasks", "task", tasks.stream().map(t -> FolderName.of(t.name())).toList());
    requireUnique("--seeds", "seed", seeds);
    if (tasks.isEmpty() || variants.isEmpty() || seeds.isEmpty()) {
      throw new ConfigException(
          "A study needs at least one task, method and seed, found "
              + tasks.size()
              + ", "
              + variants.size()
              + " and "
              + seeds.size());
    }
  }

  private static void requireUnique(String option, String noun, List<?> names) {
    Set<Object> seen = new HashSet<>();
    for (Object name : names) {
      if (!seen.add(name)) {
        throw new ConfigException(option + ": the " + noun + " '" + name + "' is given twice");
      }
    }
  }

  /**
   * Trains what is missing and gives all there is.
   *
   * @param retry whether runs that failed are tried again
   * @throws ConfigException before anything is trained, when a recipe makes no sense or a run of
   *     the folder was begun by another one
   * @throws dev.adapterx.base.AdapterXException before anything is trained, when none of the runs
   *     can begin: data, a split or a backbone that all of them share is not there
   */
  public Comparison run(StudyListener listener, boolean retry) {
    List<Place> places = places();
    SharedRuns runs = new SharedRuns(places.stream().map(this::run).toList(), listener);
    if (retry) {
      runs.forgetFailures();
    }
    return comparison(places, runs.work());
  }

  /**
   * All there is of the study now; trains nothing, where others train.
   *
   * @throws ConfigException as {@link #run}
   */
  public Comparison found() {
    List<Place> places = places();
    List<StudyRun> runs = places.stream().map(this::run).toList();
    return comparison(places, new SharedRuns(runs, StudyListener.NONE).outcomes());
  }

  private Comparison comparison(List<Place> places, List<Outcome> outcomes) {
    List<Comparison.Cell> cells = new ArrayList<>();
    for (int i = 0; i < places.size(); i++) {
      Place at = places.get(i);
      cells.add(new Comparison.Cell(at.task.name(), at.variant.name(), at.seed, outcomes.get(i)));
    }
    return new Comparison(
        tasks, variants.stream().map(Variant::name).toList(), seeds, cells, List.of());
  }

  /** The first seed of everything comes first, so that there is something to compare soon. */
  private List<Place> places() {
    List<Place> places = new ArrayList<>();
    for (long seed : seeds) {
      for (Task task : tasks) {
        for (Variant variant : variants) {
          places.add(new Place(task, variant, seed));
        }
      }
    }
    return places;
  }

  private StudyRun run(Place at) {
    List<String> overrides =
        Stream.of(at.variant.overrides(), at.task.overrides(), last, List.of("seed=" + at.seed))
            .flatMap(List::stream)
            .toList();
    String name = at.task.name() + " " + at.variant.name() + " seed " + at.seed;
    String below =
        Path.of(FolderName.of(at.task.name()), FolderName.of(at.variant.name()), "seed-" + at.seed)
            .toString();
    String place = at.variant.name() + " on " + at.task.name();
    Recipe changed = recipe.with(overrides, place);
    if (at.task.scale() != null && Methods.write(changed.method()).has("scale")) {
      changed = changed.with(List.of("method.scale=" + at.task.scale()), place);
    }
    return new StudyRun(
        name,
        changed,
        new RunFolder(folder.resolve("runs").resolve(below)),
        records == null
            ? null
            : new RecordPlace(
                records.resolve(below + ".json"),
                at.task.name(),
                at.task.group(),
                at.variant.name()));
  }

  private record Place(Task task, Variant variant, long seed) {}
}
