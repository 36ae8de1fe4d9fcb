package dev.adapterx.train.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import dev.adapterx.train.text.ResultLine.Seed;
import dev.adapterx.train.text.ResultLine.Trainable;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResultLineTest {
  private static ResultLine line(List<Seed> seeds, Trainable trainable) {
    return new ResultLine(
        "accuracy",
        "adapterx",
        "cifar100",
        "test",
        100,
        "test",
        seeds,
        "imagenet",
        "none",
        trainable);
  }

  @Test
  void says_everything_a_result_may_not_hide() {
    var seeds =
        List.of(
            new Seed(0, 0.70, 0.72, 91), new Seed(1, 0.71, 0.72, 64), new Seed(2, 0.72, 0.75, 88));

    assertThat(line(seeds, new Trainable(158_472, 85_798_656, false)).text())
        .isEqualTo(
            "adapterx on cifar100 (test), 3 seeds (0, 1, 2): accuracy 71.00 ± 1.00 % at the last"
                + " epoch (100), 73.00 ± 1.73 % at the best epoch (91, 64, 88; chosen on this same"
                + " part, so optimistic); normalisation imagenet; augmentation none; 158,472"
                + " trainable parameters (0.185 % of the backbone, head not counted)");
  }

  @Test
  void one_seed_claims_no_spread() {
    var text = line(List.of(new Seed(7, 0.5, 0.625, 3)), new Trainable(10, 1000, true)).text();

    assertThat(text)
        .contains("1 seed (7): accuracy 50.00 % at the last epoch", "62.50 % at the best epoch (3;")
        .contains("10 trainable parameters (1 % of the backbone, head counted)")
        .doesNotContain("±");
  }

  @Test
  void without_a_seed_there_is_no_result() {
    assertThatThrownBy(() -> line(List.of(), new Trainable(1, 1, true)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("at least one seed");
  }
}
