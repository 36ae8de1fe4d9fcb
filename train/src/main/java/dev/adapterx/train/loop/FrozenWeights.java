package dev.adapterx.train.loop;

import dev.adapterx.model.Backbone;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.pytorch.Tensor;

/**
 * SHA-256 of each of a backbone's tensors in memory, in its compute dtype: a training that must not
 * change the backbone compares them afterwards.
 */
public record FrozenWeights(Map<String, String> hashes, long bytes) {
  public static FrozenWeights of(Backbone backbone) {
    Map<String, String> hashes = new LinkedHashMap<>();
    long[] bytes = {0};
    try (Scope scope = Scope.withoutGradients()) {
      backbone
          .tensors()
          .forEach(
              (name, tensor) -> {
                hashes.put(name, hash(tensor));
                bytes[0] += tensor.nbytes();
              });
    }
    return new FrozenWeights(hashes, bytes[0]);
  }

  /**
   * Compares with the backbone's current tensors; returns the statement for run.json.
   *
   * @throws IllegalStateException naming the tensors that changed: a bug, not a user's mistake
   */
  public String unchanged(Backbone backbone) {
    FrozenWeights now = of(backbone);
    if (!now.hashes.equals(hashes)) {
      throw new IllegalStateException(
          "the backbone's frozen weights changed during training: "
              + hashes.keySet().stream()
                  .filter(name -> !Objects.equals(hashes.get(name), now.hashes.get(name)))
                  .toList());
    }
    MessageDigest all = sha256();
    hashes.forEach((name, hash) -> all.update((name + hash).getBytes(StandardCharsets.UTF_8)));
    return "%d tensors, %d bytes, unchanged by training: sha256 %s before and after"
        .formatted(hashes.size(), bytes, HexFormat.of().formatHex(all.digest()));
  }

  private static String hash(Tensor tensor) {
    MessageDigest sha = sha256();
    sha.update(
        (Tensors.type(tensor) + Tensors.shape(tensor.shape())).getBytes(StandardCharsets.UTF_8));
    sha.update(Tensors.bytes(tensor));
    return HexFormat.of().formatHex(sha.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }
}
