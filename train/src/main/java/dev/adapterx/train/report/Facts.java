package dev.adapterx.train.report;

import java.util.List;
import java.util.Map;

/** Where a result comes from: versions, seeds, hashes, machine, times. */
public record Facts(List<Fact> facts) implements Section {
  /** A name and its value. */
  public record Fact(String name, String value) {}

  public Facts {
    facts = List.copyOf(facts);
  }

  /** In the map's order. */
  public static Facts of(Map<String, String> facts) {
    return new Facts(
        facts.entrySet().stream().map(e -> new Fact(e.getKey(), e.getValue())).toList());
  }

  @Override
  public String heading() {
    return "Provenance";
  }

  @Override
  public boolean empty() {
    return facts.isEmpty();
  }

  @Override
  public String body() {
    var html = new Html().open("table", "class", "facts").open("tbody");
    for (var fact : facts) {
      html.open("tr").element("th", fact.name, "scope", "row");
      html.element("td", fact.value).close("tr");
    }
    return html.close("tbody").close("table").toString();
  }
}
