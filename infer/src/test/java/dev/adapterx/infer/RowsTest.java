package dev.adapterx.infer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.base.Rng;
import dev.adapterx.model.Backbone;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.mixture.AdapterX;
import dev.adapterx.task.Classification;
import dev.adapterx.task.Outputs;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.Golden;
import dev.adapterx.testing.Tiny;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class RowsTest {
  @Test
  void many_rows_are_computed_a_few_at_a_time_and_put_together() {
    try (Backbone backbone = Tiny.vit(Precision.FP32);
        AdaptedModel model =
            AdaptedModel.attach(
                backbone, new AdapterX(), Classification.of(List.of("a", "b", "c")), 0);
        Scope scope = Scope.withoutGradients()) {
      long[] shape = backbone.preprocessing().inputShape();
      Tensor input = Init.normal(Rng.of(1, "x"), 0, 1, 19, shape[0], shape[1], shape[2]);
      List<Long> seen = new ArrayList<>();
      List<Outputs> found =
          Rows.outputs(
              backbone,
              input,
              rows -> {
                seen.add(rows.size(0));
                return List.of(
                    model.outputs(rows, Pass.evaluation()), Outputs.of(rows.flatten(1, 3)));
              });
      assertThat(seen).containsExactly(8L, 8L, 3L);
      Golden.assertClose(
          found.get(0).scores(),
          Tensors.floats(model.logits(input, Pass.evaluation())),
          1e-6,
          "scores");
      assertThat(Tensors.floats(found.get(1).scores())).containsExactly(Tensors.floats(input));
    }
  }
}
