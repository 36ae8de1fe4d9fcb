package dev.adapterx.weights.naming;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.Names;
import dev.adapterx.weights.StoredTensor;
import dev.adapterx.weights.WeightFile;
import dev.adapterx.weights.WithinFile;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Renames vision transformers' weights from every source to timm's names: {@code cls_token}, {@code
 * pos_embed}, {@code patch_embed.proj.weight}, {@code blocks.0.attn.qkv.weight}, ... with timm's
 * layouts (linear weights are (out, in), q, k and v are rows of one matrix).
 *
 * <table>
 *   <caption>What is understood</caption>
 *   <tr><th>source</th><th>recognised by</th></tr>
 *   <tr><td>{@code timm}</td><td>{@code patch_embed.proj.weight}, {@code blocks.*}; MAE too;
 *       Swin: {@code layers.*.blocks.*}, timm's and the authors'</td></tr>
 *   <tr><td>{@code dinov2}</td><td>the same with {@code mask_token} and {@code ls1.gamma}</td></tr>
 *   <tr><td>{@code hf-vit}, {@code hf-deit}, {@code hf-dinov2}, {@code hf-mae}, {@code
 *       hf-swin}</td>
 *       <td>{@code embeddings.patch_embeddings.projection.weight}, with or without the model's
 *       prefix</td></tr>
 *   <tr><td>{@code hf-dinov3}</td><td>{@code embeddings.patch_embeddings.weight}</td></tr>
 *   <tr><td>{@code hf-clip}</td><td>{@code vision_model.embeddings.patch_embedding.weight}</td></tr>
 *   <tr><td>{@code open-clip}</td><td>{@code visual.conv1.weight}; OpenAI's own too</td></tr>
 *   <tr><td>{@code google-npz}</td><td>{@code embedding/kernel}, with or without {@code
 *       opt/target/}</td></tr>
 * </table>
 *
 * <p>A common prefix of a network's names ({@code module.}, {@code model.}, {@code
 * teacher.backbone.}) is detected automatically. Of averaged and raw weights in one file the
 * averaged are taken, as in timm, and of a teacher and its student the teacher; {@link
 * Named#prefix} and {@link Named#others} report the choice, {@link WeightFile#within} chooses
 * explicitly.
 *
 * <p>Point transformers' weights are renamed to those of a fine-tuned Point-MAE, see {@link
 * #pointMae}.
 *
 * <p>Values are never changed. In particular the position embedding stays as found: DINOv2's covers
 * the CLS token and not the registers, timm's own {@code reg4} models' covers neither.
 */
public final class CheckpointNames {
  /**
   * Tensors under one source's names.
   *
   * @param source the naming scheme the names came from
   * @param tensors by timm's or Point-MAE's names
   * @param dropped names in the file that are deliberately left out: mask tokens, poolers,
   *     decoders, text towers
   * @param prefix prefix of the names in the file: {@code state_dict_ema.module.}; usually empty
   * @param others prefixes of the same network's other weights in the file
   */
  public record Named(
      String source,
      Map<String, StoredTensor> tensors,
      List<String> dropped,
      String prefix,
      List<String> others) {
    /** Keeps unmodifiable copies. */
    public Named {
      tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
      dropped = List.copyOf(dropped);
      others = List.copyOf(others);
    }

    Named(String source, Map<String, StoredTensor> tensors, List<String> dropped) {
      this(source, tensors, dropped, "", List.of());
    }

    @Override
    public String toString() {
      return "%d tensors of %s names, %d left out"
          .formatted(tensors.size(), source, dropped.size());
    }

    /** These tensors, found below a prefix of a larger file. */
    private Named within(WithinFile place, WeightFile whole) {
      List<String> all = new ArrayList<>(dropped);
      all.addAll(place.outside(whole));
      return new Named(source, tensors, all, place.prefix(), place.others());
    }

    /** A description of where in the file these were; empty if it holds nothing else. */
    public String place() {
      String not = others.isEmpty() ? "" : ", not '" + String.join("', '", others) + "'";
      return prefix.isEmpty() && others.isEmpty() ? "" : "'" + prefix + "'" + not;
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

  /** One source's naming scheme. */
  interface Naming {
    /** A suffix that identifies this source: one tensor's name ends with it. */
    String mark();

    /** Prefixes that may precede {@link #mark()} in this naming. */
    Set<String> prefixes();

    Named rename(WeightFile file, String prefix);
  }

  /** Matches the names of enclosing parts. */
  private static final Pattern WITHIN =
      Pattern.compile(
          "^(?:(?:vit|deit|dinov2|dinov2_with_registers|vision_model)\\.)?(?:embeddings\\.)?");

  private static final List<Naming> KNOWN =
      List.of(
          new GoogleNaming(),
          new HuggingFaceNaming(),
          new Dinov3Naming(),
          new ClipNaming(),
          new OpenClipNaming(),
          new TimmNaming());

  private CheckpointNames() {}

  /**
   * Renames a file's tensors to timm's names.
   *
   * @throws CheckpointException when the naming is unknown or a tensor does not fit it, with a few
   *     of the names found; when the file holds several networks and none is chosen
   */
  public static Named timm(WeightFile file) {
    WeightFile bare = WithinFile.bare(file);
    Map<String, Naming> found = new LinkedHashMap<>();
    for (Naming naming : KNOWN) {
      WithinFile.prefixes(bare.tensors().keySet(), naming.mark(), naming.prefixes())
          .forEach(prefix -> found.putIfAbsent(prefix, naming));
    }
    if (found.isEmpty()) {
      throw new CheckpointException(
          "%s: no transformer's names are recognised (timm, DINOv2, Hugging Face ViT, DeiT, DINOv2, DINOv3, MAE, Swin and CLIP, open_clip, Google npz; Point-MAE, Point-BERT, ACT, ReCon); found %s"
              .formatted(file.path(), Names.some(file.tensors().keySet().stream().toList())));
    }
    WithinFile place = chosen(file, found.keySet());
    WeightFile own = place.of(bare);
    Naming naming = Objects.requireNonNull(found.get(place.prefix()));
    return naming.rename(own, ownPrefix(own, naming)).within(place, bare);
  }

  private static WithinFile chosen(WeightFile file, Collection<String> prefixes) {
    return WithinFile.chosen(prefixes)
        .orElseThrow(
            () ->
                new CheckpointException(
                    "%s holds several networks, whose names begin with %s; choose one by backbone.prefix (of predict: --prefix), for example %s"
                        .formatted(
                            file.path(),
                            Names.some(List.copyOf(prefixes)),
                            prefixes.iterator().next())));
  }

  /** The one of a naming's own prefixes that this file uses. */
  private static String ownPrefix(WeightFile file, Naming naming) {
    return naming.prefixes().stream()
        .filter(prefix -> file.tensors().containsKey(prefix + naming.mark()))
        .findFirst()
        .orElse("");
  }

  /** Whether the names are a Swin transformer's: timm's, the authors' or transformers'. */
  public static boolean isSwin(WeightFile file) {
    return WithinFile.bare(file).tensors().keySet().stream()
        .map(name -> "." + name)
        .anyMatch(
            name ->
                name.endsWith("." + TimmNaming.SWIN)
                    || name.endsWith("." + HuggingFaceNaming.SWIN));
  }

  /** Whether the names are a point transformer's. */
  public static boolean isPointTransformer(WeightFile file) {
    return PointNaming.recognises(WithinFile.bare(file).tensors().keySet());
  }

  /**
   * Renames a file's tensors to those of a fine-tuned Point-MAE.
   *
   * @throws CheckpointException when a tensor does not fit the naming
   */
  public static Named pointMae(WeightFile file) {
    WeightFile bare = WithinFile.bare(file);
    WithinFile place = chosen(file, PointNaming.places(bare.tensors().keySet()));
    return PointNaming.rename(place.of(bare)).within(place, bare);
  }
}
