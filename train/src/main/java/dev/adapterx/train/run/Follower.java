package dev.adapterx.train.run;

import dev.adapterx.tensor.Precision;
import dev.adapterx.train.loop.EpochSums;
import dev.adapterx.train.loop.Feed;
import dev.adapterx.train.loop.RunListener;
import dev.adapterx.train.loop.StopCheck;
import dev.adapterx.train.loop.Supervised;
import dev.adapterx.train.loop.Trainer;
import dev.adapterx.train.ranks.RankGroup;
import dev.adapterx.train.recipe.Recipe;
import tools.jackson.databind.json.JsonMapper;

/**
 * A rank other than 0: begins where rank 0 stands, computes its share of every step, and does what
 * rank 0 says after each epoch.
 */
final class Follower {
  private static final String EPOCH = "epoch ";
  private static final String END = "end";

  private final Recipe recipe;
  private final Loaded loaded;
  private final RunListener listener;

  Follower(Recipe recipe, Loaded loaded, RunListener listener) {
    this.recipe = recipe;
    this.loaded = loaded;
    this.listener = listener;
  }

  /** In rank 0, before its first epoch: gives the others its state. */
  static void lead(Trainer trainer, RankGroup ranks, EpochSums sums, int planned) {
    if (ranks.isAlone()) {
      return;
    }
    trainer.spread();
    ranks.tell(JsonMapper.shared().writeValueAsString(sums.state(planned).withoutRouting()));
  }

  /** In rank 0: the others train this epoch. */
  static void next(RankGroup ranks, int epoch) {
    ranks.tell(EPOCH + epoch);
  }

  /** In rank 0: everything is written, or the training stops. */
  static void end(RankGroup ranks) {
    ranks.tell(END);
    ranks.release();
  }

  /** Trains until rank 0 says that it is the end. */
  void run() {
    RankGroup ranks = loaded.ranks();
    Trainer trainer = loaded.trainer();
    loaded.task().prepare(loaded.model());
    if (recipe.backbone().precision() == Precision.INT8) {
      loaded.model().quantise(loaded.task().ranges(loaded.model()));
    }
    long bytes = (long) recipe.data().cacheMegabytes() << 20;
    Feed feed =
        new Feed(
            loaded.model(),
            loaded.task().train(),
            loaded.workers(),
            bytes,
            new StopCheck(RunListener.NONE));
    trainer.stopBy(new StopCheck(listener));
    trainer.spread();
    EpochSums sums =
        new EpochSums(JsonMapper.shared().readValue(ranks.told(), EpochSums.State.class));
    for (String told = ranks.told(); !told.equals(END); told = ranks.told()) {
      epoch(feed, Integer.parseInt(told.substring(EPOCH.length())), sums);
      sums = new EpochSums();
    }
  }

  private void epoch(Feed feed, int epoch, EpochSums sums) {
    Supervised<?, ?> objective =
        Supervised.of(loaded.model(), recipe.train().labelSmoothing(), feed);
    try {
      feed.rest(
          epoch,
          sums,
          batches ->
              loaded
                  .trainer()
                  .train(
                      epoch,
                      batches,
                      feed.batches(),
                      objective,
                      sums,
                      (step, steps, loss) ->
                          listener.stepped(epoch + 1, recipe.train().epochs(), step, steps, loss)));
    } catch (StopCheck.Wanted | StopCheck.TimeIsUp e) {
      // Rank 0 says what follows.
    }
  }
}
