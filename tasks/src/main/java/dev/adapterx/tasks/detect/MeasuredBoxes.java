package dev.adapterx.tasks.detect;

import dev.adapterx.dense.detect.BoxScores;
import dev.adapterx.train.card.CardResult;
import dev.adapterx.train.card.Markdown;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How well an adapter finds objects.
 *
 * @param data as results call it
 * @param split or part measured on
 * @param when which epoch, and what it was chosen on, as the end of a sentence
 */
record MeasuredBoxes(String data, String split, BoxScores scores, String when)
    implements CardResult {
  private static final double PERCENT = 100;

  @Override
  public String metric() {
    return "map";
  }

  @Override
  public double value() {
    return scores.primary().value() / PERCENT;
  }

  @Override
  public String sentence(String noun) {
    return String.format(
        Locale.ROOT,
        "On `%s` (%s), %,d pictures: **AP %.1f %%** (COCO), %.1f %% at an IoU of 0.5, %s.",
        data,
        split,
        scores.pictures().size(),
        scores.primary().value(),
        PERCENT * scores.coco().averagePrecision(BoxScores.HALF),
        when);
  }

  @Override
  public String perClass(List<String> classes) {
    List<List<String>> rows = new ArrayList<>();
    for (int c = 0; c < classes.size(); c++) {
      rows.add(
          List.of(
              classes.get(c),
              text(scores.averagePrecision(c)),
              text(scores.averagePrecision(c, BoxScores.HALF))));
    }
    return Markdown.table(List.of("class", "AP", "AP50"), rows);
  }

  private static String text(double percent) {
    return Double.isNaN(percent) ? "none" : String.format(Locale.ROOT, "%.1f %%", percent);
  }
}
