package dev.adapterx.cli;

import dev.adapterx.cli.arguments.InputFiles;
import dev.adapterx.cli.output.Fetches;
import dev.adapterx.cli.output.Version;
import dev.adapterx.cli.terminal.Session;
import dev.adapterx.peft.exchange.PeftFile;
import dev.adapterx.train.recipe.Recipe;
import dev.adapterx.train.result.ImportedRun;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Imports an adapter of Python's peft as a run. */
@Command(
    name = "import",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Makes a run folder of an adapter that Python's peft wrote; evaluate, predict, merge and"
          + " export take it.",
      "",
      "LoRA, DoRA and IA3 of a ViT of Hugging Face or timm. The recipe names the backbone, the"
          + " weights the adapter was trained on, and the data to evaluate on; its method is"
          + " replaced by the adapter's."
    },
    footer = {
      "",
      "Examples:",
      "  adapterx import my-lora recipe.yaml --labels classes.txt --out runs/imported",
      "  adapterx evaluate runs/imported"
    })
final class ImportCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "FOLDER",
      description = "With adapter_config.json and adapter_model.safetensors or .bin.")
  Path folder;

  @Parameters(
      index = "1",
      paramLabel = "RECIPE.yaml",
      description = "Names the backbone; KEY=VALUE behind it changes it.")
  Path recipe;

  @Parameters(index = "2..*", arity = "0..*", paramLabel = "KEY=VALUE", description = "Changes.")
  List<String> changes = List.of();

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description =
          "Class names, one a line, in the order of the classifier; peft keeps none. Needless"
              + " only where the classifier is the backbone's own, and its config.json names them.")
  @Nullable Path labels;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "RUN",
      description = "The run folder to make, new or empty.")
  Path out;

  @Override
  public Integer call() {
    PeftFile adapter = PeftFile.read(folder);
    Recipe own = Recipe.read(recipe, changes);
    Fetches.of(own, spec);
    ImportedRun.write(adapter, own, labels == null ? List.of() : InputFiles.lines(labels), out);
    spec.commandLine().getOut().println(adapter.method().title() + " as a run: " + out);
    return Session.DONE;
  }
}
