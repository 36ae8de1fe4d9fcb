package dev.adapterx.peft.points;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Capability;
import dev.adapterx.model.Parameters;
import dev.adapterx.model.input.PointPreprocessing;
import dev.adapterx.model.tokens.ClassToken;
import dev.adapterx.model.tokens.Embedding;
import dev.adapterx.model.tokens.Pooling;
import dev.adapterx.nn.BlockTuner;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.PeftMethod;
import dev.adapterx.peft.Tuner;
import dev.adapterx.peft.kit.Checks;
import dev.adapterx.peft.kit.Feature;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Tensors;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * IDPT: one prompt for each cloud, which a small graph network computes from the cloud's own patch
 * tokens before the last block.
 *
 * <pre>
 *   y = patch tokens before block l, without positions           (B, G, D)
 *   prompt = max over tokens of three edge convolutions, joined  (B, 1, D), see the module
 *   x = [CLS, prompt, patches],  p = [cls_pos, prompt_pos, positions]
 *   feature = [CLS, prompt, max over the patches] of norm(x) behind the last block     (B, 3D)
 * </pre>
 *
 * <p>Trainable: {@code 9D² + 8D} for the module and {@code 2D} for CLS and its position. Point-MAE:
 * 1,330,944, with Point-MAE's head over 15 classes 1,696,783. Not mergeable: the prompt depends on
 * the data.
 *
 * <p>Zha et al., Instance-aware Dynamic Prompt Tuning for Pre-trained Point Cloud Models, ICCV
 * 2023, <a href="https://arxiv.org/abs/2304.07221">arXiv 2304.07221</a>. As the authors' code: the
 * prompt's position is never trained there, because their optimiser takes only what has "cls" in
 * its name; it keeps its random start, which is saved with the adapter. The module's batch norms
 * use the batch's statistics in training and update their running statistics. Deviations: the batch
 * norms of the backbone keep their running statistics unless it is loaded with {@code batch-norm:
 * update}; clipping a gradient's norm counts trained tensors only. Where a backbone adds positions
 * once, the prompt's is added once. Works on images too.
 *
 * @param layer before which block, 0 … L - 1, the prompt is made; absent: the last
 * @param neighbours k
 * @param trainPosition whether prompt_pos is trained after all
 * @param features what the head sees
 */
public record Idpt(
    @Nullable Integer layer, int neighbours, boolean trainPosition, List<Feature> features)
    implements PeftMethod {

  public Idpt {
    if (layer != null && layer < 0) {
      throw new ConfigException("idpt.layer must not be negative, found " + layer);
    }
    Checks.atLeastOne("idpt.neighbours", neighbours);
    features = Checks.features("idpt.features", features);
  }

  /** The authors' settings. */
  public Idpt() {
    this(null, 20, false, List.of(Feature.values()));
  }

  @Override
  public String name() {
    return "idpt";
  }

  @Override
  public String title() {
    return "IDPT";
  }

  /**
   * Checks that there are at least as many patches as neighbours.
   *
   * @throws ConfigException naming both and the nearest valid number
   */
  public void requireNeighbours(long patches) {
    EdgePrompt.requireNeighbours(neighbours, patches);
  }

  @Override
  public Map<Capability, String> needs() {
    return Map.of(Capability.CLASS_TOKEN, "it is trained", Capability.EXTRA_TOKENS, "its prompt");
  }

  @Override
  public Tuner attach(Backbone backbone, Rng rng) {
    int depth = backbone.blocks().size();
    if (layer != null && layer >= depth) {
      throw new ConfigException(
          "idpt.layer must be one of the backbone's blocks 0 … "
              + (depth - 1)
              + ", found "
              + layer);
    }
    if (backbone.preprocessing() instanceof PointPreprocessing points) {
      EdgePrompt.requireNeighbours(neighbours, points.groups());
    }
    return new Attached(this, backbone, rng);
  }

  /** The tensors on one backbone. */
  private static final class Attached implements Tuner {
    private static final String POSITION = "prompt_pos";

    private final Idpt method;
    private final Backbone backbone;
    private final int layer;
    private final ClassToken cls;
    private final EdgePrompt module;
    private final Tensor position;
    private final NamedTensors trainable;
    private final NamedTensors buffers;

    Attached(Idpt method, Backbone backbone, Rng rng) {
      this.method = method;
      this.backbone = backbone;
      this.layer = method.layer == null ? backbone.blocks().size() - 1 : method.layer;
      Parameters parameters = new Parameters(rng, backbone.device());
      int width = backbone.width();
      this.cls = parameters.copy(backbone.cls());
      this.module = EdgePrompt.initial(width, method.neighbours, "prompt_module", parameters);
      if (method.trainPosition) {
        this.position = parameters.add(POSITION, r -> initialPosition(r, width));
        this.buffers = module.buffers();
      } else {
        this.position = parameters.place(initialPosition(rng.at(POSITION), width));
        this.buffers = module.buffers().and(NamedTensors.of(Map.of(POSITION, position)));
      }
      this.trainable = parameters.named();
    }

    private static Tensor initialPosition(Rng rng, int width) {
      return Init.truncatedNormal(rng, 0.02, 1, 1, width);
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
    public Embedding before(int i, Embedding x, Pass pass) {
      return i == layer ? prompted(x, pass) : x;
    }

    private Embedding prompted(Embedding x, Pass pass) {
      Tensor tokens = x.tokens();
      int prefix = backbone.prefixTokens();
      Tensor patches = tokens.narrow(1, prefix, tokens.size(1) - prefix);
      Tensor prompt = Tensors.like(module.forward(patches, pass), tokens); // (B, 1, D)
      return x.inserted(prompt, Tensors.like(position, tokens).expand(tokens.size(0), -1, -1));
    }

    /** The authors compute the last block whole, whatever the head reads. */
    @Override
    public BlockTuner block(int i) {
      return BlockTuner.WHOLE;
    }

    @Override
    public Pooling pooling(Backbone frozen) {
      return Feature.pooling(method.features);
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
          "its prompt is made of each input, and no weights of a plain backbone do that. Keep the"
              + " adapter and load it onto the backbone");
    }

    @Override
    public Set<String> undecayed() {
      return Set.of("cls_token");
    }
  }
}
