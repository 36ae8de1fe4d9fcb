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
 * Names of Hugging Face's {@code ViTModel}, {@code DeiTModel}, {@code Dinov2Model}, {@code
 * Dinov2WithRegistersModel} and {@code ViTMAEModel} (its decoder is left out), with their
 * classifiers and without, and {@code SwinModel}, as files have them and as version 5 has them in
 * memory ({@code layers.0.attention.q_proj}).
 *
 * <p>Source: <a href="https://github.com/huggingface/transformers">transformers</a>, {@code
 * models/vit/convert_vit_timm_to_pytorch.py} and the state dicts themselves.
 */
final class HuggingFaceNaming implements CheckpointNames.Naming {
  private static final Set<String> MODELS =
      Set.of("", "vit.", "deit.", "dinov2.", "dinov2_with_registers.", "swin.");

  /** A name that every Swin transformer has. */
  static final String SWIN = "encoder.layers.0.blocks.0.layernorm_before.weight";

  private static final Map<String, String> OUTSIDE =
      Map.ofEntries(
          Map.entry("embeddings.cls_token", "cls_token"),
          Map.entry("embeddings.distillation_token", "dist_token"),
          Map.entry("embeddings.position_embeddings", "pos_embed"),
          Map.entry("embeddings.register_tokens", "reg_token"),
          Map.entry("embeddings.patch_embeddings.projection.weight", "patch_embed.proj.weight"),
          Map.entry("embeddings.patch_embeddings.projection.bias", "patch_embed.proj.bias"),
          Map.entry("embeddings.norm.weight", "patch_embed.norm.weight"),
          Map.entry("embeddings.norm.bias", "patch_embed.norm.bias"),
          Map.entry("layernorm.weight", "norm.weight"),
          Map.entry("layernorm.bias", "norm.bias"),
          Map.entry("classifier.weight", "head.weight"),
          Map.entry("classifier.bias", "head.bias"),
          Map.entry("cls_classifier.weight", "head.weight"),
          Map.entry("cls_classifier.bias", "head.bias"),
          Map.entry("distillation_classifier.weight", "head_dist.weight"),
          Map.entry("distillation_classifier.bias", "head_dist.bias"));

  /** A block of a stage of Swin. */
  private static final Pattern STAGED =
      Pattern.compile("encoder\\.layers\\.(\\d+)\\.blocks\\.(\\d+)\\.(.+?)(?:\\.(weight|bias))?");

  /** Swin's patch merging at the end of a stage; in timm it is at the start of the next. */
  private static final Pattern MERGING =
      Pattern.compile("encoder\\.layers\\.(\\d{1,4})\\.downsample\\.(.+)");

  private static final Pattern BLOCK =
      Pattern.compile("(?:encoder\\.)?layers?\\.(\\d+)\\.(.+?)(?:\\.(weight|bias))?");

  private static final String TABLE = "attn.relative_position_bias_table";

  private static final Map<String, String> INSIDE =
      Map.ofEntries(
          Map.entry("layernorm_before", "norm1"),
          Map.entry("norm1", "norm1"),
          Map.entry("layernorm_after", "norm2"),
          Map.entry("norm2", "norm2"),
          Map.entry("attention.output.dense", "attn.proj"),
          Map.entry("attention.o_proj", "attn.proj"),
          Map.entry("intermediate.dense", "mlp.fc1"),
          Map.entry("mlp.fc1", "mlp.fc1"),
          Map.entry("mlp.weights_in", "mlp.fc1"),
          Map.entry("output.dense", "mlp.fc2"),
          Map.entry("mlp.fc2", "mlp.fc2"),
          Map.entry("mlp.weights_out", "mlp.fc2"),
          Map.entry("mlp.down_proj", "mlp.fc2"),
          Map.entry("attention.self.relative_position_bias_table", TABLE),
          Map.entry("attention.relative_position_bias.relative_position_bias_table", TABLE),
          Map.entry("layer_scale1.lambda1", "ls1.gamma"),
          Map.entry("layer_scale2.lambda1", "ls2.gamma"));

  /** Parts that timm stores as the rows of one tensor, in this order. */
  private record Fused(String target, List<String> parts) {}

  private static final List<Fused> FUSED =
      List.of(
          new Fused(
              "attn.qkv",
              List.of(
                  "attention.attention.query",
                  "attention.attention.key",
                  "attention.attention.value")),
          new Fused(
              "attn.qkv", List.of("attention.q_proj", "attention.k_proj", "attention.v_proj")),
          new Fused(
              "attn.qkv",
              List.of("attention.self.query", "attention.self.key", "attention.self.value")),
          new Fused("mlp.fc1", List.of("mlp.gate_proj", "mlp.up_proj")));

  @Override
  public String mark() {
    return "embeddings.patch_embeddings.projection.weight";
  }

  @Override
  public Set<String> prefixes() {
    return MODELS;
  }

  @Override
  public CheckpointNames.Named rename(WeightFile file, String prefix) {
    Set<String> names = file.tensors().keySet();
    boolean scaled = names.stream().anyMatch(name -> name.endsWith(".layer_scale1.lambda1"));
    boolean distilled = names.contains(prefix + "embeddings.distillation_token");
    boolean mae = names.stream().anyMatch(name -> name.startsWith("decoder.decoder_"));
    boolean swin = names.contains(prefix + SWIN);
    String source = scaled ? "hf-dinov2" : distilled ? "hf-deit" : mae ? "hf-mae" : "hf-vit";
    Renaming renaming = new Renaming(file, swin ? "hf-swin" : source);
    file.tensors().values().forEach(tensor -> rename(tensor, prefix, swin, renaming));
    return renaming.done();
  }

  private static void rename(StoredTensor tensor, String prefix, boolean swin, Renaming renaming) {
    String name = tensor.name();
    String rest = name.startsWith(prefix) ? name.substring(prefix.length()) : name;
    String target = OUTSIDE.get(rest);
    Matcher block = BLOCK.matcher(rest);
    Matcher staged = STAGED.matcher(rest);
    Matcher merging = MERGING.matcher(rest);
    if (target != null) {
      renaming.put(swin ? target.replace("head.", "head.fc.") : target, tensor);
    } else if (rest.endsWith(".relative_position_index") // which follows from the window
        || rest.equals("embeddings.mask_token")
        || rest.startsWith("pooler.")
        || rest.startsWith("decoder.")) {
      renaming.drop(name);
    } else if (swin && merging.matches()) {
      int next = Integer.parseInt(merging.group(1)) + 1;
      renaming.put("layers." + next + ".downsample." + merging.group(2), tensor);
    } else if (swin && staged.matches()) {
      String at = "layers." + staged.group(1) + ".blocks." + staged.group(2) + ".";
      renameInBlock(tensor, at, staged.group(3), staged.group(4), renaming);
    } else if (block.matches()) {
      String at = "blocks." + block.group(1) + ".";
      renameInBlock(tensor, at, block.group(2), block.group(3), renaming);
    } else {
      renaming.unknown(name);
    }
  }

  private static void renameInBlock(
      StoredTensor tensor, String at, String inner, @Nullable String parameter, Renaming renaming) {
    String ending = parameter == null ? "" : "." + parameter;
    String single = INSIDE.get(inner);
    Fused fused = fusedWith(inner);
    if (single != null) {
      renaming.put(at + single + ending, tensor);
    } else if (fused == null) {
      renaming.unknown(tensor.name());
    } else {
      String stem =
          tensor.name().substring(0, tensor.name().length() - inner.length() - ending.length());
      List<StoredTensor> parts =
          fused.parts().stream()
              .map(part -> renaming.partner(tensor.name(), stem + part + ending))
              .toList();
      if (inner.equals(fused.parts().get(0))) { // added once, with the first part
        renaming.put(at + fused.target() + ending, renaming.stacked(parts));
      }
    }
  }

  private static @Nullable Fused fusedWith(String inner) {
    return FUSED.stream().filter(f -> f.parts().contains(inner)).findFirst().orElse(null);
  }
}
