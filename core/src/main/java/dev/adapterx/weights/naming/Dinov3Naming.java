package dev.adapterx.weights.naming;

import dev.adapterx.weights.StoredTensor;
import dev.adapterx.weights.WeightFile;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names of Hugging Face's {@code DINOv3ViTModel}, as files have them ({@code
 * layer.0.attention.q_proj}) and as version 5 has them in memory ({@code model.layer.0}). Keys have
 * no bias there; their third of timm's {@code attn.qkv.bias} becomes 0.
 *
 * <p>Source: <a href="https://github.com/huggingface/transformers">transformers</a>, {@code
 * models/dinov3_vit/modeling_dinov3_vit.py}.
 */
final class Dinov3Naming implements CheckpointNames.Naming {
  private static final Map<String, String> OUTSIDE =
      Map.of(
          "embeddings.cls_token", "cls_token",
          "embeddings.register_tokens", "reg_token",
          "embeddings.patch_embeddings.weight", "patch_embed.proj.weight",
          "embeddings.patch_embeddings.bias", "patch_embed.proj.bias",
          "norm.weight", "norm.weight",
          "norm.bias", "norm.bias",
          "classifier.weight", "head.weight",
          "classifier.bias", "head.bias");

  private static final Pattern BLOCK =
      Pattern.compile("(?:model\\.)?layer\\.(\\d+)\\.(.+?)(?:\\.(weight|bias))?");

  private static final Map<String, String> INSIDE =
      Map.of(
          "norm1", "norm1",
          "norm2", "norm2",
          "attention.o_proj", "attn.proj",
          "mlp.up_proj", "mlp.fc1",
          "mlp.down_proj", "mlp.fc2",
          "layer_scale1.lambda1", "ls1.gamma",
          "layer_scale2.lambda1", "ls2.gamma");

  private static final List<String> PARTS =
      List.of("attention.q_proj", "attention.k_proj", "attention.v_proj");

  @Override
  public String mark() {
    return "embeddings.patch_embeddings.weight";
  }

  @Override
  public Set<String> prefixes() {
    return Set.of("");
  }

  @Override
  public CheckpointNames.Named rename(WeightFile file, String prefix) {
    Renaming renaming = new Renaming(file, "hf-dinov3");
    for (StoredTensor tensor : file.tensors().values()) {
      String name = tensor.name();
      String target = OUTSIDE.get(name);
      Matcher block = BLOCK.matcher(name);
      if (target != null) {
        renaming.put(target, tensor);
      } else if (name.equals("embeddings.mask_token")) {
        renaming.drop(name);
      } else if (block.matches()) {
        renameInBlock(file, tensor, block, renaming);
      } else {
        renaming.unknown(name);
      }
    }
    return renaming.done();
  }

  private static void renameInBlock(
      WeightFile file, StoredTensor tensor, Matcher block, Renaming renaming) {
    String inner = block.group(2);
    String ending = block.group(3) == null ? "" : "." + block.group(3);
    String at = "blocks." + block.group(1) + ".";
    String single = INSIDE.get(inner);
    if (single != null) {
      renaming.put(at + single + ending, tensor);
    } else if (!PARTS.contains(inner)) {
      renaming.unknown(tensor.name());
    } else if (inner.equals(PARTS.get(0))) { // added once, with the first part
      String stem =
          tensor.name().substring(0, tensor.name().length() - inner.length() - ending.length());
      List<StoredTensor> parts = new ArrayList<>();
      for (String part : PARTS) {
        String name = stem + part + ending;
        boolean zero = ending.equals(".bias") && !file.tensors().containsKey(name);
        parts.add(zero ? zeros(tensor) : renaming.partner(tensor.name(), name));
      }
      renaming.put(at + "attn.qkv" + ending, renaming.stacked(parts));
    } else {
      renaming.partner(tensor.name(), tensor.name().replace(inner, PARTS.get(0)));
    }
  }

  /** Zeros in the shape of another tensor; all bits 0 is 0 in every type. */
  private static StoredTensor zeros(StoredTensor like) {
    ByteBuffer none = ByteBuffer.allocateDirect(like.data().limit());
    return new StoredTensor(like.name(), like.dtype(), like.shape(), none);
  }
}
