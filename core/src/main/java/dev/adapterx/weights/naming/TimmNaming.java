package dev.adapterx.weights.naming;

import dev.adapterx.weights.WeightFile;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * timm's own names, and those of DINOv2's authors, which differ slightly: registers are called
 * {@code register_tokens}, blocks may come in chunks ({@code blocks.0.3.}), and SwiGLU's packed
 * matrices are called {@code w12} and {@code w3}. Of Swin transformers also those of its authors.
 *
 * <p>Sources: <a href="https://github.com/huggingface/pytorch-image-models">timm</a>'s {@code
 * vision_transformer.py}; <a href="https://github.com/facebookresearch/dinov2">DINOv2</a>; <a
 * href="https://github.com/microsoft/Swin-Transformer">Swin</a>.
 */
final class TimmNaming implements CheckpointNames.Naming {
  private static final Pattern CHUNKED = Pattern.compile("blocks\\.\\d+\\.(\\d+\\..+)");

  /** A name that every Swin transformer has. */
  static final String SWIN = "layers.0.blocks.0.attn.relative_position_bias_table";

  /** Buffers of older files that follow from the shapes. */
  private static final Pattern DERIVED =
      Pattern.compile(".*\\.(attn_mask|relative_position_index)");

  private static final Pattern DOWNSAMPLE = Pattern.compile("layers\\.(\\d+)\\.(downsample\\..+)");
  private static final String MASK = "mask_token";
  private static final String REGISTERS = "register_tokens";

  @Override
  public String mark() {
    return "patch_embed.proj.weight";
  }

  @Override
  public Set<String> prefixes() {
    return Set.of("");
  }

  @Override
  public CheckpointNames.Named rename(WeightFile file, String prefix) {
    Set<String> names = file.tensors().keySet();
    boolean scaled = names.stream().anyMatch(name -> name.endsWith(".ls1.gamma"));
    boolean dinov2 = names.contains(REGISTERS) || (names.contains(MASK) && scaled);
    if (names.contains(SWIN)) {
      return swin(file);
    }
    boolean preLogits = names.contains("pre_logits.fc.weight");
    Renaming renaming = new Renaming(file, dinov2 ? "dinov2" : "timm");
    file.tensors()
        .forEach(
            (name, tensor) -> {
              // A head trained on the output of pre_logits is useless without it.
              boolean head =
                  preLogits && (name.startsWith("pre_logits.") || name.startsWith("head."));
              if (head || name.equals(MASK) || name.startsWith("decoder_")) {
                renaming.drop(name);
              } else {
                renaming.put(renamed(name), tensor);
              }
            });
    return renaming.done();
  }

  /**
   * The authors' Swin merges patches at the end of a stage and not at the start of the next, and
   * its head is one layer.
   */
  private static CheckpointNames.Named swin(WeightFile file) {
    boolean authors = file.tensors().containsKey("layers.0.downsample.reduction.weight");
    Renaming renaming = new Renaming(file, authors ? "swin" : "timm");
    file.tensors()
        .forEach(
            (name, tensor) -> {
              Matcher down = DOWNSAMPLE.matcher(name);
              if (DERIVED.matcher(name).matches() || name.equals(MASK)) {
                renaming.drop(name);
              } else if (authors && down.matches()) {
                int next = Integer.parseInt(down.group(1)) + 1;
                renaming.put("layers." + next + "." + down.group(2), tensor);
              } else if (name.matches("head\\.(weight|bias)")) {
                renaming.put(name.replace("head.", "head.fc."), tensor);
              } else {
                renaming.put(name, tensor);
              }
            });
    return renaming.done();
  }

  private static String renamed(String name) {
    Matcher chunked = CHUNKED.matcher(name);
    String flat = chunked.matches() ? "blocks." + chunked.group(1) : name;
    return flat.equals(REGISTERS)
        ? "reg_token"
        : flat.replace(".mlp.w12.", ".mlp.fc1.").replace(".mlp.w3.", ".mlp.fc2.");
  }
}
