package dev.adapterx.peft.points;

import dev.adapterx.nn.PointSearch;
import dev.adapterx.peft.kit.Distances;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The spectral bases of graphs over the centres of clouds: eigenvectors of the Laplacian of all
 * centres, and of each run of consecutive centres along a space-filling curve.
 *
 * <pre>
 *   W_ij = 1 / |c_i − c_j|,  L = diag(Σ_j W_ij) − W,  L = U diag(λ) Uᵀ,  λ ascending
 * </pre>
 *
 * <p>Computed in fp64, without gradient. An eigenvector's sign is arbitrary; it is chosen so that
 * the largest component (the first of several) is positive. Where eigenvalues coincide (a symmetric
 * cloud) any choice of eigenvectors is valid: one machine makes the same choice every time, another
 * may differ.
 *
 * <p>Nothing is read back here, but libtorch's eigendecomposition itself checks whether it
 * succeeded, which stalls a device other than the CPU, twice at the beginning of a forward pass.
 *
 * @param whole (B, G, G) eigenvectors of each cloud in columns, fp32
 * @param parts (B·G/S, S, S) of runs of S centres
 * @param along (B·G) the rows of all centres, in each cloud's order along its curve
 * @param back (B·G) the inverse permutation
 */
record GraphBasis(Tensor whole, Tensor parts, Tensor along, Tensor back) {
  /** Components whose sizes differ by less than this share are equally large: (1, -1) / √2. */
  private static final double EQUAL = 1e-6;

  /** Bits of a coordinate on the curve. */
  private static final long BITS = 0xFFFF;

  /** Masks of the bits after halves, quarters, … have been moved apart. */
  private static final long[] PIECES = {
    0xFF_0000_FFL, 0x00F0_0F00_F00FL, 0x0C30_C30C_30C3L, 0x2492_4924_9249L
  };

  /** Steps of the curve per unit of length. */
  private static final float STEPS = 100;

  /** The bases for centres (B, G, 3), with runs of {@code size}, which divides G. */
  static GraphBasis of(Tensor centres, int size) {
    Tensor along = PointSearch.rows(order(centres), centres.size(1));
    Tensor exact = centres.to(ScalarType.Double);
    Tensor runs = PointSearch.chosen(exact.reshape(-1, 3), along).view(-1, size, 3);
    return new GraphBasis(eigenvectors(exact), eigenvectors(runs), along, along.argsort());
  }

  /** Centres (…, 3) of graphs (M, S, 3) to eigenvectors (M, S, S). */
  private static Tensor eigenvectors(Tensor centres) {
    Tensor distances = Distances.among(centres, new LongOptional(2)); // exact 0 to itself
    Tensor same = distances.eq(new Scalar(0));
    double far = Double.POSITIVE_INFINITY;
    Tensor smallest = distances.masked_fill(same, new Scalar(far)).amin(new long[] {1, 2}, true);
    Tensor weights = distances.maximum(smallest).reciprocal();
    weights = weights.sub(weights.diagonal(0, 1, 2).diag_embed(0, 1, 2));
    Tensor degrees = weights.sum(new long[] {2}, false, new ScalarTypeOptional());
    Tensor vectors = torch.linalg_eigh(degrees.diag_embed(0, 1, 2).sub(weights)).get1();
    return vectors.mul(signs(vectors)).to(ScalarType.Float);
  }

  /** The signs (M, 1, S) that make each column's first largest component positive. */
  private static Tensor signs(Tensor vectors) {
    Tensor sizes = vectors.maximum(vectors.neg());
    Tensor nearly = sizes.amax(new long[] {1}, true).mul(new Scalar(1 - EQUAL));
    Tensor first = sizes.ge(nearly).to(ScalarType.Byte).argmax(new LongOptional(1), true);
    return vectors.gather(1, first).sign();
  }

  /** The order of each cloud's centres (B, G, 3) along the curve, (B, G). */
  static Tensor order(Tensor centres) {
    return key(centres.select(2, 1), centres.select(2, 0), centres.select(2, 2))
        .argsort(true, 1, false); // stable: equal places keep their order
  }

  /**
   * The position on the Z-order curve: the interleaved bits of the coordinates in hundredths, the
   * first coordinate's first. Negative coordinates sort after positive ones, as their two's
   * complement does.
   */
  static Tensor key(Tensor first, Tensor second, Tensor third) {
    return spread(first)
        .bitwise_left_shift(new Scalar(2))
        .bitwise_or(spread(second).bitwise_left_shift(new Scalar(1)))
        .bitwise_or(spread(third));
  }

  /** The lowest bits of a coordinate in hundredths, spread with two zeros between neighbours. */
  private static Tensor spread(Tensor coordinate) {
    Tensor bits =
        coordinate.mul(new Scalar(STEPS)).to(ScalarType.Long).bitwise_and(new Scalar(BITS));
    for (int i = 0; i < PIECES.length; i++) { // pieces of 8 bits, of 4, 2 and 1
      Tensor moved = bits.bitwise_left_shift(new Scalar(16 >> i));
      bits = bits.bitwise_or(moved).bitwise_and(new Scalar(PIECES[i]));
    }
    return bits;
  }
}
