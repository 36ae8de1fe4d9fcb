package dev.adapterx.dense.parts;

import dev.adapterx.model.Features;
import dev.adapterx.model.Parameters;
import dev.adapterx.model.input.PointPreprocessing;
import dev.adapterx.nn.BatchNorm;
import dev.adapterx.nn.Linear;
import dev.adapterx.nn.Pass;
import dev.adapterx.task.Head;
import dev.adapterx.task.Outputs;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;

/**
 * The lean head: groups are projected before they are spread over the points, so that the wide
 * layer works on G rows and not on N, and what concerns the whole cloud is computed once for it:
 *
 * <pre>
 *   z = relu(bn(linear(kD → W)))                                            each group
 *   h = relu(bn(linear(W + 3 → W)[z_n, xyz_n] + U [max z, mean z, one-hot])) each point
 *   scores = linear(W → C)(dropout(h))
 * </pre>
 *
 * <p>{@code z_n} by {@link Propagation}.
 */
record PointsHead(
    PointPreprocessing input,
    int categories,
    Linear reduce,
    BatchNorm norm0,
    Linear local,
    Linear global,
    BatchNorm norm1,
    Linear last,
    double dropout,
    NamedTensors trainable,
    NamedTensors buffers)
    implements Head {
  /** A fresh one. */
  static PointsHead initial(
      Features.Shape of,
      int classes,
      int categories,
      PartForm form,
      PointPreprocessing input,
      Parameters parameters) {
    int in = of.widths().stream().mapToInt(Integer::intValue).sum();
    int w = form.width();
    Layers layers = new Layers(parameters);
    layers.linear("reduce", in, w);
    layers.norm("norm0", w);
    layers.linear("local", w + 3L, w);
    layers.weight("global", 2L * w + categories, w);
    layers.norm("norm1", w);
    layers.linear("last", w, classes);
    NamedTensors trainable = layers.trainable();
    NamedTensors buffers = layers.buffers();
    NamedTensors all = trainable.and(buffers).at(Layers.PLACE);
    return new PointsHead(
        input,
        categories,
        Linear.from(all.at("reduce")),
        BatchNorm.from(all.at("norm0"), false),
        Linear.from(all.at("local")),
        Linear.from(all.at("global")),
        BatchNorm.from(all.at("norm1"), false),
        Linear.from(all.at("last")),
        form.dropout(),
        trainable,
        buffers);
  }

  @Override
  public Outputs forward(Features features, Pass pass) {
    return Outputs.of(scores(Asked.of(features, input, categories), pass));
  }

  /** Scores (B, C, N) in fp32. */
  Tensor scores(Asked asked, Pass pass) {
    long b = asked.clouds();
    long n = asked.each();
    Tensor rows = norm0.forward(reduce.forward(asked.groups().flatten(0, 1)), pass);
    Tensor z = Layers.relu(rows).view(b, asked.groups().size(1), -1); // (B, G, W)
    Tensor near = Propagation.spread(asked.weights(), z); // (B, N, W)
    Tensor whole = Tensors.cat(1, Tensors.max(z, 1), Tensors.mean(z, 1));
    if (asked.categories() != null) {
      whole = Tensors.cat(1, whole, asked.categories());
    }
    Tensor of = local.forward(Tensors.cat(2, near, asked.points()));
    Tensor sum = of.add(global.forward(whole).unsqueeze(1)); // (B, N, W)
    Tensor h = Layers.relu(norm1.forward(sum.flatten(0, 1), pass));
    Tensor kept = pass.dropout(h.view(b, n, -1), dropout, "head.dropout");
    return last.forward(kept).transpose(1, 2);
  }
}
