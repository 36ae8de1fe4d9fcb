package dev.adapterx.train.run;

import dev.adapterx.base.ConfigException;
import dev.adapterx.data.Share;
import dev.adapterx.infer.Workers;
import dev.adapterx.model.Backbone;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.part.LinearProbe;
import dev.adapterx.tensor.Precision;
import dev.adapterx.train.input.TrainingData;
import dev.adapterx.train.loop.RunListener;
import dev.adapterx.train.loop.Trainer;
import dev.adapterx.train.ranks.Rank;
import dev.adapterx.train.ranks.RankGroup;
import dev.adapterx.train.recipe.Recipe;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** What a training needs, opened; and its ranks, which have found that they have the same. */
record Loaded(
    TrainingData<?> task, AdaptedModel model, Workers workers, RankGroup ranks, Trainer trainer)
    implements AutoCloseable {
  /** Keys that may differ between ranks: places, speed, and what rank 0 alone does. */
  private static final Set<String> OWN =
      Set.of(
          "backbone.path",
          "data.path",
          "data.threads",
          "data.cache-megabytes",
          "data.text-cache",
          "train.verify-frozen",
          "train.time-limit");

  /**
   * Opens data and model, and waits for the other ranks.
   *
   * @throws ConfigException when the batch is too small for the ranks, or one of them has something
   *     else; nothing is written then
   */
  static Loaded of(Recipe recipe, Backbone backbone, Rank rank, RunListener listener) {
    TrainingData<?> task = TrainingData.open(recipe, backbone);
    AdaptedModel model = null;
    Workers workers = null;
    RankGroup ranks = null;
    try {
      model = AdaptedModel.attach(backbone, recipe.method(), task.task(recipe), recipe.seed());
      workers = rank.threads() > 0 ? new Workers(rank.threads()) : Workers.all();
      Share share = share(recipe, task, model, rank, listener);
      ranks = RankGroup.join(rank, rank.isAlone() ? Map.of() : facts(recipe, task, model));
      task.train().share(share, recipe.data().allowBroken());
      Trainer trainer = new Trainer(model, recipe.train(), recipe.seed(), workers, ranks, share);
      return new Loaded(task, model, workers, ranks, trainer);
    } catch (RuntimeException | Error e) {
      if (ranks != null) {
        ranks.close();
      }
      if (workers != null) {
        workers.close();
      }
      if (model != null) {
        model.close();
      }
      task.close();
      throw e;
    }
  }

  private static Share share(
      Recipe recipe, TrainingData<?> task, AdaptedModel model, Rank rank, RunListener listener) {
    if (rank.isAlone()) {
      return Share.ALL;
    }
    if (recipe.backbone().precision() == Precision.INT8
        && !(recipe.method() instanceof LinearProbe)) {
      throw new ConfigException(
          "--ranks: a training through int8 has one rank, whose samples its ranges are of; the"
              + " method linear-probe alone can have more. Found "
              + recipe.method().name()
              + "; leave --ranks or backbone.precision=int8 out");
    }
    int samples = task.train().data().size();
    int batch = Math.min(samples, recipe.train().batchOf(samples));
    if (rank.count() > batch) {
      throw new ConfigException(
          "--ranks: a batch of %d samples cannot be divided among %d ranks; take at most %d, or a larger train.batch"
              .formatted(batch, rank.count(), batch));
    }
    int piece = Trainer.microBatch(model, recipe.train(), batch, rank.count());
    int pieces = (batch + piece - 1) / piece;
    if (pieces < rank.count()) {
      throw new ConfigException(
          "--ranks: ranks take whole micro-batches, and a batch of %d in micro-batches of train.micro-batch=%d has %d, for %d ranks; lower train.micro-batch to %d or less, or leave it at 0"
              .formatted(batch, piece, pieces, rank.count(), Math.max(1, batch / rank.count())));
    }
    int usual = Trainer.microBatch(model, recipe.train(), batch, 1);
    if (rank.isFirst() && piece < usual) {
      listener.warned(
          "micro-batches have %d samples instead of %d, so that each of the %d ranks has one of a batch; to compare with one rank set train.micro-batch=%d there"
              .formatted(piece, usual, rank.count(), piece));
    }
    return new Share(rank.rank(), rank.count(), piece);
  }

  /** What must be the same in all ranks. */
  private static Map<String, String> facts(
      Recipe recipe, TrainingData<?> task, AdaptedModel model) {
    Map<String, String> facts = new LinkedHashMap<>();
    flatten("", recipe.tree(), facts);
    facts.put("the backbone's sha256", model.backbone().info().sha256());
    facts.put(
        "the precision the backbone computes in",
        precision(recipe, model).toString().toLowerCase(Locale.ROOT));
    facts.put("the number of training samples", String.valueOf(task.train().data().size()));
    task.fingerprints()
        .forEach((split, hash) -> facts.put("the fingerprint of the " + split + " split", hash));
    return facts;
  }

  /**
   * Checks that a run was begun by the recipe that is asked for.
   *
   * @throws ConfigException naming the first key that differs
   */
  static void requireSame(Path folder, Recipe begun, Recipe asked) {
    Map<String, String> was = new LinkedHashMap<>();
    flatten("", begun.tree(), was);
    Map<String, String> is = new LinkedHashMap<>();
    flatten("", asked.tree(), is);
    Set<String> keys = new LinkedHashSet<>(was.keySet());
    keys.addAll(is.keySet());
    for (String key : keys) {
      if (!Objects.equals(was.get(key), is.get(key))) {
        throw new ConfigException(
            "The run in %s was begun with %s=%s, and %s=%s is asked for. Choose another folder with --out, or go on as it began: adapterx train --resume %s"
                .formatted(folder, key, was.get(key), key, is.get(key), folder));
      }
    }
  }

  private static Precision precision(Recipe recipe, AdaptedModel model) {
    return recipe.backbone().precision().on(model.backbone().device());
  }

  private static void flatten(String place, JsonNode node, Map<String, String> into) {
    if (node.isObject()) {
      node.properties()
          .forEach(
              field ->
                  flatten(
                      place.isEmpty() ? field.getKey() : place + "." + field.getKey(),
                      field.getValue(),
                      into));
    } else if (!OWN.contains(place)) {
      into.put(place, node.toString());
    }
  }

  @Override
  public void close() {
    trainer.close();
    ranks.close();
    workers.close();
    model.close();
    task.close();
  }
}
