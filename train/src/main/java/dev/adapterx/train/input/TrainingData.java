package dev.adapterx.train.input;

import dev.adapterx.base.DataException;
import dev.adapterx.base.MissingSplitException;
import dev.adapterx.base.Names;
import dev.adapterx.data.BatchLoader;
import dev.adapterx.data.BrokenSample;
import dev.adapterx.data.ClassNames;
import dev.adapterx.data.Dataset;
import dev.adapterx.data.Fingerprint;
import dev.adapterx.data.LoaderOptions;
import dev.adapterx.data.Pipeline;
import dev.adapterx.data.Split;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.input.Preprocessing;
import dev.adapterx.model.int8.LayerRange;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.task.Scores;
import dev.adapterx.task.Task;
import dev.adapterx.train.recipe.DataRecipe;
import dev.adapterx.train.recipe.Recipe;
import dev.adapterx.train.recipe.TrainRecipe;
import dev.adapterx.train.report.Section;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The data of one run, opened: loaders of the training, validation and test splits as the backbone
 * wants to see them.
 *
 * @param description what was found, by split
 * @param leftOut what of the splits is left out or not there, a line for each kind
 * @param fingerprints of the splits, for provenance
 */
public record TrainingData<S>(
    Modality<S> modality,
    List<String> classes,
    BatchLoader<S> train,
    @Nullable BatchLoader<S> val,
    @Nullable BatchLoader<S> test,
    Map<String, String> description,
    List<String> leftOut,
    Map<String, String> fingerprints)
    implements AutoCloseable {

  /**
   * Opens the splits a recipe names for a backbone, as its device wants them: one of its own groups
   * clouds by itself.
   *
   * @throws dev.adapterx.base.DataException naming what is missing or does not agree
   */
  public static TrainingData<?> open(
      DataRecipe data, Backbone backbone, TrainRecipe training, long seed) {
    return open(Modality.of(backbone), data, training, seed);
  }

  /**
   * Opens the splits a recipe names, prepared to the end.
   *
   * @throws dev.adapterx.base.DataException naming what is missing or does not agree
   */
  public static TrainingData<?> open(
      DataRecipe data, Preprocessing preprocessing, TrainRecipe training, long seed) {
    return open(ClassModality.of(preprocessing), data, training, seed);
  }

  /**
   * As {@link #open(DataRecipe, Backbone, TrainRecipe, long)}, for a task.
   *
   * @throws dev.adapterx.base.ConfigException also when the task is none for such a backbone
   */
  public static TrainingData<?> open(Recipe recipe, Backbone backbone) {
    return open(Modality.of(backbone, recipe.task()), recipe.data(), recipe.train(), recipe.seed());
  }

  private static <S> TrainingData<S> open(
      Modality<S> modality, DataRecipe data, TrainRecipe training, long seed) {
    return new Opened<>(modality, data, training, seed).all();
  }

  /**
   * Shows a model the training inputs that its method wants to see before it is trained; does
   * nothing for the methods that want none, and for a model that has seen them.
   */
  public void prepare(AdaptedModel model) {
    Examples.show(model, this);
  }

  /** What the linear layers of a model are given on samples of the training split, for int8. */
  public List<LayerRange> ranges(AdaptedModel model) {
    return Ranges.of(model, modality, train.data(), train.options());
  }

  /** What the result is measured on: the test split, else the validation split; absent: nothing. */
  public @Nullable BatchLoader<S> measured() {
    return test != null ? test : val;
  }

  /** What is learned of the training split. */
  public Task<?, ?> task(Recipe recipe) {
    return modality.task(recipe, train.data());
  }

  /** Sections of a report on what was measured. */
  public List<Section> results(Scores scores, AdaptedModel model) {
    BatchLoader<S> measured = measured();
    if (measured == null) {
      throw new IllegalStateException("Predictions on a split that is not there");
    }
    return modality.results(scores, measured.data(), model);
  }

  /** The samples passed over so far because they are broken: a count and names, by split. */
  public List<String> broken() {
    List<String> lines = new ArrayList<>();
    describeBroken("training", train, lines);
    describeBroken("validation", val, lines);
    describeBroken("test", test, lines);
    return lines;
  }

  /** What was left out of samples that were read: a count and examples, by split. */
  public List<String> notes() {
    List<String> lines = new ArrayList<>();
    describeNotes("training", train, lines);
    describeNotes("validation", val, lines);
    describeNotes("test", test, lines);
    return lines;
  }

  private void describeNotes(String role, @Nullable BatchLoader<S> loader, List<String> lines) {
    if (loader == null) {
      return;
    }
    Dataset<S> samples = loader.data();
    List<String> notes =
        IntStream.range(0, samples.size())
            .boxed()
            .flatMap(i -> samples.note(i).map(note -> samples.where(i) + ": " + note).stream())
            .toList();
    if (!notes.isEmpty()) {
      lines.add(
          "%d of %d %s %s were read in part: %s"
              .formatted(notes.size(), samples.size(), role, modality.noun(), Names.some(notes)));
    }
  }

  private void describeBroken(String role, @Nullable BatchLoader<S> loader, List<String> lines) {
    List<BrokenSample> broken = loader == null ? List.of() : loader.broken();
    if (loader != null && !broken.isEmpty()) {
      lines.add(
          "skipped %d of %d %s %s, which are broken: %s (%s)"
              .formatted(
                  broken.size(),
                  loader.data().size(),
                  role,
                  modality.noun(),
                  Names.some(broken.stream().map(BrokenSample::where).toList()),
                  broken.get(0).reason().replace(broken.get(0).where() + ": ", "")));
    }
  }

  @Override
  public void close() {
    train.close();
    if (val != null) {
      val.close();
    }
    if (test != null) {
      test.close();
    }
  }

  /** Opening, step by step. */
  private static final class Opened<S> {
    private final Modality<S> modality;
    private final DataRecipe data;
    private final TrainRecipe training;
    private final long seed;
    private final Map<String, String> description = new LinkedHashMap<>();
    private final List<String> leftOut = new ArrayList<>();
    private final Map<String, String> fingerprints = new LinkedHashMap<>();

    Opened(Modality<S> modality, DataRecipe data, TrainRecipe training, long seed) {
      this.modality = modality;
      this.data = data;
      this.training = training;
      this.seed = seed;
    }

    TrainingData<S> all() {
      Dataset<S> train = split("train", data.train());
      Dataset<S> val = data.val() == null ? null : split("val", data.val());
      if (val != null) {
        ClassNames.requireSame(train.classes(), "train", val.classes(), "val");
      }
      if (data.holdOut() > 0) {
        Split<S> held = Split.holdOut(train, data.holdOut(), seed);
        train = held.train();
        val = held.heldOut();
        description.put(
            "val",
            "%d %s held out of the training split, which leaves %d to train on"
                .formatted(val.size(), modality.noun(), train.size()));
      }
      Dataset<S> test = data.test() == null ? null : split("test", data.test());
      if (test != null) {
        ClassNames.requireSame(train.classes(), "train", test.classes(), "test");
      }
      requireTargets("train", data.train(), train);
      requireTargets("val", data.holdOut() > 0 ? null : data.val(), val);
      requireTargets("test", data.test(), test);
      return new TrainingData<>(
          modality,
          train.classes(),
          loader(train, true),
          val == null ? null : loader(val, false),
          test == null ? null : loader(test, false),
          description,
          List.copyOf(leftOut),
          fingerprints);
    }

    private void requireTargets(String role, @Nullable String name, @Nullable Dataset<S> samples) {
      if (samples == null) {
        return;
      }
      Targets.require(
          modality,
          data,
          samples,
          name == null ? "what is held out" : "data." + role + "=" + name,
          description.getOrDefault(role, ""),
          role.equals("train")
              ? "Nothing can be learned of them; data check says what is there"
              : "Nothing can be measured on them. "
                  + (name == null ? "Hold out more (data.hold-out), or others (seed)" : way(role)));
    }

    private Dataset<S> split(String role, String name) {
      Modality.Found<S> found;
      try {
        found = modality.open(data, name);
      } catch (MissingSplitException e) {
        String said = String.valueOf(e.getMessage());
        throw new DataException(said + (said.endsWith("?") ? " " : ". ") + way(role), e);
      }
      description.put(role, found.description());
      found
          .leftOut()
          .get()
          .forEach(line -> leftOut.add("data.%s=%s: %s".formatted(role, name, line)));
      fingerprints.put(role, Fingerprint.of(found.dataset()));
      return found.dataset();
    }

    /** The keys by which a recipe does without a split. */
    private static String way(String role) {
      return switch (role) {
        case "train" -> "Without splits: data.train=all data.test=null data.hold-out=0.2";
        case "val" ->
            "Name another by data.val, or hold a part of the training split out:"
                + " data.val=null data.hold-out=0.2";
        default ->
            "Name another by data.test, or measure a part of the training split that is held"
                + " out: data.test=null data.hold-out=0.2";
      };
    }

    private BatchLoader<S> loader(Dataset<S> samples, boolean trains) {
      LoaderOptions options =
          trains
              ? LoaderOptions.training(training.batchOf(samples.size()), seed)
                  .withDropLast(training.dropsLast(samples.size()))
              : LoaderOptions.evaluation(training.evalBatch());
      Pipeline<S> pipeline =
          trains ? modality.training(data, samples.classes().size()) : modality.evaluation();
      return new BatchLoader<>(samples, pipeline, data.loading(options));
    }
  }
}
