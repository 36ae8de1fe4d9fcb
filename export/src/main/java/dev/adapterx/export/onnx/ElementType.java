package dev.adapterx.export.onnx;

/** Types of elements that graphs here have, by ONNX's numbers. */
public enum ElementType {
  FLOAT(1, 4),
  UINT8(2, 1),
  INT8(3, 1),
  INT32(6, 4),
  INT64(7, 8),
  BOOL(9, 1),
  FLOAT16(10, 2),
  BFLOAT16(16, 2);

  private final int number;
  private final int bytes;

  ElementType(int number, int bytes) {
    this.number = number;
    this.bytes = bytes;
  }

  /** In {@code TensorProto.DataType} and in adapter files, which use the same numbers. */
  public int number() {
    return number;
  }

  /** Of one element. */
  int bytes() {
    return bytes;
  }
}
