package dev.adapterx.peft.points;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Capability;
import dev.adapterx.model.Parameters;
import dev.adapterx.model.input.PointPreprocessing;
import dev.adapterx.model.tokens.ClassToken;
import dev.adapterx.model.tokens.Embedding;
import dev.adapterx.nn.Block;
import dev.adapterx.nn.BlockTuner;
import dev.adapterx.nn.LayerNorm;
import dev.adapterx.nn.Linear;
import dev.adapterx.nn.LinearSite;
import dev.adapterx.nn.NormSite;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.PeftMethod;
import dev.adapterx.peft.Tuner;
import dev.adapterx.peft.kit.Checks;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Tensors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * Point-PEFT: prompts with a memory of the training data in the first half of the blocks, and in
 * every block adapters, between which patches exchange information with their neighbourhoods.
 *
 * <pre>
 *   P = drop(E) + prior + A_p(prior)                        (B, P, D), see {@link PriorMemory}
 *   x = [CLS, P, patches]                                   each block its own P, removed behind it
 *   a = x + attention(norm1 x),  f = DP(mlp(norm2 a)),  y = a + f + s · A(f)
 *   patches of y ← geometry([P, patches] of y)              see {@link GeometryAdapter}
 *   out = y + A_1(y),  A(u) = up(drop(quickgelu(down u))),  quickgelu(u) = u · sigmoid(1.702 u)
 * </pre>
 *
 * <p>The second half has no prompts; its neighbourhoods consist of patches alone. Also trained: the
 * biases of norms, projection and MLP, the last norm, CLS and its position, and the positions of
 * the prompts.
 *
 * <p>Trainable (D width, L depth, L' prompted blocks, R bottleneck, P prompts, A = 3 · heads):
 * {@code L(2(2DR + R + D) + 2D + 8D)}, {@code L'(DR + R/2 + D + PD)} for prompts and A_p of width
 * R/2, {@code 3D + 4DA} for the attention of neighbourhoods, {@code 3P + 4D}. Point-MAE: 443,214,
 * with Point-MAE's head over 15 classes 710,749, the paper's 0.7 M. Not mergeable: all of it
 * depends on the data. Not the identity at the start, as there: adapters start Xavier-uniform.
 *
 * <p>Tang et al., Point-PEFT: Parameter-Efficient Fine-Tuning for 3D Pre-trained Models, AAAI 2024,
 * <a href="https://arxiv.org/abs/2310.03059">arXiv 2310.03059</a>; here its form for Point-MAE on
 * ScanObjectNN, with its coefficients 0.7 and 0.3. Deviations from the authors' code: what it
 * creates and never uses (prompts and A_p of the second half, a gate) is left out. It finds
 * neighbourhoods among the farthest of prompts and all points together, then takes the tokens with
 * those indices, which are at other positions and from the second cloud on partly belong to another
 * cloud; here tokens and positions correspond, prompts first, then patches. Its sampler skips
 * points within 0.03 of the origin; here none is skipped. How its bank was made is not published:
 * here it holds normalised features of training clouds, unaugmented and evenly spaced through the
 * split, {@code memory} of them instead of all, since they are saved with the adapter. Its frozen
 * backbone is a second model; here the same weights are used for two forward passes. With {@code
 * batch-norm: update} the bank keeps the features computed with the initial statistics. The batch
 * norms inside the adapters update their statistics.
 *
 * @param bottleneck R, of the adapters
 * @param prompts P
 * @param prompted how many blocks, from the first, have prompts; absent: half of them
 * @param memory M, number of clouds of the training split in the memory; 0: prompts without prior
 * @param scale s
 * @param dropout of prompts and inside adapters
 */
public record PointPeft(
    int bottleneck,
    int prompts,
    @Nullable Integer prompted,
    int memory,
    double scale,
    double dropout)
    implements PeftMethod {
  /** Rows of the prior besides those of the memory: the cloud's own feature and the mean. */
  private static final int OWN = 2;

  public PointPeft {
    if (bottleneck < 2) {
      throw new ConfigException("point-peft.bottleneck must be at least 2, found " + bottleneck);
    }
    Checks.atLeastOne("point-peft.prompts", prompts);
    if (prompted != null && prompted < 0) {
      throw new ConfigException("point-peft.prompted must not be negative, found " + prompted);
    }
    Checks.notNegative("point-peft.memory", memory);
    if (memory > 0 && (prompts <= OWN || memory < prompts - OWN)) {
      throw new ConfigException(
          "point-peft.memory: of P prompts P - 2 are remembered clouds, so with a memory prompts"
              + " must be at least 3 and memory at least prompts - 2, found prompts "
              + prompts
              + " and memory "
              + memory
              + "; 0 goes without a memory");
    }
    if (!Double.isFinite(scale)) {
      throw new ConfigException("point-peft.scale must be a finite number, found " + scale);
    }
    Checks.share("point-peft.dropout", dropout);
  }

  /** The authors' settings for ScanObjectNN, with a memory of 1024 clouds. */
  public PointPeft() {
    this(16, 10, null, 1024, 0.7, 0.1);
  }

  @Override
  public String name() {
    return "point-peft";
  }

  @Override
  public String title() {
    return "Point-PEFT";
  }

  private int prompted(int depth) {
    if (prompted != null && prompted > depth) {
      throw new ConfigException(
          "point-peft.prompted must be at most the backbone's depth "
              + depth
              + ", found "
              + prompted);
    }
    return prompted == null ? depth / 2 : prompted;
  }

  @Override
  public Map<Capability, String> needs() {
    return Map.of(Capability.POINTS, "its adapters act among neighbouring groups");
  }

  @Override
  public Tuner attach(Backbone backbone, Rng rng) {
    PointPreprocessing points = (PointPreprocessing) backbone.preprocessing();
    double width = backbone.width();
    Checks.believable(
        "point-peft: bottleneck " + bottleneck + " makes an adapter", 2 * width * bottleneck);
    Checks.believable("point-peft: prompts " + prompts + " make a matrix", width * prompts);
    Checks.believable("point-peft: memory " + memory + " makes a bank", width * memory);
    return new Attached(this, backbone, points, new Parameters(rng, backbone.device()));
  }

  /** What a forward pass computes once from its clouds. */
  private record Cloud(Neighbourhoods prompted, Neighbourhoods plain, @Nullable Tensor prior) {}

  /** A bottleneck, used with or without a residual. */
  private record Bottleneck(Linear down, Linear up, double dropout, String place) {
    static Bottleneck initial(
        int width, int inner, double dropout, String place, Parameters parameters) {
      return new Bottleneck(
          linear(width, inner, place + ".down", parameters),
          linear(inner, width, place + ".up", parameters),
          dropout,
          place);
    }

    private static Linear linear(int in, int out, String place, Parameters parameters) {
      double xavier = Math.sqrt(6.0 / (in + out));
      return new Linear(
          parameters.add(place + ".weight", rng -> Init.uniform(rng, xavier, out, in)),
          parameters.add(place + ".bias", rng -> Init.normal(rng, 0, 1e-6, out)));
    }

    Tensor forward(Tensor x, Pass pass) {
      Tensor h = down.forward(x);
      Tensor open = h.mul(torch.sigmoid(Tensors.scaled(h, 1.702)));
      return up.forward(pass.dropout(open, dropout, place + ".dropout"));
    }
  }

  /** The tensors on one backbone. */
  private static final class Attached implements Tuner {
    private final PointPeft method;
    private final Backbone backbone;
    private final PointPreprocessing points;
    private final @Nullable ClassToken cls;
    private final @Nullable Tensor places;
    private final LayerNorm norm;
    private final @Nullable PriorMemory memory;
    private final List<Around> blocks;
    private final NamedTensors trainable;
    private final NamedTensors buffers;

    Attached(
        PointPeft method, Backbone backbone, PointPreprocessing points, Parameters parameters) {
      this.method = method;
      this.backbone = backbone;
      this.points = points;
      int width = backbone.width();
      int prompted = method.prompted(backbone.blocks().size());
      Map<String, Tensor> kept = new LinkedHashMap<>();
      this.cls = backbone.cls() == null ? null : parameters.copy(backbone.cls());
      this.places =
          prompted == 0
              ? null
              : parameters.add(
                  "prompt_places", rng -> Init.truncatedNormal(rng, 0.02, method.prompts, 3));
      this.norm = parameters.copy("norm", backbone.norm());
      int heads = backbone.blocks().get(0).attn().heads();
      GeometryAdapter.Local local =
          GeometryAdapter.Local.initial(width, heads, "geometry.attention", parameters);
      List<Around> made = new ArrayList<>();
      for (Block block : backbone.blocks()) {
        String place = block.name();
        made.add(
            new Around(
                method,
                Bottleneck.initial(
                    width, method.bottleneck, method.dropout, place + ".adapter", parameters),
                GeometryAdapter.initial(local, width, place + ".geometry.norm", parameters, kept),
                Bottleneck.initial(
                    width, method.bottleneck, method.dropout, place + ".adapter1", parameters),
                Biases.of(block, parameters),
                made.size() < prompted ? Prompts.initial(method, width, place, parameters) : null,
                backbone.prefixTokens()));
      }
      this.blocks = List.copyOf(made);
      boolean remembers = method.memory > 0 && prompted > 0;
      Tensor bank = parameters.place(Init.zeros(method.memory, width));
      this.memory = remembers ? new PriorMemory(backbone, bank) : null;
      if (memory != null) {
        kept.put("memory.bank", memory.bank());
      }
      this.trainable = parameters.named();
      this.buffers = NamedTensors.of(kept);
    }

    @Override
    public Backbone backbone() {
      return backbone;
    }

    @Override
    public int examples() {
      return memory == null ? 0 : method.memory;
    }

    @Override
    public void prepare(Iterable<Tensor> inputs) {
      if (memory != null) {
        memory.fill(inputs.iterator());
      }
    }

    @Override
    public boolean isPrepared() {
      return memory == null || memory.isFilled();
    }

    @Override
    public Embedding embed(Backbone frozen, Tensor input, Pass pass) {
      Tensor centres = Tensors.fp32(input.select(2, 0)); // (B, G, 3)
      Tensor prior =
          memory == null ? null : memory.prior(memory.summary(input), method.prompts - OWN);
      Neighbourhoods plain = near(centres, centres);
      Neighbourhoods prompted =
          places == null
              ? plain
              : near(
                  Tensors.cat(1, places.unsqueeze(0).expand(input.size(0), -1, -1), centres),
                  centres);
      pass.keep(Cloud.class, new Cloud(prompted, plain, prior));
      return frozen.embed(input, cls, UnaryOperator.identity(), pass);
    }

    /** Half as many neighbourhoods as groups, half as large. */
    private Neighbourhoods near(Tensor places, Tensor centres) {
      int groups = Math.toIntExact(centres.size(1));
      int size = Math.min(Math.max(1, points.neighbours() / 2), groups);
      return Neighbourhoods.of(places, centres, Math.max(1, groups / 2), size);
    }

    @Override
    public BlockTuner block(int i) {
      return blocks.get(i);
    }

    @Override
    public Tensor norm(LayerNorm frozen, Tensor x, Pass pass) {
      return norm.forward(x);
    }

    @Override
    public NamedTensors trainable() {
      return trainable;
    }

    @Override
    public NamedTensors buffers() {
      return buffers;
    }

    @Override
    public NamedTensors merged() {
      throw new ConfigException(
          "what its prompts and adapters do depends on the data and on neighbours in space, and no"
              + " weights of a plain backbone do that. Keep the adapter and load it onto the"
              + " backbone");
    }

    /** As in the authors' optimiser, which exempts names that contain "token". */
    @Override
    public Set<String> undecayed() {
      return Set.of("cls_token");
    }
  }

  /** A block's biases, trained in place of the frozen ones. */
  private record Biases(Map<String, Tensor> own) {
    static Biases of(Block block, Parameters parameters) {
      Map<String, Tensor> own = new LinkedHashMap<>();
      for (NormSite site : NormSite.values()) {
        String path = site.path();
        own.put(path, parameters.copy(block.name() + "." + path + ".bias", site.of(block).bias()));
      }
      for (LinearSite site : LinearSite.values()) {
        Tensor bias = site == LinearSite.QKV ? null : site.of(block).bias();
        if (bias != null) {
          String path = site.path();
          own.put(path, parameters.copy(block.name() + "." + path + ".bias", bias));
        }
      }
      return new Biases(own);
    }

    Tensor norm(NormSite at, LayerNorm frozen, Tensor x) {
      Tensor bias = own.getOrDefault(at.path(), frozen.bias());
      return new LayerNorm(frozen.weight(), bias, frozen.eps()).forward(x);
    }

    Tensor linear(LinearSite at, Linear frozen, Tensor x) {
      Tensor bias = own.get(at.path());
      return (bias == null ? frozen : new Linear(frozen.weight(), bias)).forward(x);
    }
  }

  /** A block's prompts. */
  private record Prompts(Tensor own, @Nullable Bottleneck adapter, double dropout, String place) {
    static Prompts initial(PointPeft method, int width, String block, Parameters parameters) {
      String place = block + ".prompts";
      Tensor own =
          parameters.add(place, rng -> Init.truncatedNormal(rng, 0.02, method.prompts, width));
      int inner = method.bottleneck / 2;
      Bottleneck adapter =
          method.memory == 0
              ? null
              : Bottleneck.initial(
                  width, inner, method.dropout, block + ".prior_adapter", parameters);
      return new Prompts(own, adapter, method.dropout, place);
    }

    /** (B, P, D) in the dtype of x. */
    Tensor forward(@Nullable Tensor prior, Tensor x, Pass pass) {
      Tensor all = own.unsqueeze(0).expand(x.size(0), -1, -1);
      Tensor learned = pass.dropout(all, dropout, place + ".dropout");
      Tensor sum =
          prior == null || adapter == null
              ? learned
              : learned.add(prior).add(adapter.forward(prior, pass));
      return Tensors.like(sum, x);
    }
  }

  /** Around one block. */
  private record Around(
      PointPeft method,
      Bottleneck adapter,
      GeometryAdapter geometry,
      Bottleneck last,
      Biases biases,
      @Nullable Prompts prompts,
      int prefix)
      implements BlockTuner {
    @Override
    public Tensor block(Block b, Tensor x, Pass pass) {
      Cloud cloud = pass.kept(Cloud.class);
      if (prompts == null) {
        return tuned(b, x, cloud.plain, pass);
      }
      Tensor in = Embedding.inserted(x, prefix, prompts.forward(cloud.prior, x, pass));
      return Embedding.removed(tuned(b, in, cloud.prompted, pass), prefix, prompts.own.size(0));
    }

    private Tensor tuned(Block b, Tensor x, Neighbourhoods near, Pass pass) {
      Tensor y = mlpHalf(b, attentionHalf(b, x, pass), pass);
      Tensor tokens = y.narrow(1, prefix, y.size(1) - prefix);
      Tensor patches = geometry.forward(b, tokens, near, pass);
      long before = y.size(1) - patches.size(1);
      Tensor z = Tensors.cat(1, y.narrow(1, 0, before), patches);
      return z.add(last.forward(z, pass));
    }

    /** The authors use no drop path here. */
    @Override
    public Tensor attentionHalf(Block b, Tensor x, Pass pass) {
      Tensor u = norm(NormSite.NORM1, b.norm1(), x, pass);
      return x.add(b.scale1(b.attention(u, this, pass)));
    }

    @Override
    public Tensor mlpHalf(Block b, Tensor a, Pass pass) {
      Tensor u = norm(NormSite.NORM2, b.norm2(), a, pass);
      Tensor f = b.dropPath2(mlp(b, u, pass), pass);
      return a.add(f).add(Tensors.scaled(adapter.forward(f, pass), method.scale));
    }

    @Override
    public Tensor norm(NormSite at, LayerNorm norm, Tensor x, Pass pass) {
      return biases.norm(at, norm, x);
    }

    @Override
    public Tensor linear(LinearSite at, Linear linear, Tensor x, Pass pass) {
      return biases.linear(at, linear, x);
    }
  }
}
