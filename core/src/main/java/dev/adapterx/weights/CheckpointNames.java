package dev.adapterx.weights;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.Names;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Brings vision transformers' weights from every source under timm's names: {@code cls_token},
 * {@code pos_embed}, {@code patch_embed.proj.weight}, {@code blocks.0.attn.qkv.weight}, ... with
 * timm's layouts (linear weights are (out, in), q, k and v are rows of one matrix).
 *
 * <table>
 *   <caption>What is understood</caption>
 *   <tr><th>source</th><th>recognised by</th></tr>
 *   <tr><td>{@code timm}</td><td>{@code patch_embed.proj.weight}, {@code blocks.*}; MAE too</td></tr>
 *   <tr><td>{@code dinov2}</td><td>the same with {@code mask_token} and {@code ls1.gamma}</td></tr>
 *   <tr><td>{@code hf-vit}, {@code hf-deit}, {@code hf-dinov2}, {@code hf-mae}</td>
 *       <td>{@code embeddings.patch_embeddings.projection.weight}, with or without the model's
 *       prefix</td></tr>
 *   <tr><td>{@code hf-clip}</td><td>{@code vision_model.embeddings.patch_embedding.weight}</td></tr>
 *   <tr><td>{@code open-clip}</td><td>{@code visual.conv1.weight}; OpenAI's own too</td></tr>
 *   <tr><td>{@code google-npz}</td><td>{@code embedding/kernel}, with or without {@code
 *       opt/target/}</td></tr>
 * </table>
 *
 * <p>Point transformers' come under the names of a fine-tuned Point-MAE, see {@link #pointMae}.
 *
 * <p>Values are never changed. In particular the position embedding stays as found: DINOv2's covers
 * the CLS token and not the registers, timm's own {@code reg4} models' covers neither.
 */
public final class CheckpointNames {
  /**
   * Tensors under one source's names.
   *
   * @param source where the names came from
   * @param tensors by timm's or Point-MAE's names
   * @param dropped names in the file that were left out on purpose: mask tokens, poolers, decoders,
   *     text towers
   */
  public record Named(String source, Map<String, StoredTensor> tensors, List<String> dropped) {
    /** Keeps unmodifiable copies. */
    public Named {
      tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
      dropped = List.copyOf(dropped);
    }

    /** The parts that were left out, each once: {@code decoder}, {@code text_model}. */
    public List<String> leftOut() {
      return dropped.stream()
          .map(name -> WITHIN.matcher(name).replaceFirst(""))
          .map(name -> name.startsWith("visual.") ? name : name.replaceFirst("\\..*", ""))
          .distinct()
          .toList();
    }
  }

  /** One source's way of naming. */
  interface Naming {
    /** A name that only this source has, at the end of some tensor's name. */
    String mark();

    /** Whether the part before {@link #mark()} belongs to this naming. */
    boolean allowsPrefix(String prefix);

    Named rename(WeightFile file, String prefix);
  }

  /** What a part's name is given after. */
  private static final Pattern WITHIN =
      Pattern.compile(
          "^(?:(?:vit|deit|dinov2|dinov2_with_registers|vision_model)\\.)?(?:embeddings\\.)?");

  private static final List<Naming> KNOWN =
      List.of(
          new GoogleNaming(),
          new HuggingFaceNaming(),
          new ClipNaming(),
          new OpenClipNaming(),
          new TimmNaming());

  private CheckpointNames() {}

  /**
   * Renames what was read.
   *
   * @throws CheckpointException when the naming is unknown or a tensor does not fit it, with a few
   *     of the names found
   */
  public static Named timm(WeightFile file) {
    for (Naming naming : KNOWN) {
      Optional<String> prefix = prefixes(file, naming).filter(naming::allowsPrefix).findFirst();
      if (prefix.isPresent()) {
        return naming.rename(file, prefix.get());
      }
    }
    String inside =
        KNOWN.stream()
            .flatMap(naming -> prefixes(file, naming))
            .findFirst()
            .map(
                p ->
                    "; what lies within '"
                        + p
                        + "' looks familiar: choose it with within(\""
                        + p
                        + "\")")
            .orElse("");
    throw new CheckpointException(
        "%s: no transformer's names are recognised (timm, DINOv2, Hugging Face ViT, DeiT, DINOv2, MAE and CLIP, open_clip, Google npz; Point-MAE, Point-BERT, ACT, ReCon); found %s%s"
            .formatted(file.path(), Names.some(file.tensors().keySet().stream().toList()), inside));
  }

  /** Whether the names are a point transformer's. */
  public static boolean isPointTransformer(WeightFile file) {
    return PointNaming.recognises(file.tensors().keySet());
  }

  /**
   * Renames what was read as a fine-tuned Point-MAE names it.
   *
   * @throws CheckpointException when a tensor does not fit the naming
   */
  public static Named pointMae(WeightFile file) {
    return PointNaming.rename(file);
  }

  private static Stream<String> prefixes(WeightFile file, Naming naming) {
    String mark = naming.mark();
    return file.tensors().keySet().stream()
        .filter(name -> name.endsWith(mark))
        .map(name -> name.substring(0, name.length() - mark.length()));
  }
}
