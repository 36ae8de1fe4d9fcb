package dev.adapterx.train.report;

import java.util.List;

/** Loss, learning rate, accuracy and other metrics over the epochs. */
public record Curves(List<LineChart> charts) implements Section {
  public Curves {
    charts = List.copyOf(charts);
  }

  @Override
  public String heading() {
    return "Curves";
  }

  @Override
  public boolean empty() {
    return charts.stream().allMatch(LineChart::empty);
  }

  @Override
  public String body() {
    var html = new Html().open("div", "class", "charts");
    charts.stream().filter(c -> !c.empty()).forEach(c -> html.trusted(c.html()));
    return html.close("div").toString();
  }
}
