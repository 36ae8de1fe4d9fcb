package dev.adapterx.weights.naming;

import dev.adapterx.weights.StoredTensor;
import dev.adapterx.weights.WeightFile;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Names of open_clip's {@code CLIP} and of OpenAI's own: the visual tower up to its last norm. The
 * projection into the shared space and the text tower are left out.
 *
 * <p>Source: <a href="https://github.com/mlfoundations/open_clip">open_clip</a>, {@code
 * src/open_clip/transformer.py}.
 */
final class OpenClipNaming implements CheckpointNames.Naming {
  private static final String TOWER = "visual.";

  private static final Map<String, String> OUTSIDE =
      Map.of(
          "conv1.weight", "patch_embed.proj.weight",
          "ln_pre.weight", "norm_pre.weight",
          "ln_pre.bias", "norm_pre.bias",
          "ln_post.weight", "norm.weight",
          "ln_post.bias", "norm.bias");

  private static final Pattern BLOCK = Pattern.compile("transformer\\.resblocks\\.(\\d+)\\.(.+)");

  private static final Map<String, String> INSIDE =
      Map.ofEntries(
          Map.entry("ln_1.weight", "norm1.weight"),
          Map.entry("ln_1.bias", "norm1.bias"),
          Map.entry("attn.in_proj_weight", "attn.qkv.weight"),
          Map.entry("attn.in_proj_bias", "attn.qkv.bias"),
          Map.entry("attn.out_proj.weight", "attn.proj.weight"),
          Map.entry("attn.out_proj.bias", "attn.proj.bias"),
          Map.entry("ls_1.gamma", "ls1.gamma"),
          Map.entry("ln_2.weight", "norm2.weight"),
          Map.entry("ln_2.bias", "norm2.bias"),
          Map.entry("mlp.c_fc.weight", "mlp.fc1.weight"),
          Map.entry("mlp.c_fc.bias", "mlp.fc1.bias"),
          Map.entry("mlp.c_proj.weight", "mlp.fc2.weight"),
          Map.entry("mlp.c_proj.bias", "mlp.fc2.bias"),
          Map.entry("ls_2.gamma", "ls2.gamma"));

  private static final Pattern LEFT_OUT =
      Pattern.compile(
          "visual\\.proj|(?:text|transformer|token_embedding|ln_final)\\..+"
              + "|positional_embedding|text_projection(?:\\..+)?|logit_scale|logit_bias|attn_mask"
              + "|input_resolution|context_length|vocab_size");

  @Override
  public String mark() {
    return TOWER + "conv1.weight";
  }

  @Override
  public Set<String> prefixes() {
    return Set.of("");
  }

  @Override
  public CheckpointNames.Named rename(WeightFile file, String prefix) {
    Renaming renaming = new Renaming(file, "open-clip");
    for (StoredTensor tensor : file.tensors().values()) {
      if (LEFT_OUT.matcher(tensor.name()).matches()) {
        renaming.drop(tensor.name());
      } else if (tensor.name().startsWith(TOWER)) {
        rename(tensor, tensor.name().substring(TOWER.length()), renaming);
      } else {
        renaming.unknown(tensor.name());
      }
    }
    return renaming.done();
  }

  private static void rename(StoredTensor tensor, String rest, Renaming renaming) {
    @Nullable String target = OUTSIDE.get(rest);
    Matcher block = BLOCK.matcher(rest);
    @Nullable String inside = block.matches() ? INSIDE.get(block.group(2)) : null;
    if (target != null) {
      renaming.put(target, tensor);
    } else if (inside != null) {
      renaming.put("blocks." + block.group(1) + "." + inside, tensor);
    } else if (rest.equals("class_embedding")) {
      renaming.put("cls_token", renaming.ofRank(1, tensor).reshaped(1, 1, tensor.shape()[0]));
    } else if (rest.equals("positional_embedding")) {
      long[] shape = renaming.ofRank(2, tensor).shape();
      renaming.put("pos_embed", tensor.reshaped(1, shape[0], shape[1]));
    } else {
      renaming.unknown(tensor.name());
    }
  }
}
