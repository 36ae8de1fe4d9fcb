package dev.adapterx.peft.prompt;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Capability;
import dev.adapterx.model.Parameters;
import dev.adapterx.model.input.PointPreprocessing;
import dev.adapterx.model.tokens.Embedding;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.PeftMethod;
import dev.adapterx.peft.Tuner;
import dev.adapterx.peft.kit.Checks;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Tensors;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;

/**
 * Visual prompt tuning: learned tokens among the patches, with an unchanged backbone.
 *
 * <pre>
 *   shallow:  x = [CLS, P_0, patches], then all blocks                       P (p, D)
 *   deep:     before block i &gt; 0 also  [CLS, ·, patches] → [CLS, P_i, patches]
 * </pre>
 *
 * <p>In the deep form, each block's outputs for its prompts are discarded. Prompts are inserted
 * behind the prefix (CLS, distillation, registers) and are excluded from average pooling and from
 * the maximum over patches. They have no position: where a backbone adds positions to every block's
 * input, theirs are 0. Attention is independent of order, so prompts at the sequence's end (NOAH)
 * are equivalent.
 *
 * <p>Trainable: {@code p D} shallow, {@code p D L} deep: 7,680 and 92,160 on ViT-B/16 with ten
 * prompts. Not the identity at the start. Not mergeable: prompts are input, not weights.
 *
 * <p>Jia et al., Visual Prompt Tuning, ECCV 2022, <a href="https://arxiv.org/abs/2203.12119">arXiv
 * 2203.12119</a>. As the authors' code: initial values U(±√(6 / (3·S² + D))) for patches of S²
 * pixels, which is Xavier's bound for the patch projection; dropout of single elements in every
 * block's prompts; weight decay acts on prompts. On points, which have no patch size, a group of K
 * neighbours takes its place: U(±√(6 / (3·K + D))). The number of prompts is chosen for each task
 * there, out of 1 … 200; 10 here is a start.
 *
 * @param form whether only the first block has prompts or each block has its own
 * @param prompts p
 * @param dropout of the prompts' elements in training
 */
public record Vpt(Form form, int prompts, double dropout) implements PeftMethod {
  /** Where prompts are inserted. */
  public enum Form {
    /** Before the first block; they pass through all blocks. */
    SHALLOW,
    /** Before every block, replacing those of the block before. */
    DEEP
  }

  /** More tokens than any backbone here has; attention's cost grows with their square. */
  private static final int MAX_PROMPTS = 4096;

  public Vpt {
    Checks.atLeastOne("vpt.prompts", prompts);
    if (prompts > MAX_PROMPTS) {
      throw new ConfigException(
          "vpt.prompts must be at most " + MAX_PROMPTS + ", found " + prompts);
    }
    Checks.share("vpt.dropout", dropout);
  }

  /** Deep, ten prompts. */
  public Vpt() {
    this(Form.DEEP, 10, 0.1);
  }

  @Override
  public String name() {
    return "vpt";
  }

  @Override
  public String title() {
    return form == Form.DEEP ? "VPT-Deep" : "VPT-Shallow";
  }

  @Override
  public Map<String, Vpt> presets() {
    return Map.of("shallow", new Vpt(Form.SHALLOW, 10, 0.1));
  }

  @Override
  public Map<Capability, String> needs() {
    return Map.of(Capability.EXTRA_TOKENS, "its prompts");
  }

  @Override
  public Tuner attach(Backbone backbone, Rng rng) {
    return new Attached(this, backbone, rng);
  }

  /** Xavier's bound for a projection of one patch's or group's values to D. */
  private static double bound(Backbone backbone) {
    double values =
        backbone.preprocessing() instanceof PointPreprocessing points
            ? 3.0 * points.neighbours()
            : (double) patch(backbone).numel() / backbone.width();
    return Math.sqrt(6.0 / (values + backbone.width()));
  }

  private static Tensor patch(Backbone backbone) {
    return backbone.tensors().get("patch_embed.proj.weight"); // (D, 3, p, p)
  }

  /** The prompts on one backbone. */
  private static final class Attached implements Tuner {
    private final Vpt method;
    private final Backbone backbone;
    private final List<Tensor> prompts; // (p, D) of each block that has its own
    private final NamedTensors trainable;

    Attached(Vpt method, Backbone backbone, Rng rng) {
      this.method = method;
      this.backbone = backbone;
      Parameters parameters = new Parameters(rng, backbone.device());
      int blocks = method.form == Form.DEEP ? backbone.blocks().size() : 1;
      double bound = bound(backbone);
      this.prompts =
          IntStream.range(0, blocks)
              .mapToObj(
                  i ->
                      parameters.add(
                          name(i), r -> Init.uniform(r, bound, method.prompts, backbone.width())))
              .toList();
      this.trainable = parameters.named();
    }

    private static String name(int block) {
      return "blocks." + block + ".prompts";
    }

    @Override
    public Backbone backbone() {
      return backbone;
    }

    @Override
    public NamedTensors trainable() {
      return trainable;
    }

    @Override
    public Embedding before(int i, Embedding x, Pass pass) {
      if (i >= prompts.size()) {
        return x;
      }
      Tensor tokens = x.tokens();
      long batch = tokens.size(0);
      Tensor own = Tensors.like(prompts.get(i), tokens).unsqueeze(0).expand(batch, -1, -1);
      Tensor dropped = pass.dropout(own, method.dropout, name(i) + ".dropout"); // (B, p, D)
      return i > 0 ? x.replaced(dropped) : x.inserted(dropped, null);
    }

    @Override
    public NamedTensors merged() {
      throw new ConfigException(
          "its prompts are tokens among the patches, and no weights of a plain backbone add tokens."
              + " Keep the adapter and load it onto the backbone");
    }
  }
}
