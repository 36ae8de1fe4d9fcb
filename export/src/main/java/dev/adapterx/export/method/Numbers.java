package dev.adapterx.export.method;

import dev.adapterx.export.onnx.ElementType;
import java.util.Locale;

/** How frozen weights are stored, and what they are multiplied in. */
public enum Numbers {
  /** As they are. */
  FP32(ElementType.FLOAT),
  /**
   * Linear layers of blocks in eight bits, a scale for each row, multiplied with inputs in eight
   * bits, a scale for each token; but for layers whose inputs have outliers.
   */
  INT8(ElementType.INT8),
  /** Linear layers of blocks stored in eight bits, a scale for each row; multiplied in fp32. */
  INT8_WEIGHTS(ElementType.INT8),
  /** Matrices stored in fp16; multiplied in fp32. */
  FP16_WEIGHTS(ElementType.FLOAT16),
  /** Matrices stored in bf16; multiplied in fp32. */
  BF16_WEIGHTS(ElementType.BFLOAT16);

  private final ElementType stored;

  Numbers(ElementType stored) {
    this.stored = stored;
  }

  /** What matrices are stored in. */
  ElementType stored() {
    return stored;
  }

  boolean isBytes() {
    return stored == ElementType.INT8;
  }

  /** In names of files and messages: {@code int8-weights}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
