package dev.adapterx.cli;

import dev.adapterx.base.ConfigException;
import dev.adapterx.cli.arguments.Subject;
import dev.adapterx.cli.output.Fetches;
import dev.adapterx.cli.output.Json;
import dev.adapterx.cli.output.Version;
import dev.adapterx.cli.terminal.Session;
import dev.adapterx.peft.ParameterReport;
import dev.adapterx.train.preset.FittingRecipe;
import dev.adapterx.train.preset.Quality;
import dev.adapterx.train.recipe.Recipe;
import dev.adapterx.train.run.ParameterCount;
import dev.adapterx.train.run.RunFolder;
import dev.adapterx.train.text.Table;
import dev.adapterx.weights.Models;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Counts the trainable parameters. */
@Command(
    name = "params",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Counts the parameters a recipe would train; a preset needs no weights for it.",
      "",
      "peft is the method's own, head the task's, trainable both, stored the values in the"
          + " adapter file. Percentages are of the backbone without any head, as papers have them,"
          + " and of everything (backbone and trainable). A tensor that many blocks share counts"
          + " once."
    },
    footer = {
      "",
      "Presets of vision transformers are timm's names, vit_SIZE_patchP_S with SIZE tiny, small,"
          + " base, large, huge or WIDTHxDEPTHxHEADS. Of point transformers there are point_mae"
          + " (1024 points), point_mae_scan (2048) and point_WIDTHxDEPTHxHEADS_cC_gGkK_N: an encoder"
          + " of width C, N points in G groups of K. Their papers count a head of three layers:"
          + " head=mlp.",
      "",
      "Examples:",
      "  adapterx params recipe.yaml",
      "  adapterx params my-pictures",
      "  adapterx params recipe.yaml method.experts=8 --tensors",
      "  adapterx params vit_base_patch16_224 --method adapter-x",
      "  adapterx params vit_base_patch16_224 --method adapter-x --head vtab-1k",
      "  adapterx params vit_base_patch16_224 method.preset=budget --head vtab-1k",
      "  adapterx params facebook/dinov2-small --method lora --head 10",
      "  adapterx params point_mae_scan --method adapter-x --head 15 head=mlp"
    })
final class ParamsCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "RECIPE.yaml|DATA|RUN|PRESET|NAME",
      description =
          "A recipe, a folder of data (as train would take it), a run, the shape of a backbone, or a"
              + " model on the hub (org/name).")
  String what;

  @Parameters(
      index = "1..*",
      paramLabel = "key=value",
      description = "Changes to the recipe, keys with dots.")
  List<String> overrides = new ArrayList<>();

  @Option(
      names = "--method",
      paramLabel = "NAME",
      description = "The method with its defaults, instead of the recipe's.")
  @Nullable String method;

  @Option(
      names = "--head",
      paramLabel = "C|vtab-1k",
      description =
          "Classes of the head, or the mean head of VTAB-1k's 19 tasks; by default as many as the"
              + " recipe's data have, if they are there.")
  @Nullable String head;

  @Option(names = "--tensors", description = "List every trainable tensor.")
  boolean tensors;

  @Option(names = "--json", description = "Print JSON, tensors included.")
  boolean json;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    Recipe recipe = recipe();
    Fetches.of(recipe, spec);
    ParameterCount count = ParameterCount.of(recipe, head(head));
    out.print(json ? Json.text(json(count)) + System.lineSeparator() : text(count, tensors));
    return Session.DONE;
  }

  private Recipe recipe() {
    List<String> changes = new ArrayList<>();
    if (method != null) {
      changes.add("method=" + method);
    }
    changes.addAll(overrides);
    if (Models.isRemote(what)) {
      return Recipe.read("backbone: {path: '" + what + "'}\nmethod: adapter-x", changes, what);
    }
    if (Files.isDirectory(Path.of(what))) {
      return ofFolder(Path.of(what), changes);
    }
    boolean file = Files.exists(Path.of(what)) || what.matches(".*\\.ya?ml|.*[/\\\\].*");
    return file
        ? Recipe.read(Path.of(what), changes)
        : Recipe.read("backbone: {preset: '" + what + "'}\nmethod: adapter-x", changes, what);
  }

  /** What train would choose for data, or the recipe of a run. */
  private static Recipe ofFolder(Path folder, List<String> changes) {
    Path recipe = new RunFolder(folder).recipe();
    if (Files.isRegularFile(recipe)) {
      return Recipe.read(recipe, changes);
    }
    Subject data = Subject.of(folder.toString(), changes);
    return FittingRecipe.of(data.keys(), Quality.GOOD, data.place()).recipe();
  }

  private static ParameterCount.@Nullable HeadOf head(@Nullable String text) {
    if (text == null) {
      return null;
    }
    if (text.equalsIgnoreCase("vtab-1k")) {
      return ParameterCount.HeadOf.vtab();
    }
    try {
      return ParameterCount.HeadOf.of(Integer.parseInt(text));
    } catch (NumberFormatException e) {
      throw new ConfigException(
          "--head: expected a number of classes or vtab-1k, found '" + text + "'", e);
    }
  }

  private static String text(ParameterCount count, boolean tensors) {
    ParameterReport r = count.report();
    long all = r.backbone() + r.trainable();
    Table table = new Table("", "parameters", "% of backbone", "% of all", "");
    row(table, "peft", r.peft(), r.backbone(), all, count.method());
    row(table, "head", r.head(), r.backbone(), all, count.head());
    row(table, "trainable", r.trainable(), r.backbone(), all, "peft + head");
    String bytes = Table.count(r.storedBytes()) + " bytes in the adapter file";
    row(table, "stored", r.stored(), r.backbone(), all, bytes);
    row(table, "backbone", r.backbone(), r.backbone(), all, count.backbone() + ", frozen, no head");
    String line = System.lineSeparator();
    String text = table.text() + line + r.text() + line;
    return tensors ? text + line + tensors(count) : text;
  }

  private static void row(
      Table table, String name, long count, long backbone, long all, String note) {
    table.row(name, Table.count(count), percent(count, backbone), percent(count, all), note);
  }

  private static String percent(long part, long whole) {
    return String.format(Locale.ROOT, "%.4f %%", 100.0 * part / whole);
  }

  private static String tensors(ParameterCount count) {
    Table table = new Table("tensor", "shape", "parameters");
    count.tensors().forEach(t -> table.row(t.name(), shape(t), Table.count(t.count())));
    return table.text();
  }

  private static String shape(ParameterCount.Counted tensor) {
    return tensor.shape().toString().replace('[', '(').replace(']', ')');
  }

  private static Map<String, Object> json(ParameterCount count) {
    ParameterReport r = count.report();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("backbone", count.backbone());
    json.put("method", count.method());
    json.put("head-of", count.head());
    json.put("peft", r.peft());
    json.put("head", r.head());
    json.put("trainable", r.trainable());
    json.put("stored", r.stored());
    json.put("stored-bytes", r.storedBytes());
    json.put("backbone-parameters", r.backbone());
    json.put("peft-percent", r.peftPercent());
    json.put("trainable-percent", r.trainablePercent());
    json.put("percent-of-all", r.percentOfAll());
    json.put("tensors", count.tensors());
    return json;
  }
}
