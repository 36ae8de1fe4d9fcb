package dev.adapterx.model;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.nn.Gelu;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Settings of a vision transformer that do not follow from its tensors, read from the config of its
 * family:
 *
 * <ul>
 *   <li>transformers: {@code num_attention_heads}, {@code layer_norm_eps}, {@code hidden_act}, of a
 *       CLIP in {@code vision_config};
 *   <li>timm: {@code model_args}, {@code global_pool}, and what its name stands for: {@code clip}
 *       for eps 1e-5, {@code quickgelu};
 *   <li>open_clip: {@code model_cfg} with {@code vision_cfg.head_width} and {@code quick_gelu}.
 * </ul>
 *
 * @param heads absent where nothing says
 * @param theta of rotary positions, {@code rope_theta}; absent where the family has none
 * @param imageSize {@code image_size}, for weights whose tensors do not determine it
 */
record SidecarTower(
    OptionalInt heads,
    double eps,
    Gelu gelu,
    Optional<ViTConfig.Pooling> pooling,
    @Nullable Double theta,
    OptionalInt imageSize) {
  private static final String DINOV3 = "hf-dinov3";

  private static final Map<String, Gelu> KNOWN =
      Map.of(
          "gelu", Gelu.EXACT,
          "gelu_python", Gelu.EXACT,
          "quick_gelu", Gelu.QUICK,
          "quickgelu", Gelu.QUICK);

  /**
   * Reads it.
   *
   * @param source the naming of the tensors
   * @param clip whether the tensors are a CLIP's
   * @throws CheckpointException when the config names an activation that is not known, or nothing
   *     says which a CLIP has
   */
  static SidecarTower of(SidecarConfig sidecar, String source, boolean clip) {
    JsonNode config = sidecar.config();
    JsonNode openClip = config.path("model_cfg").path("vision_cfg");
    JsonNode tower = config.has("vision_config") ? config.path("vision_config") : config;
    return new SidecarTower(
        heads(sidecar, tower, config.path("model_args"), openClip),
        eps(tower, sidecar.architecture().orElse(""), source, clip),
        gelu(sidecar, tower, clip),
        pooling(config),
        theta(sidecar, source),
        imageSize(config));
  }

  private static OptionalInt heads(
      SidecarConfig sidecar, JsonNode tower, JsonNode arguments, JsonNode openClip) {
    JsonNode said = tower.path("num_attention_heads");
    OptionalInt heads = sidecar.heads(said.isMissingNode() ? arguments.path("num_heads") : said);
    if (heads.isPresent()) {
      return heads;
    }
    int width = openClip.path("width").asInt(0);
    int head = openClip.path("head_width").asInt(64);
    return width > 0 && head > 0 && width % head == 0
        ? OptionalInt.of(width / head)
        : OptionalInt.empty();
  }

  /** Where the config says nothing, what the classes of the family take. */
  private static double eps(JsonNode tower, String architecture, String source, boolean clip) {
    JsonNode eps = tower.path("layer_norm_eps");
    if (eps.isNumber()) {
      return eps.asDouble();
    }
    if (clip || architecture.contains("_clip_")) {
      return 1e-5;
    }
    if (source.equals(DINOV3)) {
      return 1e-5;
    }
    return source.matches("hf-(vit|deit|mae)") ? 1e-12 : 1e-6;
  }

  private static @Nullable Double theta(SidecarConfig sidecar, String source) {
    JsonNode theta = sidecar.config().path("rope_theta");
    if (!theta.isNumber() && !theta.isMissingNode()) {
      throw new CheckpointException(
          sidecar.configPlace() + ": rope_theta: expected a number, found " + theta);
    }
    return theta.isNumber() ? (Double) theta.asDouble() : source.equals(DINOV3) ? 100.0 : null;
  }

  private static OptionalInt imageSize(JsonNode config) {
    int size = config.path("image_size").asInt(0);
    return size > 0 ? OptionalInt.of(size) : OptionalInt.empty();
  }

  private static Gelu gelu(SidecarConfig sidecar, JsonNode tower, boolean clip) {
    JsonNode config = sidecar.config();
    JsonNode argument = config.path("model_args").path("act_layer");
    JsonNode said = argument.isMissingNode() ? tower.path("hidden_act") : argument;
    if (said.isString()) {
      return known(said.asString(), sidecar.configPlace());
    }
    if (config.has("model_cfg")) {
      return config.path("model_cfg").path("quick_gelu").asBoolean(false) ? Gelu.QUICK : Gelu.EXACT;
    }
    if (config.path("model_type").asString("").startsWith("clip")) {
      return Gelu.QUICK; // what transformers takes where its config does not say
    }
    String architecture = sidecar.architecture().orElse("");
    if (clip && architecture.isEmpty()) {
      throw new CheckpointException(
          "A CLIP's tensors do not show which GELU it was trained with: put its config.json (or"
              + " open_clip_config.json) beside the weights, or one that says {\"hidden_act\":"
              + " \"quick_gelu\"} for OpenAI's weights and {\"hidden_act\": \"gelu\"} for most others");
    }
    return architecture.contains("quickgelu") ? Gelu.QUICK : Gelu.EXACT;
  }

  private static Gelu known(String name, String place) {
    @Nullable Gelu gelu = KNOWN.get(name.toLowerCase(Locale.ROOT));
    if (gelu == null) {
      throw new CheckpointException(
          place
              + ": hidden_act: expected gelu or quick_gelu, found '"
              + name
              + "'; a model with another activation is not supported");
    }
    return gelu;
  }

  private static Optional<ViTConfig.Pooling> pooling(JsonNode config) {
    return config.path("global_pool").asString("").equals("avg")
        ? Optional.of(ViTConfig.Pooling.AVG)
        : Optional.empty();
  }
}
