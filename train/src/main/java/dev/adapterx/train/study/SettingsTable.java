package dev.adapterx.train.study;

import dev.adapterx.base.Settings;
import dev.adapterx.peft.Methods;
import dev.adapterx.peft.PeftMethod;
import dev.adapterx.train.recipe.Recipe;
import dev.adapterx.train.report.Columns;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/**
 * What a study's methods were set to on each task: of training what differs between runs, of a
 * method what is not its default.
 */
record SettingsTable(Comparison comparison) {

  /** A row for each method that has something to say; without rows where none has. */
  Columns columns() {
    Set<String> differing = differingOfTraining();
    List<String> head = new ArrayList<>(List.of("method"));
    comparison.tasks().forEach(task -> head.add(task.name()));
    List<List<String>> rows = new ArrayList<>();
    for (String variant : comparison.variants()) {
      List<String> row = new ArrayList<>(List.of(variant));
      comparison.tasks().forEach(task -> row.add(text(variant, task, differing)));
      if (row.stream().skip(1).anyMatch(cell -> !cell.equals("-"))) {
        rows.add(row);
      }
    }
    return new Columns(head, rows);
  }

  private Set<String> differingOfTraining() {
    Map<String, Set<JsonNode>> values = new LinkedHashMap<>();
    for (Comparison.Cell cell : comparison.cells()) {
      recipe(cell)
          .tree()
          .path("train")
          .properties()
          .forEach(
              e ->
                  values
                      .computeIfAbsent(e.getKey(), unused -> new LinkedHashSet<>())
                      .add(e.getValue()));
    }
    Set<String> differing = new TreeSet<>();
    values.forEach(
        (key, found) -> {
          if (found.size() > 1) {
            differing.add(key);
          }
        });
    return differing;
  }

  /** Settings of a method on a task; of several seeds once where they agree. */
  private String text(String variant, Task task, Set<String> training) {
    Set<String> texts = new LinkedHashSet<>();
    for (Comparison.Cell cell : comparison.cells()) {
      if (cell.variant().equals(variant) && cell.task().equals(task.name())) {
        texts.add(text(recipe(cell), training));
      }
    }
    String all = String.join(" / ", texts);
    return all.isEmpty() ? "-" : all;
  }

  private static String text(Recipe recipe, Set<String> training) {
    List<String> said = new ArrayList<>();
    JsonNode train = recipe.tree().path("train");
    training.forEach(key -> said.add(key + " " + train.path(key).asString("")));
    PeftMethod method = recipe.method();
    JsonNode defaults = Settings.tree(Methods.entry(method.name(), method.name()));
    Settings.tree(method)
        .properties()
        .forEach(
            e -> {
              if (!e.getValue().equals(defaults.path(e.getKey()))) {
                said.add(e.getKey() + " " + shown(e.getValue()));
              }
            });
    return String.join(", ", said);
  }

  private static String shown(JsonNode value) {
    return value.isValueNode() ? value.asString() : value.toString().replace("\"", "");
  }

  private static Recipe recipe(Comparison.Cell cell) {
    return cell.outcome().run().recipe();
  }
}
