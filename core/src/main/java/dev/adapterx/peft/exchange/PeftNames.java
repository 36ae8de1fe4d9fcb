package dev.adapterx.peft.exchange;

import dev.adapterx.peft.kit.Projection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Python peft's names of an adapter's tensors, formed from the modules they belong to. */
final class PeftNames {
  /** The prefix peft adds to the names of the model it wraps. */
  static final String WRAPPED = "base_model.model.";

  static final String A = "lora_A.weight";
  static final String B = "lora_B.weight";
  static final String M = "lora_magnitude_vector";
  static final String L = "ia3_l";

  /** The place one of peft's tensors belongs to. */
  record Place(int block, Projection at, String part, String module) {}

  private static final Pattern TENSOR =
      Pattern.compile(
          "((?:(?:vit|deit|dinov2|dinov2_with_registers)\\.)?(?:encoder\\.)?(?:layers?|blocks)"
              + "\\.([0-9]{1,4})\\.([a-z0-9_.]{1,40}?))"
              + "\\.(lora_A\\.weight|lora_B\\.weight|lora_magnitude_vector|ia3_l)");

  /** Modules of a block in transformers 5, in transformers 4, in timm. */
  private static final Map<String, Projection> MODULES =
      Map.ofEntries(
          Map.entry("attention.q_proj", Projection.Q),
          Map.entry("attention.k_proj", Projection.K),
          Map.entry("attention.v_proj", Projection.V),
          Map.entry("attention.o_proj", Projection.PROJ),
          Map.entry("attention.attention.query", Projection.Q),
          Map.entry("attention.attention.key", Projection.K),
          Map.entry("attention.attention.value", Projection.V),
          Map.entry("attention.output.dense", Projection.PROJ),
          Map.entry("intermediate.dense", Projection.FC1),
          Map.entry("output.dense", Projection.FC2),
          Map.entry("mlp.fc1", Projection.FC1),
          Map.entry("mlp.up_proj", Projection.FC1),
          Map.entry("mlp.down_proj", Projection.FC2),
          Map.entry("mlp.fc2", Projection.FC2),
          Map.entry("attn.qkv", Projection.QKV),
          Map.entry("attn.proj", Projection.PROJ));

  private static final Map<String, String> CLASSIFIERS =
      Map.of(
          "classifier.weight", "head.weight",
          "classifier.bias", "head.bias",
          "head.weight", "head.weight",
          "head.bias", "head.bias");

  private PeftNames() {}

  /** A name without peft's common prefix. */
  static String bare(String name) {
    return name.startsWith(WRAPPED) ? name.substring(WRAPPED.length()) : name;
  }

  /** The place of a tensor by its bare name, if it is one of a block's adapter. */
  static Optional<Place> place(String bare) {
    Matcher m = TENSOR.matcher(bare);
    if (!m.matches()) {
      return Optional.empty();
    }
    return Optional.ofNullable(MODULES.get(m.group(3)))
        .map(at -> new Place(Integer.parseInt(m.group(2)), at, m.group(4), m.group(1)));
  }

  /** Our name for a classifier's tensor, given its bare name, if it is one. */
  static Optional<String> classifier(String bare) {
    return Optional.ofNullable(CLASSIFIERS.get(bare));
  }

  /** The supported modules, for messages. */
  static List<String> modules() {
    return MODULES.keySet().stream().sorted().toList();
  }
}
