package dev.adapterx.peft.points;

import dev.adapterx.base.Rng;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Capability;
import dev.adapterx.model.Parameters;
import dev.adapterx.model.PointConfig.Positions;
import dev.adapterx.peft.PeftMethod;
import dev.adapterx.peft.Tuner;
import dev.adapterx.peft.kit.Activation;
import dev.adapterx.peft.kit.Checks;
import dev.adapterx.peft.kit.Feature;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * DAPT: a dynamic adapter with a learned scale per token in every block, and a prompt from every
 * block's adapter output; scales and shifts around all frozen layers.
 *
 * <pre>
 *   T(z) = γ ⊙ z + β, one of its own behind each layer it follows
 *   x = [CLS; T(tokens)] + positions                           added once
 *   a = x + DP(T(proj(attention(T(qkv T(norm1 x))))))
 *   u = T(norm2 a),  A = relu(W_s n + b_s) · up(drop(gelu(down n)))  with n = LN(u), R wide
 *   y = a + DP(T(fc2 gelu(T(fc1 u))) + A)
 *   P = T(mean_t gelu(A_t)),  next x = [y_CLS, P, older prompts, patches]   (B, N + 1, D)
 *   feature = [CLS, mean of the prompts, max over the patches] of T(norm(x))
 * </pre>
 *
 * <p>Trainable (D width, L depth, R bottleneck): adapters {@code L(2D + D + 1 + 2DR + R + D)},
 * transforms {@code 24DL + 4D} with those of the prompts, {@code 2D} CLS and its position.
 * Point-MAE with R = 64: 721,932, with Point-MAE's head over three summaries and 15 classes
 * 1,087,771. Not mergeable: the scale depends on the token, and prompts add tokens.
 *
 * <p>Zhou et al., Dynamic Adapter Meets Prompt Tuning: Parameter-Efficient Transfer Learning for
 * Point Cloud Analysis, CVPR 2024, <a href="https://arxiv.org/abs/2403.01439">arXiv 2403.01439</a>.
 * As the authors' code, which adds positions once where Point-MAE adds them in every block, and
 * puts the newest prompt first. Deviation: the batch norms of a point backbone keep their running
 * statistics unless it is loaded with {@code batch-norm: update}; the authors update theirs. Works
 * on images too, with CLS and patches of a vision transformer. Without prompts among the features,
 * the last block's prompt gets no gradient; it is kept, as there.
 *
 * @param bottleneck R; absent: D/6, which is the authors' 64 on 384; 72 for ModelNet40
 * @param dropout inside the adapters; the authors' 0 to 0.5 by data set
 * @param features what the head sees
 */
public record Dapt(@Nullable Integer bottleneck, double dropout, List<Feature> features)
    implements PeftMethod {

  public Dapt {
    if (bottleneck != null) {
      Checks.atLeastOne("dapt.bottleneck", bottleneck);
    }
    Checks.share("dapt.dropout", dropout);
    features = Checks.features("dapt.features", features);
  }

  /** The recipe of ScanObjectNN. */
  public Dapt() {
    this(null, 0, List.of(Feature.values()));
  }

  /** The recipe of ModelNet40. */
  public static Dapt modelNet() {
    return new Dapt(72, 0, List.of(Feature.CLS, Feature.PATCHES));
  }

  @Override
  public String name() {
    return "dapt";
  }

  @Override
  public String title() {
    return "DAPT";
  }

  /** R for a width: as set, else D/6. */
  public int bottleneck(int width) {
    return bottleneck == null ? Math.max(1, width / 6) : bottleneck;
  }

  @Override
  public Map<String, Dapt> presets() {
    return Map.of("modelnet", modelNet());
  }

  @Override
  public Map<Capability, String> needs() {
    return DaptTuner.NEEDS;
  }

  @Override
  public Tuner attach(Backbone backbone, Rng rng) {
    int width = backbone.width();
    int inner = bottleneck(width);
    Checks.believableAdapter("dapt", inner, width);
    Parameters parameters = new Parameters(rng, backbone.device());
    DaptTuner.Options options =
        new DaptTuner.Options(true, Positions.ONCE, Activation.GELU, features);
    return new DaptTuner(
        backbone,
        options,
        block -> {
          String place = block.name() + ".adapter";
          DaptAdapter adapter = DaptAdapter.initial(width, inner, dropout, place, parameters);
          return new DaptTuner.Site(block.norm2(), (u, pass, unused) -> adapter.forward(u, pass));
        },
        parameters);
  }
}
