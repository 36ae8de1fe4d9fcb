package dev.adapterx.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.task.Hits;
import dev.adapterx.train.routing.RoutingStatistics;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class EpochSumsTest {
  private static Trainer.Piece piece(Hits hits) {
    return new Trainer.Piece(List.of(), 2, 0, 4, hits, Map.of(), new RoutingStatistics());
  }

  @Test
  void what_was_right_is_a_share_of_what_was_decided() {
    EpochSums sums = new EpochSums();
    sums.add(piece(new Hits(30, 50))); // pixels of four pictures, for example
    sums.add(piece(new Hits(15, 50)));
    assertThat(sums.result("accuracy").hits()).isCloseTo(45, within(1e-9));
    EpochSums resumed = new EpochSums(sums.state(3));
    assertThat(resumed.result("accuracy").hits()).isCloseTo(45, within(1e-9));
    assertThat(resumed.result("accuracy").samples()).isEqualTo(8);
  }

  @Test
  void where_nothing_is_decided_there_is_no_share() {
    EpochSums sums = new EpochSums();
    sums.add(piece(Hits.NONE));
    assertThat(sums.result("accuracy").hits()).isNaN();
    assertThat(new EpochSums(sums.state(3)).result("accuracy").hits()).isNaN();
    assertThat(sums.result("accuracy").metrics()).doesNotContainKey("train-accuracy");
  }

  /** They counted right samples, or those of a training that decides nothing below zero. */
  @ParameterizedTest
  @CsvSource({"6, 75", "-8, NaN"})
  void sums_of_earlier_versions_are_gone_on_from(int correct, double percent) {
    String json =
        """
        {"loss": 4, "balance": 0, "norms": 1, "correct": %d, "samples": 8, "pieces": 2, "steps": 1,
         "planned": 3, "last": 5, "lr": 0.1, "seconds": 1, "waited": 0, "routing": []}
        """
            .formatted(correct);
    EpochSums.State state = JsonMapper.shared().readValue(json, EpochSums.State.class);
    assertThat(new EpochSums(state).result("accuracy").hits()).isEqualTo((Double) percent);
  }
}
