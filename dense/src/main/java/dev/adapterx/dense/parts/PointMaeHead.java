package dev.adapterx.dense.parts;

import dev.adapterx.model.Features;
import dev.adapterx.model.Parameters;
import dev.adapterx.model.input.PointPreprocessing;
import dev.adapterx.nn.BatchNorm;
import dev.adapterx.nn.Linear;
import dev.adapterx.nn.Pass;
import dev.adapterx.nn.Pointwise;
import dev.adapterx.task.Head;
import dev.adapterx.task.Outputs;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The head that Point-MAE segments parts with (Pang et al., ECCV 2022, <a
 * href="https://arxiv.org/abs/2203.06604">paper</a>), under its names; ACT, ReCon, IDPT, DAPT and
 * PointGST have the same. Each point gets the features of its nearest groups ({@link Propagation})
 * through two layers, then, beside the maximum and mean over all groups and the category, through
 * three:
 *
 * <pre>
 *   f = relu(bn(conv(relu(bn(conv([xyz, near groups]))))))          3 + kD → 4D → 1024
 *   g = [max groups, mean groups, leaky(bn(conv(one-hot → 64)))]
 *   scores = conv(relu(bn(conv(dropout(relu(bn(conv([f, g]))))))))  → 512 → 256 → C
 * </pre>
 *
 * <p>The half of the third convolution that acts on g is computed once a cloud: the same values but
 * for rounding. Without categories, as for scenes, the 64 channels are left out.
 */
record PointMaeHead(
    PointPreprocessing input,
    int categories,
    @Nullable Tensor label,
    @Nullable BatchNorm labelNorm,
    Pointwise near0,
    BatchNorm nearNorm0,
    Pointwise near1,
    BatchNorm nearNorm1,
    Pointwise convs1,
    BatchNorm bns1,
    Pointwise convs2,
    BatchNorm bns2,
    Pointwise convs3,
    double dropout,
    NamedTensors trainable,
    NamedTensors buffers)
    implements Head {
  static final int SECOND = 1024;
  static final int THIRD = 512;
  static final int FOURTH = 256;
  static final int LABEL = 64;

  private static final String PROPAGATION = "propagation_0.";

  /** Channels of the first layer. */
  static long first(int d) {
    return 4L * d;
  }

  /** A fresh one. */
  static PointMaeHead initial(
      Features.Shape of,
      int classes,
      int categories,
      PartForm form,
      PointPreprocessing input,
      Parameters parameters) {
    int in = of.widths().stream().mapToInt(Integer::intValue).sum();
    Layers layers = new Layers(parameters);
    if (categories > 0) {
      layers.weight("label_conv.0", categories, LABEL, 1);
      layers.norm("label_conv.1", LABEL);
    }
    long first = first(of.width());
    layers.linear(PROPAGATION + "mlp_convs.0", in + 3L, first, 1);
    layers.norm(PROPAGATION + "mlp_bns.0", first);
    layers.linear(PROPAGATION + "mlp_convs.1", first, SECOND, 1);
    layers.norm(PROPAGATION + "mlp_bns.1", SECOND);
    layers.linear("convs1", SECOND + 2L * in + (categories > 0 ? LABEL : 0), THIRD, 1);
    layers.norm("bns1", THIRD);
    layers.linear("convs2", THIRD, FOURTH, 1);
    layers.norm("bns2", FOURTH);
    layers.linear("convs3", FOURTH, classes, 1);
    NamedTensors trainable = layers.trainable();
    NamedTensors buffers = layers.buffers();
    NamedTensors all = trainable.and(buffers).at(Layers.PLACE);
    return new PointMaeHead(
        input,
        categories,
        categories > 0 ? all.get("label_conv.0.weight") : null,
        categories > 0 ? norm(all, "label_conv.1") : null,
        conv(all, PROPAGATION + "mlp_convs.0"),
        norm(all, PROPAGATION + "mlp_bns.0"),
        conv(all, PROPAGATION + "mlp_convs.1"),
        norm(all, PROPAGATION + "mlp_bns.1"),
        conv(all, "convs1"),
        norm(all, "bns1"),
        conv(all, "convs2"),
        norm(all, "bns2"),
        conv(all, "convs3"),
        form.dropout(),
        trainable,
        buffers);
  }

  private static Pointwise conv(NamedTensors all, String name) {
    return Pointwise.from(all.at(name));
  }

  private static BatchNorm norm(NamedTensors all, String name) {
    return BatchNorm.from(all.at(name), false);
  }

  @Override
  public Outputs forward(Features features, Pass pass) {
    return Outputs.of(scores(Asked.of(features, input, categories), pass));
  }

  /** Scores (B, C, N) in fp32. */
  Tensor scores(Asked asked, Pass pass) {
    long b = asked.clouds();
    long n = asked.each();
    Tensor near = Propagation.spread(asked.weights(), asked.groups()); // (B, N, kD)
    Tensor rows = Tensors.cat(2, asked.points(), near).flatten(0, 1);
    Tensor f = Layers.relu(nearNorm0.forward(near0.forward(rows), pass));
    f = Layers.relu(nearNorm1.forward(near1.forward(f), pass)); // (B N, 1024)
    Tensor g = Tensors.cat(1, Tensors.max(asked.groups(), 1), Tensors.mean(asked.groups(), 1));
    if (label != null && labelNorm != null && asked.categories() != null) {
      Linear conv = new Linear(label.squeeze(2), null);
      Tensor named = labelNorm.forward(conv.forward(asked.categories()), pass);
      g = Tensors.cat(1, g, Layers.leaky(named)); // (B, 2kD + 64)
    }
    Linear ofPoint = convs1.part(0, SECOND, false);
    Linear ofCloud = convs1.part(SECOND, convs1.weight().size(1) - SECOND, true);
    Tensor sum =
        ofPoint.forward(f).view(b, n, -1).add(ofCloud.forward(g).unsqueeze(1)).flatten(0, 1);
    Tensor h = Layers.relu(bns1.forward(sum, pass));
    h = pass.dropout(h.view(b, n, -1), dropout, "head.dropout").flatten(0, 1);
    h = Layers.relu(bns2.forward(convs2.forward(h), pass));
    return convs3.forward(h).view(b, n, -1).transpose(1, 2);
  }
}
