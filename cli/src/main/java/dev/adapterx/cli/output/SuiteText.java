package dev.adapterx.cli.output;

import dev.adapterx.train.suite.Averages;
import dev.adapterx.train.suite.DataSource;
import dev.adapterx.train.suite.Profile;
import dev.adapterx.train.suite.Published;
import dev.adapterx.train.suite.Suite;
import dev.adapterx.train.suite.SuiteReport;
import dev.adapterx.train.suite.SuiteTask;
import dev.adapterx.train.text.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Suites and which of their data exist, as text and as JSON. */
public final class SuiteText {
  private static final String END = System.lineSeparator();
  private static final int WIDTH = 98;

  private SuiteText() {}

  public static String list(List<Suite> suites) {
    Table table = new Table("suite", "tasks", "profiles", "published");
    for (Suite suite : suites) {
      table.row(
          suite.name(),
          Integer.toString(suite.tasks().size()),
          String.join(", ", suite.profiles().stream().map(Profile::name).toList()),
          suite.published().size() + " rows");
    }
    StringBuilder text = new StringBuilder(table.text()).append(END);
    suites.forEach(suite -> text.append(wrapped(suite.name() + ": " + suite.about(), "  ")));
    return text.toString();
  }

  public static String of(Suite suite) {
    StringBuilder text = new StringBuilder(wrapped(suite.name() + ": " + suite.about(), "  "));
    text.append(END);
    boolean scales = suite.tasks().stream().anyMatch(task -> task.scale() != null);
    Table tasks =
        scales
            ? new Table("task", "group", "classes", "training", "test", "scale")
            : new Table("task", "group", "classes", "training", "test");
    for (SuiteTask task : suite.tasks()) {
      List<String> row = new ArrayList<>();
      row.add(task.name());
      row.add(task.group() == null ? "-" : task.group());
      row.add(Integer.toString(task.classes()));
      row.add(Table.count(task.samples().getOrDefault(task.train(), 0)));
      row.add(Table.count(task.samples().getOrDefault(task.test(), 0)));
      if (scales) {
        row.add(task.scale() == null ? "-" : task.scale().toString());
      }
      tasks.row(row.toArray(new String[0]));
    }
    text.append(tasks.text()).append(END).append("Profiles:").append(END);
    for (Profile profile : suite.profiles()) {
      text.append(wrapped("  " + profile.name() + ": " + profile.about(), "    "));
    }
    text.append(published(suite));
    return text.append(sources(suite.name(), suite.sources())).toString();
  }

  private static String published(Suite suite) {
    if (suite.published().isEmpty()) {
      return END + "Published: only as curves." + END;
    }
    List<String> groups = suite.published().stream().map(row -> groups(suite, row)).toList();
    boolean grouped = groups.stream().anyMatch(g -> !g.isEmpty());
    Table table =
        grouped
            ? new Table("method", "", "M", "groups", "their mean", "mean of tasks", "source")
            : new Table("method", "", "M", "tasks", "mean", "source");
    List<String> addresses = suite.published().stream().map(Published::source).distinct().toList();
    for (int i = 0; i < suite.published().size(); i++) {
      Published row = suite.published().get(i);
      Optional<Averages> means = suite.averages(row);
      List<String> cells = new ArrayList<>();
      cells.add(row.method());
      cells.add(row.setting());
      cells.add(row.parameters() == null ? "-" : row.parameters().toString());
      cells.add(grouped ? groups.get(i) : values(suite, row));
      cells.add(number(means.map(Averages::ofGroups).orElse(row.printedMean())));
      if (grouped) {
        cells.add(number(means.map(Averages::ofTasks).orElse(null)));
      }
      cells.add("[" + (addresses.indexOf(row.source()) + 1) + "]");
      table.row(cells.toArray(new String[0]));
    }
    StringBuilder text =
        new StringBuilder(END)
            .append("Published, top-1 accuracy in %, M million trained parameters without head:")
            .append(END)
            .append(table.text());
    for (int i = 0; i < addresses.size(); i++) {
      text.append("  [").append(i + 1).append("] ").append(addresses.get(i)).append(END);
    }
    return text.toString();
  }

  private static String groups(Suite suite, Published row) {
    return suite
        .averages(row)
        .map(Averages::groups)
        .map(groups -> String.join(" ", groups.values().stream().map(SuiteText::number).toList()))
        .orElse("");
  }

  private static String values(Suite suite, Published row) {
    return String.join(
        " ",
        suite.tasks().stream().map(task -> number(row.accuracies().get(task.name()))).toList());
  }

  private static String number(@Nullable Double value) {
    return value == null ? "-" : String.format(Locale.ROOT, "%.2f", value);
  }

  public static String of(SuiteReport report) {
    Table table = new Table("data set", "state", "");
    for (SuiteReport.Item item : report.items()) {
      table.row(item.name(), item.state().name().toLowerCase(Locale.ROOT), item.text());
    }
    long ready = report.items().stream().filter(i -> i.state() == SuiteReport.State.READY).count();
    String text =
        table.text()
            + END
            + "%d of the %d data sets of %s are ready in %s."
                .formatted(ready, report.items().size(), report.suite(), report.root())
            + END;
    return report.ready() ? text : text + sources(report.suite(), report.sources());
  }

  private static String sources(String suite, List<DataSource> sources) {
    StringBuilder text = new StringBuilder(END).append("The data come from:").append(END);
    sources.forEach(source -> text.append("  ").append(source.text()).append(END));
    text.append("  by name: adapterx data fetch ").append(suite).append(" --to data").append(END);
    return text.toString();
  }

  public static Map<String, Object> summary(Suite suite) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", suite.name());
    json.put("about", suite.about());
    json.put("tasks", suite.tasks().size());
    json.put("profiles", suite.profiles().stream().map(Profile::name).toList());
    return json;
  }

  public static Map<String, Object> json(Suite suite) {
    Map<String, Object> json = summary(suite);
    json.put("tasks", suite.tasks());
    json.put("profiles", suite.profiles());
    json.put("sources", suite.sources());
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Published row : suite.published()) {
      Map<String, Object> cells = new LinkedHashMap<>();
      cells.put("published", row);
      suite.averages(row).ifPresent(means -> cells.put("means", means));
      rows.add(cells);
    }
    json.put("published", rows);
    return json;
  }

  /** Words in lines of a screen's width, all but the first indented. */
  private static String wrapped(String text, String indent) {
    StringBuilder lines = new StringBuilder();
    StringBuilder line = new StringBuilder();
    for (String word : text.split("(?<=\\S) ", -1)) {
      if (line.length() + 1 + word.length() > WIDTH && !line.isEmpty()) {
        lines.append(line).append(END);
        line.setLength(0);
        line.append(indent);
      } else if (!line.isEmpty()) {
        line.append(' ');
      }
      line.append(word);
    }
    return lines.append(line).append(END).toString();
  }
}
