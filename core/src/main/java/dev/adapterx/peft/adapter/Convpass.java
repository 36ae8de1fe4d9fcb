package dev.adapterx.peft.adapter;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Capability;
import dev.adapterx.model.Parameters;
import dev.adapterx.model.tokens.Embedding;
import dev.adapterx.model.tokens.Grid;
import dev.adapterx.nn.Block;
import dev.adapterx.nn.BlockTuner;
import dev.adapterx.nn.Linear;
import dev.adapterx.nn.NormSite;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.PeftMethod;
import dev.adapterx.peft.Tuner;
import dev.adapterx.peft.kit.Checks;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Tensors;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * Convpass: convolutional bypasses beside the attention and beside the MLP of every block, which
 * give the transformer a locality bias.
 *
 * <pre>
 *   C(u) = up(drop(φ(conv3x3(φ(down u)))))        D → R, over the grid of patches, R → D
 *   φ(z) = z · sigmoid(1.702 z)
 *   n = norm1(x),  a = x + DP(attention(n)) + s · DP(C1(n))
 *   n = norm2(a),  y = a + DP(mlp(n)) + s · DP(C2(n))          (B, N, D)
 * </pre>
 *
 * <p>CLS is treated as an image of one pixel, so only the middle of the kernel acts on it; so are
 * distillation and register tokens, each as its own image. Trainable (D width, L depth): {@code
 * 2L(2DR + R + D + 9R² + R)}, half of that with attention-only. ViT-B/16: 327,552 and 163,776.
 * Initially the lower layer Xavier-uniform, the kernel as set, the upper layer and all biases 0, so
 * it starts as the frozen backbone. Not mergeable: a bypass is not linear and mixes tokens. Not for
 * point clouds, whose groups have no grid.
 *
 * <p>Jie and Deng, Convolutional Bypasses Are Better Vision Transformer Adapters, 2022, <a
 * href="https://arxiv.org/abs/2207.07039">arXiv 2207.07039</a>. As the authors' code: drop path of
 * a bypass is drawn separately; s is chosen for each task. Deviation: the grid is the backbone's;
 * theirs is always 14 x 14.
 *
 * @param bottleneck R
 * @param scale s
 * @param dropout before the upper layer
 * @param attentionOnly whether the bypass beside the MLP is left out
 * @param kernel initial values of the convolution
 */
public record Convpass(
    int bottleneck, double scale, double dropout, boolean attentionOnly, Kernel kernel)
    implements PeftMethod {
  /** Initial values of the convolution. */
  public enum Kernel {
    /** The centre is the identity over channels, all else is 0. */
    IDENTITY,
    /** Xavier-uniform. */
    XAVIER
  }

  public Convpass {
    Checks.atLeastOne("convpass.bottleneck", bottleneck);
    Checks.finite("convpass.scale", scale);
    Checks.share("convpass.dropout", dropout);
  }

  /** The authors' settings. */
  public Convpass() {
    this(8, 1, 0.1, false, Kernel.IDENTITY);
  }

  @Override
  public String name() {
    return "convpass";
  }

  @Override
  public String title() {
    return "Convpass";
  }

  @Override
  public Map<String, Convpass> presets() {
    return Map.of("attention", new Convpass(8, 1, 0.1, true, Kernel.IDENTITY));
  }

  @Override
  public Map<Capability, String> needs() {
    return Map.of(Capability.GRID, "its convolutions act among neighbouring cells");
  }

  @Override
  public Tuner attach(Backbone backbone, Rng rng) {
    Checks.believable(
        "convpass: bottleneck " + bottleneck + " makes a bypass",
        2.0 * backbone.width() * bottleneck + 9.0 * bottleneck * bottleneck);
    Parameters parameters = new Parameters(rng, backbone.device());
    int prefix = backbone.prefixTokens();
    List<Around> blocks =
        backbone.blocks().stream()
            .map(
                block -> {
                  String place = block.name() + ".convpass";
                  int width = block.width();
                  Bypass attn = bypass(width, prefix, place + ".attn", parameters);
                  return new Around(
                      attn,
                      attentionOnly ? null : bypass(width, prefix, place + ".mlp", parameters));
                })
            .toList();
    return new Attached(backbone, blocks, parameters.named());
  }

  private Bypass bypass(int width, int prefix, String place, Parameters parameters) {
    int r = bottleneck;
    return new Bypass(
        this,
        new Linear(
            parameters.add(place + ".down.weight", rng -> Init.xavierUniform(rng, r, width)),
            parameters.add(place + ".down.bias", rng -> Init.zeros(r))),
        parameters.add(place + ".conv.weight", this::initialKernel),
        parameters.add(place + ".conv.bias", rng -> Init.zeros(r)),
        new Linear(
            parameters.add(place + ".up.weight", rng -> Init.zeros(width, r)),
            parameters.add(place + ".up.bias", rng -> Init.zeros(width))),
        prefix,
        place);
  }

  private Tensor initialKernel(Rng rng) {
    int r = bottleneck;
    if (kernel == Kernel.XAVIER) {
      return Init.uniform(rng, Math.sqrt(6.0 / (9.0 * r + 9.0 * r)), r, r, 3, 3);
    }
    float[] values = new float[9 * r * r];
    for (int channel = 0; channel < r; channel++) {
      values[9 * (r + 1) * channel + 4] = 1;
    }
    return Tensors.of(values, r, r, 3, 3);
  }

  /** The tensors on one backbone. */
  private record Attached(Backbone backbone, List<Around> blocks, NamedTensors trainable)
      implements Tuner {
    /** The convolutions need the grid of the patches. */
    @Override
    public Embedding embed(Backbone frozen, Tensor input, Pass pass) {
      Embedding x = Tuner.super.embed(frozen, input, pass);
      if (x.grid() instanceof Grid.Cells cells) {
        pass.keep(Grid.Cells.class, cells);
      }
      return x;
    }

    @Override
    public BlockTuner block(int i) {
      return blocks.get(i);
    }

    @Override
    public NamedTensors merged() {
      throw new ConfigException(
          "its bypasses are not linear and mix neighbouring patches; no weights of a plain backbone"
              + " do that. Keep the adapter and load it onto the backbone");
    }
  }

  /** Around one block. */
  private record Around(Bypass attn, @Nullable Bypass mlp) implements BlockTuner {
    @Override
    public Tensor attentionHalf(Block b, Tensor x, Pass pass) {
      Tensor n = norm(NormSite.NORM1, b.norm1(), x, pass);
      Tensor branch = b.dropPath1(b.scale1(b.attention(n, this, pass)), pass);
      return x.add(branch).add(attn.forward(b, n, pass));
    }

    @Override
    public Tensor mlpHalf(Block b, Tensor a, Pass pass) {
      Tensor n = norm(NormSite.NORM2, b.norm2(), a, pass);
      Tensor y = a.add(b.dropPath2(mlp(b, n, pass), pass));
      return mlp == null ? y : y.add(mlp.forward(b, n, pass));
    }
  }

  /**
   * One bypass.
   *
   * @param down (R, D)
   * @param kernel (R, R, 3, 3)
   * @param kernelBias (R)
   * @param up (D, R)
   * @param prefix tokens before the patches
   */
  private record Bypass(
      Convpass method,
      Linear down,
      Tensor kernel,
      Tensor kernelBias,
      Linear up,
      int prefix,
      String place) {
    private static final long[] ONE = {1, 1};

    /** {@code s · DP(C(u))}: u (B, N, D) to the same shape. */
    Tensor forward(Block b, Tensor u, Pass pass) {
      Tensor hidden =
          quickGelu(
              convolved(quickGelu(down.forward(u)), pass.kept(Grid.Cells.class))); // (B, N, R)
      Tensor out = up.forward(pass.dropout(hidden, method.dropout, place + ".dropout"));
      Tensor kept = pass.dropPath(out, b.depthShare(), place + ".drop_path");
      return Tensors.scaled(kept, method.scale);
    }

    private Tensor convolved(Tensor z, Grid.Cells cells) {
      long batch = z.size(0);
      long channels = z.size(2);
      long patches = cells.patches();
      Tensor weight = Tensors.like(kernel, z);
      Tensor bias = Tensors.like(kernelBias, z);
      Tensor grid =
          z.narrow(1, prefix, patches)
              .transpose(1, 2)
              .reshape(batch, channels, cells.height(), cells.width()); // (B, R, h, w)
      Tensor seen = torch.conv2d(grid, weight, Tensors.optional(bias), ONE, ONE, ONE, 1);
      Tensor middle = weight.select(3, 1).select(2, 1); // (R, R), all that acts on a single pixel
      Tensor alone = new Linear(middle, bias).forward(z.narrow(1, 0, prefix));
      return Tensors.cat(1, alone, seen.flatten(2, 3).transpose(1, 2)); // (B, N, R)
    }

    private static Tensor quickGelu(Tensor z) {
      return z.mul(z.mul(new Scalar(1.702)).sigmoid());
    }
  }
}
