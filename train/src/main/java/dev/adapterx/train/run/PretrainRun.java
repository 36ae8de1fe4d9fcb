package dev.adapterx.train.run;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import dev.adapterx.base.Settings;
import dev.adapterx.base.WholeFile;
import dev.adapterx.data.BatchLoader;
import dev.adapterx.data.BrokenSample;
import dev.adapterx.data.Epoch;
import dev.adapterx.data.Fingerprint;
import dev.adapterx.data.LoaderOptions;
import dev.adapterx.data.points.PointCloud;
import dev.adapterx.infer.Workers;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.BackboneFile;
import dev.adapterx.model.MaskedAutoencoder;
import dev.adapterx.model.PointTransformer;
import dev.adapterx.model.SidecarWriter;
import dev.adapterx.tensor.Native;
import dev.adapterx.tensor.Scope;
import dev.adapterx.train.input.Modality;
import dev.adapterx.train.input.PointModality;
import dev.adapterx.train.log.MetricsLog;
import dev.adapterx.train.loop.EpochResult;
import dev.adapterx.train.loop.EpochSums;
import dev.adapterx.train.loop.Reconstruction;
import dev.adapterx.train.loop.RunListener;
import dev.adapterx.train.loop.StopCheck;
import dev.adapterx.train.loop.Trainer;
import dev.adapterx.train.ranks.RankGroup;
import dev.adapterx.train.recipe.PretrainRecipe;
import dev.adapterx.train.recipe.RecipeText;
import dev.adapterx.train.report.Curves;
import dev.adapterx.train.report.Facts;
import dev.adapterx.train.report.Report;
import dev.adapterx.weights.DType;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Tensor;
import tools.jackson.databind.node.ObjectNode;

/**
 * One pre-training from recipe to backbone file. Killed at any moment it can be resumed from the
 * last completed epoch to the same bytes, and stopped by its listener from the last completed step.
 */
public final class PretrainRun {
  /**
   * What came out.
   *
   * @param backbone the file {@code train} loads
   * @param loss mean Chamfer-L2 of the last epoch
   */
  public record Result(Path backbone, double loss, double secondsPerEpoch) {}

  private final PretrainRecipe recipe;
  private final Supplier<RunFolder> place;
  private final RunListener listener;

  private PretrainRun(PretrainRecipe recipe, Supplier<RunFolder> place, RunListener listener) {
    this.recipe = recipe;
    this.place = place;
    this.listener = listener;
  }

  /** Pre-trains in a new folder, which is created once the data are found to be in order. */
  public static Result start(PretrainRecipe recipe, Path folder, RunListener listener) {
    return RunClaim.begin(folder, place -> begin(recipe, place, listener));
  }

  /**
   * Pre-trains in a new folder.
   *
   * @param lock locks the folder; called once the data are found to be in order
   */
  public static Result start(PretrainRecipe recipe, Supplier<RunLock> lock, RunListener listener) {
    return RunClaim.begin(lock, place -> begin(recipe, place, listener));
  }

  private static Result begin(
      PretrainRecipe recipe, Supplier<RunFolder> place, RunListener listener) {
    PretrainRecipe resolved = recipe.relativeTo(Path.of("").toAbsolutePath()).pinned(listener);
    return new PretrainRun(resolved, place, listener).run();
  }

  /** Resumes a run where it stopped. */
  public static Result resume(Path folder, RunListener listener) {
    return RunClaim.resume(
        folder,
        lock -> {
          RunFolder existing = RunFolder.existing(lock.run());
          PretrainRecipe recipe = PretrainRecipe.read(existing.recipe(), List.of());
          return new PretrainRun(recipe, () -> existing, listener).run();
        });
  }

  private Result run() {
    try (Backbone start = TrainRun.backbone(recipe.backbone(), recipe.seed())) {
      Modality<?> modality = Modality.of(start);
      if (start instanceof PointTransformer points && modality instanceof PointModality clouds) {
        return run(points, clouds);
      }
      throw new ConfigException(
          "backbone: masked pre-training is for point transformers, found one for "
              + modality.noun()
              + "; name a preset such as point_192x6x6_c48_g64k32_1024");
    }
  }

  private Result run(PointTransformer start, PointModality clouds) {
    Modality.Found<PointCloud> found = clouds.unlabelled(recipe.data());
    int samples = found.dataset().size();
    LoaderOptions options =
        LoaderOptions.training(recipe.train().batchOf(samples), recipe.seed())
            .withDropLast(recipe.train().dropsLast(samples));
    Rng init = Rng.of(recipe.seed(), "init").at("decoder");
    try (MaskedAutoencoder model = MaskedAutoencoder.initial(start, recipe.pretrain(), init);
        BatchLoader<PointCloud> loader =
            new BatchLoader<>(
                found.dataset(),
                clouds.training(recipe.data(), 0),
                recipe.data().loading(options));
        Workers workers = Workers.all();
        Trainer trainer =
            new Trainer(
                new Reconstruction(model, recipe.pretrain() + start.info().sha256()),
                recipe.train(),
                recipe.seed(),
                workers)) {
      Map<String, String> facts = facts(start, found);
      RunFolder folder = place.get();
      folder.sweep();
      Progress progress =
          new Progress(folder, trainer, recipe.train(), "pretrain", loader.batches());
      MetricsLog log = train(folder, progress, trainer, loader, found.dataset().size());
      trainer.withAveraged(() -> write(folder, model));
      report(folder, log, facts, loader);
      return new Result(backbone(folder), last(log, "loss"), last(log, "seconds"));
    }
  }

  private static void write(RunFolder folder, MaskedAutoencoder model) {
    try (Scope scope = Scope.withoutGradients()) {
      BackboneFile.write(
          backbone(folder),
          tensors(model),
          SidecarWriter.text(model.backbone(), List.of()),
          DType.F32);
    }
  }

  /** The file that is delivered. */
  private static Path backbone(RunFolder folder) {
    return folder.path().resolve("backbone.safetensors");
  }

  private MetricsLog train(
      RunFolder folder, Progress progress, Trainer trainer, BatchLoader<?> loader, int size) {
    WholeFile.write(folder.recipe(), recipe.yaml());
    listener.started(header(size), recipe.train().batchOf(loader.data().size()), "clouds");
    RunEpochs run =
        new RunEpochs(folder, progress, listener, recipe.train().epochs(), RankGroup.alone());
    return progress.guard(
        () -> {
          run.run((epoch, sums, steps) -> epoch(trainer, loader, epoch, sums, steps));
          return run.log();
        });
  }

  private EpochResult epoch(
      Trainer trainer,
      BatchLoader<?> loader,
      int epoch,
      EpochSums sums,
      Trainer.StepListener steps) {
    try (Epoch batches = loader.rest(epoch, sums.steps(), sums.last())) {
      return trainer.train(
          epoch, new StopCheck(listener).over(batches), loader.batches(), sums, steps);
    }
  }

  /** The encoder alone; the decoder has done its work. */
  private static Map<String, Tensor> tensors(MaskedAutoencoder model) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    model
        .backbone()
        .tensors()
        .forEach(
            (name, tensor) -> {
              boolean learnt = model.trainable().find(name).isPresent();
              boolean encoder = !name.startsWith("decoder") && !name.startsWith("increase_dim");
              if ((learnt && encoder && !name.equals("mask_token"))
                  || model.buffers().find(name).isPresent()) {
                tensors.put(name, tensor);
              }
            });
    return tensors;
  }

  /** As {@link Provenance#header}. */
  private Map<String, String> header(int clouds) {
    PretrainRecipe defaults = PretrainRecipe.defaults();
    Map<String, String> lines = new LinkedHashMap<>();
    lines.put(
        "pre-training",
        Provenance.words(
            "masked autoencoder",
            RecipeText.differences(
                Settings.tree(recipe.pretrain()), Settings.tree(defaults.pretrain()))));
    lines.put("backbone", recipe.backbone().name());
    lines.put("data", recipe.data().name() + ", " + clouds + " clouds");
    lines.put(
        "train",
        RecipeText.line(
            RecipeText.differences(
                Settings.tree(recipe.train()), Settings.tree(defaults.train()))));
    lines.put("seed", Long.toString(recipe.seed()));
    return lines;
  }

  private Map<String, String> facts(PointTransformer start, Modality.Found<PointCloud> found) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put(
        "pre-training", "masked autoencoder; " + RecipeText.line(Settings.tree(recipe.pretrain())));
    facts.put("seed", Long.toString(recipe.seed()));
    facts.put("backbone", start.info().name() + ", sha256 " + start.info().sha256());
    facts.put("input", start.preprocessing().toString());
    facts.put("data", found.description());
    facts.put("fingerprint", Fingerprint.of(found.dataset()));
    facts.put("augmentation", recipe.data().augmentation());
    facts.put("training", RecipeText.line(Settings.tree(recipe.train())));
    facts.put("machine", Native.processor() + ", " + Native.threads() + " threads");
    return facts;
  }

  private void report(
      RunFolder folder, MetricsLog log, Map<String, String> facts, BatchLoader<?> loader) {
    ObjectNode json = Settings.json().createObjectNode();
    json.put("loss", last(log, "loss"));
    json.put("peak-resident-bytes", Native.peakResidentBytes());
    facts.forEach(json.putObject("provenance")::put);
    loader.broken().stream().map(BrokenSample::where).forEach(json.putArray("broken")::add);
    WholeFile.write(folder.summary(), Settings.text(json));
    String line =
        String.format(
            Locale.ROOT,
            "Chamfer-L2 %.5f after %d epochs; seed %d; the backbone is %s",
            last(log, "loss"),
            recipe.train().epochs(),
            recipe.seed(),
            backbone(folder).getFileName());
    new Report(
            "Masked pre-training",
            line,
            List.of(
                new Curves(
                    List.of(
                        RunReport.chart(log, "Loss", "", List.of("loss")),
                        RunReport.chart(log, "Learning rate", "", List.of("lr")))),
                Facts.of(facts)))
        .write(folder.report());
  }

  private static double last(MetricsLog log, String key) {
    List<Map<String, Object>> records = log.records();
    Object value = records.isEmpty() ? null : records.get(records.size() - 1).get(key);
    return value instanceof Number number ? number.doubleValue() : Double.NaN;
  }
}
