package dev.adapterx.dense.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.base.DataException;
import dev.adapterx.data.targets.Box;
import dev.adapterx.dense.Golden;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class VocScoreTest {
  @Test
  void both_rules_are_the_references() {
    JsonNode cases = Golden.read("voc.json");
    int absent = 0;
    for (JsonNode golden : cases) {
      VocScore score = new VocScore(golden.get("classes").asInt(), 0.5);
      TreeMap<Integer, List<Box>> truths = new TreeMap<>();
      TreeMap<Integer, List<Found<Box>>> found = new TreeMap<>();
      for (JsonNode row : golden.get("truth")) {
        truths
            .computeIfAbsent(row.get(0).asInt(), p -> new ArrayList<>())
            .add(box(row, row.get(6).asInt() == 1));
        found.computeIfAbsent(row.get(0).asInt(), p -> new ArrayList<>());
      }
      for (JsonNode row : golden.get("found")) {
        found
            .computeIfAbsent(row.get(0).asInt(), p -> new ArrayList<>())
            .add(new Found<>(row.get(1).asInt(), box(row, false), row.get(6).asDouble()));
      }
      found.forEach((picture, f) -> score.add(truths.getOrDefault(picture, List.of()), f));
      absent += requireEqual(golden.get("eleven"), score.elevenPoints());
      absent += requireEqual(golden.get("area"), score.areas());
    }
    assertThat(absent).as("classes without objects").isGreaterThan(2);
  }

  @Test
  void a_difficult_box_need_not_be_found_and_may_be() {
    VocScore score = new VocScore(2, 0.5);
    Box easy = Box.of(0, 0, 10, 10, 0);
    Box hard = new Box(50, 50, 60, 60, 0, false, true);
    score.add(List.of(easy, hard), List.of(new Found<>(0, hard, 0.9), new Found<>(0, easy, 0.8)));
    assertThat(score.areas()[0]).isEqualTo(1);
    assertThat(score.elevenPoints()[0]).isCloseTo(1, within(1e-15));
    assertThat(score.areas()[1]).isNaN();
    assertThat(VocScore.mean(score.areas())).isEqualTo(1);
    assertThatThrownBy(() -> score.add(List.of(Box.of(0, 0, 1, 1, 2)), List.of()))
        .isInstanceOf(DataException.class)
        .hasMessage("a box has the label 2; there are 2 classes, 0 … 1");
  }

  private static Box box(JsonNode row, boolean difficult) {
    return new Box(
        row.get(2).asDouble() - 1,
        row.get(3).asDouble() - 1,
        row.get(4).asDouble(),
        row.get(5).asDouble(),
        row.get(1).asInt(),
        false,
        difficult);
  }

  private static int requireEqual(JsonNode golden, double[] values) {
    double[] expected = Golden.doubles(golden);
    assertThat(values).hasSameSizeAs(expected);
    int absent = 0;
    for (int i = 0; i < values.length; i++) {
      absent += Double.isNaN(expected[i]) ? 1 : 0;
      assertThat(Double.isNaN(values[i])).isEqualTo(Double.isNaN(expected[i]));
      assertThat(Double.isNaN(values[i]) || Math.abs(values[i] - expected[i]) <= 1e-12).isTrue();
    }
    return absent;
  }
}
