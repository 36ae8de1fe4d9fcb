package dev.adapterx.peft.weight;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Parameters;
import dev.adapterx.nn.Block;
import dev.adapterx.nn.Linear;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.PeftMethod;
import dev.adapterx.peft.Tuner;
import dev.adapterx.peft.kit.Checks;
import dev.adapterx.peft.kit.Projection;
import dev.adapterx.peft.kit.ProjectionTuner;
import dev.adapterx.peft.kit.ProjectionsTuner;
import dev.adapterx.tensor.Device;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * VeRA: all projections of all blocks share one frozen random pair of matrices; each learns two
 * vectors, which scale the output of A and the output of B.
 *
 * <pre>
 *   y = W x + b + λ_b ⊙ (B (λ_d ⊙ (A drop(x))))
 *   A (R, D_in) and B (D_out, R) ~ Kaiming-uniform, frozen;  λ_d (R) = 0.1,  λ_b (D_out) = 0
 * </pre>
 *
 * <p>A and B are as large as the largest target needs; smaller ones use A's first columns and B's
 * first rows. Trainable: {@code R + D_out} for each target of each block; {@code 2·(R + D)·L} for q
 * and v: 24,576 on ViT-B/16 with R = 256. Mergeable: {@code W + diag(λ_b) B diag(λ_d) A}. The
 * identity at the start, because λ_b = 0.
 *
 * <p>Kopiczko, Blankevoort, Asano, VeRA: Vector-based Random Matrix Adaptation, ICLR 2024, <a
 * href="https://arxiv.org/abs/2310.11454">arXiv 2310.11454</a>. As in peft, except for the origin
 * of A and B: they are drawn from {@code projectionSeed} alone, the same on every machine, and
 * never saved, as the paper proposes; peft draws them from PyTorch's generator and saves them.
 *
 * @param rank R
 * @param dropout of A's input
 * @param initial λ_d at the start
 * @param projectionSeed determines A and B
 * @param targets which projections of every block: q, k, v or all three as qkv, proj, fc1, fc2
 */
public record Vera(
    int rank, double dropout, double initial, long projectionSeed, List<Projection> targets)
    implements PeftMethod {

  public Vera {
    Checks.atLeastOne("vera.rank", rank);
    Checks.share("vera.dropout", dropout);
    if (!Double.isFinite(initial) || initial == 0) {
      throw new ConfigException("vera.initial must be a finite number but 0, found " + initial);
    }
    targets = Projection.targets("vera.targets", targets);
  }

  /** Rank 256 on q and v. */
  public Vera() {
    this(256, 0, 0.1, 0, List.of(Projection.Q, Projection.V));
  }

  @Override
  public String name() {
    return "vera";
  }

  @Override
  public String title() {
    return "VeRA";
  }

  @Override
  public Tuner attach(Backbone backbone, Rng rng) {
    Random random = random(backbone);
    List<ProjectionTuner> blocks = new ArrayList<>();
    Parameters parameters = new Parameters(rng, backbone.device());
    for (int i = 0; i < backbone.blocks().size(); i++) {
      List<Beside> changes = new ArrayList<>();
      for (Projection at : targets) {
        Linear layer = at.site().of(backbone.blocks().get(i));
        String place = "blocks." + i + ".vera." + at.key();
        Tensor d = parameters.add(place + ".d", r -> Init.constant(initial, rank));
        Tensor b = parameters.add(place + ".b", r -> Init.zeros(at.outputs(layer)));
        Tensor into = random.a.narrow(1, 0, at.inputs(layer));
        Tensor out = random.b.narrow(0, 0, at.outputs(layer));
        changes.add(new Beside(at, into, out, d, b, dropout, place));
      }
      blocks.add(new Around(changes));
    }
    NamedTensors constants = NamedTensors.of(Map.of("vera.a", random.a, "vera.b", random.b));
    return new ProjectionsTuner(backbone, blocks, parameters.named(), constants);
  }

  /** The matrices that all projections share. */
  private record Random(Tensor a, Tensor b) {}

  private Random random(Backbone backbone) {
    long inputs = 0;
    long outputs = 0;
    for (Block block : backbone.blocks()) {
      for (Projection p : targets) {
        inputs = Math.max(inputs, p.inputs(p.site().of(block)));
        outputs = Math.max(outputs, p.outputs(p.site().of(block)));
      }
    }
    Checks.believable(
        "vera.rank " + rank + " makes random matrices", (double) rank * (inputs + outputs));
    Rng rng = Rng.of(projectionSeed, "vera");
    Device on = backbone.device();
    // He et al.'s bound for ReLU, √(6 / fan in), which is what peft draws with.
    return new Random(
        on.place(Init.uniform(rng.at("a"), Math.sqrt(6.0 / inputs), rank, inputs)),
        on.place(Init.uniform(rng.at("b"), Math.sqrt(6.0 / rank), outputs, rank)));
  }

  /** VeRA around one block. */
  private record Around(List<Beside> changes) implements ProjectionTuner {}

  /** VeRA beside one projection. */
  private record Beside(
      Projection at, Tensor into, Tensor out, Tensor d, Tensor b, double dropout, String place)
      implements ProjectionTuner.Change {
    @Override
    public Tensor output(Tensor y, Tensor x, Linear frozen, Pass pass) {
      Tensor dropped = pass.dropout(x, dropout, place + ".dropout");
      Tensor low = new Linear(into, null).forward(dropped).mul(Tensors.like(d, x)); // (B, N, R)
      return y.add(new Linear(out, null).forward(low).mul(Tensors.like(b, x)));
    }

    @Override
    public Tensor weight(Tensor frozen) {
      return frozen.add(out.mul(b.unsqueeze(1)).mm(into.mul(d.unsqueeze(1))));
    }
  }
}
