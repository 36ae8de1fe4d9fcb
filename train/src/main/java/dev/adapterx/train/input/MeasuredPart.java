package dev.adapterx.train.input;

import dev.adapterx.base.DataException;
import dev.adapterx.data.Dataset;
import dev.adapterx.data.Split;
import dev.adapterx.train.recipe.DataRecipe;
import dev.adapterx.train.recipe.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a trained run is measured on, found again by its recipe: its test split, its validation
 * split, what it held out, or other data.
 *
 * @param name of the split or part, as results have it
 * @param warnings of samples that were trained on, or that the best epoch was chosen on
 */
public record MeasuredPart<S>(
    Dataset<S> samples, DataRecipe data, String name, List<String> warnings) {
  /** What stands for the held-out part where a run has one and no validation split. */
  private static final Set<String> HELD_OUT = Set.of("val", "validation", "held-out", "hold-out");

  /**
   * Finds it.
   *
   * @param folder instead of the recipe's data
   * @param split instead of what the run itself was measured on
   * @param best whether the adapter measured is that of the best epoch
   * @throws DataException when there is no such split, its classes are others than the run's, or
   *     nothing can be measured on it
   */
  public static <S> MeasuredPart<S> of(
      Modality<S> modality,
      Recipe recipe,
      @Nullable String folder,
      @Nullable String split,
      boolean best,
      List<String> classes) {
    DataRecipe own = recipe.data();
    DataRecipe data = folder == null ? own : own.withPath(folder);
    boolean same = folder == null || isSame(folder, own.path());
    String chosenOn = own.chosenOn();
    boolean heldOut =
        same
            && own.holdOut() > 0
            && (split == null
                ? own.test() == null
                : HELD_OUT.contains(split.toLowerCase(Locale.ROOT)) || split.equals(chosenOn));
    Dataset<S> samples;
    String name;
    if (heldOut) {
      Dataset<S> all = modality.open(data, own.train()).dataset();
      samples = Split.holdOut(all, own.holdOut(), recipe.seed()).heldOut();
      name = String.valueOf(chosenOn);
    } else {
      name = split != null ? split : byDefault(own, same);
      samples = modality.measured(data, name, split == null, classes);
    }
    Targets.require(
        modality,
        data,
        samples,
        heldOut ? name : "the split '" + name + "'",
        "",
        "Without any no score is defined. Add samples that have some, or name another split or"
            + " other data; adapterx predict shows what is found on these");
    List<String> warnings = new ArrayList<>();
    if (best && same && name.equals(chosenOn)) {
      warnings.add("the best epoch was chosen on " + name + ", so its result there is optimistic");
    }
    trainedOn(modality, recipe, data, samples, name).ifPresent(warnings::add);
    return new MeasuredPart<>(samples, data, name, warnings);
  }

  private static String byDefault(DataRecipe own, boolean same) {
    if (own.test() != null) {
      return own.test();
    }
    return same && own.val() != null ? own.val() : "test";
  }

  /** A warning where samples were trained on; absent where none was. */
  public static <S> Optional<String> trainedOn(
      Modality<S> modality, Recipe recipe, DataRecipe data, Dataset<S> samples, String name) {
    DataRecipe own = recipe.data();
    boolean related = isRelated(String.valueOf(data.path()), String.valueOf(own.path()));
    boolean named = !samples.file(0).isPresent();
    if (!related || (named && !name.equals(own.train()))) {
      return Optional.empty(); // without files only the split's name tells
    }
    Set<String> trained = trained(modality, recipe);
    int both = 0;
    for (int i = 0; i < samples.size(); i++) {
      both += trained.contains(identity(samples, i)) ? 1 : 0;
    }
    return both == 0
        ? Optional.empty()
        : Optional.of(
            "%d of these %d %s were trained on; results on training samples say nothing about new ones"
                .formatted(both, samples.size(), modality.noun()));
  }

  private static <S> Set<String> trained(Modality<S> modality, Recipe recipe) {
    DataRecipe own = recipe.data();
    Dataset<S> train;
    try {
      train = modality.open(own, own.train()).dataset();
    } catch (DataException e) {
      return Set.of(); // moved or deleted since: other samples are measured
    }
    if (own.holdOut() > 0) {
      train = Split.holdOut(train, own.holdOut(), recipe.seed()).train();
    }
    Set<String> trained = new HashSet<>();
    for (int i = 0; i < train.size(); i++) {
      trained.add(identity(train, i));
    }
    return trained;
  }

  private static String identity(Dataset<?> data, int i) {
    return data.file(i).map(MeasuredPart::real).orElse(data.name(i));
  }

  private static String real(Path file) {
    try {
      return file.toRealPath().toString();
    } catch (IOException e) {
      return file.toAbsolutePath().normalize().toString();
    }
  }

  private static boolean isSame(String a, @Nullable String b) {
    try {
      return b != null
          && (a.equals(b)
              || (Files.exists(Path.of(a))
                  && Files.exists(Path.of(b))
                  && Files.isSameFile(Path.of(a), Path.of(b))));
    } catch (IOException | InvalidPathException e) {
      return false;
    }
  }

  /** Whether one lies in the other. */
  private static boolean isRelated(String a, String b) {
    if (DataRecipe.isComputed(a) || DataRecipe.isComputed(b)) {
      return a.equals(b);
    }
    Path left = Path.of(real(Path.of(a)));
    Path right = Path.of(real(Path.of(b)));
    return left.startsWith(right) || right.startsWith(left);
  }
}
