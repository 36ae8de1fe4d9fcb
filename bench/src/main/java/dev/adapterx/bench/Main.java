package dev.adapterx.bench;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Settings;
import dev.adapterx.base.WholeFile;
import dev.adapterx.model.Backbones;
import dev.adapterx.tensor.Device;
import dev.adapterx.tensor.Precision;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code adapterx bench}: a separate program beside the commands, so that they do not depend on it.
 */
@Command(
    name = "adapterx bench",
    mixinStandardHelpOptions = true,
    description = {
      "Measures training steps and inference, alone or in turn with Python peers.",
      "",
      "Each case runs in its own process: backbones with random weights, prepared inputs,"
          + " classification into 100 classes unless --heads says otherwise. Prints a Markdown table: samples a second, largest"
          + " resident memory, floating-point operations a second and their share of the fastest"
          + " matrix product of this machine, measured in the same run.",
      "",
      "With --peers the same cases run in timm and peft too, each case with the fastest of fp32 or"
          + " bf16 (autocast, or frozen weights cast beforehand), scaled-dot-product or plain"
          + " attention, and torch.compile with --compile; then in turn with it, as pairs."
    },
    footer = {
      "",
      "Examples:",
      "  adapterx bench",
      "  adapterx bench --models vit_base_patch16_224 --methods lora,adapter-x --batches 1,16",
      "  python -m venv peers && peers/bin/pip install -r bench/peers/requirements.txt",
      "  adapterx bench --peers peers/bin/python --out results.json",
      "  adapterx bench --models vit_tiny_patch16_320 --heads classes,pixels --methods adapter-x",
      "  adapterx bench --growth",
      "  adapterx bench --int8 --models vit_base_patch16_224 --methods linear-probe,lora",
      "  adapterx bench --banks --models vit_tiny_patch16_224 --methods lora,adapter-x",
      "  adapterx bench --served served --models vit_base_patch16_224 --methods lora",
      "  adapterx bench --ranks 1,2,4 --models vit_tiny_patch16_224 --methods adapter-x,lora,full",
      "  adapterx bench --inner Mixture"
    })
public final class Main implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Option(
      names = "--models",
      split = ",",
      paramLabel = "PRESET",
      description = "Shapes (default: ${DEFAULT-VALUE}).",
      defaultValue = "vit_tiny_patch16_224,vit_small_patch16_224,vit_base_patch16_224,point_mae")
  List<String> models = new ArrayList<>();

  @Option(
      names = "--methods",
      split = ",",
      paramLabel = "METHOD",
      description = "As compare takes them (default: ${DEFAULT-VALUE}).",
      defaultValue = "linear-probe,lora,adaptformer,adapter-x,full")
  List<String> methods = new ArrayList<>();

  @Option(
      names = "--heads",
      split = ",",
      description =
          "What models are trained for: classes, of a sample (100); pixels, segmentation (11"
              + " classes, four layers, doubled twice); linear-pixels, by a linear layer; boxes,"
              + " detection (3 classes) (default: ${DEFAULT-VALUE}).",
      defaultValue = "classes")
  List<HeadKind> heads = new ArrayList<>();

  @Option(
      names = "--work",
      split = ",",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).",
      defaultValue = "train,infer")
  List<Work> work = new ArrayList<>();

  @Option(
      names = "--precisions",
      split = ",",
      description = "auto, fp32, bf16 (default: ${DEFAULT-VALUE}).",
      defaultValue = "auto")
  List<Precision> precisions = new ArrayList<>();

  @Option(
      names = "--batches",
      split = ",",
      description = "Samples of a step (default: ${DEFAULT-VALUE}).",
      defaultValue = "16")
  List<Integer> batches = new ArrayList<>();

  @Option(
      names = "--micro-batch",
      description =
          "Samples this library computes at once in training; 0: 8 on a processor (4 of wide"
              + " models, half above 320 pixels), the batch on a CUDA device (default: ${DEFAULT-VALUE}).",
      defaultValue = "0")
  int microBatch;

  @Option(
      names = "--checkpointing",
      description =
          "This library trains with activation checkpointing: of each block only the input is"
              + " remembered.")
  boolean checkpointing;

  @Option(
      names = "--device",
      description = "auto, cpu, cuda, cuda:1 (default: ${DEFAULT-VALUE}).",
      defaultValue = "auto")
  String device = "auto";

  @Option(
      names = "--threads",
      description = "Threads each side computes with (default: all cores).")
  @Nullable Integer threads;

  @Option(
      names = "--rounds",
      description = "Rounds, or pairs with peers (default: ${DEFAULT-VALUE}).",
      defaultValue = "5")
  int rounds;

  @Option(
      names = "--seconds",
      description = "Of a round, at least one step (default: ${DEFAULT-VALUE}).",
      defaultValue = "3")
  double seconds;

  @Option(
      names = "--peers",
      paramLabel = "PYTHON",
      description = "An interpreter with bench/peers/requirements.txt installed.")
  @Nullable String python;

  @Option(names = "--compile", description = "Try torch.compile as well; needs a C++ compiler.")
  boolean compile;

  @Option(
      names = "--growth",
      description =
          "Instead: cost over batch, tokens, experts, depth and width, with the exponent each"
              + " shows.")
  boolean growth;

  @Option(
      names = "--gradients",
      description = "Instead: how far bf16's gradients are from fp32's, of the first model.")
  boolean gradients;

  @Option(
      names = "--overhead",
      description = "Instead: what methods add to one frozen block of the first model.")
  boolean overhead;

  @Option(
      names = "--ranks",
      split = ",",
      paramLabel = "N",
      description =
          "Instead: training steps of the first model in so many ranks, processes of one thread"
              + " each on this machine.")
  List<Integer> ranks = new ArrayList<>();

  @Option(
      names = "--sums",
      split = ",",
      paramLabel = "NUMBERS",
      description = "With --ranks: no training, sums of so many numbers alone.")
  List<Long> sums = new ArrayList<>();

  @Option(
      names = "--int8",
      description =
          "Instead: inference and training of the first model with its linear layers in int8,"
              + " against bf16 where that is fast, else fp32.")
  boolean int8;

  @Option(
      names = "--banks",
      description =
          "Instead: eight pictures for eight adapters, one by one and in one forward pass, of the"
              + " first model.")
  boolean banks;

  @Option(
      names = "--served",
      paramLabel = "FOLDER",
      description =
          "Instead: writes random weights of the first model and --adapters adapters of the first"
              + " method to FOLDER, to measure a server on (bench/peers/load.py).")
  @Nullable Path served;

  @Option(
      names = "--adapters",
      description = "With --served: how many (default: ${DEFAULT-VALUE}).",
      defaultValue = "1000")
  int adapters;

  @Option(
      names = "--inner",
      arity = "0..1",
      fallbackValue = ".*",
      paramLabel = "REGEX",
      description =
          "Instead: JMH over the inner parts: mixture of adapters, attention, sampling of clouds,"
              + " decoding, loading.")
  @Nullable String inner;

  @Option(names = "--out", paramLabel = "FILE", description = "Also write everything as JSON.")
  @Nullable Path out;

  private final Path peerProgram;

  private Main(Path peerProgram) {
    this.peerProgram = peerProgram;
  }

  public static void main(String[] arguments) {
    // The launcher sets the path of the checkout.
    String home = System.getenv("ADAPTERX_HOME");
    Path program = Path.of(home == null ? "" : home, "bench", "peers", "peer.py");
    CommandLine line = new CommandLine(new Main(program));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.registerConverter(HeadKind.class, HeadKind::named);
    line.setUsageHelpWidth(100);
    line.setExecutionExceptionHandler(
        (e, command, parsed) -> {
          if (e instanceof AdapterXException told) {
            command.getErr().println("adapterx bench: " + told.getMessage());
            return 2;
          }
          throw e;
        });
    System.exit(line.execute(arguments));
  }

  @Override
  public Integer call() {
    requireFittingHeads();
    if (inner != null) {
      return jmh(inner);
    }
    if (gradients) {
      requireProcessor("--gradients");
      Gradients measured = Gradients.measured(models.get(0), methods);
      keep(measured);
      show(measured.markdown());
      return 0;
    }
    if (overhead) {
      requireProcessor("--overhead");
      Precision type = precisions.get(0).on(Device.CPU);
      Overhead measured = Overhead.measured(models.get(0), type, methods);
      keep(measured);
      show(measured.markdown());
      return 0;
    }
    if (!ranks.isEmpty()) {
      requireProcessor("--ranks");
      RankSpeed measured =
          sums.isEmpty()
              ? RankSpeed.measured(models.get(0), methods, ranks, batches.get(0), rounds)
              : RankSpeed.sums(sums, ranks);
      keep(measured);
      show(measured.markdown());
      return 0;
    }
    if (int8) {
      requireProcessor("--int8");
      Int8Speed measured = Int8Speed.measured(models.get(0), methods);
      keep(measured);
      show(measured.markdown());
      return 0;
    }
    if (banks) {
      requireProcessor("--banks");
      BankSpeed measured = BankSpeed.measured(models.get(0), methods);
      keep(measured);
      show(measured.markdown());
      return 0;
    }
    if (served != null) {
      String command = ServedFiles.write(models.get(0), methods.get(0), adapters, served);
      show(command + System.lineSeparator());
      return 0;
    }
    PrintWriter told = spec.commandLine().getErr();
    Device where = Device.parse(device).resolved();
    Sides sides =
        new Sides(
            where,
            threads == null ? Runtime.getRuntime().availableProcessors() : threads,
            microBatch,
            checkpointing,
            python == null ? "" : python,
            peerProgram,
            compile,
            folder());
    Match match = new Match(sides, rounds, seconds, python != null, told::println);
    List<Precision> types = precisions.stream().map(p -> p.on(where)).distinct().toList();
    if (growth) {
      Growth measured = Growth.measured(match, types.get(0));
      keep(measured);
      show(measured.markdown());
      return 0;
    }
    List<Case> cases = cases(types);
    // A wrong name is reported before anything is measured.
    cases.forEach(Case::peft);
    models.forEach(m -> Backbones.blank(m, Backbones.Options.defaults().with(Device.CPU)).close());
    Machine before = Machine.measured(sides, types);
    List<Measured> measured = cases.stream().map(match::measure).toList();
    BenchResult result =
        new BenchResult(
            String.join(" ", spec.commandLine().getParseResult().originalArgs()),
            before.with(Machine.measured(sides, types)),
            measured);
    keep(result);
    show(result.markdown());
    return measured.stream().allMatch(m -> m.failure() == null) ? 0 : 1;
  }

  private void requireFittingHeads() {
    if (heads.isEmpty()) {
      throw new ConfigException(
          "--heads: expected one or more of %s, found none"
              .formatted(Arrays.stream(HeadKind.values()).map(HeadKind::title).toList()));
    }
    boolean others =
        growth || gradients || overhead || int8 || banks || served != null || inner != null;
    if (!heads.equals(List.of(HeadKind.CLASSES))
        && (python != null || others || !ranks.isEmpty())) {
      throw new ConfigException(
          "--heads is for cases alone: peers, and what is measured instead, classify; leave --heads"
              + " or the other option out");
    }
  }

  private void requireProcessor(String option) {
    if (Device.parse(device).kind() == Device.Kind.CUDA) {
      throw new ConfigException(
          option + " measures on the processor: leave --device " + device + " out");
    }
  }

  private int jmh(String regex) {
    ChainedOptionsBuilder options =
        new OptionsBuilder().include("dev\\.adapterx\\.bench\\.inner\\..*" + regex);
    if (out != null) {
      options.resultFormat(ResultFormatType.JSON).result(out.toString());
    }
    try {
      return new Runner(options.build()).run().isEmpty() ? 2 : 0;
    } catch (RunnerException e) {
      throw new ConfigException(String.valueOf(e.getMessage()), e);
    }
  }

  private void show(String markdown) {
    spec.commandLine().getOut().print(markdown);
    spec.commandLine().getOut().flush();
  }

  private List<Case> cases(List<Precision> types) {
    List<Case> cases = new ArrayList<>();
    for (String model : models) {
      for (Work what : work) {
        for (Precision type : types) {
          for (int batch : batches) {
            for (String method : methods) {
              heads.forEach(h -> cases.add(new Case(model, method, h, what, type, batch)));
            }
          }
        }
      }
    }
    return cases;
  }

  private void keep(Record result) {
    if (out != null) {
      WholeFile.write(out, Settings.text(result));
    }
  }

  private static Path folder() {
    try {
      Path folder = Files.createTempDirectory("adapterx-bench");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> all = Files.list(folder)) {
      for (Path file : all.toList()) {
        Files.delete(file);
      }
      Files.delete(folder);
    } catch (IOException e) {
      // Left-over temporary files are the system's to clean.
    }
  }
}
