package dev.adapterx.tensor;

import java.util.Set;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The type frozen matrices are kept and multiplied in. Trainable tensors are fp32 always and are
 * cast where they are used; normalisation, softmax, routing and loss accumulate in fp32 whatever
 * this says.
 */
public enum Precision {
  /** bf16 on a CUDA device and where the processor has instructions for it, else fp32. */
  AUTO,
  FP32,
  BF16;

  /** FP32 or BF16. */
  public Precision resolved() {
    return this != AUTO ? this : isBf16Fast(Native.instructionSets()) ? BF16 : FP32;
  }

  /** FP32 or BF16, as {@link #resolved()} where the work is the processor's. */
  public Precision on(Device device) {
    return this == AUTO && device.kind() == Device.Kind.CUDA ? BF16 : resolved();
  }

  /** Whether this asks for bf16 of a machine that has no instructions for it. */
  public boolean isSlow() {
    return isSlow(Native.instructionSets());
  }

  boolean isSlow(Set<String> instructions) {
    return this == BF16 && !isBf16Fast(instructions);
  }

  static boolean isBf16Fast(Set<String> instructions) {
    return instructions.contains("amx_bf16") || instructions.contains("avx512_bf16");
  }

  /** The engine's name of the resolved type. */
  public ScalarType type() {
    return resolved() == BF16 ? ScalarType.BFloat16 : ScalarType.Float;
  }
}
