package dev.adapterx.nn;

import dev.adapterx.base.Rng;
import dev.adapterx.tensor.Tensors;
import java.util.Arrays;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * {@link DropoutMask}'s factors, bit for bit, computed on the device: SplitMix64 is counter-based,
 * so all numbers of a stream can be computed independently, at once.
 */
final class DeviceMask {
  private static final int DRAWS = 4; // of 16 bits from each number

  private DeviceMask() {}

  /** Factors of a shape, drawn in row-major order, with the dtype and device of {@code model}. */
  static Tensor of(Rng rng, double keep, Tensor model, long... shape) {
    long count = Arrays.stream(shape).reduce(1, Math::multiplyExact);
    Tensor drawn = bits(rng, count, model);
    Tensor open = drawn.lt(new Scalar(Math.round(keep * 65536))).to(Tensors.type(model));
    return Tensors.scaled(open, (float) (1 / keep)).view(shape);
  }

  /** (count) numbers of 16 bits. */
  private static Tensor bits(Rng rng, long count, Tensor model) {
    long numbers = (count + DRAWS - 1) / DRAWS;
    TensorOptions there =
        new TensorOptions(ScalarType.Long).device(new DeviceOptional(model.device()));
    Tensor place = torch.arange(new Scalar(1L), new Scalar(numbers + 1), there);
    Tensor mixed =
        mixed(place.mul(new Scalar(Rng.GOLDEN_GAMMA)).add(new Scalar(rng.state()))); // (numbers)
    Tensor[] draws = new Tensor[DRAWS];
    Arrays.setAll(draws, i -> shifted(mixed, 16 * i).bitwise_and(new Scalar(0xFFFFL)));
    return torch.stack(new TensorVector(draws), 1).flatten().narrow(0, 0, count);
  }

  /** SplitMix64's finaliser; products wrap as Java's do. */
  private static Tensor mixed(Tensor state) {
    Tensor z = state.bitwise_xor(shifted(state, 30)).mul(new Scalar(0xBF58476D1CE4E5B9L));
    z = z.bitwise_xor(shifted(z, 27)).mul(new Scalar(0x94D049BB133111EBL));
    return z.bitwise_xor(shifted(z, 31));
  }

  /** {@code z >>> bits}; libtorch's own shift is arithmetic. */
  private static Tensor shifted(Tensor z, int bits) {
    return bits == 0
        ? z
        : torch
            .bitwise_right_shift(z, new Scalar((long) bits))
            .bitwise_and(new Scalar(-1L >>> bits));
  }
}
