package dev.adapterx.weights.naming;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.weights.StoredTensor;
import dev.adapterx.weights.WeightFile;
import dev.adapterx.weights.WithinFile;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Renames point transformers' weights to the names of a fine-tuned Point-MAE: {@code
 * encoder.first_conv.0.weight}, {@code blocks.blocks.0.attn.qkv.weight}, {@code cls_token}, ...
 *
 * <table>
 *   <caption>What is understood</caption>
 *   <tr><th>source</th><th>encoder's prefix</th><th>left out</th></tr>
 *   <tr><td>{@code point-mae}</td><td>{@code MAE_encoder.}</td><td>decoder, mask token</td></tr>
 *   <tr><td>{@code recon}</td><td>{@code MAE_encoder.}</td><td>image and text tokens, contrast parts,
 *       decoder: what remains computes another function than ReCon's own blocks, as in DAPT and
 *       PointGST</td></tr>
 *   <tr><td>{@code act}</td><td>{@code ACT_encoder.}</td><td>decoder, tokenizer, language head</td></tr>
 *   <tr><td>{@code point-bert}</td><td>{@code transformer_q.}, else {@code transformer_k.}</td>
 *       <td>the other encoder, dVAE, queue</td></tr>
 *   <tr><td>{@code point-mae-classifier}</td><td>none</td><td>nothing</td></tr>
 *   <tr><td>{@code point-mae-parts}</td><td>none</td><td>the head that labels points</td></tr>
 * </table>
 *
 * <p>Sources: <a href="https://github.com/Pang-Yatian/Point-MAE">Point-MAE</a>, <a
 * href="https://github.com/lulutang0608/Point-BERT">Point-BERT</a>, <a
 * href="https://github.com/RunpeiDong/ACT">ACT</a>, <a
 * href="https://github.com/qizekun/ReCon">ReCon</a>.
 */
final class PointNaming {
  private static final String MARK = "encoder.first_conv.0.weight";

  /** Encoders by prefix; the first that exists is used. */
  private static final List<String> PREFIXES =
      List.of("MAE_encoder.", "ACT_encoder.", "transformer_q.", "transformer_k.", "");

  /** The parts of an encoder that the plain network has. */
  private static final Pattern PLAIN =
      Pattern.compile(
          "(encoder\\.(first|second)_conv\\.[013]\\.(weight|bias|running_mean|running_var)"
              + "|reduce_dim\\.(weight|bias)"
              + "|pos_embed\\.[02]\\.(weight|bias)"
              + "|blocks\\.blocks\\.\\d+\\.(norm[12]|attn\\.(qkv|proj)|mlp\\.fc[12])\\.(weight|bias)"
              + "|norm\\.(weight|bias)"
              + "|cls_token|cls_pos"
              + "|cls_head_finetune\\.\\d\\.(weight|bias|running_mean|running_var))");

  /** Heads that label points, of Point-MAE's segmentation and of those that follow it. */
  private static final Pattern PARTS =
      Pattern.compile("(label_conv|propagation_\\d|convs[123]|bns[12])(_cls)?\\..*");

  /** Parts of fine-tuned networks that are not used here. */
  private static final Set<String> COUNTERS = Set.of("num_batches_tracked");

  private PointNaming() {}

  /** Whether the names are a point transformer's. */
  static boolean recognises(Set<String> names) {
    return !places(names).isEmpty();
  }

  /** Possible prefixes of all names of a network. */
  static Set<String> places(Set<String> names) {
    Set<String> places = WithinFile.prefixes(names, MARK, PREFIXES);
    return names.stream().anyMatch(PointNaming::isReConPlusPlus) ? Set.of("") : places;
  }

  static CheckpointNames.Named rename(WeightFile file) {
    Set<String> names = file.tensors().keySet();
    if (names.stream().anyMatch(PointNaming::isReConPlusPlus)) {
      throw new CheckpointException(
          file.path()
              + " holds ReCon++, which is another network than Point-MAE's; expected Point-MAE, Point-BERT, ACT or ReCon");
    }
    String prefix = prefix(names).orElseThrow();
    Renaming renaming = new Renaming(file, source(prefix, names));
    for (Map.Entry<String, StoredTensor> entry : file.tensors().entrySet()) {
      String name = entry.getKey();
      String inner = name.startsWith(prefix) ? name.substring(prefix.length()) : "";
      String last = name.substring(name.lastIndexOf('.') + 1);
      if (PLAIN.matcher(inner).matches()) {
        renaming.put(inner, entry.getValue());
      } else if (!prefix.isEmpty() || COUNTERS.contains(last) || PARTS.matcher(inner).matches()) {
        renaming.drop(name);
      } else {
        renaming.unknown(name);
      }
    }
    return renaming.done();
  }

  private static Optional<String> prefix(Set<String> names) {
    return PREFIXES.stream().filter(p -> names.contains(p + MARK)).findFirst();
  }

  private static boolean isReConPlusPlus(String name) {
    return name.endsWith("embed.first_conv.0.weight") || name.endsWith("global_query");
  }

  private static String source(String prefix, Set<String> names) {
    return switch (prefix) {
      case "MAE_encoder." -> names.contains("MAE_encoder.img_token") ? "recon" : "point-mae";
      case "ACT_encoder." -> "act";
      case "" ->
          names.stream().anyMatch(name -> PARTS.matcher(name).matches())
              ? "point-mae-parts"
              : "point-mae-classifier";
      default -> "point-bert";
    };
  }
}
