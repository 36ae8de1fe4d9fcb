package dev.adapterx.peft.kit;

import dev.adapterx.nn.Linear;
import dev.adapterx.nn.LinearSite;
import dev.adapterx.nn.Pass;
import dev.adapterx.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * What a linear adapter adds to the tokens before a frozen layer: {@code u ← u + M u + o}. It can
 * be merged into the layer: {@code W(u + M u + o) + b = (W + W M) u + (b + W o)}.
 */
public interface LinearResidual {
  /** The term that is added: u (B, N, D) to the same shape, with dropout while training. */
  Tensor forward(Tensor u, Pass pass);

  /** M (D, D) in fp32. */
  Tensor matrix();

  /** o (D) in fp32; absent where there is no offset. */
  @Nullable Tensor offset();

  /** This and the frozen layer behind it as one layer; it has a bias if this has an offset. */
  default Linear before(Linear frozen) {
    Tensor weight = Tensors.fp32(frozen.weight());
    Tensor shift = offset();
    if (shift == null) {
      return new Linear(weight.add(weight.mm(matrix())), frozen.bias());
    }
    Tensor moved = weight.mv(shift);
    Tensor bias = frozen.bias();
    return new Linear(
        weight.add(weight.mm(matrix())), bias == null ? moved : moved.add(Tensors.fp32(bias)));
  }

  /**
   * The residuals before the attention and before the MLP of one block.
   *
   * @param attn before q, k and v
   * @param mlp before fc1, or absent
   */
  record Around(LinearResidual attn, @Nullable LinearResidual mlp) implements WeightTuner {
    private @Nullable LinearResidual at(LinearSite site) {
      return switch (site) {
        case QKV -> attn;
        case FC1 -> mlp;
        case PROJ, FC2 -> null;
      };
    }

    @Override
    public Tensor linear(LinearSite site, Linear linear, Tensor u, Pass pass) {
      LinearResidual residual = at(site);
      return linear.forward(residual == null ? u : u.add(residual.forward(u, pass)));
    }

    @Override
    public Linear merged(LinearSite site, Linear frozen) {
      LinearResidual residual = at(site);
      return residual == null ? frozen : residual.before(frozen);
    }
  }
}
