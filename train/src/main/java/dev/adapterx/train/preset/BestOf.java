package dev.adapterx.train.preset;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.peft.Methods;
import dev.adapterx.train.loop.StoppedException;
import dev.adapterx.train.recipe.Recipe;
import dev.adapterx.train.run.RunResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Several methods tried on the validation split or on what is held out, and the best of them, since
 * which one that is depends on the task. Each try is an ordinary run. The test split is not looked
 * at before one is chosen; without one the number of the chosen run is of the part that chose it,
 * which is optimistic, and that is said.
 */
public final class BestOf {
  /** What is tried: of each kind of method the one that docs/results.md has well ahead. */
  public static final List<String> METHODS = List.of("adapter-x", "lora", "ln-tuning", "full");

  private static final double HELD_OUT = 0.2;

  /**
   * One method's run.
   *
   * @param result absent: it failed
   * @param failure why, empty if it did not
   */
  public record Try(String method, Optional<RunResult> result, String failure) {
    /** The method as people know it. */
    String title() {
      return Methods.entry(method, "method").title();
    }

    double score() {
      return result
          .map(RunResult::lastScores)
          .map(last -> last.primary().value())
          .orElse(Double.NaN);
    }
  }

  /**
   * What came out.
   *
   * @param tries in the order they were made
   * @param chosen the best of them
   * @param measured the run whose number counts: on the test split where there is one, else the
   *     chosen try
   */
  public record Outcome(List<Try> tries, Try chosen, RunResult measured) {
    /** What was tried and what was chosen on what. */
    public String text() {
      StringBuilder text = new StringBuilder("tried:");
      for (Try one : tries) {
        text.append(
            one.result().isPresent()
                ? " %s %.1f %%,".formatted(one.title(), one.score())
                : " %s failed (%s),".formatted(one.title(), one.failure()));
      }
      RunResult of = chosen.result().orElseThrow();
      text.append(" after the last epoch on ").append(of.measuredOn());
      text.append("; chosen: ").append(chosen.title());
      boolean apart = !measured.folder().equals(of.folder());
      text.append(
          apart
              ? ", trained anew and measured on " + measured.measuredOn() + ", which chose nothing"
              : ". Its number is measured on the part that chose it, so it is optimistic; for one"
                  + " that is not, measure other samples: adapterx evaluate "
                  + of.folder()
                  + " --data FOLDER");
      return text.toString();
    }
  }

  private final ObjectNode keys;
  private final String place;
  private final Function<Recipe, RunResult> training;

  /**
   * Prepares the tries.
   *
   * @param keys what is said, without a method
   * @param training runs a recipe in a folder of its own
   * @throws ConfigException when a method is named
   */
  public BestOf(ObjectNode keys, String place, Function<Recipe, RunResult> training) {
    if (keys.has("method")) {
      throw new ConfigException(
          "--quality best tries methods and chooses one; leave method out, or take --quality good");
    }
    this.keys = keys;
    this.place = place;
    this.training = training;
  }

  /**
   * Tries and chooses.
   *
   * @throws AdapterXException when none of the methods trained
   */
  public Outcome run() {
    Recipe usual = FittingRecipe.of(keys, Quality.BEST, place).recipe();
    boolean tested = usual.data().test() != null;
    long began = System.nanoTime();
    List<Try> tries = new ArrayList<>();
    for (int i = 0; i < METHODS.size(); i++) {
      int left = METHODS.size() - i + (tested ? 1 : 0);
      tries.add(tried(METHODS.get(i), usual, timeLeft(usual, began, left)));
    }
    Try chosen = chosen(tries);
    if (!tested) {
      return new Outcome(tries, chosen, chosen.result().orElseThrow());
    }
    ObjectNode last = keys.deepCopy();
    last.put("method", chosen.method());
    limit(last, timeLeft(usual, began, 1));
    return new Outcome(
        tries, chosen, training.apply(FittingRecipe.of(last, Quality.BEST, place).recipe()));
  }

  /** Minutes of the whole for each run that is left; 0: no limit. */
  private static double timeLeft(Recipe usual, long began, int runs) {
    double limit = usual.train().timeLimit();
    double spent = (System.nanoTime() - began) / 60e9;
    return limit == 0 ? 0 : Math.max(limit / 100, (limit - spent) / runs);
  }

  private Try tried(String method, Recipe usual, double minutes) {
    ObjectNode tree = keys.deepCopy();
    tree.put("method", method);
    ObjectNode data = section(tree, "data");
    data.putNull("test");
    if (usual.data().chosenOn() == null) {
      data.put("hold-out", HELD_OUT);
    }
    limit(tree, minutes);
    try {
      Recipe recipe = FittingRecipe.of(tree, Quality.BEST, place).recipe();
      return new Try(method, Optional.of(training.apply(recipe)), "");
    } catch (StoppedException e) {
      throw e;
    } catch (AdapterXException e) {
      return new Try(method, Optional.empty(), String.valueOf(e.getMessage()));
    }
  }

  private static void limit(ObjectNode tree, double minutes) {
    if (minutes > 0) {
      section(tree, "train").put("time-limit", minutes);
    }
  }

  private static ObjectNode section(ObjectNode tree, String key) {
    JsonNode section = tree.path(key);
    return section instanceof ObjectNode object ? object : tree.putObject(key);
  }

  private static Try chosen(List<Try> tries) {
    Try best = tries.get(0);
    for (Try one : tries) {
      boolean better = !Double.isNaN(one.score()) && !(one.score() <= best.score());
      best = better ? one : best;
    }
    if (best.result().isEmpty()) {
      throw new AdapterXException(
          "None of the methods trained: " + best.title() + ": " + best.failure());
    }
    return best;
  }
}
