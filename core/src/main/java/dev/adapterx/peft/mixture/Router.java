package dev.adapterx.peft.mixture;

import dev.adapterx.model.Parameters;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * Scores sub-tokens against experts, in fp32. Letters: T sub-tokens, d their width, K router width,
 * E experts.
 *
 * <p>Trainable: K·d + E·K (torchscale), one more for cosine's temperature, E·d (linear).
 */
sealed interface Router {
  /** Lower bound of the length that an expert's or token's vector is divided by. */
  double EPS = 1e-4;

  /** u (T, d) to scores (T, E). */
  default Tensor scores(Tensor u) {
    return scores(u, null);
  }

  /**
   * The same for a block with its own vector, added to what is compared with the experts: the
   * reduced sub-token, or the sub-token itself if the router has no reduction.
   *
   * @param own (K), or (d) for a router of one matrix; null: none
   */
  Tensor scores(Tensor u, @Nullable Tensor own);

  /** Makes a router's tensors under {@code place}. */
  static Router initial(
      AdapterX.RouterFlavour flavour,
      int experts,
      int width,
      int inner,
      String place,
      Parameters parameters) {
    if (flavour == AdapterX.RouterFlavour.LINEAR) {
      return new Plain(
          parameters.add(
              place + ".weight", rng -> Init.kaimingUniform(rng, width, experts, width)));
    }
    Tensor reduction =
        parameters.add(
            place + ".reduction.weight", rng -> Init.kaimingUniform(rng, width, inner, width));
    // Orthogonal with gain 0.32, as in torchscale; the score does not depend on the length, but the
    // size of a gradient step does.
    Tensor embeddings =
        parameters.add(place + ".experts", rng -> Init.orthogonal(rng, 0.32, experts, inner));
    return flavour == AdapterX.RouterFlavour.TORCHSCALE
        ? new OneSided(reduction, embeddings)
        : new Cosine(
            reduction,
            embeddings,
            parameters.add(place + ".temperature", rng -> Init.constant(0.3)));
  }

  /**
   * {@code u Wᵀ + b}.
   *
   * @param u (T, d), of a bank the sub-tokens of B samples, one after the other
   * @param weight W (E, d), of a bank (B, E, d)
   * @param bias b (E), of a bank (B, E, 1); null: none
   * @return (T, E)
   */
  private static Tensor product(Tensor u, Tensor weight, @Nullable Tensor bias) {
    Tensor rows = Tensors.fp32(u);
    if (weight.dim() == 2) {
      return bias == null ? rows.mm(weight.t()) : torch.addmm(bias, rows, weight.t());
    }
    Tensor each = rows.view(weight.size(0), -1, weight.size(2)).bmm(weight.transpose(1, 2));
    return (bias == null ? each : each.add(bias.transpose(1, 2))).flatten(0, 1);
  }

  /** Each expert's matrix row with a block's own vector: (E), of a bank (B, E, 1). */
  private static @Nullable Tensor shift(Tensor weight, @Nullable Tensor own) {
    return own == null
        ? null
        : weight.dim() == 2 ? weight.mv(own) : weight.bmm(own.transpose(1, 2));
  }

  /** Rows divided by their length, by EPS where that is larger. */
  private static Tensor normalised(Tensor rows) {
    Tensor length =
        torch.linalg_vector_norm(
            rows,
            new Scalar(2),
            new long[] {-1},
            true,
            new org.bytedeco.pytorch.ScalarTypeOptional());
    return rows.div(length.clamp_min(new Scalar(EPS)));
  }

  /**
   * Only the expert embeddings are normalised. As there is nothing between the two products, they
   * are computed as one: T·d·E instead of T·d·K.
   */
  record OneSided(Tensor reduction, Tensor embeddings) implements Router {
    @Override
    public Tensor scores(Tensor u, @Nullable Tensor own) {
      Tensor unit = normalised(embeddings); // (E, K)
      Tensor directions = unit.matmul(reduction); // (E, d)
      return product(u, directions, shift(unit, own));
    }
  }

  /** Both sides normalised, with a temperature. */
  record Cosine(Tensor reduction, Tensor embeddings, Tensor temperature) implements Router {
    @Override
    public Tensor scores(Tensor u, @Nullable Tensor own) {
      Tensor reduced = product(u, reduction, null); // (T, K)
      Tensor moved = normalised(own == null ? reduced : added(reduced, own));
      Tensor found = product(moved, normalised(embeddings), null);
      return temperature.dim() == 0
          ? found.div(temperature)
          : found.view(temperature.size(0), -1).div(temperature.view(-1, 1)).view(found.shape());
    }

    private static Tensor added(Tensor rows, Tensor own) {
      return own.dim() == 1
          ? rows.add(own)
          : rows.view(own.size(0), -1, own.size(2)).add(own).view(rows.shape());
    }
  }

  /** One matrix. */
  record Plain(Tensor weight) implements Router {
    @Override
    public Tensor scores(Tensor u, @Nullable Tensor own) {
      return product(u, weight, shift(weight, own));
    }
  }
}
