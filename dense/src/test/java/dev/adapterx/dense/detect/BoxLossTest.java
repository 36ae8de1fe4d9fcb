package dev.adapterx.dense.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.base.Rng;
import dev.adapterx.data.targets.Box;
import dev.adapterx.data.targets.Boxes;
import dev.adapterx.task.Outputs;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.Golden;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Against torchvision's losses, see golden/detection.py; small numbers by hand. */
class BoxLossTest {
  private static final Golden GOLDEN = Golden.read("detection.safetensors");

  @Test
  void losses_and_gradients_are_the_references() {
    try (Scope scope = Scope.open()) {
      Places places = new Places(Places.of(64, 8, 3).levels(), 0);
      List<Assigned> targets = new ArrayList<>();
      for (JsonNode picture : GOLDEN.config().get("boxes")) {
        List<Box> boxes = new ArrayList<>();
        for (JsonNode b : picture) {
          boxes.add(
              Box.of(
                  b.get(0).asDouble(),
                  b.get(1).asDouble(),
                  b.get(2).asDouble(),
                  b.get(3).asDouble(),
                  b.get(4).asInt()));
        }
        targets.add(Assigned.of(places, new Boxes(64, 64, boxes)));
      }
      List<String> names = List.of(Outputs.SCORES, BoxHead.DISTANCES, BoxHead.CENTRE);
      Map<String, Tensor> leaves = new java.util.LinkedHashMap<>();
      names.forEach(n -> leaves.put(n, GOLDEN.tensor("loss." + n).requires_grad_(true)));
      BoxLoss loss = BoxLoss.of(new Outputs(leaves), targets, places);
      Golden.assertClose(loss.focal(), GOLDEN.floats("loss.focal"), 1e-6, "focal");
      Golden.assertClose(loss.giou(), GOLDEN.floats("loss.giou"), 1e-6, "giou");
      Golden.assertClose(loss.centre(), GOLDEN.floats("loss.central"), 1e-6, "central");
      loss.sum().backward();
      leaves.forEach(
          (name, leaf) ->
              Golden.assertClose(leaf.grad(), GOLDEN.floats("loss.gradient." + name), 1e-5, name));
    }
  }

  private static float giou(float... sides) {
    try (Scope scope = Scope.open()) {
      Tensor both = Tensors.of(sides, 2, 4);
      return Tensors.floats(BoxLoss.giou(both.narrow(0, 0, 1), both.narrow(0, 1, 1)))[0];
    }
  }

  @Test
  void giou_by_hand() {
    assertThat(giou(1, 2, 3, 4, 1, 2, 3, 4)).isCloseTo(0, within(1e-6f));
    // 2 x 2 around the point and 2 x 2 twice as far right: I = 2, U = 6, A = 6
    assertThat(giou(1, 1, 1, 1, 0, 1, 2, 1)).isCloseTo(1 - 2f / 6, within(1e-6f));
    // 1 x 1 to the left and above, 1 x 1 to the right and below: I = 0, U = 2, A = 4
    assertThat(giou(1, 1, 0, 0, 0, 0, 1, 1)).isCloseTo(1.5f, within(1e-6f));
    assertThat(giou(0, 0, 0, 0, 1, 1, 1, 1)).as("without area").isCloseTo(1f, within(1e-6f));
  }

  /** One class, one place counted: α (1 - p_t)² · -log p_t. */
  @Test
  void focal_by_hand_and_places_left_out() {
    try (Scope scope = Scope.open()) {
      Places places = Places.of(8, 4, 3);
      int r = places.count();
      float[] scores = new float[r];
      scores[0] = 1; // p = 0.7310586
      Tensor zero = Init.zeros(1, r);
      Outputs outputs =
          new Outputs(
              Map.of(
                  Outputs.SCORES, Tensors.of(scores, 1, r, 1),
                  BoxHead.DISTANCES, Init.zeros(1, r, 4),
                  BoxHead.CENTRE, zero));
      double p = 1 / (1 + Math.exp(-1));
      double background = 0.75 * 0.25 * -Math.log(0.5);
      // Everything but the first place is left out.
      int[] classes = new int[r];
      java.util.Arrays.fill(classes, Assigned.ASIDE);
      classes[0] = Assigned.BACKGROUND;
      Assigned first = new Assigned(classes, 0, new int[0], new float[0]);
      assertThat(Tensors.floats(BoxLoss.of(outputs, List.of(first), places).focal())[0])
          .isCloseTo((float) (0.75 * p * p * -Math.log(1 - p)), within(1e-6f));
      int[] taken = new int[r];
      java.util.Arrays.fill(taken, Assigned.BACKGROUND);
      taken[0] = 0;
      Assigned object = new Assigned(taken, 1, new int[] {0}, new float[] {1, 1, 1, 1});
      BoxLoss loss = BoxLoss.of(outputs, List.of(object), places);
      assertThat(Tensors.floats(loss.focal())[0])
          .isCloseTo(
              (float) (0.25 * (1 - p) * (1 - p) * -Math.log(p) + (r - 1) * background),
              within(1e-5f));
      assertThat(Tensors.floats(loss.giou())[0]).isCloseTo(1f, within(1e-6f));
      assertThat(Tensors.floats(loss.centre())[0]).isCloseTo((float) -Math.log(0.5), within(1e-6f));
    }
  }

  /** Divided by the places taken, of an empty picture by 1: the same in one piece or several. */
  @Test
  void a_batch_is_the_mean_of_its_pieces_by_their_weights() {
    try (Scope scope = Scope.open()) {
      Detection task = new Detection(List.of("a", "b"), BoxForm.defaults(), 64, 8, 0);
      int r = task.places().count();
      Rng rng = Rng.of(5, "pieces");
      Tensor scores = Init.normal(rng.at("s"), -2, 1, 3, r, 2);
      Tensor distances = Init.normal(rng.at("d"), 2, 0.3, 3, r, 4);
      Tensor centre = Init.normal(rng.at("c"), 0, 1, 3, r);
      List<Boxes> targets =
          List.of(
              new Boxes(64, 64, List.of(Box.of(4, 4, 30, 40, 0), Box.of(30, 30, 60, 62, 1))),
              Boxes.unknown(64, 64),
              new Boxes(64, 64, List.of(Box.of(10, 10, 20, 20, 1))));
      double[] weights = new double[3];
      double sum = 0;
      for (int i = 0; i < 3; i++) {
        weights[i] = task.weight(targets.subList(i, i + 1));
        sum += weights[i] * loss(task, scores, distances, centre, i, 1, targets);
      }
      assertThat(weights[1]).isEqualTo(1);
      assertThat(weights[0]).isGreaterThan(10);
      assertThat(task.weight(targets)).isEqualTo(weights[0] + weights[1] + weights[2]);
      assertThat(loss(task, scores, distances, centre, 0, 3, targets))
          .isCloseTo(sum / task.weight(targets), within(1e-6));
    }
  }

  private static double loss(
      Detection task,
      Tensor scores,
      Tensor distances,
      Tensor centre,
      int start,
      int count,
      List<Boxes> targets) {
    Outputs outputs =
        new Outputs(
            Map.of(
                Outputs.SCORES, scores.narrow(0, start, count),
                BoxHead.DISTANCES, distances.narrow(0, start, count),
                BoxHead.CENTRE, centre.narrow(0, start, count)));
    return task.loss(outputs, targets.subList(start, start + count), 0).item_double();
  }
}
