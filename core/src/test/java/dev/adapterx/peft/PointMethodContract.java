package dev.adapterx.peft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.base.Rng;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones.BatchStatistics;
import dev.adapterx.model.input.PointPreprocessing;
import dev.adapterx.nn.Pass;
import dev.adapterx.nn.PointGroups;
import dev.adapterx.task.Classification;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.Tiny;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every method promises, on a point transformer of two blocks and width 32. */
public abstract class PointMethodContract extends PeftMethodContract {
  @Override
  protected Backbone backbone(Precision precision) {
    return Tiny.points(precision, BatchStatistics.FROZEN);
  }

  @Override
  protected boolean isIdentityAtStart() {
    return false;
  }

  /** Also where a method looks at its input by itself, or shows it to the backbone once more. */
  @ParameterizedTest
  @EnumSource(names = {"FP32", "BF16"})
  void points_give_the_bits_of_their_groups(Precision precision) {
    try (Scope scope = Scope.open();
        Backbone backbone = backbone(precision);
        AdaptedModel ofPoints = attached(backbone);
        AdaptedModel ofGroups = attached(backbone)) {
      PointPreprocessing input = (PointPreprocessing) backbone.preprocessing();
      Tensor points = Init.normal(Rng.of(5, "points"), 0, 1, 3, input.points(), 3);
      Tensor groups = PointGroups.of(points, input.groups(), input.neighbours());
      ofPoints.prepare(List.of(points.narrow(0, 0, 1), points.narrow(0, 1, 1)));
      ofGroups.prepare(List.of(groups.narrow(0, 0, 1), groups.narrow(0, 1, 1)));
      assertThat(Tensors.floats(ofPoints.logits(points, Pass.evaluation())))
          .isEqualTo(Tensors.floats(ofGroups.logits(groups, Pass.evaluation())));
      Tensor trained = ofPoints.logits(points, Pass.training(Rng.of(1, "walk"), 0.1));
      assertThat(Tensors.floats(trained))
          .isEqualTo(
              Tensors.floats(ofGroups.logits(groups, Pass.training(Rng.of(1, "walk"), 0.1))));
    }
  }

  private AdaptedModel attached(Backbone backbone) {
    AdaptedModel model =
        AdaptedModel.attach(backbone, method(), Classification.of(Tiny.LABELS), seed());
    Tiny.randomise(model.trainable(), 0.2, 4);
    return model;
  }
}
