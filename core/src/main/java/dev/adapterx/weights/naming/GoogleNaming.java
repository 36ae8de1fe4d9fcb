package dev.adapterx.weights.naming;

import dev.adapterx.weights.StoredTensor;
import dev.adapterx.weights.Strided;
import dev.adapterx.weights.WeightFile;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names and layouts of the JAX checkpoints that ViT was published with: kernels are (in, out),
 * attention kernels (in, heads, head width) and (heads, head width, out), patches (height, width,
 * in, out).
 *
 * <p>Source: Dosovitskiy et al., "An Image is Worth 16x16 Words", <a
 * href="https://github.com/google-research/vision_transformer">google-research/vision_transformer</a>.
 * A representation layer ({@code pre_logits}) and the head behind it are dropped; a head without
 * one is kept.
 */
final class GoogleNaming implements CheckpointNames.Naming {
  private static final String TARGET = "opt/target/";
  private static final Pattern BLOCK = Pattern.compile("Transformer/encoderblock_(\\d+)/(.+)");
  private static final Pattern QKV =
      Pattern.compile("MultiHeadDotProductAttention_1/(query|key|value)/(kernel|bias)");

  private static final Map<String, String> VECTORS =
      Map.of(
          "embedding/bias", "patch_embed.proj.bias",
          "cls", "cls_token",
          "Transformer/posembed_input/pos_embedding", "pos_embed",
          "Transformer/encoder_norm/scale", "norm.weight",
          "Transformer/encoder_norm/bias", "norm.bias",
          "head/bias", "head.bias");

  private static final Map<String, String> BLOCK_VECTORS =
      Map.of(
          "LayerNorm_0/scale", "norm1.weight",
          "LayerNorm_0/bias", "norm1.bias",
          "LayerNorm_2/scale", "norm2.weight",
          "LayerNorm_2/bias", "norm2.bias",
          "MultiHeadDotProductAttention_1/out/bias", "attn.proj.bias",
          "MlpBlock_3/Dense_0/bias", "mlp.fc1.bias",
          "MlpBlock_3/Dense_1/bias", "mlp.fc2.bias");

  @Override
  public String mark() {
    return "embedding/kernel";
  }

  @Override
  public Set<String> prefixes() {
    return Set.of("", TARGET);
  }

  @Override
  public CheckpointNames.Named rename(WeightFile file, String prefix) {
    Renaming renaming = new Renaming(file, "google-npz");
    boolean preLogits = file.tensors().containsKey(prefix + "pre_logits/kernel");
    for (StoredTensor tensor : file.tensors().values()) {
      String name = tensor.name();
      String rest = name.startsWith(prefix) ? name.substring(prefix.length()) : "";
      boolean headOfPreLogits =
          rest.startsWith("pre_logits/") || (preLogits && rest.startsWith("head/"));
      if (rest.isEmpty() || headOfPreLogits) { // the optimizer's state lies outside the prefix
        renaming.drop(name);
      } else {
        renameOutside(rest, tensor, prefix, renaming);
      }
    }
    return renaming.done();
  }

  private static void renameOutside(
      String rest, StoredTensor tensor, String prefix, Renaming renaming) {
    String vector = VECTORS.get(rest);
    Matcher block = BLOCK.matcher(rest);
    if (vector != null) {
      renaming.put(vector, tensor);
    } else if (rest.equals("embedding/kernel")) { // HWIO to OIHW
      StoredTensor kernel = renaming.ofRank(4, tensor);
      renaming.put("patch_embed.proj.weight", Strided.transposed(kernel, 3, 2, 0, 1));
    } else if (rest.equals("head/kernel")) {
      renaming.put("head.weight", transposed(tensor, renaming));
    } else if (block.matches()) {
      String stem = prefix + rest.substring(0, block.start(2));
      renameInBlock(stem, "blocks." + block.group(1) + ".", block.group(2), tensor, renaming);
    } else {
      renaming.unknown(tensor.name());
    }
  }

  private static void renameInBlock(
      String stem, String at, String rest, StoredTensor tensor, Renaming renaming) {
    String vector = BLOCK_VECTORS.get(rest);
    Matcher qkv = QKV.matcher(rest);
    if (vector != null) {
      renaming.put(at + vector, tensor);
    } else if (qkv.matches()) {
      List<StoredTensor> parts =
          List.of("query", "key", "value").stream()
              .map(part -> stem + rest.replace("/" + qkv.group(1) + "/", "/" + part + "/"))
              .map(name -> renaming.partner(tensor.name(), name))
              .toList();
      if (qkv.group(1).equals("query")) { // added once, with the first part
        boolean kernel = qkv.group(2).equals("kernel");
        List<StoredTensor> rows =
            parts.stream().map(p -> kernel ? rows(p, renaming) : vector(p, renaming)).toList();
        renaming.put(at + (kernel ? "attn.qkv.weight" : "attn.qkv.bias"), renaming.stacked(rows));
      }
    } else {
      switch (rest) {
        case "MultiHeadDotProductAttention_1/out/kernel" ->
            renaming.put(at + "attn.proj.weight", outRows(tensor, renaming));
        case "MlpBlock_3/Dense_0/kernel" ->
            renaming.put(at + "mlp.fc1.weight", transposed(tensor, renaming));
        case "MlpBlock_3/Dense_1/kernel" ->
            renaming.put(at + "mlp.fc2.weight", transposed(tensor, renaming));
        default -> renaming.unknown(tensor.name());
      }
    }
  }

  /** (in, out) to (out, in). */
  private static StoredTensor transposed(StoredTensor kernel, Renaming renaming) {
    return Strided.transposed(renaming.ofRank(2, kernel), 1, 0);
  }

  /** (in, heads, width) to (heads * width, in). */
  private static StoredTensor rows(StoredTensor kernel, Renaming renaming) {
    long[] s = renaming.ofRank(3, kernel).shape();
    return Strided.transposed(kernel.reshaped(s[0], s[1] * s[2]), 1, 0);
  }

  /** (heads, width, out) to (out, heads * width). */
  private static StoredTensor outRows(StoredTensor kernel, Renaming renaming) {
    long[] s = renaming.ofRank(3, kernel).shape();
    return Strided.transposed(kernel.reshaped(s[0] * s[1], s[2]), 1, 0);
  }

  /** (heads, width) to (heads * width). */
  private static StoredTensor vector(StoredTensor bias, Renaming renaming) {
    long[] s = renaming.ofRank(2, bias).shape();
    return bias.reshaped(s[0] * s[1]);
  }
}
