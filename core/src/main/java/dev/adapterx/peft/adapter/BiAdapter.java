package dev.adapterx.peft.adapter;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Parameters;
import dev.adapterx.nn.Block;
import dev.adapterx.nn.BlockTuner;
import dev.adapterx.nn.Linear;
import dev.adapterx.nn.LinearSite;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.PeftMethod;
import dev.adapterx.peft.Tuner;
import dev.adapterx.peft.kit.Checks;
import dev.adapterx.peft.kit.WeightTuner;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.weights.DType;
import dev.adapterx.weights.StoredTensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Bi-Adapter: AdaptFormer or LoRA whose weights have one bit each, or a few.
 *
 * <pre>
 *   AdaptFormer:  y = a + DP(FFN(n2(a))) + s · Q(U) drop(ReLU(Q(D) a))       D (R, D), U (D, R)
 *   LoRA:         q += s · Q(B_q) drop(Q(A_q) x),  v += s · Q(B_v) drop(Q(A_v) x),  x = n1(·)
 * </pre>
 *
 * <p>Q normalises a tensor by its own mean and standard deviation, replaces each value by the
 * nearest of {@code 2^b} levels and undoes the normalisation; its gradient is the straight-through
 * estimate ({@link Quantiser}). There are no biases. Training and checkpoints keep the weights in
 * fp32. The adapter's file stores for each tensor {@code NAME.codes}, b bits a value, and {@code
 * NAME.mean_std}; a model read from it predicts bit for bit the same and cannot be trained further.
 *
 * <p>Trainable: {@code 2 D R L} around the MLP, {@code 4 D R L} as LoRA: 589,824 and 1,179,648 on
 * ViT-B/16 with rank 32. In the file, without the head: {@code b/8} bytes per value and 8 per
 * tensor: 73,728 + 192 and 147,456 + 384 bytes with one bit. Not the identity at the start, though
 * nearly so. LoRA is mergeable; AdaptFormer is not, because of its ReLU.
 *
 * <p>Jie et al., Revisiting the Parameter Efficiency of Adapters from the Perspective of Precision
 * Redundancy, ICCV 2023, <a href="https://arxiv.org/abs/2307.16867">arXiv 2307.16867</a>. As the
 * authors' code: D and A are drawn from U(±1/√D), U and B from a normal with std 0.001 truncated at
 * two standard deviations, dropout 0.1 between; s is 1 there and then chosen for each task; the
 * levels are medians. Deviations: their levels stop after 500 iterations, these at convergence; a
 * value exactly between two levels becomes the lower one, not their mean; three bits are packed
 * without gaps.
 *
 * @param base what is quantised
 * @param rank R
 * @param bits b, of each weight: 1 … 4
 * @param scale s
 * @param dropout between the two matrices
 */
public record BiAdapter(Base base, int rank, int bits, double scale, double dropout)
    implements PeftMethod {
  /** The adapter that is quantised. */
  public enum Base {
    /** Beside the MLP, with a ReLU. */
    ADAPTFORMER,
    /** Beside q and v, linear. */
    LORA
  }

  private static final int MAX_BITS = 4;

  public BiAdapter {
    Checks.atLeastOne("bi-adapter.rank", rank);
    if (bits < 1 || bits > MAX_BITS) {
      throw new ConfigException("bi-adapter.bits must be 1, 2, 3 or 4, found " + bits);
    }
    if (!(Math.abs(scale) > 0 && Double.isFinite(scale))) {
      throw new ConfigException("bi-adapter.scale must be a number other than 0, found " + scale);
    }
    Checks.share("bi-adapter.dropout", dropout);
  }

  /** AdaptFormer of rank 32 with one bit. */
  public BiAdapter() {
    this(Base.ADAPTFORMER, 32, 1, 1, 0.1);
  }

  @Override
  public String name() {
    return "bi-adapter";
  }

  @Override
  public String title() {
    return base == Base.LORA ? "Bi-LoRA" : "Bi-AdaptFormer";
  }

  @Override
  public Map<String, BiAdapter> presets() {
    return Map.of("lora", new BiAdapter(Base.LORA, 32, 1, 1, 0.1));
  }

  @Override
  public Tuner attach(Backbone backbone, Rng rng) {
    Checks.believable(
        "bi-adapter: rank " + rank + " makes an adapter", 2.0 * rank * backbone.width());
    Parameters parameters = new Parameters(rng, backbone.device());
    List<Around> around =
        IntStream.range(0, backbone.blocks().size())
            .mapToObj(i -> around("blocks." + i, backbone.blocks().get(i).width(), parameters))
            .toList();
    return new Attached(this, backbone, around, parameters.named(), Map.of());
  }

  private Around around(String block, int width, Parameters parameters) {
    Weights weights = new Weights(new Quantiser(bits), false);
    if (base == Base.ADAPTFORMER) {
      Pair pair = pair(block + ".adaptformer", "down", "up", width, parameters);
      return new BesideMlp(this, weights, pair);
    }
    Pair q = pair(block + ".lora.q", "a", "b", width, parameters);
    Pair v = pair(block + ".lora.v", "a", "b", width, parameters);
    return new BesideQv(this, weights, q, v);
  }

  private Pair pair(String place, String first, String second, int width, Parameters parameters) {
    return new Pair(
        place,
        parameters.add(place + "." + first, rng -> Init.kaimingUniform(rng, width, rank, width)),
        parameters.add(place + "." + second, rng -> Init.truncatedNormal(rng, 0.001, width, rank)));
  }

  /**
   * Two matrices in fp32.
   *
   * @param down (R, D)
   * @param up (D, R)
   */
  private record Pair(String place, Tensor down, Tensor up) {}

  /**
   * How trained weights become the weights used.
   *
   * @param packed whether they come from a file and are already quantised
   */
  private record Weights(Quantiser quantiser, boolean packed) {
    Tensor used(Tensor w, Pass pass) {
      if (packed && pass.isTraining()) {
        throw new ConfigException(
            "bi-adapter: an adapter's file keeps a few bits of each weight, and those cannot be"
                + " trained on; resume the run, whose checkpoint has them in fp32, or attach a"
                + " fresh adapter");
      }
      return used(w);
    }

    Tensor used(Tensor w) {
      return packed ? w : quantiser.quantised(w);
    }
  }

  /** A tuner of one block. */
  private interface Around extends WeightTuner {
    /** The same over weights read from a file. */
    Around packed();
  }

  private Tensor bypass(Weights weights, Pair pair, Tensor x, boolean relu, Pass pass) {
    Tensor down = torch.linear(x, Tensors.like(weights.used(pair.down, pass), x)); // (B, N, R)
    Tensor hidden = relu ? torch.relu(down) : down;
    Tensor dropped = pass.dropout(hidden, dropout, pair.place + ".dropout");
    Tensor up = torch.linear(dropped, Tensors.like(weights.used(pair.up, pass), x));
    return Tensors.scaled(up, scale); // (B, N, D)
  }

  private record BesideMlp(BiAdapter method, Weights weights, Pair pair) implements Around {
    @Override
    public Tensor mlpHalf(Block b, Tensor a, Pass pass) {
      Tensor beside = method.bypass(weights, pair, a, true, pass);
      return Around.super.mlpHalf(b, a, pass).add(beside);
    }

    @Override
    public Around packed() {
      return new BesideMlp(method, new Weights(weights.quantiser, true), pair);
    }
  }

  private record BesideQv(BiAdapter method, Weights weights, Pair q, Pair v) implements Around {
    @Override
    public Tensor linear(LinearSite at, Linear linear, Tensor x, Pass pass) {
      Tensor y = linear.forward(x);
      return at == LinearSite.QKV
          ? added(
              y,
              2,
              method.bypass(weights, q, x, false, pass),
              method.bypass(weights, v, x, false, pass))
          : y;
    }

    /** Adds to the first and the last third along a dimension. */
    private static Tensor added(Tensor qkv, long dimension, Tensor toQ, Tensor toV) {
      long width = qkv.size(dimension) / 3;
      return Tensors.cat(
          dimension,
          qkv.narrow(dimension, 0, width).add(toQ),
          qkv.narrow(dimension, width, width),
          qkv.narrow(dimension, 2 * width, width).add(toV));
    }

    @Override
    public Linear merged(LinearSite at, Linear frozen) {
      return at == LinearSite.QKV
          ? new Linear(
              added(Tensors.fp32(frozen.weight()), 0, product(q), product(v)), frozen.bias())
          : frozen;
    }

    private Tensor product(Pair pair) {
      return Tensors.scaled(weights.used(pair.up).mm(weights.used(pair.down)), method.scale);
    }

    @Override
    public Around packed() {
      return new BesideQv(method, new Weights(weights.quantiser, true), q, v);
    }
  }

  /**
   * The tensors on one backbone.
   *
   * @param kept the values from a file, if they come from one
   */
  private record Attached(
      BiAdapter method,
      Backbone backbone,
      List<Around> around,
      NamedTensors trainable,
      Map<String, StoredTensor> kept)
      implements Tuner {
    private static final String CODES = ".codes";
    private static final String STATISTICS = ".mean_std";

    @Override
    public BlockTuner block(int i) {
      return around.get(i);
    }

    @Override
    public List<StoredTensor> stored() {
      if (!kept.isEmpty()) {
        return List.copyOf(kept.values());
      }
      Quantiser quantiser = new Quantiser(method.bits);
      List<StoredTensor> stored = new ArrayList<>();
      trainable.forEach(
          (name, w) -> {
            byte[] codes = quantiser.codes(w);
            float[] statistics = Tensors.floats(quantiser.statistics(w));
            stored.add(
                new StoredTensor(
                    name + CODES, DType.U8, new long[] {codes.length}, ByteBuffer.wrap(codes)));
            stored.add(StoredTensor.of(name + STATISTICS, statistics, statistics.length));
          });
      return stored;
    }

    @Override
    public Tuner restored(Map<String, StoredTensor> file) {
      Quantiser quantiser = new Quantiser(method.bits);
      Map<String, StoredTensor> own = new LinkedHashMap<>();
      trainable.forEach(
          (name, w) -> {
            byte[] codes = codes(Objects.requireNonNull(file.get(name + CODES)));
            float[] statistics = Objects.requireNonNull(file.get(name + STATISTICS)).floats();
            w.copy_(
                quantiser.unpacked(codes, Tensors.of(statistics, statistics.length), w.shape()));
            own.put(
                name + CODES,
                new StoredTensor(
                    name + CODES, DType.U8, new long[] {codes.length}, ByteBuffer.wrap(codes)));
            own.put(
                name + STATISTICS,
                StoredTensor.of(name + STATISTICS, statistics, statistics.length));
          });
      List<Around> packed = around.stream().map(Around::packed).toList();
      return new Attached(method, backbone, packed, trainable, own);
    }

    private static byte[] codes(StoredTensor stored) {
      if (stored.dtype() != DType.U8) {
        throw new CheckpointException(
            "The adapter's "
                + stored.name()
                + " holds "
                + stored.dtype()
                + ", expected U8: packed weights; the file was converted since it was written");
      }
      byte[] codes = new byte[Math.toIntExact(stored.bytes())];
      stored.data().get(codes);
      return codes;
    }

    @Override
    public NamedTensors merged() {
      if (method.base == Base.LORA) {
        return WeightTuner.merged(backbone, around::get);
      }
      throw new ConfigException(
          "it has a ReLU beside the MLP, and no weights of a plain backbone do that; keep the"
              + " adapter and load it onto the backbone, or train with base lora");
    }
  }
}
