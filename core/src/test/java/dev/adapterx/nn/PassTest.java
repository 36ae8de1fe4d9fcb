package dev.adapterx.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.base.Rng;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PassTest {
  private final Scope scope = Scope.open();

  @AfterEach
  void close() {
    scope.close();
  }

  @Test
  void evaluation_leaves_everything_as_it_is() {
    Pass pass = Pass.evaluation();
    Tensor x = Init.constant(1, 2, 3, 4);
    assertThat(pass.isTraining()).isFalse();
    assertThat(pass.dropout(x, 0.9, "place", 2, 3, 4)).isSameAs(x);
    assertThat(pass.dropPath(x, 1, "place")).isSameAs(x);
    pass.addMeanLoss("balance", x.sum(), 1);
    assertThat(pass.auxiliaryLoss()).isEmpty();
    assertThat(pass.loss("balance")).isEmpty();
    assertThatThrownBy(() -> pass.rng("blocks.0"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("blocks.0");
  }

  @Test
  void dropout_drops_its_share_and_keeps_the_mean() {
    float[] y = dropped(step(0, 0), "place", 100_000);
    int zeros = 0;
    for (float value : y) {
      zeros += value == 0 ? 1 : 0;
      assertThat(value == 0 || value == 1 / 0.7f).isTrue();
    }
    assertThat(zeros / 100_000.0).isCloseTo(0.3, within(0.005));
  }

  @Test
  void dropout_of_rate_0_is_nothing() {
    Tensor x = Init.constant(1, 10);
    assertThat(step(0, 0).dropout(x, 0, "place", 10)).isSameAs(x);
  }

  @Test
  void a_mask_with_an_axis_of_1_is_the_same_along_it() {
    float[] y =
        Tensors.floats(step(0, 0).dropout(Init.constant(1, 50, 3, 4), 0.5, "place", 50, 1, 4));
    for (int i = 0; i < 50; i++) {
      for (int k = 0; k < 4; k++) {
        float first = y[i * 12 + k];
        assertThat(y[i * 12 + 4 + k]).isEqualTo(first);
        assertThat(y[i * 12 + 8 + k]).isEqualTo(first);
      }
    }
    assertThat(y).contains(0f).contains(2f);
  }

  @Test
  void the_same_place_and_step_draw_the_same_mask_and_others_another() {
    float[] first = dropped(step(3, 0), "blocks.1", 200);
    assertThat(dropped(step(3, 0), "blocks.1", 200)).isEqualTo(first);
    assertThat(dropped(step(3, 0), "blocks.2", 200)).isNotEqualTo(first);
    assertThat(dropped(step(4, 0), "blocks.1", 200)).isNotEqualTo(first);
    assertThat(dropped(step(3, 1), "blocks.1", 200)).as("micro-batch").isNotEqualTo(first);
  }

  @Test
  void what_another_place_draws_changes_nothing() {
    Pass alone = step(0, 0);
    Pass together = step(0, 0);
    dropped(together, "blocks.0", 1000);
    assertThat(dropped(together, "blocks.1", 200)).isEqualTo(dropped(alone, "blocks.1", 200));
  }

  @Test
  void a_mask_has_the_type_of_what_it_masks() {
    Tensor x = Init.constant(1, 64).to(ScalarType.BFloat16);
    assertThat(Tensors.type(step(0, 0).dropout(x, 0.5, "place", 64)))
        .isEqualTo(ScalarType.BFloat16);
  }

  @Test
  void drop_path_drops_whole_samples_and_keeps_the_mean() {
    int batch = 20_000;
    Pass pass = Pass.training(Rng.of(1, "step"), 0.4);
    float[] y = Tensors.floats(pass.dropPath(Init.constant(1, batch, 2, 3), 0.5, "place"));
    double sum = 0;
    for (int b = 0; b < batch; b++) {
      for (int k = 1; k < 6; k++) {
        assertThat(y[b * 6 + k]).isEqualTo(y[b * 6]);
      }
      sum += y[b * 6];
    }
    assertThat(y).containsOnly(0f, 1.25f);
    assertThat(sum / batch).isCloseTo(1, within(0.02));
  }

  @Test
  void drop_path_spares_the_first_block() {
    Tensor x = Init.constant(1, 4, 2, 3);
    Pass pass = Pass.training(Rng.of(1, "step"), 0.4);
    assertThat(pass.dropPath(x, 0, "place")).isSameAs(x);
    assertThat(step(0, 0).dropPath(x, 1, "place")).isSameAs(x);
  }

  @Test
  void what_is_dropped_of_a_row_does_not_depend_on_where_it_stands() {
    Tensor model = Init.zeros(1);
    float[] inOrder =
        Tensors.floats(
            step(0, 0).dropoutRows(new long[] {0, 1, 2}, 3, 5, 0.5, "p", model).orElseThrow());
    float[] laid =
        Tensors.floats(
            step(0, 0).dropoutRows(new long[] {2, 0, 1}, 3, 5, 0.5, "p", model).orElseThrow());
    assertThat(Arrays.copyOfRange(laid, 10, 15)).isEqualTo(Arrays.copyOfRange(inOrder, 0, 5));
    assertThat(Arrays.copyOfRange(laid, 0, 10)).isEqualTo(Arrays.copyOfRange(inOrder, 5, 15));
    assertThat(inOrder).containsOnly(0, 2);
    assertThat(Pass.evaluation().dropoutRows(new long[] {0}, 1, 5, 0.5, "p", model)).isEmpty();
  }

  @Test
  void losses_are_averaged_over_uses_and_summed_over_names_by_weight() {
    Pass pass = step(0, 0);
    pass.addMeanLoss("balance", Init.constant(1), 0.5);
    pass.addMeanLoss("balance", Init.constant(4), 0.5);
    pass.addMeanLoss("balance", Init.constant(7), 0.5);
    pass.addMeanLoss("z", Init.constant(10), 0.1);
    assertThat(Tensors.floats(pass.loss("balance").orElseThrow())).containsExactly(4);
    assertThat(Tensors.floats(pass.auxiliaryLoss().orElseThrow())).containsExactly(3);
    assertThat(pass.loss("unknown")).isEmpty();
  }

  @Test
  void an_observer_hears_of_routing_and_of_no_losses() {
    List<String> places = new ArrayList<>();
    Pass pass = Pass.evaluation((place, probabilities, chosen, heads) -> places.add(place));
    pass.routed("blocks.0", Init.zeros(1, 2), Init.zeros(1, 1), 1);
    pass.routed("blocks.1", Init.zeros(1, 2), Init.zeros(1, 1), 1);
    assertThat(places).containsExactly("blocks.0", "blocks.1");
    assertThat(pass.isTraining()).isFalse();
  }

  private static Pass step(long step, long microBatch) {
    return Pass.training(Rng.of(1, "train").at(step).at(microBatch), 0);
  }

  private static float[] dropped(Pass pass, String place, int count) {
    return Tensors.floats(pass.dropout(Init.constant(1, count), 0.3, place, count));
  }
}
