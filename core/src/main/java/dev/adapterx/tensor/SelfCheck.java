package dev.adapterx.tensor;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/** Diagnostics of the engine: its versions, and whether it multiplies correctly. */
public final class SelfCheck {
  private static final int INNER = 48;

  private SelfCheck() {}

  /** The engine's parts and their build versions; {@code unknown} where a jar does not state it. */
  public static Map<String, String> versions() {
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put("javacpp", version(org.bytedeco.javacpp.Loader.class));
    versions.put("pytorch", version(org.bytedeco.pytorch.global.torch.class));
    versions.put("openblas", version(org.bytedeco.openblas.global.openblas.class));
    return versions;
  }

  private static String version(Class<?> of) {
    String version = of.getPackage().getImplementationVersion();
    return version == null ? "unknown" : version;
  }

  /** What {@link Precision#AUTO} resolves to on this machine, and why. */
  public static String choice() {
    var present = Native.instructionSets();
    return Precision.isBf16Fast(present)
        ? "bf16: the processor has "
            + (present.contains("amx_bf16") ? "amx_bf16" : "avx512_bf16")
            + ", which multiplies it natively"
        : "fp32: the processor has neither amx_bf16 nor avx512_bf16";
  }

  /**
   * Multiplies two small matrices of -1, 0 and 1, whose product is exact in every dtype.
   *
   * @return a description of the error; empty when the product is right
   */
  public static Optional<String> product(Precision precision) {
    int rows = 33;
    int columns = 17;
    float[] left = pattern(rows * INNER, 5);
    float[] right = pattern(INNER * columns, 7);
    float[] expected = new float[rows * columns];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        for (int k = 0; k < INNER; k++) {
          expected[i * columns + j] += left[i * INNER + k] * right[k * columns + j];
        }
      }
    }
    float[] found;
    try (Scope scope = Scope.withoutGradients()) {
      Tensor a = Tensors.of(left, rows, INNER).to(precision.type());
      Tensor b = Tensors.of(right, INNER, columns).to(precision.type());
      found = Tensors.floats(a.matmul(b));
    }
    int wrong = Arrays.mismatch(expected, found);
    return wrong < 0
        ? Optional.empty()
        : Optional.of(
            "element (%d, %d) of a %d x %d product in %s is %s, expected %s"
                .formatted(
                    wrong / columns,
                    wrong % columns,
                    rows,
                    columns,
                    precision.resolved(),
                    found[wrong],
                    expected[wrong]));
  }

  private static float[] pattern(int length, int step) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (i * step + i / step) % 3 - 1;
    }
    return values;
  }
}
