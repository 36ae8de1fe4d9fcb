package dev.adapterx.tasks.parts;

import dev.adapterx.train.card.CardResult;
import dev.adapterx.train.card.Markdown;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How well an adapter gives points their classes.
 *
 * @param data as results call it
 * @param split or part measured on
 * @param clouds how many
 * @param metric the primary score's name on the hub
 * @param words the primary score and those beside it
 * @param value of the primary score, 0 … 1
 * @param iou (C): of each class over all points, NaN where there is none; not copied
 * @param when which epoch, and what it was chosen on, as the end of a sentence
 */
@SuppressWarnings("ArrayRecordComponent") // shares; compared nowhere
record MeasuredParts(
    String data,
    String split,
    int clouds,
    String metric,
    String words,
    double value,
    double[] iou,
    String when)
    implements CardResult {
  @Override
  public String sentence(String noun) {
    return String.format(
        Locale.ROOT,
        "On `%s` (%s), %,d clouds with all of their points: %s, %s.",
        data,
        split,
        clouds,
        words,
        when);
  }

  @Override
  public String perClass(List<String> classes) {
    List<List<String>> rows = new ArrayList<>();
    for (int c = 0; c < classes.size(); c++) {
      rows.add(
          List.of(
              classes.get(c),
              Double.isNaN(iou[c]) ? "none" : String.format(Locale.ROOT, "%.1f %%", 100 * iou[c])));
    }
    return Markdown.table(List.of("class", "IoU"), rows);
  }
}
