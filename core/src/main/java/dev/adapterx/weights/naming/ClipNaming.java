package dev.adapterx.weights.naming;

import dev.adapterx.weights.StoredTensor;
import dev.adapterx.weights.WeightFile;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Names of Hugging Face's {@code CLIPModel} and {@code CLIPVisionModel}: the visual tower up to its
 * last norm. The projection into the shared space and the text tower are left out.
 *
 * <p>Source: <a href="https://github.com/huggingface/transformers">transformers</a>, {@code
 * models/clip/modeling_clip.py}.
 */
final class ClipNaming implements CheckpointNames.Naming {
  /** Prefix in a {@code CLIPModel}; a {@code CLIPVisionModel} of transformers 5 has none. */
  private static final String TOWER = "vision_model.";

  private static final Map<String, String> OUTSIDE =
      Map.of(
          "embeddings.patch_embedding.weight", "patch_embed.proj.weight",
          "pre_layrnorm.weight", "norm_pre.weight", // so they spell it
          "pre_layrnorm.bias", "norm_pre.bias",
          "post_layernorm.weight", "norm.weight",
          "post_layernorm.bias", "norm.bias");

  private static final Pattern BLOCK =
      Pattern.compile("encoder\\.layers\\.(\\d+)\\.(.+)(\\.(?:weight|bias))");

  private static final Map<String, String> INSIDE =
      Map.of(
          "layer_norm1", "norm1",
          "layer_norm2", "norm2",
          "self_attn.out_proj", "attn.proj",
          "mlp.fc1", "mlp.fc1",
          "mlp.fc2", "mlp.fc2");

  private static final List<String> QKV =
      List.of("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj");

  private static final Pattern LEFT_OUT =
      Pattern.compile("(?:text_model|text_projection|visual_projection)\\..+|logit_scale");

  @Override
  public String mark() {
    return "embeddings.patch_embedding.weight";
  }

  @Override
  public Set<String> prefixes() {
    return Set.of("", TOWER);
  }

  @Override
  public CheckpointNames.Named rename(WeightFile file, String prefix) {
    Renaming renaming = new Renaming(file, "hf-clip");
    for (StoredTensor tensor : file.tensors().values()) {
      if (tensor.name().startsWith(prefix) && !LEFT_OUT.matcher(tensor.name()).matches()) {
        rename(tensor, prefix, renaming);
      } else if (LEFT_OUT.matcher(tensor.name()).matches()) {
        renaming.drop(tensor.name());
      } else {
        renaming.unknown(tensor.name());
      }
    }
    return renaming.done();
  }

  private static void rename(StoredTensor tensor, String prefix, Renaming renaming) {
    String rest = tensor.name().substring(prefix.length());
    @Nullable String target = OUTSIDE.get(rest);
    Matcher block = BLOCK.matcher(rest);
    if (target != null) {
      renaming.put(target, tensor);
    } else if (rest.equals("embeddings.class_embedding")) {
      renaming.put("cls_token", renaming.ofRank(1, tensor).reshaped(1, 1, tensor.shape()[0]));
    } else if (rest.equals("embeddings.position_embedding.weight")) {
      long[] shape = renaming.ofRank(2, tensor).shape();
      renaming.put("pos_embed", tensor.reshaped(1, shape[0], shape[1]));
    } else if (rest.equals("embeddings.position_ids")) { // 0, 1, 2, ...
      renaming.drop(tensor.name());
    } else if (block.matches()) {
      renameInBlock(tensor, prefix, block, renaming);
    } else {
      renaming.unknown(tensor.name());
    }
  }

  private static void renameInBlock(
      StoredTensor tensor, String prefix, Matcher block, Renaming renaming) {
    String inner = block.group(2);
    String ending = block.group(3);
    String at = "blocks." + block.group(1) + ".";
    @Nullable String single = INSIDE.get(inner);
    if (single != null) {
      renaming.put(at + single + ending, tensor);
    } else if (QKV.contains(inner)) {
      String layer = prefix + "encoder.layers." + block.group(1) + ".";
      List<StoredTensor> parts =
          QKV.stream().map(part -> renaming.partner(tensor.name(), layer + part + ending)).toList();
      if (inner.equals(QKV.get(0))) { // added once, with the first part
        renaming.put(at + "attn.qkv" + ending, renaming.stacked(parts));
      }
    } else {
      renaming.unknown(tensor.name());
    }
  }
}
