package dev.adapterx.peft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.base.Rng;
import dev.adapterx.model.Backbones.BatchStatistics;
import dev.adapterx.model.PointTransformer;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.part.LinearProbe;
import dev.adapterx.peft.points.Dapt;
import dev.adapterx.task.ClassHead;
import dev.adapterx.task.Classification;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.Tiny;
import java.nio.file.Path;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Point-MAE's head behind a tuned backbone. */
class PointHeadTest {
  private static final int BATCH = 4;

  /** A model with this head, its backbone, and both freed. */
  private record Fixture(Scope scope, PointTransformer points, AdaptedModel model)
      implements AutoCloseable {
    static Fixture of(PeftMethod method) {
      Scope scope = Scope.open();
      PointTransformer points = Tiny.points(Precision.FP32, BatchStatistics.FROZEN);
      Classification task = Classification.of(Tiny.LABELS).with(ClassHead.Kind.MLP);
      return new Fixture(scope, points, AdaptedModel.attach(points, method, task, 1));
    }

    @Override
    public void close() {
      model.close();
      points.close();
      scope.close();
    }
  }

  @Test
  void costs_what_its_formula_says_over_every_number_of_summaries() {
    int features = 32;
    for (PeftMethod method : new PeftMethod[] {Dapt.modelNet(), new Dapt()}) {
      int summaries = method.equals(new Dapt()) ? 3 : 2;
      try (Fixture f = Fixture.of(method)) {
        long expected = 256L * summaries * features + 256 * 256 + 6 * 256 + 257L * 5;
        assertThat(f.model.parameters().head()).isEqualTo(expected);
        assertThat(ClassHead.Kind.MLP.parameters(summaries * features, 5)).isEqualTo(expected);
        assertThat(f.model.buffers().at("head").elements()).isEqualTo(4 * 256);
      }
    }
  }

  @Test
  void drops_features_in_training_only() {
    try (Fixture f = Fixture.of(new LinearProbe())) {
      Tensor features = Init.normal(Rng.of(3, "features"), 0, 1, BATCH, 64);
      float[] evaluated = logits(f.model, features, Pass.evaluation());
      assertThat(logits(f.model, features, Pass.evaluation())).isEqualTo(evaluated);
      float[] first = logits(f.model, features, training(0));
      assertThat(logits(f.model, features, training(0))).isEqualTo(first);
      assertThat(logits(f.model, features, training(1))).isNotEqualTo(first);
    }
  }

  @Test
  void follows_its_batches_and_comes_back_from_its_file(@TempDir Path folder) {
    try (Fixture f = Fixture.of(new LinearProbe())) {
      Pass pass = training(0);
      Tensor input = Tiny.input(f.points, BATCH);
      f.model.logits(input, pass);
      assertThat(pass.statistics()).containsOnlyKeys("head.1", "head.5");
      Map<String, float[]> before = Tiny.values(f.model.buffers().at("head"));
      f.model.follow(pass.statistics());
      Tiny.values(f.model.buffers().at("head"))
          .forEach((name, v) -> assertThat(v).as(name).isNotEqualTo(before.get(name)));
      AdapterFile.write(f.model, folder);
      AdapterFile file = AdapterFile.read(folder);
      assertThat(((Classification) file.task()).head()).isEqualTo(ClassHead.Kind.MLP);
      try (AdaptedModel loaded = file.attach(f.points)) {
        assertThat(Tensors.floats(loaded.logits(input, Pass.evaluation())))
            .isEqualTo(Tensors.floats(f.model.logits(input, Pass.evaluation())));
      }
    }
  }

  private static Pass training(int step) {
    return Pass.training(Rng.of(1, "step").at(step), 0);
  }

  private static float[] logits(AdaptedModel model, Tensor features, Pass pass) {
    return Tensors.floats(model.logitsOf(features, pass));
  }
}
