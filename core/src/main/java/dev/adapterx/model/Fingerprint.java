package dev.adapterx.model;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.weights.DType;
import dev.adapterx.weights.StoredTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * SHA-256 over a backbone's names, shapes and fp32 values, excluding heads; independent of the file
 * format.
 */
final class Fingerprint {
  private Fingerprint() {}

  /**
   * Reads every value, so unusable tensors are detected here.
   *
   * @param isHead names that are excluded
   * @param path for messages
   */
  static String of(Map<String, StoredTensor> tensors, Predicate<String> isHead, Path path) {
    try {
      return of(tensors, isHead);
    } catch (CheckpointException e) {
      throw new CheckpointException(path + ": " + e.getMessage(), e);
    }
  }

  private static String of(Map<String, StoredTensor> tensors, Predicate<String> isHead) {
    MessageDigest digest = sha256();
    new TreeMap<>(tensors)
        .forEach(
            (name, tensor) -> {
              if (!isHead.test(name)) {
                digest.update(
                    (name + Tensors.shape(tensor.shape())).getBytes(StandardCharsets.UTF_8));
                digest.update(values(tensor));
              }
            });
    return HexFormat.of().formatHex(digest.digest());
  }

  private static ByteBuffer values(StoredTensor tensor) {
    if (tensor.dtype() == DType.F32) {
      return tensor.data();
    }
    float[] values = tensor.floats();
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }
}
