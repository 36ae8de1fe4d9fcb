package dev.adapterx.peft.points;

import dev.adapterx.base.ConfigException;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Capability;
import dev.adapterx.model.Parameters;
import dev.adapterx.model.PointConfig.Positions;
import dev.adapterx.model.tokens.ClassToken;
import dev.adapterx.model.tokens.Embedding;
import dev.adapterx.model.tokens.Pooling;
import dev.adapterx.nn.Block;
import dev.adapterx.nn.BlockTuner;
import dev.adapterx.nn.LayerNorm;
import dev.adapterx.nn.Linear;
import dev.adapterx.nn.LinearSite;
import dev.adapterx.nn.NormSite;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.Tuner;
import dev.adapterx.peft.kit.Activation;
import dev.adapterx.peft.kit.BlockTfts;
import dev.adapterx.peft.kit.Feature;
import dev.adapterx.peft.kit.PromptGenerator;
import dev.adapterx.peft.kit.Tfts;
import dev.adapterx.tensor.NamedTensors;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * What DAPT and DAPT-X share: CLS and its position, {@link Tfts} around every frozen layer, an
 * adapter beside each MLP inside drop path, and a prompt from each block's adapter output. They
 * differ in the adapter.
 *
 * <pre>
 *   a = x + DP(T(proj(attention(T(qkv T(norm1 x))))))
 *   u = T(norm2 a),  m = adapter(u),  y = a + DP(T(fc2 gelu(T(fc1 u))) + m)
 *   P = T(mean_t φ(m_t));  next x = [y_CLS, P, older prompts, patches]
 *   features of T(norm(x)) behind the last block
 * </pre>
 */
final class DaptTuner implements Tuner {
  static final Map<Capability, String> NEEDS =
      Map.of(
          Capability.CLASS_TOKEN, "it is trained",
          Capability.EXTRA_TOKENS, "its prompts",
          Capability.ONE_WIDTH, "its adapters and prompts");

  /** A block's adapter: u (B, N, D) to the same shape; the place is the block's. */
  @FunctionalInterface
  interface Adapter {
    Tensor forward(Tensor u, Pass pass, String place);
  }

  /** What differs between the two, at one block. */
  record Site(LayerNorm norm2, Adapter adapter) {}

  /**
   * The settings of both.
   *
   * @param tfts whether frozen layers are scaled and shifted
   * @param positions when positions are added
   */
  record Options(
      boolean tfts, Positions positions, Activation promptActivation, List<Feature> features) {}

  private final Backbone backbone;
  private final Options options;
  private final ClassToken cls;
  private final @Nullable Tfts patchTfts;
  private final @Nullable Tfts normTfts;
  private final List<Around> blocks;
  private final NamedTensors trainable;

  /**
   * @param site makes a block's parameters below the block's name
   */
  DaptTuner(Backbone backbone, Options options, Function<Block, Site> site, Parameters parameters) {
    this.backbone = backbone;
    this.options = options;
    int width = backbone.width();
    this.cls = parameters.copy(backbone.cls());
    this.patchTfts = options.tfts ? Tfts.initial(width, "patch_tfts", parameters) : null;
    this.normTfts = options.tfts ? Tfts.initial(width, "norm_tfts", parameters) : null;
    this.blocks =
        IntStream.range(0, backbone.blocks().size())
            .mapToObj(i -> around(backbone.blocks().get(i), site, parameters))
            .toList();
    this.trainable = parameters.named();
  }

  private Around around(Block block, Function<Block, Site> site, Parameters parameters) {
    String place = block.name();
    Site own = site.apply(block);
    BlockTfts tfts = options.tfts ? BlockTfts.initial(block, place + ".tfts", parameters) : null;
    PromptGenerator prompt =
        PromptGenerator.initial(
            backbone.width(),
            options.promptActivation,
            false,
            place + (options.tfts ? ".tfts.prompt" : ".prompt"),
            parameters);
    return new Around(own, tfts, prompt, backbone.prefixTokens());
  }

  @Override
  public Backbone backbone() {
    return backbone;
  }

  @Override
  public Embedding embed(Backbone frozen, Tensor input, Pass pass) {
    UnaryOperator<Tensor> around =
        patchTfts == null ? UnaryOperator.identity() : patchTfts::forward;
    Embedding x = frozen.embed(input, cls, around, pass);
    return options.positions == Positions.ONCE ? x.once() : x;
  }

  @Override
  public BlockTuner block(int i) {
    return blocks.get(i);
  }

  @Override
  public Tensor norm(LayerNorm norm, Tensor x, Pass pass) {
    return (normTfts == null ? norm : normTfts.after(norm)).forward(x);
  }

  @Override
  public Pooling pooling(Backbone frozen) {
    return Feature.pooling(options.features);
  }

  @Override
  public NamedTensors trainable() {
    return trainable;
  }

  @Override
  public NamedTensors merged() {
    throw new ConfigException(
        "what its adapters do depends on the data, and prompts add tokens; no weights of a plain"
            + " backbone do that. Keep the adapter and load it onto the backbone");
  }

  @Override
  public Set<String> undecayed() {
    return trainable.names().stream()
        .filter(name -> name.equals("cls_token") || name.endsWith("router.experts"))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Around one block. */
  private record Around(Site own, @Nullable BlockTfts tfts, PromptGenerator prompt, int prefix)
      implements BlockTuner {
    @Override
    public Tensor mlpHalf(Block b, Tensor a, Pass pass) {
      Tensor u = norm(NormSite.NORM2, own.norm2, a, pass);
      Tensor m = own.adapter.forward(u, pass, b.name());
      Tensor y = a.add(b.dropPath2(mlp(b, u, pass).add(m), pass));
      return prompt.insert(y, m, prefix);
    }

    @Override
    public Tensor norm(NormSite at, LayerNorm norm, Tensor x, Pass pass) {
      return (tfts == null ? norm : tfts.at(at).after(norm)).forward(x);
    }

    @Override
    public Tensor linear(LinearSite at, Linear linear, Tensor x, Pass pass) {
      Tensor z = linear.forward(x);
      return tfts == null ? z : tfts.at(at).forward(z);
    }
  }
}
