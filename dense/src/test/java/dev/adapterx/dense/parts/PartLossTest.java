package dev.adapterx.dense.parts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import dev.adapterx.data.targets.PointLabels;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class PartLossTest {
  private static final List<PointLabels> TARGETS =
      List.of(
          new PointLabels(0, new short[] {0, 2, -1, 1}),
          new PointLabels(0, new short[] {-1, -1, 2, 2}));

  /** Written out over the labelled points. */
  private static double expected(float[] scores, double[] w) {
    double sum = 0;
    double weights = 0;
    for (int b = 0; b < 2; b++) {
      for (int n = 0; n < 4; n++) {
        int label = TARGETS.get(b).classes()[n];
        if (label < 0) {
          continue;
        }
        double all = 0;
        for (int c = 0; c < 3; c++) {
          all += Math.exp(scores[(b * 3 + c) * 4 + n]);
        }
        sum += w[label] * (Math.log(all) - scores[(b * 3 + label) * 4 + n]);
        weights += w[label];
      }
    }
    return sum / weights;
  }

  @Test
  void is_the_mean_over_labelled_points_by_weights_of_classes() {
    try (Scope scope = Scope.open()) {
      Tensor scores = Init.normal(Rng.of(1, "scores"), 0, 2, 2, 3, 4);
      float[] values = Tensors.floats(scores);
      for (double[] w : new double[][] {{1, 1, 1}, {0.5, 2, 3}}) {
        PartLoss loss = new PartLoss(w[0] == 1 ? List.of() : List.of(w[0], w[1], w[2]));
        assertThat(loss.of(scores, TARGETS, 0).item_double())
            .isCloseTo(expected(values, w), within(1e-6));
        assertThat(loss.weight(TARGETS)).isEqualTo(w[0] == 1 ? 5 : 0.5 + 3 + 2 + 3 + 3);
      }
      assertThat(new PartLoss(List.of()).of(scores, unlabelled(), 0).item_double()).isZero();
    }
    assertThatThrownBy(() -> new PartLoss(List.of(1.0, -1.0, 1.0)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("expected positive numbers");
  }

  /** In pieces, weighted by how much of the batch each has. */
  @Test
  void micro_batches_change_nothing() {
    try (Scope scope = Scope.open()) {
      Tensor scores = Init.normal(Rng.of(1, "scores"), 0, 2, 2, 3, 4);
      PartLoss loss = new PartLoss(List.of(0.5, 2.0, 3.0));
      double pieces = 0;
      for (int i = 0; i < 2; i++) {
        List<PointLabels> own = TARGETS.subList(i, i + 1);
        pieces += loss.of(scores.narrow(0, i, 1), own, 0).item_double() * loss.weight(own);
      }
      assertThat(pieces / loss.weight(TARGETS))
          .isCloseTo(loss.of(scores, TARGETS, 0).item_double(), within(1e-6));
    }
  }

  private static List<PointLabels> unlabelled() {
    return List.of(PointLabels.unknown(4), PointLabels.unknown(4));
  }
}
