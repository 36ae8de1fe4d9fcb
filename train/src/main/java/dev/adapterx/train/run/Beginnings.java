package dev.adapterx.train.run;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.OutOfMemoryException;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.int8.Int8Linears;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.tensor.Precision;
import dev.adapterx.train.input.TaskOfData;
import dev.adapterx.train.input.TrainingData;
import dev.adapterx.train.loop.RunListener;
import dev.adapterx.train.loop.StoppedException;
import dev.adapterx.train.ranks.Rank;
import dev.adapterx.train.recipe.Recipe;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** Whether trainings can begin at all, found before the first of them does. */
public final class Beginnings {
  /** Reasons that are listed when there are several. */
  private static final int MOST = 5;

  private final RunListener listener;
  private final Map<String, AdapterXException> refusals = new LinkedHashMap<>();

  private Beginnings(RunListener listener) {
    this.listener = listener;
  }

  /**
   * Opens what trainings begin with, as {@link TrainRun#start} does, until one of them is in order;
   * trains and writes nothing. A data set that cannot be opened is opened once, not for every
   * method.
   *
   * @throws AdapterXException when none can begin: the one reason, or the first of several, with
   *     how many there are
   */
  public static void requireOne(Collection<Recipe> recipes, RunListener listener) {
    if (recipes.isEmpty()) {
      return;
    }
    Beginnings all = new Beginnings(listener);
    Map<String, List<Recipe>> groups = new LinkedHashMap<>();
    recipes.forEach(r -> groups.computeIfAbsent(shared(r), unused -> new ArrayList<>()).add(r));
    for (List<Recipe> group : groups.values()) {
      if (all.canBegin(group)) {
        return;
      }
    }
    all.refuse(recipes.size());
  }

  /** What of a recipe decides whether its backbone and data can be opened. */
  private static String shared(Recipe recipe) {
    ObjectNode tree = recipe.tree();
    tree.remove("method");
    ((ObjectNode) tree.get("train")).remove(List.of("lr", "weight-decay", "epochs"));
    return tree.toString();
  }

  /** Of recipes that differ in their methods alone. */
  private boolean canBegin(List<Recipe> group) {
    try {
      Recipe first = TrainRun.resolved(group.get(0), listener);
      if (first.backbone().precision() == Precision.INT8) {
        Int8Linears.requireFast(first.backbone().device());
      }
      try (Backbone backbone = TrainRun.backbone(first.backbone(), first.seed())) {
        return canBegin(first, backbone) || canBegin(group.subList(1, group.size()), backbone);
      }
    } catch (StoppedException e) {
      throw e;
    } catch (OutOfMemoryException e) {
      return true; // other methods may need less: each run says so of itself
    } catch (AdapterXException e) {
      note(e);
      return false;
    } catch (OutOfMemoryError e) {
      return true;
    } catch (RuntimeException e) {
      if (!e.getClass().equals(RuntimeException.class)) {
        throw e;
      }
      return true; // what the engine throws is said of a run, too
    }
  }

  private boolean canBegin(Recipe first, Backbone backbone) {
    try {
      Loaded.of(first, backbone, Rank.alone(), listener).close();
      return true;
    } catch (OutOfMemoryException e) {
      throw e;
    } catch (AdapterXException e) {
      note(e);
      return false;
    }
  }

  /** The others, whose data are those that the first could or could not open. */
  private boolean canBegin(List<Recipe> others, Backbone backbone) {
    if (others.isEmpty()) {
      return false;
    }
    List<Recipe> named = others.stream().map(TaskOfData::named).toList();
    try (TrainingData<?> data = TrainingData.open(named.get(0), backbone)) {
      for (Recipe recipe : named) {
        try {
          AdaptedModel.attach(backbone, recipe.method(), data.task(recipe), recipe.seed()).close();
          return true;
        } catch (OutOfMemoryException e) {
          throw e;
        } catch (AdapterXException e) {
          note(e);
        }
      }
      return false;
    }
  }

  private void note(AdapterXException e) {
    refusals.putIfAbsent(String.valueOf(e.getMessage()), e);
  }

  private void refuse(int runs) {
    AdapterXException first = refusals.values().iterator().next();
    if (refusals.size() == 1) {
      throw first;
    }
    List<String> reasons = new ArrayList<>(refusals.keySet());
    int shown = Math.min(MOST, reasons.size());
    throw new AdapterXException(
        "None of the %d runs can begin, for %d reasons%s:\n  %s"
            .formatted(
                runs,
                reasons.size(),
                shown < reasons.size() ? ", the first " + shown + " of which are" : "",
                String.join("\n  ", reasons.subList(0, shown))),
        first);
  }
}
