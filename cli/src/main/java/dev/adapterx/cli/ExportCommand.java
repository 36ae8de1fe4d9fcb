package dev.adapterx.cli;

import dev.adapterx.base.ConfigException;
import dev.adapterx.cli.output.Fetches;
import dev.adapterx.cli.output.Version;
import dev.adapterx.cli.terminal.Session;
import dev.adapterx.export.OnnxCheck;
import dev.adapterx.export.OnnxExport;
import dev.adapterx.export.OnnxOptions;
import dev.adapterx.export.method.Numbers;
import dev.adapterx.hub.FetchListener;
import dev.adapterx.model.int8.LayerRange;
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
import java.util.List;
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
          + " browsers (README.md there says how). For classification and detection on vision"
          + " transformers and Swin, segmentation on vision transformers, classification and labels"
          + " of points on point transformers.",
      "",
      "--to: adapter_config.json and adapter_model.safetensors, the head inside, of LoRA, DoRA and"
          + " IA3 on images. There, PeftModel.from_pretrained(model, FOLDER) on the same weights"
          + " gives the same scores.",
      "",
      "Files that no export wrote are never replaced; one that is in the way is named before"
          + " anything is written."
    },
    footer = {
      "",
      "Examples:",
      "  adapterx export runs/birds --onnx device",
      "  adapterx export runs/flowers --onnx device --name flowers",
      "  adapterx export runs/birds --onnx device --int8",
      "  adapterx export runs/lora --onnx device-lora --merged",
      "  adapterx export runs/lora --to peft-timm --out lora-timm",
      "  adapterx export runs/lora --to peft-hf --out lora-hf"
    })
final class ExportCommand implements Callable<Integer> {
  /** Layouts by their names on the command line. */
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

  /** What weights are stored in, by the names users know. */
  enum Stored {
    INT8(Numbers.INT8_WEIGHTS),
    FP16(Numbers.FP16_WEIGHTS),
    BF16(Numbers.BF16_WEIGHTS);

    private final Numbers numbers;

    Stored(Numbers numbers) {
      this.numbers = numbers;
    }
  }

  /** Where clouds are cut into groups. */
  enum Groups {
    INSIDE,
    OUTSIDE
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
      names = "--int8",
      description = {
        "With --onnx, linear layers of the blocks in eight bits, a quarter of the size, but for",
        "those whose inputs have outliers on up to 64 samples of the training split. Lies beside",
        "the graph in fp32, if that is there, and takes the same adapters."
      })
  boolean int8;

  @Option(
      names = "--stored",
      paramLabel = "int8|fp16|bf16",
      description =
          "With --onnx, weights stored in fewer bits and multiplied in fp32: small files alone.")
  @Nullable Stored stored;

  @Option(
      names = "--groups",
      paramLabel = "inside|outside",
      description =
          "With --onnx, of point clouds: the graph cuts them into groups itself (the default), or"
              + " takes groups, for runtimes without the operators.")
  Groups groups = Groups.INSIDE;

  @Option(
      names = "--check",
      description =
          "With --onnx, run what was written in ONNX Runtime, if that is on the class path"
              + " (ADAPTERX_PLUGINS), and print the largest difference.")
  boolean check;

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
    if (onnx == null && to != null && out != null && !hasOnnxOptions()) {
      return toPeft(to, out);
    }
    throw new ConfigException(
        "export makes one of two things: --onnx FOLDER (with its options, if wanted), or"
            + " --to peft-hf|peft-timm with --out FOLDER; choose one");
  }

  private boolean hasOnnxOptions() {
    return name != null || merged || int8 || stored != null || check || groups != Groups.INSIDE;
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
    if (int8 && stored != null) {
      throw new ConfigException(
          "--int8 multiplies in eight bits, --stored keeps files small and multiplies in fp32; give"
              + " one of them");
    }
    if (check) {
      OnnxCheck.requireRuntime();
    }
    Recipe recipe = Fetches.recipe(run);
    if (merged) {
      MethodTable.requireMergeable(recipe.method());
    } else {
      OnnxExport.requireExportable(recipe.method());
    }
    Fetches.of(run, spec);
    PrintWriter print = spec.commandLine().getOut();
    try (TrainedRun trained = TrainedRun.open(run, best, Precision.FP32)) {
      String own = name == null ? run.toAbsolutePath().normalize().getFileName().toString() : name;
      List<LayerRange> ranges = int8 ? trained.ranges() : List.of();
      OnnxExport.Written written =
          OnnxExport.write(
              trained.model(), checkpoint(recipe), folder, own, options().with(numbers(), ranges));
      tell(print, written);
      if (int8 && written.weights() == null) {
        print.println("int8: layers as chosen when the graph was written, see the .json beside it");
      } else {
        tell(print, ranges);
      }
      if (check) {
        print.println(compared(OnnxCheck.of(trained.model(), written.graph(), written.adapter())));
      }
    }
    print.println("How to run it: " + folder.resolve("README.md"));
    return Session.DONE;
  }

  private OnnxOptions options() {
    OnnxOptions plain = merged ? OnnxOptions.MERGED : OnnxOptions.BESIDE;
    return groups == Groups.OUTSIDE ? plain.withGroupsOutside() : plain;
  }

  private Numbers numbers() {
    if (int8) {
      return Numbers.INT8;
    }
    return stored == null ? Numbers.FP32 : stored.numbers;
  }

  private static void tell(PrintWriter print, List<LayerRange> ranges) {
    if (ranges.isEmpty()) {
      return;
    }
    long kept = ranges.stream().filter(LayerRange::hasOutliers).count();
    print.println("int8: " + (ranges.size() - kept) + " of " + ranges.size() + " linear layers");
    for (LayerRange r : ranges) {
      if (r.hasOutliers()) {
        print.println(
            String.format(
                Locale.ROOT,
                "%s stays in fp32: its largest input, %.3g, is %.1f times the usual one (limit:"
                    + " %.0f)",
                r.layer(),
                Math.max(-r.least(), r.largest()),
                r.ratio(),
                LayerRange.OUTLIERS));
      }
    }
  }

  private static String compared(OnnxCheck.Compared c) {
    return String.format(
        Locale.ROOT,
        "checked: outputs for random inputs in ONNX Runtime differ from libtorch's by at most %.2g"
            + " (the largest is %.3g); %d of %d get the same class",
        c.difference(),
        c.scores(),
        c.agreeing(),
        c.asked());
  }

  private static void tell(PrintWriter print, OnnxExport.Written written) {
    print.println(told(written.graph(), written.weights() == null ? ", was there already" : ""));
    if (written.weights() != null) {
      print.println(told(written.weights(), ", " + told(written.how())));
    }
    if (written.adapter() != null) {
      print.println(told(written.adapter(), ", the adapter '" + own(written.adapter()) + "'"));
    }
  }

  private static String own(Path adapter) {
    return adapter.getFileName().toString().replaceFirst("\\.onnx_adapter$", "");
  }

  /** The file of the backbone's weights, if it is a single file. */
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
