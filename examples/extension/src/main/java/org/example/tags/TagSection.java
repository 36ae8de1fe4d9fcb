package org.example.tags;

import dev.adapterx.train.report.Html;
import dev.adapterx.train.report.Section;
import dev.adapterx.train.text.Table;
import java.util.List;

/** F1 of each tag, in a report. */
record TagSection(TagScores scores, List<String> tags) implements Section {
  @Override
  public String heading() {
    return "F1 by tag";
  }

  @Override
  public boolean empty() {
    return tags.isEmpty();
  }

  @Override
  public String body() {
    Html html = new Html().open("table").tableHead("Tag", "F1").open("tbody");
    for (int c = 0; c < tags.size(); c++) {
      html.open("tr").element("th", tags.get(c), "scope", "row");
      html.element("td", Table.percent(scores.f1(c)), "class", "number").close("tr");
    }
    return html.close("tbody").close("table").toString();
  }
}
