package dev.adapterx.dense.box;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.DataException;
import dev.adapterx.base.Rng;
import dev.adapterx.dense.Golden;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class SuppressionTest {
  @Test
  void a_thousand_sets_with_equal_scores_keep_what_the_reference_keeps() {
    JsonNode sets = Golden.read("kept.json.gz");
    assertThat(sets.size()).isEqualTo(1000);
    for (JsonNode set : sets) {
      int[] kept =
          new Suppression(set.get(0).asDouble())
              .kept(
                  Golden.doubles(set.get(1)), Golden.doubles(set.get(2)), Golden.ints(set.get(3)));
      assertThat(kept).isEqualTo(Golden.ints(set.get(4)));
    }
  }

  @Test
  void what_cannot_be_ranked_is_named() {
    Suppression suppression = new Suppression(0.5);
    assertThatThrownBy(() -> suppression.kept(new double[4], new double[] {Double.NaN}, new int[1]))
        .isInstanceOf(DataException.class)
        .hasMessage("the score of box 0 is not a number");
    double[] endless = {0, 0, Double.POSITIVE_INFINITY, 1};
    assertThatThrownBy(() -> suppression.kept(endless, new double[1], new int[1]))
        .hasMessage("an edge of box 0 is Infinity");
    assertThatThrownBy(() -> suppression.kept(new double[3], new double[1], new int[1]))
        .hasMessage("1 scores need 4 edges and 1 labels, found 3 and 1");
    assertThatThrownBy(() -> new Suppression(60)).hasMessageContaining("expected 0 … 1");
  }

  @Test
  void three_thousand_boxes() {
    for (int classes : new int[] {1, 20}) {
      Rng rng = Rng.of(1, "boxes");
      double[] edges = new double[4 * 3000];
      double[] scores = new double[3000];
      int[] labels = new int[3000];
      for (int i = 0; i < 3000; i++) {
        edges[4 * i] = rng.nextDouble(2000);
        edges[4 * i + 1] = rng.nextDouble(2000);
        edges[4 * i + 2] = edges[4 * i] + 30;
        edges[4 * i + 3] = edges[4 * i + 1] + 30;
        scores[i] = rng.nextDouble();
        labels[i] = rng.nextInt(classes);
      }
      long best = Long.MAX_VALUE;
      int kept = 0;
      for (int k = 0; k < 50; k++) {
        long start = System.nanoTime();
        kept = new Suppression(0.6).kept(edges, scores, labels).length;
        best = Math.min(best, System.nanoTime() - start);
      }
      System.out.printf(
          "suppression: 3,000 boxes of %d classes, %d kept: %.1f ms%n", classes, kept, best / 1e6);
      assertThat(kept).isBetween(2800, 3000);
    }
  }
}
