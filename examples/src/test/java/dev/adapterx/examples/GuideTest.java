package dev.adapterx.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.data.Epoch;
import dev.adapterx.data.image.RgbImage;
import dev.adapterx.data.image.format.ImageDecoder;
import dev.adapterx.hub.FetchListener;
import dev.adapterx.hub.Hub;
import dev.adapterx.infer.Adapters;
import dev.adapterx.infer.Answer;
import dev.adapterx.infer.Answers;
import dev.adapterx.infer.Batcher;
import dev.adapterx.infer.ImageInput;
import dev.adapterx.infer.Inference;
import dev.adapterx.infer.Input;
import dev.adapterx.infer.Lease;
import dev.adapterx.infer.Predictor;
import dev.adapterx.infer.TaskPredictor;
import dev.adapterx.infer.Workers;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones;
import dev.adapterx.model.Reads;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.AdapterFile;
import dev.adapterx.peft.Merging;
import dev.adapterx.peft.Methods;
import dev.adapterx.peft.PeftMethod;
import dev.adapterx.peft.exchange.PeftFile;
import dev.adapterx.peft.exchange.PeftLayout;
import dev.adapterx.peft.mixture.AdapterX;
import dev.adapterx.peft.weight.Lora;
import dev.adapterx.task.Classification;
import dev.adapterx.task.Evaluation;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.train.input.TrainingData;
import dev.adapterx.train.loop.EpochResult;
import dev.adapterx.train.loop.Evaluator;
import dev.adapterx.train.loop.RunListener;
import dev.adapterx.train.loop.Trainer;
import dev.adapterx.train.recipe.Recipe;
import dev.adapterx.train.result.TrainedRun;
import dev.adapterx.train.run.RunResult;
import dev.adapterx.train.run.TrainRun;
import dev.adapterx.weights.DType;
import dev.adapterx.weights.Models;
import dev.adapterx.weights.WeightFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The Java of {@code docs/java.md} and of the README: what stands between {@code // guide} and
 * {@code // end} here stands there, which {@link DocumentsTest} holds, and is run here.
 */
class GuideTest {
  @TempDir static Path folder;
  private static Path pictures;
  private static Path run;
  private static Path photo;
  private static Path weights;

  @BeforeAll
  static void train() {
    pictures = Pictures.byPattern(folder.resolve("pictures"));
    photo = pictures.resolve("test/dotted/24.png");
    weights = folder.resolve("weights/model.safetensors");
    run = folder.resolve("run");
    var recipe = recipe(pictures).with(List.of("method=lora", "train.epochs=2"), "test");
    TrainRun.start(recipe, run, RunListener.NONE);
    try (TrainedRun trained = TrainedRun.open(run, false, Precision.FP32)) {
      Merging.write(trained.model(), weights, DType.F32, true);
    }
  }

  private static Recipe recipe(Path pictures) {
    // guide
    var recipe =
        Recipe.read(
            """
            backbone: {path: embedded}
            method: {name: adapter-x, scale: 1}
            data: {augment: flip, hold-out: 0.25}
            train: {epochs: 12, batch: 8, lr: 0.01, warmup-epochs: 1}
            """,
            List.of("data.path=" + pictures), // as on the command line: key=value
            "my recipe"); // what messages call it
    // end
    return recipe;
  }

  @Test
  void the_ten_lines() {
    // guide
    var options = Backbones.Options.builder().precision(Precision.FP32).build();
    try (var model = AdapterFile.read(run.resolve("adapter")).openEmbedded("embedded", options)) {
      for (var seen : Predictor.of(model).predict(List.of(photo))) {
        System.out.println(seen.file() + ": " + seen.top().get(0).label());
      }
    }
    // end
  }

  @Test
  void backbones() {
    // guide
    var options = Backbones.Options.defaults().with(Precision.FP32);
    try (var shipped = Backbones.embedded("embedded", options);
        var loaded = Backbones.load(weights, options); // a file, or a folder with one
        var drawn = Backbones.initial("vit_tiny_patch16_224", options, 0)) {
      for (var backbone : List.of(shipped, loaded, drawn)) {
        System.out.println(backbone.info().name() + ", " + backbone.preprocessing());
      }
    }
    // end
  }

  /** Compiled alone: it needs the network. */
  static Backbone fetched() {
    // guide
    var found = new Models(Hub.environment(FetchListener.NONE)).find("facebook/dinov2-small");
    var backbone = Backbones.load(found, Backbones.Options.defaults());
    // end
    return backbone;
  }

  @Test
  void methods() {
    // guide
    PeftMethod usual = new AdapterX();
    PeftMethod changed = AdapterX.with(o -> o.experts = 8);
    PeftMethod named = Methods.entry("adapter-x:budget", "here"); // as commands take it
    // end
    assertThat(List.of(usual, changed, named)).doesNotHaveDuplicates();
  }

  @Test
  void attached() {
    // guide
    try (var backbone = Backbones.embedded("embedded", Backbones.Options.defaults());
        var model =
            AdaptedModel.attach(
                backbone, new AdapterX(), Classification.of(List.of("cat", "dog")), 0)) {
      System.out.println(model.parameters().text());
      model.trainable().forEach((name, tensor) -> System.out.println(name));
    }
    // end
  }

  @Test
  void trained() {
    Recipe recipe = recipe(pictures).with(List.of("train.epochs=2"), "test");
    Path run = folder.resolve("another");
    // guide
    RunResult result = TrainRun.start(recipe, run, RunListener.NONE);
    System.out.println(result.line().text());
    // end
    // guide
    try (var trained = TrainedRun.open(run)) {
      var measured = trained.measure(pictures.toString(), "test", false);
      System.out.println(measured.evaluation().accuracy());
    }
    // end
    assertThat(result.last()).isNotNull();
    // guide
    TrainRun.resume(run, List.of("train.epochs=3"), RunListener.NONE);
    // end
  }

  @Test
  void with_a_loop_of_ones_own() {
    Recipe recipe = recipe(pictures).with(List.of("train.epochs=2"), "test");
    Path adapter = folder.resolve("own");
    double best = 0;
    // guide
    try (var backbone = TrainRun.backbone(recipe.backbone(), recipe.seed());
        var data = TrainingData.open(recipe.data(), backbone.preprocessing(), recipe.train(), 0);
        var model =
            AdaptedModel.attach(backbone, new Lora(), Classification.of(data.classes()), 0);
        var workers = Workers.all();
        var trainer = new Trainer(model, recipe.train(), 0, workers)) {
      data.prepare(model); // some methods look at training inputs first
      for (int epoch = 0; epoch < recipe.train().epochs(); epoch++) {
        try (Epoch train = data.train().epoch(epoch);
            Epoch held = data.val().epoch(0)) {
          int steps = data.train().batches();
          EpochResult result = trainer.train(epoch, train, steps, (step, of, loss) -> {});
          Evaluation measured = new Evaluator(model, workers).evaluate(held);
          System.out.printf("loss %.3f, held out %.1f %%%n", result.loss(), measured.accuracy());
          if (measured.accuracy() > best) {
            best = measured.accuracy();
            AdapterFile.write(model, adapter);
          }
        }
      }
    }
    // end
    assertThat(AdapterFile.exists(adapter)).isTrue();
  }

  @Test
  void predicted() throws IOException {
    try (var backbone = Backbones.embedded("embedded", Backbones.Options.defaults());
        var model = AdapterFile.read(run.resolve("adapter")).attach(backbone)) {
      // guide
      int broken =
          Predictor.of(model)
              .predict(
                  List.of(photo, Path.of("missing.png")),
                  2, // guesses a file
                  seen -> System.out.println(seen.file() + ": " + seen.top()),
                  unread -> System.err.println(unread.reason()));
      // end
      assertThat(broken).isEqualTo(1);
      byte[] upload = Files.readAllBytes(photo);
      // guide
      RgbImage picture = ImageDecoder.decode(upload, "upload.png", false); // true: turned by EXIF
      String label = Predictor.of(model).predict(picture, 1).get(0).label();
      // end
      assertThat(label).isNotEmpty();
      List<RgbImage> pictures = List.of(picture, picture, picture);
      // guide
      try (Answers<float[]> answers = Predictor.of(model).pictures(pictures.iterator())) {
        while (answers.hasNext()) {
          Answer<float[]> answer = answers.next(); // in order; one that cannot be used has an error
          System.out.println(answer.isBroken() ? answer.error() : answer.prediction()[0]);
        }
      }
      // end
      // guide
      ImageInput images = Input.images(model.backbone());
      var predictor = TaskPredictor.of(images, Inference.of(model, Classification.class));
      float[] prediction = predictor.predict(picture); // whatever the task predicts of a sample
      // end
      assertThat(prediction).hasSizeGreaterThan(1);
      long[] shape = {2, 3, 64, 64};
      float[] pixels = new float[2 * 3 * 64 * 64];
      // guide
      try (var request = Scope.withoutGradients()) {
        var input = Tensors.of(pixels, shape); // (B, 3, S, S), scaled as the backbone wants it
        float[] features = Tensors.floats(model.features(input, Pass.evaluation())); // (B, F)
        float[][] probabilities = model.probabilities(input); // (B, C)
        System.out.println(features.length + " values, " + probabilities[0][0]);
      }
      // end
    }
  }

  @Test
  void many_adapters() throws Exception {
    Path folder = run.getParent();
    String name = run.getFileName().toString();
    try (var backbone = Backbones.embedded("embedded", Backbones.Options.defaults())) {
      RgbImage picture = ImageDecoder.decode(photo, true);
      // guide
      try (var adapters = Adapters.over(backbone, folder, 256L << 20); // bytes for all of them
          Lease lease = adapters.lease(name)) { // loaded now, if it is not or has changed
        System.out.println(Predictor.of(lease.model()).predict(picture, 1));
      }
      // end
      // guide
      ImageInput input = Input.images(backbone);
      var limits = new Batcher.Limits(256, 64, 8); // may wait; of one adapter; computed at once
      try (var adapters = Adapters.over(backbone, folder, 256L << 20);
          var batcher =
              new Batcher<String, float[], float[]>(
                  limits,
                  2, // threads
                  (adapter, rows) -> {
                    try (Lease lease = adapters.lease(adapter)) {
                      return TaskPredictor.of(input, Inference.classes(lease.model()))
                          .predictPrepared(rows);
                    }
                  })) {
        float[] row = input.prepared(picture, "upload.png"); // in the thread of the request
        float[] answer = batcher.submit(name, row, Duration.ofSeconds(30)).get();
        System.out.println(answer[0]);
      }
      // end
    }
  }

  @Test
  void features_and_maps() {
    try (var backbone = Backbones.embedded("embedded", Backbones.Options.defaults());
        var model = AdapterFile.read(run.resolve("adapter")).attach(backbone);
        var around = Scope.withoutGradients()) {
      Tensor input = Tensors.of(new float[2 * 3 * 64 * 96], 2, 3, 64, 96);
      // guide
      try (var scope = Scope.withoutGradients()) {
        var read = model.features(input, Pass.evaluation(), Reads.layers(List.of(2, 5)));
        Tensor tokens = read.patches(0); // (B, G, D) behind block 2 and the final norm
        Tensor map = read.map(1); // (B, D, h, w) behind block 5
        System.out.println(read.grid() + " cells, " + tokens.size(1) + " patches, " + map);
      }
      // end
      var read = model.features(input, Pass.evaluation(), Reads.layers(List.of(2, 5)));
      assertThat(read.map(1).shape()).containsExactly(2, 128, 8, 12);
    }
  }

  @Test
  void given_to_others() {
    Path merged = folder.resolve("merged/model.safetensors");
    Path peft = folder.resolve("peft");
    // guide
    try (var trained = TrainedRun.open(run, false, Precision.FP32)) {
      Merging.write(trained.model(), merged, DType.BF16, true); // plain weights, config, labels
      PeftFile.write(trained.model(), PeftLayout.TIMM, peft); // LoRA, DoRA, IA³
    }
    // end
    assertThat(merged).isNotEmptyFile();
    assertThat(peft.resolve("adapter_config.json")).isNotEmptyFile();
  }

  @Test
  void weights_read() {
    // guide
    var file = WeightFile.read(weights); // safetensors, torch, npz, npy
    file.tensors().forEach((name, t) -> System.out.println(name + " " + t.dtype()));
    float[] values = file.tensor("norm.weight").floats();
    // end
    assertThat(values).isNotEmpty();
  }

  @Test
  void errors_caught() {
    // guide
    try (var backbone = Backbones.embedded("embedded-points", Backbones.Options.defaults());
        var model = AdapterFile.read(run.resolve("adapter")).attach(backbone)) {
      System.out.println(model.task().labels());
    } catch (CheckpointException e) { // files: missing, damaged, or not made for each other
      System.err.println(e.getMessage());
    } catch (ConfigException e) { // settings
      System.err.println(e.getMessage());
    } catch (AdapterXException e) { // the root of all that is not a defect of ours
      System.err.println(e.getMessage());
    }
    // end
  }

  @Test
  void stopped() {
    Path run = folder.resolve("stopping");
    Recipe recipe = recipe(pictures).with(List.of("train.epochs=2"), "test");
    // guide
    class Watch implements RunListener {
      private volatile boolean enough;

      @Override
      public void epochDone(int epoch, int epochs, Map<String, Object> metrics) {
        System.out.println(epoch + " of " + epochs + ": " + metrics.get("val-accuracy"));
      }

      @Override
      public boolean wantsStop() { // asked between any two batches
        return enough;
      }
    }
    // end
    TrainRun.start(recipe, run, new Watch());
    assertThat(Files.exists(run.resolve("report.html"))).isTrue();
  }
}
