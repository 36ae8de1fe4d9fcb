package dev.adapterx.nn;

import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The small PointNet that turns a group of points into a token (Qi et al., PointNet, CVPR 2017, <a
 * href="https://arxiv.org/abs/1612.00593">paper</a>; as in Point-BERT and Point-MAE):
 *
 * <pre>
 *   l = conv(relu(bn(conv(x))))          3 → c → 2c       each point
 *   g = max over the group's points of l                  each group
 *   t = conv(relu(bn(conv([g, l]))))     4c → 4c → D      each point
 *   token = max over the group's points of t
 * </pre>
 *
 * <p>Deviations from the authors' code that change no value beyond rounding: the half of {@code
 * conv([g, l])} that acts on g is computed once per group; a batch norm with running statistics is
 * folded into the convolution before it.
 */
public record PointEncoder(
    Pointwise first0,
    BatchNorm first1,
    Pointwise first3,
    Pointwise second0,
    BatchNorm second1,
    Pointwise second3) {
  /** Reads {@code first_conv.{0,1,3}} and {@code second_conv.{0,1,3}}. */
  public static PointEncoder from(NamedTensors tensors, boolean frozenStatistics) {
    NamedTensors first = tensors.at("first_conv");
    NamedTensors second = tensors.at("second_conv");
    return new PointEncoder(
        Pointwise.from(first.at("0")),
        BatchNorm.from(first.at("1"), frozenStatistics),
        Pointwise.from(first.at("3")),
        Pointwise.from(second.at("0")),
        BatchNorm.from(second.at("1"), frozenStatistics),
        Pointwise.from(second.at("3")));
  }

  /**
   * Groups to tokens.
   *
   * @param neighbourhoods (B, G, K, 3) relative to their centres, in fp32
   * @param type dtype that all but the first layer compute in
   * @return (B, G, D), in that dtype
   */
  public Tensor forward(Tensor neighbourhoods, ScalarType type, Pass pass) {
    long batch = neighbourhoods.size(0);
    long groups = neighbourhoods.size(1);
    long k = neighbourhoods.size(2);
    Tensor points = neighbourhoods.reshape(batch * groups * k, 3);
    // Coordinates stay in fp32 through the first layer, which is small.
    Tensor hidden = normed(first0, first1, points, pass).to(type);
    Tensor local = first3.forward(hidden); // (B·G·K, 2c)
    long width = local.size(1);
    Tensor global = Tensors.max(local.view(batch * groups, k, width), 1); // (B·G, 2c)
    Tensor joined = joined(global, local, k, pass); // (B·G·K, 4c)
    Tensor tokens = second3.forward(joined);
    return Tensors.max(tokens.view(batch * groups, k, tokens.size(1)), 1).view(batch, groups, -1);
  }

  private static Tensor normed(Pointwise conv, BatchNorm norm, Tensor x, Pass pass) {
    return Pointwise.relu(
        norm.usesBatch(pass) ? norm.forward(conv.forward(x), pass) : conv.folded(norm).forward(x));
  }

  private Tensor joined(Tensor global, Tensor local, long k, Pass pass) {
    boolean batch = second1.usesBatch(pass);
    Pointwise conv = batch ? second0 : second0.folded(second1);
    long half = global.size(1);
    Tensor ofGroup = conv.part(0, half, true).forward(global); // (B·G, 4c)
    Tensor ofPoint = conv.part(half, half, false).forward(local); // (B·G·K, 4c)
    Tensor sum =
        ofPoint
            .view(global.size(0), k, ofGroup.size(1))
            .add(ofGroup.unsqueeze(1))
            .view(local.size(0), -1);
    return Pointwise.relu(batch ? second1.forward(sum, pass) : sum);
  }
}
