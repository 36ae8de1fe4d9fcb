package dev.adapterx.peft.kit;

import dev.adapterx.base.Rng;
import dev.adapterx.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;

/**
 * A matrix split at random into as many parts of equal size as there are experts, none overlapping:
 * each expert trains one of them and keeps the rest as it started.
 */
public final class Modules {
  private final byte[] owner;

  private Modules(byte[] owner) {
    this.owner = owner;
  }

  /**
   * A function of the place alone, not of the seed, so that it need not be stored in adapter files
   * and is the same in a resumed run.
   *
   * @param experts at most 127
   */
  public static Modules of(int experts, int entries, String place) {
    byte[] owner = new byte[entries];
    int[] order = Rng.of(0, place + ".modules").permutation(entries);
    for (int i = 0; i < entries; i++) {
      owner[order[i]] = (byte) ((long) i * experts / entries);
    }
    return new Modules(owner);
  }

  /** The same values, but only the expert's own part gets a gradient. */
  public Tensor trained(Tensor weight, int expert) {
    // One of the two terms is 0, so the sum is the weight to the bit.
    return weight.mul(mask(weight, expert, 1)).add(weight.detach().mul(mask(weight, expert, 0)));
  }

  /** {@code own} in the expert's own part, 1 minus that elsewhere. */
  private Tensor mask(Tensor weight, int expert, int own) {
    float[] mask = new float[owner.length];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = owner[i] == expert ? own : 1 - own;
    }
    return Tensors.beside(weight, Tensors.of(mask, weight.shape()));
  }
}
