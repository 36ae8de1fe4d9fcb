package dev.adapterx.cli;

import dev.adapterx.base.ConfigException;
import dev.adapterx.cli.output.Fetches;
import dev.adapterx.cli.output.Version;
import dev.adapterx.cli.terminal.Session;
import dev.adapterx.export.OnnxExport;
import dev.adapterx.export.OnnxOptions;
import dev.adapterx.hub.FetchListener;
import dev.adapterx.peft.exchange.PeftFile;
import dev.adapterx.peft.exchange.PeftLayout;
import dev.adapterx.tensor.Precision;
import dev.adapterx.train.recipe.BackboneRecipe;
import dev.adapterx.train.recipe.MethodTable;
import dev.adapterx.train.recipe.Recipe;
import dev.adapterx.train.result.TrainedRun;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes a run for other runtimes: ONNX Runtime, Python's peft. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Writes a run for ONNX Runtime, or its adapter for Python's peft.",
      "",
      "--onnx: a graph of kilobytes whose weights are the backbone's own file, and the adapter as a"
          + " file beside it. Further adapters of the same method on the same backbone go into the"
          + " same folder, and one session runs them all: in Java, Python, C#, on phones and in"
          + " browsers (README.md there says how). For classification on vision transformers.",
      "",
      "--to: adapter_config.json and adapter_model.safetensors, the head inside, of LoRA, DoRA and"
          + " IA3 on images. There, PeftModel.from_pretrained(model, FOLDER) on the same weights"
          + " gives the same scores.",
      "",
      "Nothing that exists is overwritten."
    },
    footer = {
      "",
      "Examples:",
      "  adapterx export runs/birds --onnx device",
      "  adapterx export runs/flowers --onnx device --name flowers",
      "  adapterx export runs/lora --onnx device-lora --merged",
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
      names = "--onnx",
      paramLabel = "FOLDER",
      description = "The folder to make for ONNX Runtime, or to add the adapter to.")
  @Nullable Path onnx;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "With --onnx, the adapter's name there (default: the run folder's).")
  @Nullable String name;

  @Option(
      names = "--merged",
      description =
          "With --onnx, the adapter inside the weights: one model of full size without adapters,"
              + " of methods that 'merge' can write.")
  boolean merged;

  @Option(
      names = "--to",
      paramLabel = "peft-hf|peft-timm",
      description = {
        "For peft. peft-hf: Hugging Face's ViTForImageClassification (transformers 5);",
        "peft-timm: timm's VisionTransformer."
      })
  @Nullable Target to;

  @Option(names = "--out", paramLabel = "FOLDER", description = "With --to, the folder to make.")
  @Nullable Path out;

  @Option(
      names = "--best",
      description = "Take the adapter of the best epoch on the validation split, not the last.")
  boolean best;

  @Override
  public Integer call() {
    if (onnx != null && to == null && out == null) {
      return toOnnx(onnx);
    }
    if (onnx == null && to != null && out != null && name == null && !merged) {
      return toPeft(to, out);
    }
    throw new ConfigException(
        "export makes one of two things: --onnx FOLDER (with --name and --merged, if wanted), or"
            + " --to peft-hf|peft-timm with --out FOLDER; choose one");
  }

  private Integer toPeft(Target target, Path folder) {
    if (Files.exists(folder)) {
      throw new ConfigException(folder + " exists already and is not overwritten; choose another");
    }
    PeftFile.requireWritable(Fetches.recipe(run).method());
    Fetches.of(run, spec);
    try (TrainedRun trained = TrainedRun.open(run, best, Precision.FP32)) {
      PeftFile.write(trained.model(), target.layout, folder);
    }
    spec.commandLine().getOut().println("Written for peft: " + folder);
    return Session.DONE;
  }

  private Integer toOnnx(Path folder) {
    Recipe recipe = Fetches.recipe(run);
    if (merged) {
      MethodTable.requireMergeable(recipe.method());
    } else {
      OnnxExport.requireExportable(recipe.method());
    }
    Fetches.of(run, spec);
    OnnxExport.Written written;
    try (TrainedRun trained = TrainedRun.open(run, best, Precision.FP32)) {
      String own = name == null ? run.toAbsolutePath().normalize().getFileName().toString() : name;
      written = OnnxExport.write(trained.model(), checkpoint(recipe), folder, own, merged);
    }
    PrintWriter print = spec.commandLine().getOut();
    print.println(told(written.graph(), written.weights() == null ? ", was there already" : ""));
    if (written.weights() != null) {
      print.println(told(written.weights(), ", " + told(written.how())));
    }
    if (written.adapter() != null) {
      print.println(told(written.adapter(), ", the adapter '" + own(written.adapter()) + "'"));
    }
    print.println("How to run it: " + folder.resolve("README.md"));
    return Session.DONE;
  }

  private static String own(Path adapter) {
    return adapter.getFileName().toString().replaceFirst("\\.onnx_adapter$", "");
  }

  /** The file that the backbone's weights are in, if that is one file. */
  private static @Nullable Path checkpoint(Recipe recipe) {
    BackboneRecipe backbone = recipe.backbone();
    if (backbone.path() == null || backbone.isEmbedded()) {
      return null;
    }
    Path weights = backbone.found(FetchListener.NONE).weights();
    return Files.isDirectory(weights) ? weights.resolve("model.safetensors") : weights;
  }

  private static String told(OnnxExport.Weights how) {
    return switch (how) {
      case COPIED -> "the backbone's own file, as it is";
      case WRITTEN -> "the weights";
      case PRESENT -> "was there already";
    };
  }

  private static String told(Path file, String what) {
    try {
      return String.format(Locale.ROOT, "%s  %,d bytes%s", file, Files.size(file), what);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
