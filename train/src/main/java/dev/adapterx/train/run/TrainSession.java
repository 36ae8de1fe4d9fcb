package dev.adapterx.train.run;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.data.BatchLoader;
import dev.adapterx.data.Epoch;
import dev.adapterx.infer.Workers;
import dev.adapterx.model.int8.LayerRange;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.AdapterFile;
import dev.adapterx.peft.part.LinearProbe;
import dev.adapterx.task.Score;
import dev.adapterx.task.Scores;
import dev.adapterx.tensor.Native;
import dev.adapterx.tensor.Precision;
import dev.adapterx.train.input.Ranges;
import dev.adapterx.train.input.TrainingData;
import dev.adapterx.train.log.MetricsLog;
import dev.adapterx.train.loop.Checkpoint;
import dev.adapterx.train.loop.EpochResult;
import dev.adapterx.train.loop.EpochSums;
import dev.adapterx.train.loop.Evaluator;
import dev.adapterx.train.loop.Feed;
import dev.adapterx.train.loop.FrozenWeights;
import dev.adapterx.train.loop.LossWatch;
import dev.adapterx.train.loop.RunListener;
import dev.adapterx.train.loop.StopCheck;
import dev.adapterx.train.loop.StoppedException;
import dev.adapterx.train.loop.Supervised;
import dev.adapterx.train.loop.Trainer;
import dev.adapterx.train.ranks.RankGroup;
import dev.adapterx.train.recipe.Recipe;
import dev.adapterx.train.recipe.TrainRecipe;
import dev.adapterx.train.routing.RoutingLog;
import dev.adapterx.train.routing.RoutingSummary;
import dev.adapterx.train.routing.RoutingWarning;
import dev.adapterx.train.text.ResultLine;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A run with everything open: its epochs, its measurements, what it leaves behind. */
final class TrainSession {
  private final Recipe recipe;
  private final RunFolder folder;
  private final RunListener listener;
  private final TrainingData<?> task;
  private final AdaptedModel model;
  private final Trainer trainer;
  private final Workers workers;
  private final RankGroup ranks;
  private final @Nullable FrozenWeights frozen;
  private final StopCheck stop;
  private final Progress progress;
  private final int epochs;
  private final Feed train;
  private final @Nullable Feed val;
  private final Set<String> warned = new HashSet<>();
  private final LossWatch watch = new LossWatch();
  private final long began = System.nanoTime();
  private double secondsBefore;
  private double loadingBefore; // seconds spent reading samples, at the start of the epoch

  TrainSession(
      Recipe recipe,
      RunFolder folder,
      RunListener listener,
      Loaded loaded,
      @Nullable FrozenWeights frozen) {
    this.recipe = recipe;
    this.folder = folder;
    this.listener = listener;
    this.task = loaded.task();
    this.model = loaded.model();
    this.trainer = loaded.trainer();
    this.workers = loaded.workers();
    this.ranks = loaded.ranks();
    this.frozen = frozen;
    this.epochs = recipe.train().epochs();
    long bytes = (long) recipe.data().cacheMegabytes() << 20;
    this.stop =
        new StopCheck(
            listener,
            () -> {
              ranks.requireAll();
              return false;
            });
    StopCheck stopTraining = new StopCheck(listener, this::isTimeUp);
    trainer.stopBy(stopTraining);
    this.train =
        new Feed(
            model,
            task.train(),
            workers,
            bytes,
            ranks.isAlone() ? stopTraining : new StopCheck(RunListener.NONE));
    this.val = task.val() == null ? null : new Feed(model, task.val(), workers, bytes, stop);
    this.progress = new Progress(folder, trainer, recipe.train(), "train", train.batches());
  }

  /** Epochs done when it was opened, or since. */
  int epochsDone() {
    return progress.state().epoch();
  }

  /**
   * Trains what is left, measures, reports.
   *
   * @throws StoppedException when the listener wanted it to
   */
  RunResult run() {
    return progress.guard(this::finished);
  }

  private RunResult finished() {
    Provenance provenance = Provenance.of(recipe, task, model);
    provenance.changes(folder.changes());
    provenance.ranks(ranks.count());
    int batch = recipe.train().batchOf(task.train().data().size());
    listener.started(Provenance.header(recipe, task, model), batch, task.modality().noun());
    task.leftOut().forEach(listener::warned);
    warnOfSlowPrecision();
    warnOfLongWarmup();
    task.prepare(model); // later what was kept of the examples comes from the checkpoint
    if (recipe.backbone().precision() == Precision.INT8) {
      quantise();
    }
    keepBest();
    RunEpochs run = new RunEpochs(folder, progress, listener, epochs, ranks);
    MetricsLog log = run.log();
    secondsBefore = Logged.seconds(log) + progress.sums().seconds();
    log.records().forEach(this::remember);
    RoutingLog routed = RoutingLog.resume(folder.path(), epochsDone());
    Follower.lead(trainer, ranks, progress.sums(), train.batches());
    try {
      run.run(new Training(routed));
    } catch (StopCheck.Wanted e) {
      Follower.end(ranks);
      throw e;
    }
    progress.endedEarly().ifPresent(provenance::ended);
    trainer.withAveraged(() -> AdapterFile.write(model, folder.adapter()));
    if (frozen != null) {
      provenance.frozen(frozen.unchanged(model.backbone()));
    }
    Checkpoint state = progress.state();
    Evaluator evaluator = new Evaluator(model, workers);
    Scores last = task.measured() == null ? null : averaged(evaluator, task.measured());
    Scores best =
        last == null || state.bestEpoch() == 0 || progress.isAtBest() ? last : bestMeasured();
    RunResult result =
        new RunResult(
            folder.path(),
            model.method().title(),
            recipe.data().measuredOn(),
            last,
            best,
            state.bestEpoch(),
            model.parameters(),
            resultLine(last, best),
            Logged.medianSeconds(log),
            Native.peakResidentBytes());
    RoutingSummary routing =
        last == null
            ? RoutingSummary.ofTraining(routed)
            : RoutingSummary.ofMeasured(
                task.test() == null ? measuredOn() : measuredOn() + " split",
                evaluator.routing(),
                routed);
    new RunReport(recipe, task, model, provenance, log, result, routing).write(folder);
    progress.endedEarly().ifPresent(listener::warned);
    new RunCard(recipe, model, task.description()).write(folder, result, listener);
    task.broken().forEach(listener::warned);
    task.notes().forEach(listener::warned);
    routing.warnings().forEach(listener::warned);
    Follower.end(ranks); // not before: a launcher that starts rank 0 again starts all
    return result;
  }

  /** By the ranges that the run began with: those of a trained model are others. */
  private void quantise() {
    model.requireFrozenLinears();
    List<LayerRange> ranges;
    if (Files.exists(folder.int8())) {
      ranges = Ranges.read(folder.int8());
    } else if (progress.isNew() || model.method() instanceof LinearProbe) {
      ranges = task.ranges(model);
      Ranges.write(folder.int8(), ranges);
    } else {
      throw new CheckpointException(
          folder.int8()
              + ", the ranges that this training in int8 began with, is missing. Restore it, or"
              + " train in a new folder");
    }
    listener.warned(Ranges.told(ranges));
    model.quantise(ranges);
  }

  private String measuredOn() {
    return String.valueOf(recipe.data().measuredOn());
  }

  /** Whether {@code train.time-limit} is over; earlier sessions of the run count. */
  private boolean isTimeUp() {
    double limit = 60 * recipe.train().timeLimit();
    return limit > 0 && secondsBefore + (System.nanoTime() - began) / 1e9 >= limit;
  }

  /** A loss that comes apart in earlier epochs is known; only what follows is new. */
  private void remember(Map<String, Object> epoch) {
    if (epoch.get("loss") instanceof Number loss) {
      watch.seen("", loss.doubleValue(), 0);
    }
  }

  private void warnOfLongWarmup() {
    TrainRecipe given = recipe.train();
    if (given.isWarmupTooLong()) {
      listener.warned(
          "train.warmup-epochs=%s leaves nothing of train.epochs=%d; the share train.warmup=%s is taken, %.3g epochs"
              .formatted(given.warmupEpochs(), epochs, given.warmup(), given.warmingUp()));
    }
  }

  /** After the checkpoint that names it, and again when a kill came between the two. */
  private void keepBest() {
    if (progress.isAtBest()) {
      trainer.withAveraged(() -> AdapterFile.write(model, folder.bestAdapter()));
    }
  }

  private void warnOfSlowPrecision() {
    if (model.backbone().device().isHost() && recipe.backbone().precision().isSlow()) {
      listener.warned(
          "backbone.precision: bf16 on a processor without instructions for it (amx_bf16 or"
              + " avx512_bf16) computes what it should, but slower than fp32; auto takes fp32"
              + " here");
    }
  }

  /** What an epoch of a training has beside what every run has. */
  private final class Training implements RunEpochs.Job {
    private final RoutingLog routed;

    Training(RoutingLog routed) {
      this.routed = routed;
    }

    @Override
    public EpochResult train(int epoch, EpochSums sums, Trainer.StepListener steps) {
      loadingBefore = task.train().statistics().seconds();
      EpochResult result =
          train.rest(
              epoch,
              sums,
              batches ->
                  trainer.train(
                      epoch,
                      batches,
                      train.batches(),
                      Supervised.of(model, recipe.train().labelSmoothing(), train),
                      sums,
                      steps));
      watch.seen("epoch " + (epoch + 1), result.loss(), result.lr()).ifPresent(listener::warned);
      return result;
    }

    @Override
    public RunEpochs.Best measured(int number, Map<String, Object> metrics, RunEpochs.Best before) {
      metrics.put("loading-seconds", task.train().statistics().seconds() - loadingBefore);
      RunEpochs.Best best = before;
      if (val != null) {
        Scores held = averaged(new Evaluator(model, workers), val);
        Score score = held.primary();
        metrics.put("val-loss", held.loss());
        metrics.put("val-" + score.name(), score.value());
        boolean first = before.epoch() == 0 && !Double.isNaN(score.value());
        if (first || (before.epoch() > 0 && score.isBetterThan(before.score()))) {
          best = new RunEpochs.Best(number, score.value());
        }
      }
      int every = recipe.train().testEvery();
      if (task.test() != null && every > 0 && number % every == 0) {
        Score score = averaged(new Evaluator(model, workers), task.test()).primary();
        metrics.put("test-" + score.name(), score.value());
      }
      return best;
    }

    @Override
    public Map<String, Double> logged(int number, EpochResult result) {
      routed.append(number, result.routing());
      return RoutingSummary.scalars(result.routing());
    }

    @Override
    public void kept() {
      keepBest();
    }

    @Override
    public void warned(int number, EpochResult result) {
      for (RoutingWarning warning : RoutingWarning.of(result.routing())) {
        if (warned.add(warning.kind())) {
          listener.warned("epoch " + number + ": " + warning.text());
        }
      }
    }
  }

  private Scores averaged(Evaluator evaluator, Feed split) {
    Scores[] result = new Scores[1];
    trainer.withAveraged(
        () -> result[0] = split.epoch(0, batches -> evaluator.scores(batches, split)));
    return result[0];
  }

  /** What is measured always runs the whole model: its seconds are what a user will wait. */
  private Scores averaged(Evaluator evaluator, BatchLoader<?> loader) {
    Scores[] result = new Scores[1];
    trainer.withAveraged(
        () -> {
          try (Epoch batches = loader.epoch(0)) {
            result[0] = evaluator.scores(stop.over(batches));
          }
        });
    return result[0];
  }

  private @Nullable Scores bestMeasured() {
    BatchLoader<?> measured = task.measured();
    if (measured == null) {
      return null;
    }
    try (AdaptedModel best = AdapterFile.read(folder.bestAdapter()).attach(model.backbone());
        Epoch batches = measured.epoch(0)) {
      return new Evaluator(best, workers).scores(stop.over(batches));
    }
  }

  private @Nullable ResultLine resultLine(@Nullable Scores last, @Nullable Scores best) {
    if (last == null || best == null) {
      return null;
    }
    int measured = progress.state().bestEpoch();
    int bestEpoch = measured == 0 ? epochsDone() : measured;
    return new ResultLine(
        last.primary().name(),
        model.method().title(),
        recipe.data().name(),
        measuredOn(),
        epochsDone(),
        recipe.data().chosenOn(),
        List.of(
            new ResultLine.Seed(
                recipe.seed(),
                last.primary().value() / 100,
                best.primary().value() / 100,
                bestEpoch)),
        model.backbone().preprocessing().normalisation(),
        recipe.data().augmentation(),
        new ResultLine.Trainable(
            model.parameters().trainable(), model.parameters().backbone(), true));
  }
}
