package dev.adapterx.train.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.base.Rng;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xml.sax.InputSource;

class MethodChartTest {
  private static final Pattern NAME =
      Pattern.compile("class=\"name\" x=\"([-\\d.]+)\" y=\"([-\\d.]+)\">([^<]*)<");

  /** Twenty-five methods as they lie in papers: most between 0.1 and 1 %, within few points. */
  static List<MethodChart.Point> methods(long seed) {
    List<String> names =
        List.of(
            "linear-probe",
            "full",
            "adapter-x",
            "adaptformer",
            "houlsby",
            "pfeiffer",
            "parallel-adapter",
            "adapter-plus",
            "mosa",
            "lora",
            "dora",
            "vera",
            "ia3",
            "fact",
            "ssf",
            "rep-adapter",
            "arc",
            "convpass",
            "bitfit",
            "ln-tuning",
            "vpt-deep",
            "vpt-shallow",
            "bi-adapter",
            "adapter-x-budget",
            "idpt");
    Rng rng = Rng.of(seed, "chart");
    List<MethodChart.Point> points = new ArrayList<>();
    for (String name : names) {
      double percent =
          name.equals("linear-probe")
              ? 0
              : name.equals("full") ? 100 : 0.05 * Math.pow(20, rng.nextDouble());
      points.add(
          new MethodChart.Point(name, percent, 70 + 7 * rng.nextDouble(), rng.nextDouble() / 2));
    }
    return points;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void no_label_covers_another_or_leaves_the_picture(long seed) {
    Matcher label = NAME.matcher(new MethodChart("accuracy", methods(seed)).body());
    List<double[]> boxes = new ArrayList<>();
    while (label.find()) {
      double left = Double.parseDouble(label.group(1));
      double foot = Double.parseDouble(label.group(2));
      double[] box = {left, foot - 12, left + 7 * label.group(3).length(), foot + 4};
      assertThat(box[0]).isGreaterThan(50);
      assertThat(box[2]).isLessThan(940);
      for (double[] other : boxes) {
        boolean apart =
            box[2] <= other[0] || other[2] <= box[0] || box[3] <= other[1] || other[3] <= box[1];
        assertThat(apart).as(label.group(3)).isTrue();
      }
      boxes.add(box);
    }
    assertThat(boxes).hasSize(25);
  }

  @Test
  void methods_without_a_result_are_left_out() {
    var chart =
        new MethodChart(
            "accuracy",
            List.of(
                new MethodChart.Point("a", 1, Double.NaN, 0),
                new MethodChart.Point("b", 1, 2, Double.NaN)));
    assertThat(chart.points()).extracting(MethodChart.Point::method).containsExactly("b");
    assertThat(new MethodChart("accuracy", List.of()).empty()).isTrue();
  }

  @Test
  void the_picture_alone_is_well_formed_and_shows_the_same_points() throws Exception {
    MethodChart chart = new MethodChart("accuracy", methods(1));
    var document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(chart.svg())));
    assertThat(document.getDocumentElement().getNodeName()).isEqualTo("svg");
    assertThat(document.getElementsByTagName("style").getLength()).isEqualTo(1);
    assertThat(document.getElementsByTagName("circle").getLength()).isEqualTo(25);
    String drawn = chart.svg();
    assertThat(chart.body()).contains(drawn.substring(drawn.indexOf("<line")));
  }
}
