package dev.adapterx.train;

import dev.adapterx.base.ConfigException;
import dev.adapterx.data.BatchLoader;
import dev.adapterx.data.Epoch;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.AdapterFile;
import dev.adapterx.tensor.Native;
import dev.adapterx.train.report.MetricsLog;
import dev.adapterx.train.report.ResultLine;
import dev.adapterx.train.report.RoutingLog;
import dev.adapterx.train.report.RoutingWarning;
import dev.adapterx.train.report.TensorBoardEvents;
import java.util.HashSet;
import java.util.LinkedHashMap;
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
  private final int epochs;
  private final Feed train;
  private final @Nullable Feed val;
  private final Set<String> warned = new HashSet<>();
  private Checkpoint state;

  TrainSession(
      Recipe recipe,
      RunFolder folder,
      RunListener listener,
      TrainingData<?> task,
      AdaptedModel model,
      Trainer trainer,
      Workers workers) {
    this.recipe = recipe;
    this.folder = folder;
    this.listener = listener;
    this.task = task;
    this.model = model;
    this.trainer = trainer;
    this.workers = workers;
    this.epochs = recipe.train().epochs();
    long bytes = (long) recipe.data().cacheMegabytes() << 20;
    this.train = new Feed(model, task.train(), workers, bytes);
    this.val = task.val() == null ? null : new Feed(model, task.val(), workers, bytes);
    this.state = Checkpoint.read(folder.checkpoint(), trainer);
    if (state.epoch() > epochs) {
      throw new ConfigException(
          "train.epochs: expected at least the "
              + state.epoch()
              + " that are done, found "
              + epochs);
    }
  }

  /** Epochs done when it was opened, or since. */
  int epochsDone() {
    return state.epoch();
  }

  RunResult run() {
    Provenance provenance = Provenance.of(recipe, task, model);
    provenance.changes(folder.changes());
    listener.started(provenance.facts(), recipe.train().batch(), task.modality().noun());
    if (state.epoch() == 0) { // later what was kept of them comes from the checkpoint
      Examples.show(model, task);
    }
    MetricsLog log = MetricsLog.resume(folder.path(), state.epoch());
    RoutingLog routed = RoutingLog.resume(folder.path(), state.epoch());
    try (TensorBoardEvents events = TensorBoardEvents.resume(folder.events(), state.epoch() + 1L)) {
      while (state.epoch() < epochs) {
        epoch(log, routed, events);
      }
    }
    trainer.withAveraged(() -> AdapterFile.write(model, folder.adapter()));
    Evaluator evaluator = new Evaluator(model, workers);
    Evaluation last = task.test() == null ? null : averaged(evaluator, task.test());
    Evaluation best =
        last == null || state.bestEpoch() == 0 || state.bestEpoch() == epochs ? last : bestOnTest();
    RunResult result =
        new RunResult(
            model.method().title(),
            last,
            best,
            state.bestEpoch(),
            model.parameters(),
            resultLine(last, best),
            medianSeconds(log),
            Native.peakResidentBytes());
    RoutingSummary routing =
        last == null
            ? RoutingSummary.ofTraining(routed)
            : RoutingSummary.ofTest(evaluator.routing(), routed);
    new RunReport(recipe, task, model, provenance, log, result, routing).write(folder);
    task.broken().forEach(listener::warned);
    routing.warnings().forEach(listener::warned);
    return result;
  }

  private void epoch(MetricsLog log, RoutingLog routed, TensorBoardEvents events) {
    int epoch = state.epoch();
    double loading = task.train().statistics().seconds();
    EpochResult result =
        train.epoch(
            epoch,
            batches ->
                trainer.train(
                    epoch,
                    batches,
                    train.batches(),
                    new Recognition(model, recipe.train().labelSmoothing(), train),
                    (step, steps, loss) -> listener.stepped(epoch + 1, epochs, step, steps, loss)));
    Map<String, Object> metrics = new LinkedHashMap<>(result.metrics());
    metrics.put("loading-seconds", task.train().statistics().seconds() - loading);
    int best = state.bestEpoch();
    double bestAccuracy = state.bestAccuracy();
    if (val != null) {
      Evaluation held = averaged(new Evaluator(model, workers), val);
      metrics.put("val-loss", held.loss());
      metrics.put("val-accuracy", held.accuracy());
      if (held.accuracy() > bestAccuracy) {
        best = epoch + 1;
        bestAccuracy = held.accuracy();
        trainer.withAveraged(() -> AdapterFile.write(model, folder.bestAdapter()));
      }
    }
    int every = recipe.train().testEvery();
    if (task.test() != null && every > 0 && (epoch + 1) % every == 0) {
      metrics.put("test-accuracy", averaged(new Evaluator(model, workers), task.test()).accuracy());
    }
    state = new Checkpoint(epoch + 1, best, bestAccuracy);
    log.append(epoch + 1, metrics);
    routed.append(epoch + 1, result.routing());
    Map<String, Double> scalars = numbers(metrics);
    scalars.putAll(RoutingSummary.scalars(result.routing()));
    events.scalars(epoch + 1, scalars);
    state.write(folder.checkpoint(), trainer);
    listener.epochDone(epoch + 1, epochs, metrics);
    for (RoutingWarning warning : RoutingWarning.of(result.routing())) {
      if (warned.add(warning.kind())) {
        listener.warned("epoch " + (epoch + 1) + ": " + warning.text());
      }
    }
  }

  private Evaluation averaged(Evaluator evaluator, Feed split) {
    Evaluation[] result = new Evaluation[1];
    trainer.withAveraged(
        () -> result[0] = split.epoch(0, batches -> evaluator.evaluate(batches, split)));
    return result[0];
  }

  /** The test split always walks the whole model: its seconds are what a user will wait. */
  private Evaluation averaged(Evaluator evaluator, BatchLoader<?> loader) {
    Evaluation[] result = new Evaluation[1];
    trainer.withAveraged(
        () -> {
          try (Epoch batches = loader.epoch(0)) {
            result[0] = evaluator.evaluate(batches);
          }
        });
    return result[0];
  }

  private @Nullable Evaluation bestOnTest() {
    BatchLoader<?> test = task.test();
    if (test == null) {
      return null;
    }
    try (AdaptedModel best = AdapterFile.read(folder.bestAdapter()).attach(model.backbone());
        Epoch batches = test.epoch(0)) {
      return new Evaluator(best, workers).evaluate(batches);
    }
  }

  private @Nullable ResultLine resultLine(@Nullable Evaluation last, @Nullable Evaluation best) {
    if (last == null || best == null) {
      return null;
    }
    int bestEpoch = state.bestEpoch() == 0 ? epochs : state.bestEpoch();
    return new ResultLine(
        model.method().title(),
        recipe.data().name(),
        String.valueOf(recipe.data().test()),
        epochs,
        chosenOn(),
        List.of(
            new ResultLine.Seed(
                recipe.seed(),
                last.confusion().accuracy(),
                best.confusion().accuracy(),
                bestEpoch)),
        model.backbone().preprocessing().normalisation(),
        recipe.data().augmentation(),
        new ResultLine.Trainable(
            model.parameters().trainable(), model.parameters().backbone(), true));
  }

  private @Nullable String chosenOn() {
    if (recipe.data().val() != null) {
      return recipe.data().val();
    }
    return recipe.data().holdOut() > 0 ? "a held-out part of " + recipe.data().train() : null;
  }

  private static double medianSeconds(MetricsLog log) {
    List<Double> seconds =
        log.records().stream()
            .map(record -> record.get("seconds"))
            .filter(Number.class::isInstance)
            .map(s -> ((Number) s).doubleValue())
            .sorted()
            .toList();
    return seconds.isEmpty() ? 0 : seconds.get(seconds.size() / 2);
  }

  /** What of an epoch's metrics is a number. */
  static Map<String, Double> numbers(Map<String, Object> metrics) {
    Map<String, Double> numbers = new LinkedHashMap<>();
    metrics.forEach(
        (key, value) -> {
          if (value instanceof Number number) {
            numbers.put(key, number.doubleValue());
          }
        });
    return numbers;
  }
}
