package dev.adapterx.peft;

import dev.adapterx.tensor.Tensors;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * What the graphs over the centres of clouds oscillate in: eigenvectors of their Laplacians, of all
 * centres and of runs of centres that follow one another along a space-filling curve.
 *
 * <pre>
 *   W_ij = 1 / |c_i − c_j|,  L = diag(Σ_j W_ij) − W,  L = U diag(λ) Uᵀ,  λ ascending
 * </pre>
 *
 * <p>Computed in fp64, without gradient. An eigenvector's sign means nothing; the one whose largest
 * component, the first of several, is positive is taken. Where eigenvalues coincide (a symmetric
 * cloud) any choice of eigenvectors is as good as another: the same machine makes the same one
 * every time, another may make another.
 *
 * @param whole (B, G, G) eigenvectors in columns, fp32
 * @param parts (B·G/S, S, S) of runs of S centres
 * @param along (B·G) the rows of all centres, each cloud's along its curve
 * @param back (B·G) the way back
 */
record GraphBasis(Tensor whole, Tensor parts, Tensor along, Tensor back) {
  /** Components whose sizes differ by less than this share are equally large: (1, -1) / √2. */
  private static final double EQUAL = 1e-6;

  /** Bits of a coordinate on the curve. */
  private static final int BITS = 16;

  /** Steps of the curve in a unit of length. */
  private static final float STEPS = 100;

  /** Of centres (B, G, 3), with runs of {@code size}, which divides G. */
  static GraphBasis of(Tensor centres, int size) {
    int clouds = Math.toIntExact(centres.size(0));
    int groups = Math.toIntExact(centres.size(1));
    int[] along = order(Tensors.floats(centres), clouds, groups);
    long[] forth = new long[along.length];
    long[] back = new long[along.length];
    for (int i = 0; i < along.length; i++) {
      forth[i] = along[i];
      back[along[i]] = i;
    }
    Tensor rows = Tensors.beside(centres, Tensors.of(forth, along.length));
    Tensor exact = centres.to(ScalarType.Double);
    Tensor runs = exact.reshape(-1, 3).index_select(0, rows).view(-1, size, 3);
    return new GraphBasis(
        eigenvectors(exact),
        eigenvectors(runs),
        rows,
        Tensors.beside(centres, Tensors.of(back, along.length)));
  }

  /** Centres (…, 3) of graphs (M, S, 3) to eigenvectors (M, S, S). */
  private static Tensor eigenvectors(Tensor centres) {
    Tensor distances = torch.cdist(centres, centres, 2, new LongOptional(2)); // exact 0 to itself
    Tensor same = distances.eq(new Scalar(0));
    double far = Double.POSITIVE_INFINITY;
    Tensor smallest = distances.masked_fill(same, new Scalar(far)).amin(new long[] {1, 2}, true);
    Tensor weights = distances.maximum(smallest).reciprocal();
    weights = weights.sub(weights.diagonal(0, 1, 2).diag_embed(0, 1, 2));
    Tensor degrees = weights.sum(new long[] {2}, false, new ScalarTypeOptional());
    Tensor vectors = torch.linalg_eigh(degrees.diag_embed(0, 1, 2).sub(weights)).get1();
    return vectors.mul(signs(vectors)).to(ScalarType.Float);
  }

  /** (M, 1, S): by which each column's first largest component becomes positive. */
  private static Tensor signs(Tensor vectors) {
    Tensor sizes = vectors.abs();
    Tensor nearly = sizes.amax(new long[] {1}, true).mul(new Scalar(1 - EQUAL));
    Tensor first = sizes.ge(nearly).to(ScalarType.Byte).argmax(new LongOptional(1), true);
    return vectors.gather(1, first).sign();
  }

  /** Of each cloud's centres the rows along the curve; rows count through all clouds. */
  private static int[] order(float[] centres, int clouds, int groups) {
    long[] keys = new long[clouds * groups];
    Arrays.setAll(keys, i -> key(centres[3 * i + 1], centres[3 * i], centres[3 * i + 2]));
    return IntStream.range(0, clouds)
        .flatMap(
            b ->
                IntStream.range(b * groups, (b + 1) * groups)
                    .boxed()
                    .sorted(Comparator.comparingLong(i -> keys[i])) // stable
                    .mapToInt(Integer::intValue))
        .toArray();
  }

  /**
   * The place on the Z-order curve: bits of hundredths, interleaved, the first coordinate's first.
   * Negative coordinates come behind positive ones, as their two's complement does.
   */
  static long key(float first, float second, float third) {
    long a = (long) (first * STEPS);
    long b = (long) (second * STEPS);
    long c = (long) (third * STEPS);
    long key = 0;
    for (int bit = 0; bit < BITS; bit++) {
      key |= (a >> bit & 1) << (3 * bit + 2);
      key |= (b >> bit & 1) << (3 * bit + 1);
      key |= (c >> bit & 1) << (3 * bit);
    }
    return key;
  }
}
