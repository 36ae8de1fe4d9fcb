package dev.adapterx.peft.part;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Parameters;
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
import dev.adapterx.peft.kit.BlockTfts;
import dev.adapterx.peft.kit.Tfts;
import dev.adapterx.peft.kit.WeightTuner;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Tensors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * SSF: a scale and a shift behind every layer of the backbone.
 *
 * <pre>
 *   T(z) = γ ⊙ z + β, one of its own behind each layer it follows
 *   x = [CLS; T(patches)] + positions
 *   a = x + DP(T(proj(attention(T(qkv T(norm1 x))))))
 *   y = a + DP(T(fc2 gelu(T(fc1 T(norm2 a)))))                 (B, N, D)
 *   features of T(norm(x)) behind the last block
 * </pre>
 *
 * <p>Trainable (D width, L depth, MLP of 4D): {@code 22DL + 4D}; ViT-B/16: 205,824. Initially γ ~
 * N(1, 0.02) and β ~ N(0, 0.02), so it does not start as the frozen backbone.
 *
 * <p>Mergeable: each scale and shift is merged into the layer before it. The patch tokens of a
 * point cloud are a maximum over points, with which a scale commutes only if it is not negative;
 * with a negative one merging is refused. Where a linear layer follows that maximum (Point-BERT),
 * any scale can be merged.
 *
 * <p>Lian et al., Scaling &amp; Shifting Your Features: A New Baseline for Efficient Model Tuning,
 * NeurIPS 2022, <a href="https://arxiv.org/abs/2210.08823">arXiv 2210.08823</a>. As the authors'
 * code. On points it is placed as in DAPT: behind the group tokens, before CLS and positions. On
 * Swin it is placed behind the norm of the patches; patch mergings are unchanged.
 */
public record Ssf() implements PeftMethod {
  @Override
  public String name() {
    return "ssf";
  }

  @Override
  public String title() {
    return "SSF";
  }

  @Override
  public Tuner attach(Backbone backbone, Rng rng) {
    return new Attached(backbone, new Parameters(rng, backbone.device()));
  }

  /** The tensors on one backbone. */
  private static final class Attached implements Tuner {
    private final Backbone backbone;
    private final Tfts patches;
    private final List<Around> blocks;
    private final Tfts norm;
    private final NamedTensors trainable;

    Attached(Backbone backbone, Parameters parameters) {
      this.backbone = backbone;
      int width = backbone.blocks().get(0).width();
      this.patches = Tfts.initial(width, "patch_embed.ssf", parameters);
      this.blocks = backbone.blocks().stream().map(b -> around(b, parameters)).toList();
      this.norm = Tfts.initial(backbone.norm().weight().numel(), "norm.ssf", parameters);
      this.trainable = parameters.named();
    }

    private static Around around(Block block, Parameters parameters) {
      return new Around(BlockTfts.initial(block, block.name() + ".ssf", parameters));
    }

    @Override
    public Backbone backbone() {
      return backbone;
    }

    @Override
    public Embedding embed(Backbone frozen, Tensor input, Pass pass) {
      return frozen.embed(input, frozen.cls(), patches::forward, pass);
    }

    @Override
    public BlockTuner block(int i) {
      return blocks.get(i);
    }

    @Override
    public Tensor norm(LayerNorm frozen, Tensor x, Pass pass) {
      return norm.after(frozen).forward(x);
    }

    @Override
    public NamedTensors trainable() {
      return trainable;
    }

    @Override
    public NamedTensors merged() {
      NamedTensors frozen = backbone.tensors();
      Map<String, Tensor> changed = new LinkedHashMap<>();
      String place = patchLayer();
      Tensor weight = frozen.get(place + ".weight");
      changed.put(
          place + ".weight",
          weight.dim() == 1 ? weight.mul(patches.gamma()) : patches.scaled(weight)); // a norm's
      changed.put(place + ".bias", patches.shifted(frozen.find(place + ".bias").orElse(null)));
      LayerNorm last = norm.after(backbone.norm());
      String name =
          frozen.has("fc_norm") ? "fc_norm" : "norm"; // timm's name, behind average pooling
      changed.put(name + ".weight", last.weight());
      changed.put(name + ".bias", last.bias());
      return WeightTuner.merged(backbone, blocks::get).and(NamedTensors.of(changed));
    }

    /** The layer that outputs the patch tokens, into which a scale and a shift can be merged. */
    private String patchLayer() {
      NamedTensors frozen = backbone.tensors();
      for (String layer : List.of("patch_embed.norm", "patch_embed.proj", "reduce_dim")) {
        if (frozen.has(layer)) {
          return layer;
        }
      }
      long negative = 0;
      for (float scale : Tensors.floats(patches.gamma())) {
        negative += scale < 0 ? 1 : 0;
      }
      if (negative > 0) {
        throw new ConfigException(
            "patch_embed.ssf.gamma scales "
                + negative
                + " of "
                + patches.gamma().numel()
                + " channels of the group tokens by a negative number, and these are a maximum over"
                + " points: no weights before the maximum do that. Keep the adapter and load it"
                + " onto the backbone");
      }
      return "encoder.second_conv.3";
    }
  }

  /** Around one block. */
  private record Around(BlockTfts ssf) implements WeightTuner {
    @Override
    public Tensor norm(NormSite at, LayerNorm norm, Tensor x, Pass pass) {
      return merged(at, norm).forward(x);
    }

    @Override
    public Tensor linear(LinearSite at, Linear linear, Tensor x, Pass pass) {
      return ssf.at(at).forward(linear.forward(x));
    }

    @Override
    public LayerNorm merged(NormSite at, LayerNorm frozen) {
      return ssf.at(at).after(frozen);
    }

    @Override
    public Linear merged(LinearSite at, Linear frozen) {
      Tfts after = ssf.at(at);
      return new Linear(after.scaled(frozen.weight()), after.shifted(frozen.bias()));
    }
  }
}
