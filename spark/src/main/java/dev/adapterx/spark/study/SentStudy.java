package dev.adapterx.spark.study;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.train.loop.StoppedException;
import dev.adapterx.train.recipe.Recipe;
import dev.adapterx.train.study.Comparison;
import dev.adapterx.train.study.Grid;
import dev.adapterx.train.study.Outcome;
import dev.adapterx.train.study.Splits;
import dev.adapterx.train.study.Study;
import dev.adapterx.train.study.StudyListener;
import dev.adapterx.train.study.Task;
import dev.adapterx.train.study.Trial;
import dev.adapterx.train.study.Tuning;
import dev.adapterx.train.study.Variant;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A study in plain values, its paths absolute, and what of it a task does: work until nothing is
 * left that no other task is doing.
 */
public sealed interface SentStudy extends Serializable {
  /**
   * A run that cannot be trained, and why.
   *
   * @param name of the run
   */
  record Mistake(String name, String reason) implements Serializable {
    private static final long serialVersionUID = 1;
  }

  /** Works; gives what failed. */
  List<Mistake> work(StudyListener listener);

  /** Of a comparison. */
  static SentStudy of(Study study) {
    List<TaskText> tasks = new ArrayList<>();
    for (Task task : study.tasks()) {
      tasks.add(
          new TaskText(task.name(), task.group(), new ArrayList<>(task.overrides()), task.scale()));
    }
    return new Compared(
        absolute(study.folder()),
        yaml(study.recipe()),
        tasks,
        texts(study.variants()),
        new ArrayList<>(study.seeds()),
        new ArrayList<>(study.last()),
        study.records() == null ? null : absolute(study.records()));
  }

  /** Of a search. */
  static SentStudy of(Tuning tuning) {
    Map<String, LinkedHashMap<String, ArrayList<String>>> grids = new LinkedHashMap<>();
    tuning
        .grids()
        .forEach(
            (method, grid) -> {
              LinkedHashMap<String, ArrayList<String>> values = new LinkedHashMap<>();
              grid.values().forEach((key, all) -> values.put(key, new ArrayList<>(all)));
              grids.put(method, values);
            });
    Splits splits = tuning.splits();
    return new Tuned(
        absolute(tuning.folder()),
        yaml(tuning.recipe()),
        splits.train(),
        splits.validation(),
        splits.holdOut(),
        texts(tuning.variants()),
        grids,
        tuning.trials(),
        tuning.seed(),
        new ArrayList<>(tuning.last()),
        tuning.records() == null ? null : absolute(tuning.records()));
  }

  private static String absolute(Path path) {
    return path.toAbsolutePath().toString();
  }

  private static String yaml(Recipe recipe) {
    return recipe.relativeTo(Path.of("").toAbsolutePath()).yaml();
  }

  private static List<VariantText> texts(List<Variant> variants) {
    List<VariantText> texts = new ArrayList<>();
    for (Variant variant : variants) {
      texts.add(new VariantText(variant.name(), new ArrayList<>(variant.overrides())));
    }
    return texts;
  }

  private static List<Variant> variants(List<VariantText> texts) {
    return texts.stream().map(v -> new Variant(v.name(), v.overrides())).toList();
  }

  /**
   * What failed. Where no run can begin on this executor, that is the reason of all; others may
   * have what it lacks, and what they finish counts.
   */
  private static <R> List<Mistake> worked(
      Supplier<R> work, Supplier<R> found, Function<R, Stream<Outcome>> outcomes) {
    try {
      return outcomes
          .apply(work.get())
          .filter(outcome -> outcome.state() == Outcome.State.FAILED)
          .map(outcome -> new Mistake(outcome.run().name(), String.valueOf(outcome.reason())))
          .toList();
    } catch (StoppedException e) {
      throw e;
    } catch (AdapterXException e) {
      String reason = String.valueOf(e.getMessage());
      return outcomes
          .apply(found.get())
          .map(outcome -> new Mistake(outcome.run().name(), reason))
          .toList();
    }
  }

  /** A {@link Task}. */
  record TaskText(
      String name, @Nullable String group, List<String> overrides, @Nullable Double scale)
      implements Serializable {
    private static final long serialVersionUID = 1;
  }

  /** A {@link Variant}. */
  record VariantText(String name, List<String> overrides) implements Serializable {
    private static final long serialVersionUID = 1;
  }

  /** A {@link Study}. */
  record Compared(
      String folder,
      String recipe,
      List<TaskText> tasks,
      List<VariantText> methods,
      List<Long> seeds,
      List<String> last,
      @Nullable String records)
      implements SentStudy {
    private static final long serialVersionUID = 1;

    private Study study() {
      return new Study(
          Path.of(folder),
          Recipe.read(recipe, List.of(), "the study's recipe"),
          tasks.stream().map(t -> new Task(t.name, t.group, t.overrides, t.scale)).toList(),
          variants(methods),
          seeds,
          last,
          records == null ? null : Path.of(records));
    }

    @Override
    public List<Mistake> work(StudyListener listener) {
      Study study = study();
      return worked(
          () -> study.run(listener, false),
          study::found,
          all -> all.cells().stream().map(Comparison.Cell::outcome));
    }
  }

  /** A {@link Tuning}. */
  record Tuned(
      String folder,
      String recipe,
      String train,
      @Nullable String validation,
      double holdOut,
      List<VariantText> methods,
      Map<String, LinkedHashMap<String, ArrayList<String>>> grids,
      int trials,
      long seed,
      List<String> last,
      @Nullable String records)
      implements SentStudy {
    private static final long serialVersionUID = 1;

    @Override
    public List<Mistake> work(StudyListener listener) {
      Map<String, Grid> values = new LinkedHashMap<>();
      grids.forEach((method, grid) -> values.put(method, new Grid(new LinkedHashMap<>(grid))));
      Tuning tuning =
          new Tuning(
              Path.of(folder),
              Recipe.read(recipe, List.of(), "the search's recipe"),
              new Splits(train, validation, holdOut),
              variants(methods),
              values,
              trials,
              seed,
              last,
              records == null ? null : Path.of(records));
      return worked(
          () -> tuning.run(listener, false),
          tuning::found,
          all -> all.trials().stream().map(Trial::outcome));
    }
  }
}
