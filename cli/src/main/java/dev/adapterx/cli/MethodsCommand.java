package dev.adapterx.cli;

import dev.adapterx.base.ConfigException;
import dev.adapterx.cli.arguments.RecordedMethods;
import dev.adapterx.cli.output.Json;
import dev.adapterx.cli.output.Version;
import dev.adapterx.cli.terminal.Session;
import dev.adapterx.train.recipe.MethodTable;
import dev.adapterx.train.text.Table;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lists the methods. */
@Command(
    name = "methods",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Lists every method and preset: what it works on, whether its result merges into a plain"
          + " backbone, and how many parameters it trains, without head.",
      "",
      "compare, tune and params take them as NAME or NAME:PRESET, a recipe as method: NAME, or"
          + " method: {name: NAME, preset: PRESET} with further settings."
    },
    footer = {
      "",
      "Examples:",
      "  adapterx methods",
      "  adapterx methods point_mae",
      "  adapterx methods vit_tiny_patch16_224 --markdown"
    })
final class MethodsCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "PRESET",
      defaultValue = "vit_base_patch16_224",
      description = "Of a backbone, to count on (default: ${DEFAULT-VALUE}).")
  String preset;

  @Option(names = "--markdown", description = "Print a table for documents.")
  boolean markdown;

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  @Override
  public Integer call() {
    if (markdown && json) {
      throw new ConfigException("Give one of --markdown and --json");
    }
    PrintWriter out = spec.commandLine().getOut();
    MethodTable table = RecordedMethods.of(preset);
    out.print(
        json
            ? Json.text(table) + System.lineSeparator()
            : markdown ? markdown(table) : text(table));
    return Session.DONE;
  }

  private static String text(MethodTable methods) {
    Table table = new Table("method", "", "on", "merges", "parameters", "%");
    for (MethodTable.Row row : methods.rows()) {
      table.row(cells(row).toArray(new String[0]));
    }
    return table.text()
        + System.lineSeparator()
        + "Parameters without head and their share of "
        + methods.backbone()
        + "."
        + System.lineSeparator();
  }

  static String markdown(MethodTable methods) {
    StringBuilder text =
        new StringBuilder("| method | | on | merges | parameters | percent |\n")
            .append("|---|---|---|---|---:|---:|\n");
    for (MethodTable.Row row : methods.rows()) {
      text.append("| ").append(String.join(" | ", cells(row))).append(" |\n");
    }
    return text.toString();
  }

  private static List<String> cells(MethodTable.Row row) {
    return List.of(
        row.entry(),
        row.title(),
        row.images() && row.points() ? "images, points" : row.images() ? "images" : "points",
        row.merges() ? "yes" : "no",
        row.parameters() < 0 ? "-" : Table.count(row.parameters()),
        row.parameters() < 0 ? "-" : String.format(Locale.ROOT, "%.4f", row.percent()));
  }
}
