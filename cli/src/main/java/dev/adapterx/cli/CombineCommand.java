package dev.adapterx.cli;

import dev.adapterx.base.ConfigException;
import dev.adapterx.cli.output.Fetches;
import dev.adapterx.cli.output.Version;
import dev.adapterx.cli.terminal.Session;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.weight.Lora;
import dev.adapterx.peft.weight.LoraMix;
import dev.adapterx.tensor.Precision;
import dev.adapterx.train.result.Ensemble;
import dev.adapterx.train.result.ImportedRun;
import dev.adapterx.train.result.TrainedRun;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Combines the LoRA of several runs into one run. */
@Command(
    name = "combine",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Makes one LoRA adapter of several, of the same backbone, targets and classes, as a run that"
          + " predicts, evaluates, merges and exports.",
      "",
      "The weighted sum of what they change, exactly; or with --ties what they agree on: each"
          + " keeps its largest values, the sign of the sum decides, those of that sign are averaged"
          + " (https://arxiv.org/abs/2306.01708). It costs one forward pass to predict, where predict --with"
          + " costs one a run."
    },
    footer = {
      "",
      "Examples:",
      "  adapterx combine runs/a runs/b --out runs/mix",
      "  adapterx combine runs/a runs/b runs/c --weights 0.5,0.3,0.2 --out runs/mix",
      "  adapterx combine runs/a runs/b --ties --density 0.2 --out runs/ties"
    })
final class CombineCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Parameters(
      index = "0..*",
      arity = "2..*",
      paramLabel = "RUN",
      description = "Folders that trainings with LoRA wrote; the recipe is the first's.")
  List<Path> runs = new ArrayList<>();

  @Option(
      names = "--weights",
      split = ",",
      paramLabel = "W",
      description = "One for each run; by default 1/n.")
  List<Double> weights = new ArrayList<>();

  @Option(names = "--ties", description = "What they agree on instead of the sum.")
  boolean ties;

  @Option(
      names = "--density",
      paramLabel = "0..1",
      description = "With --ties: the share of its values that each keeps (default: 0.2).")
  @Nullable Double density;

  @Option(
      names = "--rank",
      paramLabel = "R",
      description =
          "With --ties: of the result, which is approximated to it (default: the sum of their"
              + " ranks). The weighted sum has that rank.")
  @Nullable Integer rank;

  @Option(
      names = "--best",
      description = "Take the adapters of the best epochs on the validation split, not the last.")
  boolean best;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "RUN",
      description = "The run folder to make, new or empty.")
  Path out;

  @Override
  public Integer call() {
    if (!ties && (density != null || rank != null)) {
      throw new ConfigException("--density and --rank: expected --ties with them");
    }
    List<Double> shares =
        weights.isEmpty() ? Collections.nCopies(runs.size(), 1.0 / runs.size()) : weights;
    LoraMix.requireMethods(runs.stream().map(run -> Fetches.recipe(run).method()).toList());
    Fetches.of(runs.get(0), spec);
    try (Ensemble ensemble = Ensemble.open(runs, best, Precision.FP32)) {
      List<AdaptedModel> models = ensemble.runs().stream().map(TrainedRun::model).toList();
      LoraMix mix = LoraMix.of(models, shares);
      try (AdaptedModel mixed = ties ? agreed(mix, models) : mix.linear()) {
        ImportedRun.write(mixed, ensemble.runs().get(0).recipe(), out);
        spec.commandLine()
            .getOut()
            .println(
                "LoRA of rank "
                    + ((Lora) mixed.method()).rank()
                    + " made of "
                    + runs.size()
                    + ", as a run: "
                    + out);
      }
    }
    return Session.DONE;
  }

  private AdaptedModel agreed(LoraMix mix, List<AdaptedModel> models) {
    int all = models.stream().mapToInt(model -> ((Lora) model.method()).rank()).sum();
    return mix.ties(density == null ? 0.2 : density, rank == null ? all : rank);
  }
}
