package dev.adapterx.peft.mixture;

import dev.adapterx.base.ConfigException;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Capability;
import dev.adapterx.model.Parameters;
import dev.adapterx.model.tokens.ClassToken;
import dev.adapterx.model.tokens.Embedding;
import dev.adapterx.nn.Block;
import dev.adapterx.nn.BlockTuner;
import dev.adapterx.nn.LayerNorm;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.Bankable;
import dev.adapterx.peft.Tuner;
import dev.adapterx.peft.kit.Activation;
import dev.adapterx.peft.kit.Checks;
import dev.adapterx.peft.kit.PromptGenerator;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Scope;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Adapter-X: one Sharing Mixture of Adapters for all blocks, in every block a norm and a prompt
 * generator of its own, and a trained CLS.
 *
 * <pre>
 *   a = x + DP(attn(norm1(x)))         frozen
 *   u = norm2(a)                       this block's own
 *   parallel:    m = SMoA(u);             y = a + DP(mlp(u)) + s·m        (AdaptFormer-X, the figure)
 *   sequential:  f = mlp(u), m = SMoA(f); y = a + DP(f + s·m)             (Adapter-X)
 *   P = γ ⊙ mean_t φ(m_t) + β;  next x = [y_CLS, P, older prompts, patches]
 * </pre>
 *
 * <p>Trainable (D width, L depth, h heads, d = D/h, R bottleneck, E experts, K router width):
 * {@code E(2dR + R + d) + Kd + EK} shared, {@code 2DL} norms, {@code 2DL} prompts, {@code D} CLS
 * (and D its position where the backbone keeps positions apart: points), and what {@code own} adds
 * for each block. ViT-B/16 with the defaults: 102,464 + 18,432 + 18,432 + 768 = 140,096, 0.163 % of
 * the backbone. Not mergeable: routing depends on the data. Not the identity at the start unless
 * prompts are off: m is 0, but a prompt takes part in attention whatever its values are.
 *
 * <p>On a backbone of stages, whose blocks have several widths, blocks of one width share a
 * library, with its own R and d, as if each stage were a backbone of its own: no expert fits tokens
 * of another width. Without a class token ({@code cls: false}) or prompts ({@code prompts: false})
 * the method consists of these libraries and the norms.
 *
 * <p>Adapter-X: Sharing Mixture of Adapters, <a href="https://arxiv.org/abs/2406.03051">arXiv
 * 2406.03051</a>. No code was published; what its figure does not show (experts, heads, bottleneck,
 * losses, initialisation) is chosen here so that the counts come out, and named in docs/design.md.
 * With a head on CLS alone the last block's generator gets no gradient; it is kept so that counts
 * agree, unless {@code skipLastPrompt}.
 *
 * @param form position of the mixture relative to the MLP
 * @param experts E
 * @param heads h, sub-tokens per token; must divide D
 * @param bottleneck R; absent: D/12 (AdaptFormer's rule) where that is whole, else D/16
 * @param routerWidth K
 * @param router how sub-tokens are scored
 * @param routing how many experts process a sub-token
 * @param share which blocks, of those of one width, use the same library
 * @param groups for {@code share: groups}, number of equal runs of blocks that the depth is divided
 *     into
 * @param prompts whether blocks add a prompt token
 * @param promptActivation φ: identity in the figure, GELU in DAPT
 * @param skipLastPrompt leaves the last block without a generator
 * @param norm2 whether each block trains its own second norm, all share a trained one, or it stays
 *     frozen
 * @param cls whether CLS is trained
 * @param scale s
 * @param balance weight of the balance loss
 * @param zLoss weight of the router's z-loss
 * @param jitter half-width of the multiplicative noise the router's input gets in training
 * @param dropout inside the experts
 * @param activation of the experts
 * @param own parameters that each block has of its own around the mixture
 * @param gate weight of the expert chosen by {@code routing: top1}
 * @param promptBase base that a prompt is added to
 * @param promptBias initial value of a trained number that every block but the first adds to its
 *     attention scores of prompts: with −4 they start with almost no weight; absent: none
 */
public record AdapterX(
    Form form,
    int experts,
    int heads,
    @Nullable Integer bottleneck,
    int routerWidth,
    RouterFlavour router,
    Routing routing,
    Share share,
    int groups,
    boolean prompts,
    Activation promptActivation,
    boolean skipLastPrompt,
    Norm2 norm2,
    boolean cls,
    double scale,
    double balance,
    double zLoss,
    double jitter,
    double dropout,
    Activation activation,
    OwnParts own,
    Gate gate,
    PromptBase promptBase,
    @Nullable Double promptBias)
    implements Bankable {

  /** Position of the mixture relative to the MLP. */
  public enum Form {
    PARALLEL,
    SEQUENTIAL
  }

  /** Which blocks use the same library. */
  public enum Share {
    ALL,
    GROUPS,
    NONE
  }

  /** How the second norm is trained. */
  public enum Norm2 {
    SPECIFIC,
    SHARED,
    FROZEN
  }

  /** How sub-tokens are scored against experts. */
  public enum RouterFlavour {
    /**
     * {@code s_j = (W_r u) · e_j/‖e_j‖}: as in X-MoE's published code (Chi et al., On the
     * Representation Collapse of Sparse Mixture of Experts, NeurIPS 2022, <a
     * href="https://arxiv.org/abs/2204.09179">paper</a>; torchscale) and in Adapter-X's figure:
     * only the expert embeddings are normalised.
     */
    TORCHSCALE,
    /** {@code s_j = cos(W_r u, e_j) / τ} with a trainable τ, initially 0.3: as in X-MoE's paper. */
    COSINE,
    /**
     * {@code s = W u}: Switch Transformer (<a href="https://arxiv.org/abs/2101.03961">paper</a>).
     */
    LINEAR
  }

  /** How sub-tokens are assigned to experts. */
  public enum Routing {
    /** The most probable expert, weighted by its probability. */
    TOP1,
    /** All experts, weighted by their probabilities. */
    SOFT,
    /**
     * No router. Training: one expert at random with weight 1; evaluation: the mean of all, so that
     * it is deterministic.
     */
    RANDOM
  }

  /** The base that a prompt is added to. */
  public enum PromptBase {
    /** Nothing, as in the figure: at the start a prompt is a token of small random numbers. */
    NONE,
    /**
     * The mean of the block's output tokens: at the start a prompt is close to an average token.
     */
    MEAN
  }

  /** The weight of the chosen expert's output. Letters: p its probability. */
  public enum Gate {
    /** p, as in Switch Transformer: about 1/E at the start. */
    PROBABILITY,
    /** E·p: about 1 at the start, 1 for any E where the router is even. */
    TIMES_EXPERTS,
    /** 1, with the gradient of {@code log p} for the router: p divided by itself as a constant. */
    ONE;

    /** The weights for the chosen experts' probabilities, in the same shape. */
    Tensor of(Tensor probability, int experts) {
      return switch (this) {
        case PROBABILITY -> probability;
        case TIMES_EXPERTS -> probability.mul(new Scalar((double) experts));
        case ONE -> probability.div(probability.detach());
      };
    }
  }

  /** The settings before validation, each at its default: recipe A of the reconstruction. */
  public static final class Options {
    public Form form = Form.PARALLEL;
    public int experts = 4;
    public int heads = 4;
    public @Nullable Integer bottleneck = null;
    public int routerWidth = 16;
    public RouterFlavour router = RouterFlavour.TORCHSCALE;
    public Routing routing = Routing.TOP1;
    public Share share = Share.ALL;
    public int groups = 1;
    public boolean prompts = true;
    public Activation promptActivation = Activation.IDENTITY;
    public boolean skipLastPrompt = false;
    public Norm2 norm2 = Norm2.SPECIFIC;
    public boolean cls = true;
    public double scale = 1;
    public double balance = 0.01;
    public double zLoss = 0;
    public double jitter = 0;
    public double dropout = 0.1;
    public Activation activation = Activation.RELU;
    public OwnParts own = OwnParts.NONE;
    public Gate gate = Gate.PROBABILITY;
    public PromptBase promptBase = PromptBase.NONE;
    public @Nullable Double promptBias = null;

    private Options() {}
  }

  public AdapterX {
    Checks.atLeastOne("adapter-x.experts", experts);
    Checks.atLeastOne("adapter-x.heads", heads);
    Checks.atLeastOne("adapter-x.router-width", routerWidth);
    Checks.atLeastOne("adapter-x.groups", groups);
    if (bottleneck != null) {
      Checks.atLeastOne("adapter-x.bottleneck", bottleneck);
    }
    Checks.notNegative("adapter-x.balance", balance);
    Checks.notNegative("adapter-x.z-loss", zLoss);
    Checks.share("adapter-x.jitter", jitter);
    Checks.share("adapter-x.dropout", dropout);
    Checks.finite("adapter-x.scale", scale);
    if (promptBias != null) {
      Checks.finite("adapter-x.prompt-bias", promptBias);
    }
    if (gate != Gate.PROBABILITY && routing != Routing.TOP1) {
      throw new ConfigException(
          "adapter-x.gate weighs the one expert of routing top1, found "
              + key(gate)
              + " with routing "
              + key(routing)
              + ": expected gate probability, or routing top1");
    }
    if (routing == Routing.RANDOM && (own.embedding() || own.router())) {
      throw new ConfigException(
          "adapter-x.own: with routing random there is no router: expected embedding and router"
              + " false, or routing top1");
    }
  }

  private static String key(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The defaults. */
  public AdapterX() {
    this(new Options());
  }

  private AdapterX(Options o) {
    this(
        o.form,
        o.experts,
        o.heads,
        o.bottleneck,
        o.routerWidth,
        o.router,
        o.routing,
        o.share,
        o.groups,
        o.prompts,
        o.promptActivation,
        o.skipLastPrompt,
        o.norm2,
        o.cls,
        o.scale,
        o.balance,
        o.zLoss,
        o.jitter,
        o.dropout,
        o.activation,
        o.own,
        o.gate,
        o.promptBase,
        o.promptBias);
  }

  /** The defaults with changes: {@code AdapterX.with(o -> o.experts = 8)}. */
  public static AdapterX with(Consumer<Options> changes) {
    Options options = new Options();
    changes.accept(options);
    return new AdapterX(options);
  }

  @Override
  public String name() {
    return "adapter-x";
  }

  @Override
  public String title() {
    return form == Form.PARALLEL ? "Adapter-X" : "Adapter-X (sequential)";
  }

  /** R for a width: as set, else D/12 where that is whole, else D/16. */
  public int bottleneck(int width) {
    if (bottleneck != null) {
      return bottleneck;
    }
    return Math.max(1, width % 12 == 0 ? width / 12 : width / 16);
  }

  /** Which library a block uses, 0 … : all the same, one of {@code groups}, or its own. */
  int library(int block, int depth) {
    return switch (share) {
      case ALL -> 0;
      case GROUPS -> block * groups / depth;
      case NONE -> block;
    };
  }

  /**
   * {@code budget}: 0.2004 % of ViT-B/16 with the mean head of VTAB-1k's 19 tasks. {@code paper}:
   * the scale of AdaptFormer, 0.1, on which the paper builds without naming its own; on validation
   * data 1 was better for the parallel form (docs/results.md) and is its default, 0.1 for {@code
   * sequential}, which keeps it.
   */
  @Override
  public Map<String, AdapterX> presets() {
    Map<String, AdapterX> presets = new LinkedHashMap<>();
    presets.put("budget", with(o -> o.bottleneck = 60));
    presets.put("paper", with(o -> o.scale = 0.1));
    presets.put(
        "sequential",
        with(
            o -> {
              o.form = Form.SEQUENTIAL;
              o.scale = 0.1;
            }));
    return presets;
  }

  @Override
  public Map<Capability, String> needs() {
    Map<Capability, String> needs = new EnumMap<>(Capability.class);
    if (cls) {
      needs.put(Capability.CLASS_TOKEN, "cls: false leaves it as it is");
    }
    if (prompts) {
      needs.put(Capability.EXTRA_TOKENS, "prompts: false does without");
    }
    if (norm2 == Norm2.SHARED) {
      needs.put(Capability.ONE_WIDTH, "norm2: specific has one for each block");
    }
    return needs;
  }

  /** But for a prompt bias, which attention adds before it knows of samples. */
  @Override
  public boolean isBankable() {
    return promptBias == null;
  }

  @Override
  public Tuner attach(Backbone backbone, Parameters parameters) {
    int depth = backbone.blocks().size();
    for (Block block : backbone.blocks()) {
      Checks.divides("adapter-x.heads", heads, block.width());
    }
    if (share == Share.GROUPS && groups > depth) {
      throw new ConfigException(
          "adapter-x.groups must be at most the backbone's depth " + depth + ", found " + groups);
    }
    int width = backbone.width();
    Checks.believableLibrary("adapter-x", experts, width / heads, bottleneck(width), routerWidth);
    return new Attached(this, backbone, parameters);
  }

  /** The tensors on one backbone. */
  private static final class Attached implements Tuner {
    private final Backbone backbone;
    private final @Nullable ClassToken cls;
    private final List<BlockTuner> blocks;
    private final NamedTensors trainable;

    Attached(AdapterX method, Backbone backbone, Parameters parameters) {
      this.backbone = backbone;
      int depth = backbone.blocks().size();
      this.cls = method.cls ? ofEach(parameters.copy(backbone.cls())) : backbone.cls();
      LayerNorm first = backbone.blocks().get(0).norm2();
      LayerNorm shared = method.norm2 == Norm2.SHARED ? parameters.copy("norm2", first) : first;
      Map<String, SharingMoA> libraries = new HashMap<>();
      boolean oneWidth = Capability.ONE_WIDTH.isOf(backbone);
      List<BlockTuner> made = new ArrayList<>();
      int prompts = 0;
      for (int i = 0; i < depth; i++) {
        String place = "blocks." + i;
        Block block = backbone.blocks().get(i);
        LayerNorm norm2 =
            switch (method.norm2) {
              case SPECIFIC -> parameters.copy(place + ".norm2", block.norm2());
              case SHARED -> shared;
              case FROZEN -> block.norm2();
            };
        int width = block.width();
        String library = method.libraryPlace(method.library(i, depth));
        SharingMoA mixture =
            libraries.computeIfAbsent(
                oneWidth ? library : "widths." + width + "." + library,
                at -> SharingMoA.initial(method, width, method.bottleneck(width), at, parameters));
        boolean prompted = method.prompts && !(method.skipLastPrompt && i == depth - 1);
        PromptGenerator generator =
            prompted
                ? PromptGenerator.initial(
                    width,
                    method.promptActivation,
                    method.promptBase == PromptBase.MEAN,
                    place + ".prompt",
                    parameters)
                : null;
        SharingMoA used =
            method.own.equals(OwnParts.NONE)
                ? mixture
                : mixture.at(MixtureSite.initial(method, width, place + ".own", parameters));
        int prefix = backbone.prefixTokens();
        PromptBias bias =
            method.promptBias == null || prompts == 0
                ? null
                : PromptBias.initial(
                    method.promptBias, prefix, prompts, place + ".prompt", parameters);
        prompts += prompted ? 1 : 0;
        made.add(new Around(method, norm2, used, generator, bias, prefix));
      }
      this.blocks = List.copyOf(made);
      this.trainable = parameters.named();
    }

    /** Of a bank, whose tokens are (B, 1, 1, D), as (B, 1, D); of one adapter as it is. */
    private static ClassToken ofEach(ClassToken token) {
      Tensor position = token.position();
      return token.token().dim() < 4
          ? token
          : new ClassToken(token.token().squeeze(1), position == null ? null : position.squeeze(1));
    }

    @Override
    public Backbone backbone() {
      return backbone;
    }

    @Override
    public Embedding embed(Backbone frozen, Tensor input, Pass pass) {
      return frozen.embed(input, cls, UnaryOperator.identity(), pass);
    }

    @Override
    public BlockTuner block(int i) {
      return blocks.get(i);
    }

    @Override
    public NamedTensors trainable() {
      return trainable;
    }

    @Override
    public NamedTensors merged() {
      throw new ConfigException(
          "which expert a token goes to depends on the data, and prompts add tokens; no weights of a plain backbone do that. Keep the adapter and load it onto the backbone");
    }

    @Override
    public Set<String> undecayed() {
      return trainable.names().stream()
          .filter(name -> name.equals("cls_token") || name.endsWith("router.experts"))
          .collect(Collectors.toUnmodifiableSet());
    }
  }

  /** Adapter-X's tuner of one block. */
  private record Around(
      AdapterX method,
      LayerNorm norm2,
      SharingMoA mixture,
      @Nullable PromptGenerator prompt,
      @Nullable PromptBias bias,
      int prefix)
      implements BlockTuner {
    /**
     * The last block's prompt is never used. In training all of its tokens are routed, since losses
     * and statistics cover all, but only those the head reads are sent to experts; in the
     * sequential form all pass through the MLP before they are routed.
     */
    @Override
    public boolean isTokenwise(Pass pass) {
      return method.form == Form.PARALLEL || !pass.isTraining();
    }

    /**
     * In evaluation an observer changes nothing of the output: the routing of tokens that the head
     * does not read is computed beside it, for the observer alone.
     */
    @Override
    public Tensor block(Block b, Tensor x, Pass pass) {
      if (pass.isTraining() || !pass.isObserved() || b.read(x).size(1) == x.size(1)) {
        return BlockTuner.super.block(b, x, pass);
      }
      try (Scope beside = Scope.open()) {
        Tensor u = norm2.forward(attentionHalf(b.reading(Block.ALL), x, pass));
        mixture.report(method.form == Form.PARALLEL ? u : mlp(b, u, pass), pass, b.name());
      }
      return BlockTuner.super.block(b, x, pass.unobserved());
    }

    @Override
    public Tensor attentionHalf(Block b, Tensor x, Pass pass) {
      return BlockTuner.super.attentionHalf(pass.isTraining() ? b.reading(Block.ALL) : b, x, pass);
    }

    @Override
    public Tensor attend(Block b, Tensor q, Tensor k, Tensor v, Pass pass) {
      return bias == null ? BlockTuner.super.attend(b, q, k, v, pass) : bias.attend(q, k, v);
    }

    @Override
    public Tensor mlpHalf(Block b, Tensor a, Pass pass) {
      Tensor u = norm2.forward(a);
      Tensor f = mlp(b, b.read(u), pass);
      Tensor into = method.form == Form.PARALLEL ? u : f;
      Tensor m = mixture.forward(into, f.size(1), pass, b.name());
      Scalar s = new Scalar(method.scale);
      Tensor x = b.read(a);
      Tensor y =
          method.form == Form.PARALLEL
              ? x.add(b.dropPath2(f, pass)).add(m, s)
              : x.add(b.dropPath2(f.add(m, s), pass));
      return prompt == null ? y : prompt.insert(y, m, prefix);
    }
  }

  private String libraryPlace(int library) {
    return switch (share) {
      case ALL -> "smoa";
      case GROUPS -> "groups." + library + ".smoa";
      case NONE -> "blocks." + library + ".smoa";
    };
  }
}
