package dev.adapterx.peft.kit;

import dev.adapterx.model.Parameters;
import dev.adapterx.nn.Linear;
import dev.adapterx.nn.Pass;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.Tensors;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * A low-rank change of one projection: {@code ΔW = scale · B A}.
 *
 * @param at the projection that is changed
 * @param a (R, D_in)
 * @param b (D_out, R)
 * @param dropout of A's input
 * @param place for dropout's stream
 */
public record LowRank(Projection at, Tensor a, Tensor b, double scale, double dropout, String place)
    implements Projection.Changing {
  /** A uniform like the initial values of linear layers, B zero: no change at the start. */
  public static LowRank initial(
      Projection at,
      Linear layer,
      int rank,
      double scale,
      double dropout,
      String place,
      Parameters parameters) {
    long in = at.inputs(layer);
    long out = at.outputs(layer);
    return new LowRank(
        at,
        parameters.add(place + ".a", r -> Init.kaimingUniform(r, in, rank, in)),
        parameters.add(place + ".b", r -> Init.zeros(out, rank)),
        scale,
        dropout,
        place);
  }

  /** Reports a mistyped digit in the rank before any memory is allocated. */
  public static void requireBelievable(String method, Projection at, Linear layer, int rank) {
    Checks.believable(
        method + ".rank " + rank + " makes a change of " + at.key(),
        (double) rank * (at.inputs(layer) + at.outputs(layer)));
  }

  /** x (B, N, D_in) after dropout. */
  public Tensor dropped(Tensor x, Pass pass) {
    return pass.dropout(x, dropout, place + ".dropout");
  }

  /** {@code scale · B A x}: x (B, N, D_in), after dropout, to (B, N, D_out). */
  public Tensor delta(Tensor x) {
    Tensor low = new Linear(a, null).forward(x); // (B, N, R)
    return Tensors.scaled(new Linear(b, null).forward(low), scale);
  }

  /**
   * {@code W x + b + scale · B A drop(x)}, with all changes of one layer combined: with q and v,
   * {@code A = [A_q; A_v]} and B has B_q and B_v on its diagonal and zeros for k. It costs one more
   * product, added in place to the frozen layer's result.
   *
   * @param changes at least one, of one scale, in the order of their thirds
   * @param x (B, N, D_in)
   * @return (B, N, D_out)
   */
  public static Tensor beside(Linear frozen, List<LowRank> changes, Tensor x, Pass pass) {
    if (changes.get(0).a.dim() == 3) {
      return besideEach(frozen, changes, x);
    }
    Tensor rows = rows(x);
    Tensor down = rows(low(changes, x, pass)); // (B·N, R)
    Tensor up = Tensors.like(up(changes, frozen.weight().size(0)), x); // (D_out, R)
    Tensor y = frozen.forward(rows);
    y.addmm_(down, up.t(), new Scalar(1.0), new Scalar(changes.get(0).scale));
    return y.view(x.size(0), x.size(1), y.size(1));
  }

  /** The same where each sample has its own A (B, R, D_in) and B (B, D_out, R), in evaluation. */
  private static Tensor besideEach(Linear frozen, List<LowRank> changes, Tensor x) {
    Tensor y = frozen.forward(x);
    for (LowRank change : changes) {
      change.at.slice(y, 2).add_(change.delta(x));
    }
    return y;
  }

  /** A drop(x) of all changes, concatenated; each has its own dropout. */
  private static Tensor low(List<LowRank> changes, Tensor x, Pass pass) {
    if (changes.stream().allMatch(c -> c.dropout == 0 || !pass.isTraining())) {
      Tensor a = Tensors.cat(0, changes.stream().map(LowRank::a).toArray(Tensor[]::new));
      return new Linear(a, null).forward(x);
    }
    return Tensors.cat(
        2,
        changes.stream()
            .map(c -> new Linear(c.a, null).forward(c.dropped(x, pass)))
            .toArray(Tensor[]::new));
  }

  private static Tensor up(List<LowRank> changes, long outputs) {
    if (!changes.get(0).at.isThird()) {
      return changes.get(0).b;
    }
    TensorVector thirds = new TensorVector();
    for (Projection p : List.of(Projection.Q, Projection.K, Projection.V)) {
      Tensor none = changes.get(0).b.new_zeros(outputs / 3, 0);
      thirds.push_back(
          changes.stream().filter(c -> c.at == p).map(LowRank::b).findAny().orElse(none));
    }
    return torch.block_diag(thirds);
  }

  private static Tensor rows(Tensor x) {
    return x.reshape(-1, x.size(2));
  }

  /** ΔW (D_out, D_in) in fp32. */
  public Tensor delta() {
    return b.mm(a).mul(new Scalar(scale));
  }
}
