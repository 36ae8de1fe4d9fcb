package dev.adapterx.export.method;

import dev.adapterx.base.ConfigException;
import dev.adapterx.peft.PeftMethod;
import dev.adapterx.peft.adapter.AdaptFormer;
import dev.adapterx.peft.adapter.AdapterPlus;
import dev.adapterx.peft.adapter.Convpass;
import dev.adapterx.peft.adapter.Houlsby;
import dev.adapterx.peft.adapter.ParallelAdapter;
import dev.adapterx.peft.adapter.Pfeiffer;
import dev.adapterx.peft.adapter.RepAdapter;
import dev.adapterx.peft.mixture.AdapterX;
import dev.adapterx.peft.mixture.Mosa;
import dev.adapterx.peft.part.BitFit;
import dev.adapterx.peft.part.Ia3;
import dev.adapterx.peft.part.LinearProbe;
import dev.adapterx.peft.part.LnTuning;
import dev.adapterx.peft.part.Ssf;
import dev.adapterx.peft.points.Dapt;
import dev.adapterx.peft.points.DaptX;
import dev.adapterx.peft.points.Idpt;
import dev.adapterx.peft.prompt.Vpt;
import dev.adapterx.peft.weight.Arc;
import dev.adapterx.peft.weight.Dora;
import dev.adapterx.peft.weight.Fact;
import dev.adapterx.peft.weight.Lora;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Which methods there are graphs of. */
public final class MethodGraphs {
  /** A method and its graph. */
  private record Family<M extends PeftMethod>(
      String name, Class<M> method, Function<M, TunerGraph> graph) {
    TunerGraph of(PeftMethod given) {
      return graph.apply(method.cast(given));
    }
  }

  private static final List<Family<?>> ALL =
      List.of(
          new Family<>("linear-probe", LinearProbe.class, m -> TunerGraph.NONE),
          new Family<>("bitfit", BitFit.class, m -> TunerGraph.NONE),
          new Family<>("ln-tuning", LnTuning.class, m -> TunerGraph.NONE),
          new Family<>("adapter-x", AdapterX.class, Mixtures::new),
          new Family<>("lora", Lora.class, Projections.LowRank::new),
          new Family<>("ia3", Ia3.class, Projections.Stretched::new),
          new Family<>("ssf", Ssf.class, m -> new Projections.ScaledAndShifted()),
          new Family<>("adaptformer", AdaptFormer.class, Bottlenecks.Beside::new),
          new Family<>("parallel-adapter", ParallelAdapter.class, Bottlenecks.BesideMlp::new),
          new Family<>("houlsby", Houlsby.class, Bottlenecks.BehindBranches::new),
          new Family<>("pfeiffer", Pfeiffer.class, m -> new Bottlenecks.BehindSum(m.activation())),
          new Family<>("adapter-plus", AdapterPlus.class, m -> new Bottlenecks.BehindBlock()),
          new Family<>("mosa", Mosa.class, Bottlenecks.MeanOfExperts::new),
          new Family<>("convpass", Convpass.class, Bypasses::new),
          new Family<>("dora", Dora.class, Projections.Decomposed::new),
          new Family<>("fact", Fact.class, Factors::new),
          new Family<>("arc", Arc.class, Residuals.Recomposed::new),
          new Family<>("rep-adapter", RepAdapter.class, Residuals.Grouped::new),
          new Family<>("dapt", Dapt.class, Dynamic::of),
          new Family<>("dapt-x", DaptX.class, Dynamic::of),
          new Family<>("idpt", Idpt.class, Instance::new),
          new Family<>("vpt", Vpt.class, Prompts::new));

  /** Why others have none, where the method is the reason. */
  private static final Map<String, String> REASONS =
      Map.of(
          "full", "all weights are its adapter",
          "vera", "its random matrices are drawn from a seed and are in no file",
          "bi-adapter", "ONNX Runtime's adapter files hold no weights of a few bits",
          "point-gst", "each cloud needs an eigendecomposition, for which ONNX has no operator",
          "point-peft", "its memory needs a second run of the backbone without class token");

  private MethodGraphs() {}

  /** Names of the methods that have one. */
  public static List<String> names() {
    List<String> names = new ArrayList<>(ALL.stream().map(Family::name).toList());
    names.sort(Comparator.naturalOrder());
    return names;
  }

  /**
   * The graph of a method.
   *
   * @throws ConfigException naming those that have one, when it has none
   */
  public static TunerGraph of(PeftMethod method) {
    return ALL.stream()
        .filter(family -> family.method().isInstance(method))
        .findAny()
        .orElseThrow(
            () ->
                new ConfigException(
                    method.title()
                        + " has no ONNX graph with its adapter beside it"
                        + reason(method.name())
                        + ". Methods that have: "
                        + String.join(", ", names())
                        + ". Where 'adapterx merge' can write the method into the weights, --merged"
                        + " exports it too"))
        .of(method);
  }

  private static String reason(String name) {
    String reason = REASONS.get(name);
    return reason == null ? "" : ": " + reason;
  }
}
