package dev.adapterx.model;

import dev.adapterx.base.Settings;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * Describes a weight file as the {@code config.json} beside it does, in timm's form, with the two
 * keys of transformers that tensors cannot tell: attention heads and eps. A safetensors file may
 * carry the same text in its metadata, and then needs nothing beside it.
 */
public final class SidecarWriter {
  /** The key of the description in a safetensors file's own metadata. */
  public static final String METADATA = "adapterx.config";

  private SidecarWriter() {}

  /**
   * The description, as JSON.
   *
   * @param labels of the classifier in the weight file; empty when it has none
   */
  public static String text(VisionTransformer vit, List<String> labels) {
    Preprocessing p = vit.preprocessing();
    ObjectNode config = Settings.json().createObjectNode();
    config.put("architecture", vit.info().name());
    config.put("num_classes", labels.size());
    config.put("num_features", vit.featureWidth());
    config.put("global_pool", vit.config().pooling() == ViTConfig.Pooling.AVG ? "avg" : "token");
    config.put("num_attention_heads", vit.config().heads());
    config.put("layer_norm_eps", vit.config().eps());
    ObjectNode cfg = config.putObject("pretrained_cfg");
    cfg.put("num_classes", labels.size());
    cfg.putArray("input_size").add(3).add(p.inputSize()).add(p.inputSize());
    cfg.put("interpolation", p.interpolation());
    cfg.put("crop_pct", p.cropPct());
    cfg.set("mean", Settings.json().valueToTree(p.mean()));
    cfg.set("std", Settings.json().valueToTree(p.std()));
    if (!labels.isEmpty()) {
      config.set("label_names", Settings.json().valueToTree(labels));
    }
    return Settings.text(config);
  }
}
