package dev.adapterx.train.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ChartTest {
  @Test
  void a_rounded_axis_ends_on_round_numbers_around_the_data() {
    var axis = Axis.rounded(0.13, 2.31, 200, 0);

    assertThat(axis.ticks().stream().map(axis::label))
        .containsExactly("0", "0.5", "1", "1.5", "2", "2.5");
    assertThat(axis.at(0)).isEqualTo(200);
    assertThat(axis.at(1.25)).isCloseTo(100, within(1e-9));
  }

  @Test
  void a_step_axis_names_whole_steps_only() {
    var axis = Axis.steps(1, 3, 0, 100);

    assertThat(axis.ticks()).containsExactly(1.0, 2.0, 3.0);
    assertThat(axis.at(2)).isEqualTo(50);
    assertThat(Axis.steps(1, 1, 0, 100).at(1)).isEqualTo(50);
  }

  @Test
  void decades_are_equally_far_apart() {
    var axis = Axis.decades(0.02, 100, 0, 400);

    assertThat(axis.ticks().stream().map(axis::label))
        .containsExactly("0.01", "0.1", "1", "10", "100");
    assertThat(axis.at(1)).isCloseTo(200, within(1e-9));
  }

  @Test
  void constant_and_extreme_values_still_make_an_axis() {
    for (double[] range :
        new double[][] {{0, 0}, {5, 5}, {-3, -3}, {1e-300, 2e-300}, {0, 1e300}, {1e15, 1e15 + 1}}) {
      var axis = Axis.rounded(range[0], range[1], 200, 0);
      assertThat(axis.ticks()).hasSizeLessThan(20);
      assertThat(axis.at(range[0])).isBetween(-1e-6, 200 + 1e-6);
    }
  }

  @Test
  void a_value_that_is_not_finite_breaks_the_line() {
    var html = chart(Series.ofEpochs("loss", 1, Double.NaN, 3, Double.POSITIVE_INFINITY, 2)).html();

    var path = html.replaceFirst("(?s).*class=\"line s0\" d=\"(M\\d[^\"]*)\".*", "$1");
    assertThat(path.chars().filter(c -> c == 'M')).hasSize(3);
    assertThat(html.replaceFirst("(?s)<table.*?</table>", "")).doesNotContain("NaN", "Infinity");
  }

  @Test
  void the_pointer_finds_the_values_of_every_series_at_a_step() {
    var html =
        chart(
                new Series("train", List.of(new Series.Point(1, 0.5), new Series.Point(2, 0.25))),
                new Series("val | 50 %", List.of(new Series.Point(2, 0.75))))
            .html();

    assertThat(html.replaceFirst("(?s).*data-points=\"([^\"]*)\".*", "$1").lines())
        .satisfiesExactly(
            one -> assertThat(one).matches("[\\d.]+\tepoch 1\t0\\|[\\d.]+\\|train 0.5"),
            two ->
                assertThat(two)
                    .matches(
                        "[\\d.]+\tepoch 2\t0\\|[\\d.]+\\|train 0.25\t1\\|[\\d.]+\\|val \\| 50 % 0.75"));
  }

  @Test
  void a_long_line_is_thinned_without_losing_its_spike() {
    var values =
        IntStream.range(0, 20_000).mapToDouble(i -> i == 12_345 ? 9 : 1.0 / (i + 1)).toArray();
    var thin = Series.ofEpochs("loss", values).thinned(600);

    assertThat(thin.points()).hasSizeBetween(300, 600);
    assertThat(thin.points()).contains(new Series.Point(12_346, 9));
    assertThat(thin.points().stream().map(Series.Point::x)).isSorted();
  }

  @Test
  void a_chart_says_in_words_where_each_line_goes() {
    assertThat(chart(Series.ofEpochs("train", 2, 1, 0.5)).html())
        .contains("aria-label=\"Loss. train: from 2 at epoch 1 to 0.5 at epoch 3.\"");
  }

  private static LineChart chart(Series... series) {
    return new LineChart("Loss", "epoch", "", List.of(series));
  }
}
