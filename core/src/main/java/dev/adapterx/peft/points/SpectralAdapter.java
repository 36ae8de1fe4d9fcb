package dev.adapterx.peft.points;

import dev.adapterx.model.Parameters;
import dev.adapterx.nn.LayerNorm;
import dev.adapterx.nn.Linear;
import dev.adapterx.nn.PointSearch;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * PointGST's adapter: a bottleneck whose patches are adapted in the spectral domain of the graphs
 * over their centres, of the whole cloud and of its parts; see {@link PointGst}.
 *
 * <p>Trainable: 2DR + D + R for the bottleneck, R² + R for the layer shared by both domains, 4R for
 * their norms.
 */
record SpectralAdapter(
    Linear down,
    Linear up,
    Linear shared,
    LayerNorm wholeNorm,
    LayerNorm partsNorm,
    PointGst.Transform transform) {
  private static final double EPS = 1e-5;

  static SpectralAdapter initial(
      int width, int rank, PointGst.Transform transform, String place, Parameters parameters) {
    double xavier = Math.sqrt(6.0 / (width + rank));
    Linear down =
        new Linear(
            parameters.add(place + ".down.weight", rng -> Init.uniform(rng, xavier, rank, width)),
            parameters.add(place + ".down.bias", rng -> Init.kaimingUniform(rng, width, rank)));
    return new SpectralAdapter(
        down,
        zeros(rank, width, place + ".up", parameters),
        zeros(rank, rank, place + ".shared", parameters),
        norm(rank, place + ".norm_whole", parameters),
        norm(rank, place + ".norm_parts", parameters),
        transform);
  }

  private static Linear zeros(int in, int out, String place, Parameters parameters) {
    return new Linear(
        parameters.add(place + ".weight", rng -> Init.zeros(out, in)),
        parameters.add(place + ".bias", rng -> Init.zeros(out)));
  }

  private static LayerNorm norm(int width, String place, Parameters parameters) {
    return new LayerNorm(
        parameters.add(place + ".weight", rng -> Init.constant(1, width)),
        parameters.add(place + ".bias", rng -> Init.zeros(width)),
        EPS);
  }

  /** Tokens a (B, N, D), whose last G are patches, to the same shape. */
  Tensor forward(Tensor a, GraphBasis basis) {
    long groups = basis.whole().size(1);
    long before = a.size(1) - groups;
    Tensor h = down.forward(a); // (B, N, R)
    Tensor open = torch.silu(h);
    Tensor patches = Tensors.fp32(h.narrow(1, before, groups));
    Tensor tuned = whole(patches, basis).add(parts(patches, basis));
    Tensor joined = open.narrow(1, before, groups).add(Tensors.like(tuned, h));
    return up.forward(Tensors.cat(1, open.narrow(1, 0, before), joined));
  }

  private Tensor whole(Tensor patches, GraphBasis basis) {
    return tuned(patches, basis.whole(), wholeNorm);
  }

  private Tensor parts(Tensor patches, GraphBasis basis) {
    long size = basis.parts().size(1);
    long rank = patches.size(2);
    Tensor along = PointSearch.chosen(patches.reshape(-1, rank), basis.along());
    Tensor tuned = tuned(along.view(-1, size, rank), basis.parts(), partsNorm);
    return PointSearch.chosen(tuned.reshape(-1, rank), basis.back()).view(patches.shape());
  }

  /** To the spectral domain, a residual step there, and back: x (M, S, R) to the same shape. */
  private Tensor tuned(Tensor x, Tensor vectors, LayerNorm norm) {
    Tensor there = transform == PointGst.Transform.FOURIER ? vectors.mT() : vectors;
    Tensor s = there.matmul(x);
    Tensor step = torch.silu(shared.forward(norm.forward(s)));
    return there.mT().matmul(s.add(step));
  }
}
