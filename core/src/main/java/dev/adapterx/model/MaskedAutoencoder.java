package dev.adapterx.model;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import dev.adapterx.nn.BatchNorm;
import dev.adapterx.nn.Block;
import dev.adapterx.nn.BlockTuner;
import dev.adapterx.nn.LayerNorm;
import dev.adapterx.nn.Pass;
import dev.adapterx.nn.Pointwise;
import dev.adapterx.nn.PositionMlp;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Tensors;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Pre-training without labels: a point transformer encodes some of a cloud's groups and a light
 * decoder predicts the points of the others (Pang et al., Masked Autoencoders for Point Cloud
 * Self-supervised Learning, ECCV 2022, <a href="https://arxiv.org/abs/2203.06604">paper</a>).
 *
 * <pre>
 *   of G groups M = ⌊mask · G⌋ are hidden, drawn anew for each cloud and step
 *   v = norm(blocks(encoder(visible)))                  positions added in every block, no CLS
 *   d = norm(decoder blocks([v; mask token, M times]))  own positions of all centres
 *   points = W d + b                                    (M, K, 3), relative to the centres
 *   loss = mean_p min_q |p - q|² + mean_q min_p |p - q|²   (Chamfer-L2)
 * </pre>
 *
 * <p>As in the authors' code the small PointNet embeds all groups, so that its batch norms see the
 * hidden ones too. Trained are the backbone (class token excluded: pre-training has none) and the
 * decoder, which is discarded afterwards. The decoder's blocks begin Xavier-uniform, everything
 * else as Point-MAE's.
 */
public final class MaskedAutoencoder implements AutoCloseable {
  /**
   * The share of hidden groups and the size of the decoder.
   *
   * @param mask share of the groups that is hidden, 0.6 in the paper
   * @param decoderDepth blocks of the decoder, 4 in the paper
   */
  public record Options(double mask, int decoderDepth) {
    public Options {
      if (!(mask > 0 && mask < 1)) {
        throw new ConfigException("mask: expected a share between 0 and 1, found " + mask);
      }
      if (decoderDepth < 1) {
        throw new ConfigException("decoder-depth: expected at least 1, found " + decoderDepth);
      }
    }

    /** The paper's. */
    public static Options defaults() {
      return new Options(0.6, 4);
    }
  }

  private final Options options;
  private final PointTransformer encoder;
  private final Tensor maskToken;
  private final PositionMlp decoderPositions;
  private final List<Block> decoder;
  private final LayerNorm decoderNorm;
  private final Pointwise increaseDim;
  private final NamedTensors trainable;
  private final NamedTensors buffers;

  /**
   * Over named tensors.
   *
   * @param shape a backbone of the shape to train, whose class token is kept as it is
   * @param trainable the backbone's and the decoder's
   * @param buffers running statistics
   */
  MaskedAutoencoder(
      PointTransformer shape, Options options, NamedTensors trainable, NamedTensors buffers) {
    this.options = options;
    this.trainable = trainable;
    this.buffers = buffers;
    this.encoder = shape.over(shape.tensors().and(trainable).and(buffers)).withBatchStatistics();
    this.maskToken = trainable.get("mask_token");
    this.decoderPositions = PositionMlp.from(trainable.at("decoder_pos_embed"));
    PointConfig c = shape.config();
    PointConfig of = PointConfig.plain(c.width(), options.decoderDepth(), c.heads(), c.encoder());
    this.decoder = PointTransformer.blocks(trainable, "decoder.blocks.", "decoder.blocks.", of);
    this.decoderNorm = LayerNorm.from(trainable.at("decoder.norm"), c.eps());
    this.increaseDim = Pointwise.from(trainable.at("increase_dim.0"));
  }

  /**
   * A backbone with its values as they are and a decoder with initial ones.
   *
   * @param start gives shape and values; stays as it is
   * @throws ConfigException when so few groups leave none visible or none hidden
   */
  public static MaskedAutoencoder initial(PointTransformer start, Options options, Rng rng) {
    int groups = start.preprocessing().groups();
    int hidden = (int) (options.mask() * groups);
    if (hidden < 1 || hidden >= groups) {
      throw new ConfigException(
          "mask: "
              + options.mask()
              + " of "
              + groups
              + " groups hides "
              + hidden
              + "; expected at least one hidden and one visible");
    }
    Map<String, Tensor> trained = new LinkedHashMap<>();
    Map<String, Tensor> statistics = new LinkedHashMap<>();
    start
        .tensors()
        .forEach(
            (name, value) -> {
              if (BatchNorm.isStatistic(name)) {
                statistics.put(name, value.clone());
              } else if (!PointReader.isMadeAtFineTuning(name) && !start.classifier().owns(name)) {
                trained.put(name, master(Tensors.fp32(value).clone()));
              }
            });
    decoderShapes(start, options)
        .forEach(
            (name, shape) ->
                trained.put(
                    name, master(start.device().place(initial(rng.at(name), name, shape)))));
    return new MaskedAutoencoder(
        start, options, NamedTensors.of(trained), NamedTensors.of(statistics));
  }

  private static Tensor master(Tensor value) {
    return value.requires_grad_(true);
  }

  private static Map<String, long[]> decoderShapes(PointTransformer start, Options options) {
    PointConfig c = start.config();
    long d = c.width();
    Map<String, long[]> shapes = new LinkedHashMap<>();
    shapes.put("mask_token", new long[] {1, 1, d});
    StoredShapes.linear("decoder_pos_embed.0", 3, c.positionHidden(), shapes);
    StoredShapes.linear("decoder_pos_embed.2", c.positionHidden(), d, shapes);
    PointReader.blocks(
        "decoder.blocks.",
        PointConfig.plain(c.width(), options.decoderDepth(), c.heads(), c.encoder()),
        shapes);
    StoredShapes.norm("decoder.norm", d, shapes);
    long out = 3L * start.preprocessing().neighbours();
    shapes.put("increase_dim.0.weight", new long[] {out, d, 1});
    shapes.put("increase_dim.0.bias", new long[] {out});
    return shapes;
  }

  private static Tensor initial(Rng rng, String name, long[] shape) {
    if (name.startsWith("decoder.blocks.") && shape.length == 2) {
      return Init.uniform(rng, Math.sqrt(6.0 / (shape[0] + shape[1])), shape);
    }
    return PointTransformers.initialValue(rng, name, shape);
  }

  /**
   * The mean Chamfer-L2 loss of groups (B, G, K + 1, 3), or of clouds (B, N, 3) which are grouped
   * first; the hidden groups are drawn from the pass's stream {@code mask}.
   */
  public Tensor loss(Tensor given, Pass pass) {
    Tensor groups = encoder.preprocessing().finished(encoder.device().place(given));
    int batch = Math.toIntExact(groups.size(0));
    int all = Math.toIntExact(groups.size(1));
    int hidden = (int) (options.mask() * all);
    long[] masked = new long[batch * hidden];
    long[] visible = new long[batch * (all - hidden)];
    for (int b = 0; b < batch; b++) {
      int[] order = pass.rng("mask").at(b).permutation(all);
      fill(masked, b * hidden, Arrays.copyOf(order, hidden));
      fill(visible, b * (all - hidden), Arrays.copyOfRange(order, hidden, all));
    }
    return loss(
        groups,
        Tensors.beside(groups, Tensors.of(visible, batch, all - hidden)),
        Tensors.beside(groups, Tensors.of(masked, batch, hidden)),
        pass);
  }

  /** In the order of the groups. */
  private static void fill(long[] into, int at, int[] chosen) {
    Arrays.sort(chosen);
    for (int i = 0; i < chosen.length; i++) {
      into[at + i] = chosen[i];
    }
  }

  /**
   * The loss for given hidden groups.
   *
   * @param visible (B, V) indices of groups
   * @param masked (B, M) the others
   */
  Tensor loss(Tensor groups, Tensor visible, Tensor masked, Pass pass) {
    Tensor predicted = predicted(groups, visible, masked, pass); // (B, M, K, 3)
    Tensor neighbours = groups.narrow(2, 1, groups.size(2) - 1);
    Tensor truth = chosen(neighbours.flatten(2, 3), masked).view(predicted.shape());
    return chamfer(predicted.flatten(0, 1), truth.flatten(0, 1));
  }

  /** The predicted points of the hidden groups, (B, M, K, 3). */
  Tensor predicted(Tensor groups, Tensor visible, Tensor masked, Pass pass) {
    Tensor x = chosen(encoder.patches(groups, pass), visible); // (B, V, D)
    Tensor p = chosen(encoder.positions(groups), visible);
    Tensor seen = encoder.norm().forward(through(encoder.blocks(), x, p, pass));
    long hidden = masked.size(1);
    Tensor guess = Tensors.like(maskToken, seen).expand(seen.size(0), hidden, -1);
    Tensor where = decoderPositions.forward(groups.select(2, 0), Tensors.type(seen));
    Tensor q = Tensors.cat(1, chosen(where, visible), chosen(where, masked));
    Tensor y = through(decoder, Tensors.cat(1, seen, guess), q, pass);
    Tensor decoded = decoderNorm.forward(y.narrow(1, seen.size(1), hidden));
    Tensor points = increaseDim.forward(decoded.flatten(0, 1));
    return Tensors.fp32(points).view(groups.size(0), hidden, groups.size(2) - 1, 3);
  }

  /** Through blocks that each add the positions again. */
  private static Tensor through(List<Block> blocks, Tensor x, Tensor positions, Pass pass) {
    Tensor tokens = x;
    for (Block block : blocks) {
      Pass.Part part =
          (in, own) -> List.of(BlockTuner.NONE.block(block, in.get(0).add(in.get(1)), own));
      tokens = pass.part(List.of(tokens, positions), part).get(0);
    }
    return tokens;
  }

  /** Of x (B, G, C) the groups (B, n) as (B, n, C). */
  private static Tensor chosen(Tensor x, Tensor groups) {
    return x.gather(1, groups.unsqueeze(2).expand(-1, -1, x.size(2)));
  }

  /**
   * p (n, P, 3) against q (n, Q, 3): mean over all points of the squared distance to the nearest.
   */
  static Tensor chamfer(Tensor p, Tensor q) {
    Tensor squared = p.unsqueeze(2).sub(q.unsqueeze(1)).square().sum(3); // (n, P, Q)
    return torch
        .min(squared, 2, false)
        .get0()
        .mean()
        .add(torch.min(squared, 1, false).get0().mean());
  }

  /** The backbone as trained so far; over this object's tensors. */
  public PointTransformer backbone() {
    return encoder;
  }

  /** What is trained: the backbone's tensors and the decoder's. */
  public NamedTensors trainable() {
    return trainable;
  }

  /** Running statistics. */
  public NamedTensors buffers() {
    return buffers;
  }

  @Override
  public void close() {
    trainable.close();
    buffers.close();
  }
}
