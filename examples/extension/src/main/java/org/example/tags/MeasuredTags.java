package org.example.tags;

import dev.adapterx.data.BrokenSample;
import dev.adapterx.train.input.Measured;
import dev.adapterx.train.text.Table;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What {@code evaluate} prints. */
record MeasuredTags(Facts facts) implements Measured {
  private TagScores scores() {
    return (TagScores) facts.scores();
  }

  @Override
  public List<BrokenSample> broken() {
    return facts.broken();
  }

  @Override
  public List<String> warnings() {
    return facts.warnings();
  }

  @Override
  public Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("data", facts.data());
    json.put("split", facts.split());
    json.put("macro-f1", scores().primary().value());
    return json;
  }

  @Override
  public String text() {
    Table table = new Table("tag", "F1");
    for (int c = 0; c < facts.classes().size(); c++) {
      table.row(facts.classes().get(c), Table.percent(scores().f1(c)));
    }
    return "%s: macro F1 %.2f %%%n%s"
        .formatted(facts.place(), scores().primary().value(), table.text());
  }
}
