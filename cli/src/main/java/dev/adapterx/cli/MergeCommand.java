package dev.adapterx.cli;

import dev.adapterx.cli.output.Fetches;
import dev.adapterx.cli.output.Version;
import dev.adapterx.cli.terminal.Session;
import dev.adapterx.peft.Merging;
import dev.adapterx.tensor.Precision;
import dev.adapterx.train.recipe.MethodTable;
import dev.adapterx.train.result.TrainedRun;
import dev.adapterx.weights.DType;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Merges the trained weights into those of the backbone. */
@Command(
    name = "merge",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Writes a run as an ordinary backbone, the trained weights inside.",
      "",
      "The file is safetensors under timm's names, or Point-MAE's, with a config.json and labels.txt beside, and"
          + " needs no adapter.",
      "",
      "Only where a plain backbone can do the same: full fine-tuning, BitFit, LN-tuning, LoRA, DoRA,"
          + " VeRA, IA3, SSF, FacT, ARC, RepAdapter and Bi-LoRA. What is not linear in the backbone's"
          + " tokens cannot be, Adapter-X for one: which expert a token goes to depends on the data,"
          + " and prompts add tokens. Nothing that exists is overwritten."
    },
    footer = {
      "",
      "Examples:",
      "  adapterx merge runs/lora --out tuned/model.safetensors",
      "  adapterx merge runs/full --out tuned/model.safetensors --dtype bf16",
      "  adapterx merge runs/full --out half/model.safetensors --alpha 0.5",
      "  adapterx predict --backbone tuned/model.safetensors --labels tuned/labels.txt photo.jpg"
    })
final class MergeCommand implements Callable<Integer> {
  /** Types by their names on the command line. */
  enum Type {
    FP32(DType.F32),
    BF16(DType.BF16),
    FP16(DType.F16);

    private final DType stored;

    Type(DType stored) {
      this.stored = stored;
    }
  }

  @Spec CommandSpec spec;

  @Parameters(index = "0", paramLabel = "RUN", description = "The folder a training wrote.")
  Path run;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE.safetensors",
      description = "The file to make, best in a folder of its own.")
  Path out;

  @Option(
      names = "--dtype",
      paramLabel = "fp32|bf16|fp16",
      defaultValue = "FP32",
      description = "Of the weights (default: fp32); the others halve the file.")
  Type type;

  @Option(
      names = "--best",
      description = "Take the adapter of the best epoch on the validation split, not the last.")
  boolean best;

  @Option(
      names = "--alpha",
      paramLabel = "0..1",
      defaultValue = "1",
      description =
          "How much of the tuned weights: (1 - alpha) frozen + alpha tuned (default: 1). Less than 1"
              + " often holds better on data unlike the training's; see evaluate --alpha.")
  double alpha;

  @Option(names = "--no-head", description = "Leave the task's head out.")
  boolean headless;

  @Override
  public Integer call() {
    PrintWriter print = spec.commandLine().getOut();
    List<Path> files;
    // In fp32 the frozen tensors a method does not touch are written as they were.
    MethodTable.requireMergeable(Fetches.recipe(run).method());
    Fetches.of(run, spec);
    try (TrainedRun trained = TrainedRun.open(run, best, Precision.FP32)) {
      files = Merging.write(trained.model(), out, type.stored, !headless, alpha);
    }
    for (Path file : files) {
      print.println(String.format(Locale.ROOT, "%s  %,d bytes", file, size(file)));
    }
    return Session.DONE;
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
