package dev.adapterx.peft.part;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Parameters;
import dev.adapterx.nn.Linear;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.PeftMethod;
import dev.adapterx.peft.Tuner;
import dev.adapterx.peft.kit.Projection;
import dev.adapterx.peft.kit.ProjectionTuner;
import dev.adapterx.peft.kit.ProjectionsTuner;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * (IA)³: learned vectors that scale keys, values and the hidden units of the MLP.
 *
 * <pre>
 *   y = l ⊙ (W x + b)     l (D_out) = 1     k and v
 *   y = W (l ⊙ x) + b     l (D_in) = 1      fc2, whose input the hidden units are
 * </pre>
 *
 * <p>Trainable: {@code L·(2·D + D_hidden)}, on ViT-B/16 {@code 6·D·L} = 55,296. Mergeable: rows of
 * W and b, or columns of W, times l. The identity at the start.
 *
 * <p>Liu et al., Few-Shot Parameter-Efficient Fine-Tuning is Better and Cheaper than In-Context
 * Learning, NeurIPS 2022, <a href="https://arxiv.org/abs/2205.05638">arXiv 2205.05638</a>. As the
 * authors' code and peft. The paper's T5 has no biases; here k and v are scaled including their
 * biases, as in peft.
 *
 * @param targets which projections of every block: q, k, v or all three as qkv, proj, fc1, fc2
 * @param feedforward the targets whose input is scaled instead of their output
 */
public record Ia3(List<Projection> targets, List<Projection> feedforward) implements PeftMethod {
  public Ia3 {
    targets = Projection.targets("ia3.targets", targets);
    List<Projection> all = targets;
    if (!all.containsAll(feedforward)) {
      throw new ConfigException(
          "ia3.feedforward must name some of ia3.targets "
              + Projection.written(targets)
              + ", found "
              + Projection.written(feedforward));
    }
    feedforward = all.stream().filter(feedforward::contains).toList();
  }

  /** k, v and the hidden units. */
  public Ia3() {
    this(List.of(Projection.K, Projection.V, Projection.FC2), List.of(Projection.FC2));
  }

  @Override
  public String name() {
    return "ia3";
  }

  @Override
  public String title() {
    return "IA³";
  }

  @Override
  public Tuner attach(Backbone backbone, Rng rng) {
    List<ProjectionTuner> blocks = new ArrayList<>();
    Parameters parameters = new Parameters(rng, backbone.device());
    for (int i = 0; i < backbone.blocks().size(); i++) {
      List<ProjectionTuner.Change> changes = new ArrayList<>();
      for (Projection at : targets) {
        Linear layer = at.site().of(backbone.blocks().get(i));
        boolean in = feedforward.contains(at);
        long size = in ? at.inputs(layer) : at.outputs(layer);
        Tensor l = parameters.add("blocks." + i + ".ia3." + at.key(), r -> Init.constant(1, size));
        changes.add(in ? new Inputs(at, l) : new Outputs(at, l));
      }
      blocks.add(new Around(changes));
    }
    return new ProjectionsTuner(backbone, blocks, parameters.named());
  }

  /** Around one block. */
  private record Around(List<ProjectionTuner.Change> changes) implements ProjectionTuner {}

  /** Scales the output. */
  private record Outputs(Projection at, Tensor l) implements ProjectionTuner.Change {
    @Override
    public Tensor output(Tensor y, Tensor x, Linear frozen, Pass pass) {
      return y.mul(Tensors.like(l, y));
    }

    @Override
    public Tensor weight(Tensor frozen) {
      return frozen.mul(l.unsqueeze(1));
    }

    @Override
    public Tensor bias(Tensor frozen) {
      return frozen.mul(l);
    }
  }

  /** Scales the input. */
  private record Inputs(Projection at, Tensor l) implements ProjectionTuner.Change {
    @Override
    public Tensor input(Tensor x) {
      return at.isThird() ? x : stretched(x);
    }

    @Override
    public Tensor output(Tensor y, Tensor x, Linear frozen, Pass pass) {
      // Through the whole layer, so that l = 1 changes no bit.
      return at.isThird() ? at.slice(frozen.forward(stretched(x)), 2) : y;
    }

    private Tensor stretched(Tensor x) {
      return x.mul(Tensors.like(l, x));
    }

    @Override
    public Tensor weight(Tensor frozen) {
      return frozen.mul(l);
    }
  }
}
