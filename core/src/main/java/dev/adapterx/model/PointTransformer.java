package dev.adapterx.model;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.model.input.PointPreprocessing;
import dev.adapterx.model.tokens.ClassToken;
import dev.adapterx.model.tokens.Embedding;
import dev.adapterx.model.tokens.Grid;
import dev.adapterx.model.tokens.Pooling;
import dev.adapterx.nn.Block;
import dev.adapterx.nn.LayerNorm;
import dev.adapterx.nn.Linear;
import dev.adapterx.nn.Pass;
import dev.adapterx.nn.PointEncoder;
import dev.adapterx.nn.PointHead;
import dev.adapterx.nn.PositionMlp;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Tensors;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Point-MAE's transformer (Pang et al., Masked Autoencoders for Point Cloud Self-supervised
 * Learning, ECCV 2022, <a href="https://arxiv.org/abs/2203.06604">paper</a>), which Point-BERT, ACT
 * and ReCon share: a small PointNet turns each group of points into a token, its centre into a
 * position, and every block sees the tokens with the positions added again. Tensor names are those
 * of Point-MAE's fine-tuned files.
 *
 * <pre>
 *   x = [CLS; encoder(neighbours)],  p = [cls_pos; mlp(centres)]
 *   x ← block(x + p)  L times        (positions once: x ← x + p, then x ← block(x))
 *   feature = [x_CLS, max over groups of x]  after the final norm     (2D)
 * </pre>
 *
 * <p>Batch norms use their running statistics by default: the authors' code, and DAPT's and IDPT's,
 * leaves them in training mode while everything else is frozen, so that their running statistics
 * drift ({@code batch-norm: update}).
 */
public record PointTransformer(
    PointConfig config,
    BackboneInfo info,
    PointPreprocessing preprocessing,
    boolean frozenStatistics,
    PointEncoder encoder,
    @Nullable Linear reduceDim,
    PositionMlp posEmbed,
    @Nullable ClassToken cls,
    List<Block> blocks,
    LayerNorm norm,
    NamedTensors tensors,
    Precision precision)
    implements Backbone {
  private static final String BLOCKS = "blocks.blocks.";

  /** Builds the layers over tensors named as Point-MAE names them; takes the tensors over. */
  public static PointTransformer from(
      NamedTensors tensors,
      PointConfig config,
      BackboneInfo info,
      PointPreprocessing preprocessing,
      boolean frozenStatistics,
      Precision precision) {
    return new PointTransformer(
        config,
        info,
        preprocessing,
        frozenStatistics,
        PointEncoder.from(tensors.at("encoder"), frozenStatistics),
        tensors.has("reduce_dim") ? Linear.from(tensors.at("reduce_dim")) : null,
        PositionMlp.from(tensors.at("pos_embed")),
        config.classToken()
            ? new ClassToken(tensors.get("cls_token"), tensors.get("cls_pos"))
            : null,
        blocks(tensors, BLOCKS, "blocks.", config),
        LayerNorm.from(tensors.at("norm"), config.eps()),
        tensors,
        precision);
  }

  /** The blocks below a place, under the names they go by. */
  static List<Block> blocks(NamedTensors tensors, String place, String named, PointConfig config) {
    int last = Math.max(1, config.depth() - 1);
    return IntStream.range(0, config.depth())
        .mapToObj(
            i ->
                Block.from(
                    named + i,
                    tensors.at(place + i),
                    config.heads(),
                    config.eps(),
                    (double) i / last))
        .toList();
  }

  @Override
  public int width() {
    return config.width();
  }

  @Override
  public int prefixTokens() {
    return cls == null ? 0 : 1;
  }

  private long[] groupsShape(long batch) {
    return new long[] {batch, preprocessing.groups(), preprocessing.neighbours() + 1L, 3};
  }

  @Override
  public Embedding embed(
      Tensor groups, @Nullable ClassToken cls, UnaryOperator<Tensor> around, Pass pass) {
    requireGroups(groups);
    Tensor patches = around.apply(patches(groups, pass)); // (B, G, D)
    Tensor positions = positions(groups);
    if (cls != null) {
      long batch = groups.size(0);
      Tensor token = Tensors.like(cls.token(), patches).expand(batch, -1, -1);
      Tensor position = Tensors.like(Objects.requireNonNull(cls.position()), patches);
      patches = Tensors.cat(1, token, patches);
      positions = Tensors.cat(1, position.expand(batch, -1, -1), positions);
    }
    Embedding all =
        new Embedding(
            patches,
            positions,
            prefixTokens(),
            new Grid.Centres(Tensors.fp32(groups.select(2, 0))));
    return config.positions() == PointConfig.Positions.ONCE ? all.once() : all;
  }

  /** Groups (B, G, K + 1, 3) to tokens (B, G, D), without positions. */
  public Tensor patches(Tensor groups, Pass pass) {
    Tensor tokens =
        encoder.forward(groups.narrow(2, 1, groups.size(2) - 1), precision.type(), pass);
    return reduceDim == null ? tokens : reduceDim.forward(tokens);
  }

  /** Groups (B, G, K + 1, 3) to positions (B, G, D). */
  public Tensor positions(Tensor groups) {
    return posEmbed.forward(groups.select(2, 0), precision.type());
  }

  private void requireGroups(Tensor groups) {
    long[] shape = groups.shape();
    if (shape.length != 4 || shape[2] < 2 || shape[3] != 3) {
      throw new AdapterXException(
          "encoder: expected groups of shape "
              + Tensors.shape(groupsShape(groups.size(0)))
              + " (of each group the centre, then its neighbours relative to it), found "
              + Tensors.shape(shape));
    }
  }

  /** CLS, where there is one, and the maximum over the groups. */
  @Override
  public Pooling pooling() {
    return cls == null
        ? Pooling.of(Pooling.Part.PATCH_MAX)
        : Pooling.of(Pooling.Part.CLS, Pooling.Part.PATCH_MAX);
  }

  @Override
  public Classifier classifier() {
    return new Pretrained(this);
  }

  /** Point-MAE's head, where the file has one. */
  private record Pretrained(PointTransformer of) implements Classifier {
    private Optional<PointHead> head() {
      return of.tensors.has(PointHead.NAME)
          ? Optional.of(PointHead.from(of.tensors.at(PointHead.NAME), 0))
          : Optional.empty();
    }

    @Override
    public Optional<Tensor> logits(Tensor groups) {
      Pass pass = Pass.evaluation();
      return head()
          .map(
              head -> {
                Features read = of.features(groups, BackboneTuner.NONE, pass, Reads.pooled());
                return head.forward(Tensors.fp32(read.pooled()), pass);
              });
    }

    @Override
    public OptionalInt classes() {
      return head().stream().mapToInt(PointHead::classes).findAny();
    }

    @Override
    public Optional<String> place(boolean linear) {
      return Optional.of(PointHead.NAME + (linear ? ".0." : "."));
    }

    @Override
    public boolean owns(String name) {
      return name.startsWith(PointHead.NAME + ".");
    }
  }

  @Override
  public PointTransformer over(NamedTensors others) {
    return from(others, config, info, preprocessing, frozenStatistics, precision);
  }

  @Override
  public PointTransformer withBatchStatistics() {
    return from(tensors, config, info, preprocessing, false, precision);
  }

  /** Its name and shape, without the tensors. */
  @Override
  public String toString() {
    return "%s (%s names): %d blocks of width %d, input %d points, %s"
        .formatted(
            info.name(),
            info.source(),
            config.depth(),
            config.width(),
            preprocessing.points(),
            precision);
  }
}
