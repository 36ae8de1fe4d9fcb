package dev.adapterx.dense.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.base.DataException;
import dev.adapterx.dense.Golden;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class PartScoreTest {
  @Test
  void fifty_shapes_score_as_in_the_references_loop() {
    JsonNode golden = Golden.read("parts.json");
    List<int[]> parts = new ArrayList<>();
    golden.get("parts").forEach(p -> parts.add(Golden.ints(p)));
    PartScore score = new PartScore(parts);
    for (JsonNode shape : golden.get("shapes")) {
      double iou =
          score.add(
              shape.get("category").asInt(),
              Golden.ints(shape.get("truth")),
              Golden.ints(shape.get("found")));
      assertThat(iou).isCloseTo(shape.get("iou").asDouble(), within(1e-12));
    }
    assertThat(score.instanceMean()).isCloseTo(golden.get("instance").asDouble(), within(1e-12));
    assertThat(score.classMean()).isCloseTo(golden.get("classes").asDouble(), within(1e-12));
    double[] means = score.categoryMeans();
    assertThat(means[4]).as("of a category without shapes").isNaN();
    for (int c = 0; c < 4; c++) {
      assertThat(means[c]).isCloseTo(golden.get("categories").get(c).asDouble(), within(1e-12));
    }
  }

  @Test
  void only_the_parts_of_the_category_compete() {
    PartScore score = new PartScore(List.of(new int[] {0, 1}, new int[] {2, 3}));
    assertThat(score.best(0, new float[] {0.1f, 0.2f, 0.9f, 0.8f})).isEqualTo(1);
    assertThat(score.best(1, new float[] {0.1f, 0.2f, 0.8f, 0.8f})).isEqualTo(2);
  }

  @Test
  void parts_of_other_categories_are_refused() {
    PartScore score = new PartScore(List.of(new int[] {0, 1}, new int[] {2, 3}));
    assertThatThrownBy(() -> score.add(0, new int[] {0, 2}, new int[] {0, 0}))
        .isInstanceOf(DataException.class)
        .hasMessage("point 1 has part 2; category 0 has the parts [0, 1]");
    assertThatThrownBy(() -> score.add(0, new int[] {0}, new int[] {3}))
        .hasMessage("the prediction of point 0 has part 3; category 0 has the parts [0, 1]");
    assertThatThrownBy(() -> score.add(2, new int[1], new int[1]))
        .hasMessage("a shape has category 2; there are 2");
    assertThatThrownBy(() -> score.add(0, new int[0], new int[0]))
        .hasMessage("a shape has 0 points with a part and 0 with a predicted one");
    assertThatThrownBy(() -> new PartScore(List.of(new int[] {0}, new int[] {0})))
        .hasMessage("part 0 is named twice");
    assertThat(score.instanceMean()).isNaN();
  }
}
