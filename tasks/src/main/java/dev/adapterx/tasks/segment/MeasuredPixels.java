package dev.adapterx.tasks.segment;

import dev.adapterx.train.card.CardResult;
import dev.adapterx.train.card.Markdown;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How well an adapter gives pixels their classes.
 *
 * @param data as results call it
 * @param split or part measured on
 * @param pictures how many
 * @param meanIou over classes, 0 … 1
 * @param right share of the labelled pixels
 * @param iou (C): of each class, NaN where there is none; not copied
 * @param when which epoch, and what it was chosen on, as the end of a sentence
 */
@SuppressWarnings("ArrayRecordComponent") // shares; compared nowhere
record MeasuredPixels(
    String data,
    String split,
    int pictures,
    double meanIou,
    double right,
    double[] iou,
    String when)
    implements CardResult {
  @Override
  public String metric() {
    return "mean_iou";
  }

  @Override
  public double value() {
    return meanIou;
  }

  @Override
  public String sentence(String noun) {
    return String.format(
        Locale.ROOT,
        "On `%s` (%s), %,d pictures in their own size: **mIoU %.1f %%**, %.1f %% of the labelled pixels right, %s.",
        data,
        split,
        pictures,
        100 * meanIou,
        100 * right,
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
