package dev.adapterx.peft;

import dev.adapterx.nn.Pass;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * A library of bottleneck adapters, {@code E_j(u) = W_up,j · drop(act(W_dn,j u + b_dn,j)) +
 * b_up,j}, applied to tokens that each weigh them: {@code y_t = Σ_j g_tj E_j(u_t)}. Letters: T
 * sub-tokens, d their width, R bottleneck, E experts.
 *
 * <p>Trainable: E·(2dR + R + d). Initially every output is 0 (W_up = 0, b_up = 0).
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
    return downWeight.size(0);
  }

  private long bottleneck() {
    return downWeight.size(1);
  }

  private long width() {
    return downWeight.size(2);
  }

  /**
   * Each token goes to one expert, all experts side by side as two matrix products: the hidden
   * units of the others are masked. Costs E times the arithmetic of one expert but moves each token
   * once; the faster form while E·R is small.
   *
   * @param u (T, d)
   * @param gate (T, 1), the weight of the chosen expert
   * @param chosen (T) its index
   */
  Tensor masked(Tensor u, Tensor gate, long[] chosen, Pass pass, String place) {
    int run = Math.toIntExact(bottleneck());
    int columns = Math.toIntExact(experts() * bottleneck());
    Tensor mask = pass.selected(chosen, columns, run, dropout, place + ".dropout", u);
    Tensor open = hidden(u).mul(mask); // (T, E·R)
    // A product with one-hot rows, not a selection: selecting rows is undone one row at a time in
    // the backward pass.
    Tensor oneHot = pass.selected(chosen, Math.toIntExact(experts()), 1, 0, place, u); // (T, E)
    Tensor bias = oneHot.mm(Tensors.like(upBias, u));
    return torch.addmm(bias, open, upMatrix(u)).mul(Tensors.like(gate, u));
  }

  /**
   * All experts side by side, each token's hidden units weighed by its gates. Every gate may be
   * non-zero.
   *
   * @param u (T, d)
   * @param gates (T, E)
   */
  Tensor weighed(Tensor u, Tensor gates, Pass pass, String place) {
    long tokens = u.size(0);
    Tensor g = Tensors.like(gates, u);
    Tensor open = hidden(u).view(tokens, experts(), bottleneck()).mul(g.unsqueeze(2)); // (T, E, R)
    open = pass.dropout(open, dropout, place + ".dropout", tokens, 1, bottleneck());
    Tensor flat = open.view(tokens, experts() * bottleneck());
    return torch.addmm(g.mm(Tensors.like(upBias, u)), flat, upMatrix(u));
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
   * Each token goes to one expert: tokens are sorted by expert (a stable order), each expert sees
   * its own contiguous run, and the results return to their places. Nothing is dropped, there is no
   * capacity; the arithmetic does not depend on E.
   *
   * @param u (T, d)
   * @param gate (T, 1), the weight of the chosen expert
   * @param expert (T) its index
   */
  Tensor dispatched(Tensor u, Tensor gate, long[] expert, Pass pass, String place) {
    Dispatch dispatch = Dispatch.of(expert, Math.toIntExact(experts()));
    Tensor sorted = u.index_select(0, Tensors.of(dispatch.order(), expert.length));
    Tensor[] outputs = new Tensor[dispatch.used()];
    int at = 0;
    for (int e = 0; e < experts(); e++) {
      long count = dispatch.counts()[e];
      if (count > 0) {
        outputs[at++] = expert(e, sorted.narrow(0, dispatch.starts()[e], count), pass, place);
      }
    }
    Tensor joined = torch.cat(new TensorVector(outputs), 0);
    Tensor back = joined.index_select(0, Tensors.of(dispatch.back(), expert.length));
    return back.mul(Tensors.like(gate, u));
  }

  private Tensor expert(int e, Tensor u, Pass pass, String place) {
    Tensor hidden =
        activation.apply(
            torch.addmm(
                Tensors.like(downBias.select(0, e), u),
                u,
                Tensors.like(downWeight.select(0, e), u).t()));
    Tensor kept = pass.dropout(hidden, dropout, place + ".dropout." + e, hidden.shape());
    return torch.addmm(
        Tensors.like(upBias.select(0, e), u), kept, Tensors.like(upWeight.select(0, e), u).t());
  }
}
