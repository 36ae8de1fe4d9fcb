package dev.adapterx.train.study;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Names;
import dev.adapterx.base.Settings;
import dev.adapterx.train.recipe.Recipe;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a mixture of adapters is made of, taken away or varied one at a time: the switches that the
 * text of Adapter-X implies (<a href="https://arxiv.org/abs/2406.03051">paper</a>), as changes of a
 * recipe.
 */
public final class Ablations {
  /** How a study names the recipe as it is. */
  public static final String BASELINE = "baseline";

  /**
   * One change of a recipe.
   *
   * @param part what of the method it is about
   * @param title what the method is then, in words
   * @param variant its name and its overrides
   */
  public record Ablation(String part, String title, Variant variant) {}

  private record Change(String part, String name, String title, List<String> overrides) {
    Change(String part, String name, String title, String... overrides) {
      this(part, name, title, List.of(overrides));
    }

    String key() {
      String first = overrides.get(0);
      return first.substring("method.".length()).replaceFirst("[.=].*", "");
    }
  }

  private static final List<Change> CHANGES =
      List.of(
          new Change("share", "share-all", "one library for all blocks", "method.share=all"),
          new Change("share", "share-none", "a library of its own per block", "method.share=none"),
          groups(2),
          groups(4),
          count("experts", 1, "1 expert: a plain shared adapter"),
          count("experts", 2, "2 experts"),
          count("experts", 4, "4 experts"),
          count("experts", 8, "8 experts"),
          count("heads", 1, "1 head: whole tokens are routed"),
          count("heads", 2, "2 heads"),
          count("heads", 4, "4 heads"),
          count("heads", 8, "8 heads"),
          set("routing", "top1", "the most probable expert"),
          set("routing", "soft", "all experts, weighed"),
          set("routing", "random", "an expert at random, no router"),
          set("router", "torchscale", "norm on the experts' side alone (X-MoE's code)"),
          set("router", "cosine", "cosine with a trained temperature (X-MoE's paper)"),
          set("router", "linear", "linear router (Switch Transformer)"),
          set("norm2", "specific", "each block trains its second norm"),
          set("norm2", "shared", "all blocks train one second norm"),
          set("norm2", "frozen", "second norms stay frozen"),
          new Change("prompts", "prompts-on", "blocks add prompts", "method.prompts=true"),
          new Change("prompts", "prompts-off", "no prompts", "method.prompts=false"),
          set("prompt-base", "none", "prompts start as small random numbers"),
          set("prompt-base", "mean", "prompts start as the mean of the tokens"),
          new Change(
              "prompt-bias",
              "prompt-bias-off",
              "prompts have their full weight in attention",
              "method.prompt-bias=null"),
          new Change(
              "prompt-bias",
              "prompt-bias--4",
              "prompts start with hardly a weight in attention",
              "method.prompt-bias=-4"),
          new Change("cls", "cls-on", "CLS is trained", "method.cls=true"),
          new Change("cls", "cls-off", "CLS stays frozen", "method.cls=false"),
          set("form", "parallel", "beside the MLP (parallel)"),
          set("form", "sequential", "behind the MLP (sequential)"),
          own("output", "an own scale behind the mixture per block"),
          own("input", "an own scale and shift before the mixture per block"),
          new Change(
              "own",
              "own-sides",
              "own scales and shifts on both sides of the mixture per block",
              "method.own.input=true",
              "method.own.output=true"),
          own("scale", "an own factor behind the mixture per block"),
          own("embedding", "an own vector in the router per block"),
          own("router", "an own router per block"),
          set("gate", "probability", "the chosen expert weighed by its probability"),
          set("gate", "times-experts", "the chosen expert weighed by E times its probability"),
          set("gate", "one", "the chosen expert weighed by 1"),
          new Change("balance", "balance-off", "no balance loss", "method.balance=0"),
          new Change("balance", "balance-0.01", "balance loss 0.01", "method.balance=0.01"));

  private Ablations() {}

  private static Change groups(int groups) {
    return new Change(
        "share",
        "share-groups-" + groups,
        groups + " groups of blocks, a library each",
        "method.share=groups",
        "method.groups=" + groups);
  }

  private static Change count(String key, int value, String title) {
    return new Change(key, key + "-" + value, title, "method." + key + "=" + value);
  }

  private static Change set(String key, String value, String title) {
    return new Change(key, key + "-" + value, title, "method." + key + "=" + value);
  }

  private static Change own(String key, String title) {
    return new Change("own", "own-" + key, title, "method.own." + key + "=true");
  }

  /** All parts there are, in order. */
  public static List<String> parts() {
    return CHANGES.stream().map(Change::part).distinct().toList();
  }

  /** The parts that a recipe's method has. */
  public static List<String> parts(Recipe recipe) {
    ObjectNode settings = Settings.tree((Record) recipe.method());
    return CHANGES.stream()
        .filter(change -> settings.has(change.key()))
        .map(Change::part)
        .distinct()
        .toList();
  }

  /**
   * The changes of some parts of a recipe, one at a time; what leaves the method as the recipe has
   * it is left out, as the baseline is that, and what the recipe's other settings do not allow.
   *
   * @param parts none: all that the method has
   * @throws ConfigException when the method has none of them, or there is no such part
   */
  public static List<Ablation> of(Recipe recipe, List<String> parts) {
    List<String> had = parts(recipe);
    String method = recipe.method().name();
    if (!had.contains("experts")) {
      throw new ConfigException(
          "method: "
              + method
              + " has no mixture of experts to take apart; expected a method with one, such as"
              + " adapter-x or dapt-x");
    }
    for (String part : parts) {
      if (!parts().contains(part)) {
        throw new ConfigException(
            "--parts: there is no part '"
                + part
                + "'"
                + Names.hintSentence(part, parts())
                + " Parts: "
                + String.join(", ", parts())
                + ".");
      }
      if (!had.contains(part)) {
        throw new ConfigException(
            "--parts: "
                + method
                + " has no setting '"
                + part
                + "'; it has "
                + String.join(", ", had)
                + ".");
      }
    }
    Map<String, Ablation> changed = new LinkedHashMap<>();
    for (String part : parts.isEmpty() ? had : parts) {
      for (Change change : CHANGES) {
        if (change.part.equals(part) && changes(change, recipe)) {
          changed.put(
              change.name,
              new Ablation(part, change.title, new Variant(change.name, change.overrides)));
        }
      }
    }
    return List.copyOf(changed.values());
  }

  private static boolean changes(Change change, Recipe recipe) {
    try {
      return !recipe.with(change.overrides, change.name).method().equals(recipe.method());
    } catch (ConfigException e) {
      return false; // such as a gate of the one chosen expert where all are weighed
    }
  }

  /** The recipe as it is, then each change: what a study trains. */
  public static List<Variant> variants(List<Ablation> ablations) {
    List<Variant> variants = new ArrayList<>();
    variants.add(new Variant(BASELINE, List.of()));
    ablations.forEach(ablation -> variants.add(ablation.variant()));
    return variants;
  }
}
