package dev.adapterx.cli;

import dev.adapterx.base.ConfigException;
import dev.adapterx.cli.output.Fetches;
import dev.adapterx.cli.output.Version;
import dev.adapterx.cli.terminal.Session;
import dev.adapterx.peft.exchange.PeftFile;
import dev.adapterx.peft.exchange.PeftLayout;
import dev.adapterx.tensor.Precision;
import dev.adapterx.train.result.TrainedRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes a run's adapter for Python's peft. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Writes a run's adapter for Python's peft: adapter_config.json and"
          + " adapter_model.safetensors, the head inside.",
      "",
      "For LoRA, DoRA and IA3 on images. There, PeftModel.from_pretrained(model, FOLDER) on the"
          + " same weights gives the same scores. Nothing that exists is overwritten."
    },
    footer = {
      "",
      "Examples:",
      "  adapterx export runs/lora --to peft-timm --out lora-timm",
      "  adapterx export runs/lora --to peft-hf --out lora-hf"
    })
final class ExportCommand implements Callable<Integer> {
  /** Layouts by the names users know. */
  enum Target {
    PEFT_HF("peft-hf", PeftLayout.HF),
    PEFT_TIMM("peft-timm", PeftLayout.TIMM);

    private final String key;
    private final PeftLayout layout;

    Target(String key, PeftLayout layout) {
      this.key = key;
      this.layout = layout;
    }

    @Override
    public String toString() {
      return key;
    }
  }

  @Spec CommandSpec spec;

  @Parameters(index = "0", paramLabel = "RUN", description = "The folder a training wrote.")
  Path run;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "peft-hf|peft-timm",
      description = {
        "peft-hf: Hugging Face's ViTForImageClassification (transformers 5);",
        "peft-timm: timm's VisionTransformer."
      })
  Target to;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FOLDER",
      description = "The folder to make.")
  Path out;

  @Option(
      names = "--best",
      description = "Take the adapter of the best epoch on the validation split, not the last.")
  boolean best;

  @Override
  public Integer call() {
    if (Files.exists(out)) {
      throw new ConfigException(out + " exists already and is not overwritten; choose another");
    }
    PeftFile.requireWritable(Fetches.recipe(run).method());
    Fetches.of(run, spec);
    try (TrainedRun trained = TrainedRun.open(run, best, Precision.FP32)) {
      PeftFile.write(trained.model(), to.layout, out);
    }
    spec.commandLine().getOut().println("Written for peft: " + out);
    return Session.DONE;
  }
}
