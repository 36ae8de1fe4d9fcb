package dev.adapterx.peft.part;

import dev.adapterx.base.Rng;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Parameters;
import dev.adapterx.peft.PeftMethod;
import dev.adapterx.peft.Tuner;
import dev.adapterx.peft.kit.PartOfBackbone;
import java.util.regex.Pattern;

/**
 * Trains scale and shift of every LayerNorm of the backbone, the final one included, and nothing
 * else of it:
 *
 * <pre>
 *   LN(x) = γ ⊙ n(x) + β       γ and β trained
 * </pre>
 *
 * <p>Trainable: {@code 4D L + 2D}: 38,400 on ViT-B/16. The identity at the start; mergeable, since
 * what is trained are weights of the backbone. The batch norms of a point transformer's group
 * embedding are not LayerNorms and stay frozen.
 *
 * <p>De Min et al., On the Effectiveness of LayerNorm Tuning for Continual Learning in Vision
 * Transformers, ICCV Workshops 2023, <a href="https://arxiv.org/abs/2308.09610">arXiv
 * 2308.09610</a>. Tables disagree on whether the final norm (1,536 on ViT-B) counts; it is a
 * LayerNorm and is trained here, as in V-PETL Bench's LN-Tune, whose 0.06 M on Swin-B are 59,392
 * with the norms outside the blocks and 48,128 without.
 */
public record LnTuning() implements PeftMethod {
  /** By timm's and Point-MAE's names; {@code fc_norm} is the final norm behind average pooling. */
  private static final Pattern LAYER_NORM =
      Pattern.compile("(.*\\.)?(norm|norm1|norm2|fc_norm)\\.(weight|bias)");

  @Override
  public String name() {
    return "ln-tuning";
  }

  @Override
  public String title() {
    return "LayerNorm tuning";
  }

  @Override
  public Tuner attach(Backbone backbone, Rng rng) {
    return PartOfBackbone.of(
        backbone,
        name -> LAYER_NORM.matcher(name).matches(),
        new Parameters(rng, backbone.device()));
  }
}
