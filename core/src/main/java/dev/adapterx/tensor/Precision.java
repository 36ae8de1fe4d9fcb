package dev.adapterx.tensor;

import java.util.Set;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The dtype in which frozen matrices are stored and multiplied. Trainable tensors are always fp32
 * and are cast where they are used; normalisation, softmax, routing and loss accumulate in fp32
 * whatever the precision.
 */
public enum Precision {
  /** bf16 on a CUDA device and where the CPU has instructions for it, else fp32. */
  AUTO,
  FP32,
  BF16,
  /**
   * Stored as AUTO stores it; the linear layers of the blocks are multiplied in int8 in evaluation,
   * but for those whose inputs have outliers, once the model has seen samples of its training split
   * ({@code AdaptedModel.quantise}).
   */
  INT8;

  /** FP32 or BF16. */
  public Precision resolved() {
    return this == FP32 || this == BF16 ? this : isBf16Fast(Native.instructionSets()) ? BF16 : FP32;
  }

  /** FP32 or BF16 for a device; on the CPU as {@link #resolved()}. */
  public Precision on(Device device) {
    return this != FP32 && device.kind() == Device.Kind.CUDA ? BF16 : resolved();
  }

  /** Whether this is bf16 on a machine without instructions for it. */
  public boolean isSlow() {
    return isSlow(Native.instructionSets());
  }

  boolean isSlow(Set<String> instructions) {
    return this == BF16 && !isBf16Fast(instructions);
  }

  static boolean isBf16Fast(Set<String> instructions) {
    return instructions.contains("amx_bf16") || instructions.contains("avx512_bf16");
  }

  /** The resolved dtype. */
  public ScalarType type() {
    return resolved() == BF16 ? ScalarType.BFloat16 : ScalarType.Float;
  }
}
