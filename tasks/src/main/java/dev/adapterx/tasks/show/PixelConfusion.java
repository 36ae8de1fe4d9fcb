package dev.adapterx.tasks.show;

import dev.adapterx.train.report.Confusion;
import dev.adapterx.train.report.HeatMap;
import dev.adapterx.train.report.Section;
import dev.adapterx.train.text.Figures;
import java.util.ArrayList;
import java.util.List;

/**
 * What pixels or points of a class were taken for. Up to {@value Confusion#MOST_CLASSES} classes.
 *
 * @param noun what has the classes: {@code pixels}, {@code points}
 * @param shares (C, C): of the row's true class that was predicted as the column's; NaN of a class
 *     without pixels; not copied
 * @param classes names by class index, (C)
 */
@SuppressWarnings("ArrayRecordComponent") // a matrix; compared nowhere
public record PixelConfusion(String noun, double[][] shares, List<String> classes)
    implements Section {
  /** Below this a cell stays empty. */
  private static final double LITTLE = 0.0005;

  public PixelConfusion {
    classes = List.copyOf(classes);
  }

  @Override
  public String heading() {
    return "What " + noun + " were taken for";
  }

  @Override
  public boolean empty() {
    return classes.size() > Confusion.MOST_CLASSES;
  }

  @Override
  public String body() {
    List<HeatMap.Row> rows = new ArrayList<>();
    for (int truth = 0; truth < classes.size(); truth++) {
      List<HeatMap.Cell> cells = new ArrayList<>();
      for (int predicted = 0; predicted < classes.size(); predicted++) {
        double share = shares[truth][predicted];
        boolean little = !(share >= LITTLE);
        cells.add(
            new HeatMap.Cell(
                little ? "" : Figures.fixed(100 * share, 1),
                little ? 0 : share,
                "true %s, predicted %s: %s"
                    .formatted(
                        classes.get(truth),
                        classes.get(predicted),
                        Double.isNaN(share) ? "no " + noun : Figures.percent(share, 2))));
      }
      rows.add(new HeatMap.Row(classes.get(truth), cells, List.of()));
    }
    return new HeatMap(
            "Rows are true classes, columns predictions; per cent of the row's " + noun,
            "true \\ predicted",
            classes,
            List.of(),
            rows,
            List.of())
        .html();
  }
}
