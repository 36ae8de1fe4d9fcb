package dev.adapterx.peft.mixture;

import dev.adapterx.model.Parameters;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.kit.Activation;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * A library of bottleneck adapters, {@code E_j(u) = W_up,j · drop(act(W_dn,j u + b_dn,j)) +
 * b_up,j}, combined with per-token weights: {@code y_t = Σ_j g_tj E_j(u_t)}. Letters: T sub-tokens,
 * d their width, R bottleneck, E experts.
 *
 * <p>Trainable: E·(2dR + R + d). Initially every output is 0 (W_up = 0, b_up = 0).
 *
 * <p>Of a bank each tensor has a dimension B before these, and the sub-tokens of B samples come one
 * sample after the other, as many of each; in evaluation.
 *
 * @param downWeight (E, R, d)
 * @param downBias (E, R)
 * @param upWeight (E, d, R)
 * @param upBias (E, d)
 */
record Experts(
    Tensor downWeight,
    Tensor downBias,
    Tensor upWeight,
    Tensor upBias,
    Activation activation,
    double dropout) {

  /**
   * The number of rows that each run of tokens is padded to a multiple of. A product with a number
   * of rows not seen before takes two to six times as long (docs/performance.md).
   */
  private static final int STEP = 64;

  static Experts initial(
      int experts,
      int width,
      int bottleneck,
      Activation activation,
      double dropout,
      String place,
      Parameters parameters) {
    return new Experts(
        parameters.add(
            place + ".down.weight",
            rng -> Init.kaimingUniform(rng, width, experts, bottleneck, width)),
        parameters.add(place + ".down.bias", rng -> Init.zeros(experts, bottleneck)),
        parameters.add(place + ".up.weight", rng -> Init.zeros(experts, width, bottleneck)),
        parameters.add(place + ".up.bias", rng -> Init.zeros(experts, width)),
        activation,
        dropout);
  }

  private long experts() {
    return downWeight.size(-3);
  }

  private long bottleneck() {
    return downWeight.size(-2);
  }

  private long width() {
    return downWeight.size(-1);
  }

  private boolean isBank() {
    return downWeight.dim() == 4;
  }

  /** A bank's libraries as one of B·E experts. */
  private Experts joined() {
    return new Experts(
        downWeight.flatten(0, 1),
        downBias.flatten(0, 1),
        upWeight.flatten(0, 1),
        upBias.flatten(0, 1),
        activation,
        dropout);
  }

  /** Numbers of experts among those of all B. */
  private long[] joined(long[] expert) {
    int each = Math.toIntExact(expert.length / downWeight.size(0));
    long[] all = new long[expert.length];
    for (int t = 0; t < all.length; t++) {
      all[t] = t / each * experts() + expert[t];
    }
    return all;
  }

  /**
   * All experts as one layer, each token's hidden units weighted by its gates. Every gate may be
   * non-zero.
   *
   * @param u (T, d)
   * @param gates (T, E)
   */
  Tensor weighed(Tensor u, Tensor gates, Pass pass, String place) {
    long tokens = u.size(0);
    Tensor g = Tensors.like(gates, u);
    if (isBank()) {
      return weighedOfEach(u, g);
    }
    Tensor open = hidden(u).view(tokens, experts(), bottleneck()).mul(g.unsqueeze(2)); // (T, E, R)
    open = pass.dropout(open, dropout, place + ".dropout", tokens, 1, bottleneck());
    Tensor flat = open.view(tokens, experts() * bottleneck());
    return torch.addmm(g.mm(Tensors.like(upBias, u)), flat, upMatrix(u));
  }

  /** The same with batched products, a library for each sample. */
  private Tensor weighedOfEach(Tensor u, Tensor g) {
    long samples = downWeight.size(0);
    Tensor rows = u.view(samples, -1, width());
    Tensor down = Tensors.like(downWeight, u).flatten(1, 2).transpose(1, 2); // (B, d, E·R)
    Tensor bias = Tensors.like(downBias, u).flatten(1, 2).unsqueeze(1);
    Tensor hidden = activation.apply(torch.baddbmm(bias, rows, down)); // (B, t, E·R)
    Tensor open = hidden.view(samples, -1, experts(), bottleneck());
    Tensor gates = g.view(samples, -1, experts());
    Tensor flat = open.mul(gates.unsqueeze(3)).flatten(2, 3);
    Tensor up =
        Tensors.like(upWeight, u)
            .transpose(2, 3)
            .reshape(samples, experts() * bottleneck(), width());
    return torch.baddbmm(gates.bmm(Tensors.like(upBias, u)), flat, up).flatten(0, 1);
  }

  /** (T, E·R): the hidden units of all experts. */
  private Tensor hidden(Tensor u) {
    Tensor down = Tensors.like(downWeight, u).view(experts() * bottleneck(), width());
    return activation.apply(torch.addmm(Tensors.like(downBias, u).flatten(), u, down.t()));
  }

  /** (E·R, d). */
  private Tensor upMatrix(Tensor u) {
    return Tensors.like(upWeight, u).transpose(1, 2).reshape(experts() * bottleneck(), width());
  }

  /**
   * Each token goes to one expert: tokens are sorted by expert (a stable order), each expert
   * processes its own contiguous run, and the results return to their tokens' positions. Nothing is
   * dropped, there is no capacity; the arithmetic hardly depends on E.
   *
   * @param u (T, d)
   * @param gate (T, 1), the weight of the chosen expert
   * @param expert (T) its index
   */
  Tensor dispatched(Tensor u, Tensor gate, long[] expert, Pass pass, String place) {
    if (isBank()) {
      return joined().dispatched(u, gate, joined(expert), pass, place);
    }
    Dispatch dispatch = Dispatch.of(expert, Math.toIntExact(experts()), STEP);
    int places = dispatch.order().length;
    Tensor sorted = u.index_select(0, Tensors.beside(u, Tensors.of(dispatch.order(), places)));
    Optional<Tensor> mask =
        pass.dropoutRows(
            dispatch.back(), places, Math.toIntExact(bottleneck()), dropout, place + ".dropout", u);
    // One split: slicing each run by itself would cost a full-length backward step per slice.
    TensorVector runs = sorted.split_with_sizes(dispatch.counts(), 0);
    TensorVector downWeights = Tensors.like(downWeight, u).unbind(0);
    TensorVector downBiases = Tensors.like(downBias, u).unbind(0);
    TensorVector upWeights = Tensors.like(upWeight, u).unbind(0);
    TensorVector upBiases = Tensors.like(upBias, u).unbind(0);
    List<Tensor> outputs = new ArrayList<>();
    for (int e = 0; e < dispatch.counts().length; e++) {
      long start = dispatch.starts()[e];
      long count = dispatch.counts()[e];
      if (count > 0) {
        Tensor hidden =
            activation.apply(torch.addmm(downBiases.get(e), runs.get(e), downWeights.get(e).t()));
        Tensor kept = mask.map(m -> hidden.mul(m.narrow(0, start, count))).orElse(hidden);
        outputs.add(torch.addmm(upBiases.get(e), kept, upWeights.get(e).t()));
      }
    }
    Tensor joined = Tensors.cat(0, outputs.toArray(new Tensor[0]));
    Tensor back =
        joined.index_select(0, Tensors.beside(u, Tensors.of(dispatch.back(), expert.length)));
    return back.mul(Tensors.like(gate, u));
  }
}
