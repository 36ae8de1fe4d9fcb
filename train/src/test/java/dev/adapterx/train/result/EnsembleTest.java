package dev.adapterx.train.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Label;
import dev.adapterx.data.Batch;
import dev.adapterx.data.Epoch;
import dev.adapterx.infer.Pieces;
import dev.adapterx.infer.Predictor;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.train.Tiny;
import dev.adapterx.train.input.TrainingData;
import dev.adapterx.train.loop.RunListener;
import dev.adapterx.train.run.TrainRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnsembleTest {
  @TempDir static Path home;

  private static Path images;
  private static Path a;
  private static Path b;
  private static Path c;

  /** Three methods on the same random backbone, each of one epoch. */
  @BeforeAll
  static void train() {
    images = Tiny.images(home.resolve("images"));
    a = trained("a");
    b = trained("b", "method=full", "train.lr=0.001");
    c = trained("c", "method={name: adapter-x, experts: 1, heads: 2, bottleneck: 4, scale: 1}");
  }

  private static Path trained(String name, String... overrides) {
    String[] all =
        Stream.concat(Stream.of("train.epochs=1", "train.warmup-epochs=0"), Stream.of(overrides))
            .toArray(String[]::new);
    TrainRun.start(Tiny.recipe(images, all), home.resolve(name), RunListener.NONE);
    return home.resolve(name);
  }

  @Test
  void its_probabilities_are_the_mean_of_its_members() {
    try (Ensemble ensemble = Ensemble.open(List.of(a, b, c), false, null);
        TrainedRun first = TrainedRun.open(a, false, null);
        TrainedRun second = TrainedRun.open(b, false, null);
        TrainedRun third = TrainedRun.open(c, false, null);
        Scope scope = Scope.withoutGradients()) {
      float[] pixels = new float[2 * 3 * 32 * 32];
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = (float) Math.sin(0.37 * i);
      }
      Tensor input = Tensors.of(pixels, 2, 3, 32, 32);

      List<float[]> mean = ensemble.inference().predictions(input);

      List<float[][]> alone =
          List.of(
              first.model().probabilities(input),
              second.model().probabilities(input),
              third.model().probabilities(input));
      for (int i = 0; i < 2; i++) {
        for (int k = 0; k < 3; k++) {
          double sum = 0;
          for (float[][] p : alone) {
            sum += p[i][k];
          }
          assertThat((double) mean.get(i)[k]).isCloseTo(sum / 3, within(1e-6));
        }
      }
      assertThat(alone.get(0)[0]).isNotEqualTo(alone.get(1)[0]).isNotEqualTo(alone.get(2)[0]);
      assertThat(ensemble.runs()).allMatch(run -> run.backbone() == ensemble.backbone());
    }
  }

  @Test
  void measuring_tells_of_each_member_what_it_measures_alone() {
    try (Ensemble ensemble = Ensemble.open(List.of(a, b), false, null);
        TrainedRun first = TrainedRun.open(a, false, null);
        TrainedRun second = TrainedRun.open(b, false, null)) {
      Ensemble.Measured measured = ensemble.measure(null, null, false);

      assertThat(measured.members()).extracting(Ensemble.Member::run).containsExactly(a, b);
      assertSame(measured.members().get(0), first);
      assertSame(measured.members().get(1), second);
      assertThat(measured.together().evaluation().predictions()).hasSize(9);
      assertThat(measured.together().evaluation().loss()).isCloseTo(lossByHand(), within(1e-6));
    }
  }

  private static void assertSame(Ensemble.Member member, TrainedRun alone) {
    Measurement expected = alone.measure(null, null, false);
    assertThat(member.evaluation().predictions()).isEqualTo(expected.evaluation().predictions());
    assertThat(member.evaluation().loss()).isEqualTo(expected.evaluation().loss());
  }

  /** Mean of -ln of the mean probability of the true class, sample by sample. */
  private static double lossByHand() {
    try (TrainedRun first = TrainedRun.open(a, false, null);
        TrainedRun second = TrainedRun.open(b, false, null);
        TrainingData<?> data =
            TrainingData.open(
                first.recipe().data(),
                first.backbone().preprocessing(),
                first.recipe().train(),
                1);
        Epoch batches = data.test().epoch(0)) {
      double loss = 0;
      int samples = 0;
      for (Batch<?> batch : batches) {
        try (Scope scope = Scope.withoutGradients()) {
          Tensor inputs = Pieces.inputs(batch, 0, batch.size(), first.backbone());
          float[][] p = first.model().probabilities(inputs);
          float[][] q = second.model().probabilities(inputs);
          for (int i = 0; i < batch.size(); i++) {
            int label = batch.targets(Label.class, i, 1).get(0).index();
            loss -= Math.log((p[i][label] + q[i][label]) / 2);
            samples++;
          }
        }
      }
      return loss / samples;
    }
  }

  /** Of three, whose sum rounds otherwise divided by 3 than times a third. */
  @Test
  void it_predicts_the_bits_it_was_measured_with() {
    List<Path> files = new ArrayList<>();
    for (String name : Tiny.CLASSES) {
      for (int i = 0; i < 3; i++) {
        files.add(images.resolve("test/" + name + "/" + i + ".png"));
      }
    }
    try (Ensemble ensemble = Ensemble.open(List.of(a, b, c), false, null)) {
      var measured = ensemble.measure(null, null, false).together().evaluation().predictions();
      var predicted = ensemble.predictor().predict(files);
      assertThat(predicted)
          .extracting(p -> (float) p.top().get(0).probability())
          .isEqualTo(measured.stream().map(p -> p.probability()).toList());
    }
  }

  @Test
  void one_run_alone_predicts_as_it_does() {
    try (Ensemble ensemble = Ensemble.open(List.of(a), false, null);
        TrainedRun run = TrainedRun.open(a, false, null)) {
      assertThat(predictions(ensemble.predictor())).isEqualTo(predictions(run.predictor()));
    }
  }

  private static List<Predictor.Prediction> predictions(Predictor predictor) {
    List<Predictor.Prediction> all = new ArrayList<>();
    predictor.predict(
        List.of(images.resolve("test/pear/0.png"), images.resolve("test/plum/1.png")),
        3,
        all::add,
        broken -> {
          throw new AssertionError(broken);
        });
    return all;
  }

  @Test
  void another_backbone_is_refused() {
    Path other = trained("other", "seed=9");

    assertThatThrownBy(() -> Ensemble.open(List.of(a, other), false, null))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(
            other + " was trained on the backbone 'vit_32x2x2_patch8_32' (sha256 ")
        .hasMessageContaining("An ensemble shares one backbone; name runs of the same");
  }

  @Test
  void other_classes_are_refused() throws Exception {
    Path pictures = home.resolve("renamed");
    Tiny.images(pictures);
    for (String split : List.of("train", "val", "test")) {
      Files.move(pictures.resolve(split + "/pear"), pictures.resolve(split + "/peach"));
    }
    Path other = trained("classes", "data.path=" + pictures);

    assertThatThrownBy(() -> Ensemble.open(List.of(a, other), false, null))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(other + " has other classes than " + a)
        .hasMessageContaining("class 1 is 'peach', not 'pear'")
        .hasMessageContaining("apple, pear, plum");
  }

  @Test
  void another_preparation_is_refused() {
    Path other = trained("prepared", "backbone.normalisation=imagenet");

    assertThatThrownBy(() -> Ensemble.open(List.of(a, other), false, null))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("prepares its input with")
        .hasMessageContaining("name runs that prepare it alike");
  }

  @Test
  void a_run_named_twice_is_refused() {
    assertThatThrownBy(() -> Ensemble.open(List.of(a, b, home.resolve("./a")), false, null))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("is named twice in the ensemble");
  }

  @Test
  void weights_between_are_measured_and_end_at_the_run_itself() {
    try (TrainedRun run = TrainedRun.open(b, false, null)) {
      Measurement tuned = run.measure(null, null, false);
      Measurement end = run.measure(1, null, null, false);
      Measurement half = run.measure(0.5, null, null, false);

      assertThat(end.evaluation().predictions()).isEqualTo(tuned.evaluation().predictions());
      assertThat(end.evaluation().loss()).isEqualTo(tuned.evaluation().loss());
      assertThat(half.evaluation().loss()).isNotEqualTo(tuned.evaluation().loss());
    }
    try (TrainedRun run = TrainedRun.open(a, false, null)) {
      assertThatThrownBy(() -> run.measure(0.5, null, null, false))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("Adapter-X cannot be merged: which expert");
    }
  }
}
