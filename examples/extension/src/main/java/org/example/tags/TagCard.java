package org.example.tags;

import dev.adapterx.train.card.CardResult;
import dev.adapterx.train.card.Markdown;
import dev.adapterx.train.text.Table;
import java.util.ArrayList;
import java.util.List;

/** What the card beside an adapter says. */
record TagCard(TagScores scores, String data, String split, String when) implements CardResult {
  @Override
  public String metric() {
    return "f1";
  }

  @Override
  public double value() {
    return scores.primary().value() / 100;
  }

  @Override
  public String sentence(String noun) {
    return "On `%s` (%s): **macro F1 %.1f %%**, %s.".formatted(data, split, 100 * value(), when);
  }

  @Override
  public String perClass(List<String> classes) {
    List<List<String>> rows = new ArrayList<>();
    for (int c = 0; c < classes.size(); c++) {
      rows.add(List.of(classes.get(c), Table.percent(scores.f1(c))));
    }
    return Markdown.table(List.of("tag", "F1"), rows);
  }
}
