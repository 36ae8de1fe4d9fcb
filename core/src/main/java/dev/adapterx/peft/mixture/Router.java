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
      Tensor directions = unit.mm(reduction); // (E, d)
      return own == null
          ? Tensors.fp32(u).mm(directions.t())
          : torch.addmm(unit.mv(own), Tensors.fp32(u), directions.t());
    }
  }

  /** Both sides normalised, with a temperature. */
  record Cosine(Tensor reduction, Tensor embeddings, Tensor temperature) implements Router {
    @Override
    public Tensor scores(Tensor u, @Nullable Tensor own) {
      Tensor reduced = Tensors.fp32(u).mm(reduction.t()); // (T, K)
      Tensor moved = normalised(own == null ? reduced : reduced.add(own));
      return moved.mm(normalised(embeddings).t()).div(temperature);
    }
  }

  /** One matrix. */
  record Plain(Tensor weight) implements Router {
    @Override
    public Tensor scores(Tensor u, @Nullable Tensor own) {
      return own == null
          ? Tensors.fp32(u).mm(weight.t())
          : torch.addmm(weight.mv(own), Tensors.fp32(u), weight.t());
    }
  }
}
