package dev.adapterx.model;

import dev.adapterx.base.Settings;
import dev.adapterx.model.input.ImagePreprocessing;
import dev.adapterx.model.tokens.Pooling;
import dev.adapterx.nn.Gelu;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * Describes a weight file as the {@code config.json} beside it does, in timm's form, with the two
 * keys of transformers that do not follow from tensors: attention heads and eps. A safetensors file
 * may carry the same text in its metadata, and then needs no separate file.
 */
public final class SidecarWriter {
  /** The key of the description in a safetensors file's own metadata. */
  public static final String METADATA = "adapterx.config";

  private SidecarWriter() {}

  /** The key of the settings of point transformers. */
  static final String POINTS = "points";

  /** The key, among {@link #POINTS}, of whether there is a class token; absent where there is. */
  static final String CLASS_TOKEN = "class-token";

  /**
   * The description, as JSON.
   *
   * @param labels of the classifier in the weight file; empty when it has none
   */
  public static String text(Backbone backbone, List<String> labels) {
    ObjectNode config = Settings.json().createObjectNode();
    config.put("architecture", backbone.info().name());
    config.put("num_classes", labels.size());
    config.put("num_features", backbone.pooling().width(backbone.width()));
    if (backbone instanceof PointTransformer points) {
      describe(points, config);
    } else if (backbone.preprocessing() instanceof ImagePreprocessing p) {
      describe(backbone, p, labels.size(), config);
    }
    if (!labels.isEmpty()) {
      config.set("label_names", Settings.json().valueToTree(labels));
    }
    return Settings.text(config);
  }

  private static void describe(
      Backbone backbone, ImagePreprocessing p, int classes, ObjectNode config) {
    boolean avg = backbone.pooling().parts().contains(Pooling.Part.PATCH_MEAN);
    config.put("global_pool", avg ? "avg" : "token");
    if (backbone instanceof VisionTransformer vit) {
      config.put("num_attention_heads", vit.config().heads());
    }
    config.put("layer_norm_eps", backbone.norm().eps());
    if (backbone instanceof VisionTransformer vit) {
      describe(vit.config(), config);
    }
    ObjectNode cfg = config.putObject("pretrained_cfg");
    cfg.put("num_classes", classes);
    cfg.putArray("input_size").add(3).add(p.inputSize()).add(p.inputSize());
    cfg.put("interpolation", p.interpolation());
    cfg.put("crop_pct", p.cropPct());
    cfg.put("crop_mode", p.crop() == ImagePreprocessing.Crop.SQUASH ? "squash" : "center");
    cfg.set("mean", Settings.json().valueToTree(p.mean()));
    cfg.set("std", Settings.json().valueToTree(p.std()));
  }

  private static void describe(ViTConfig vit, ObjectNode config) {
    if (vit.preNorm()) { // other models have no such key
      config.put("hidden_act", vit.gelu() == Gelu.QUICK ? "quick_gelu" : "gelu");
    }
    if (vit.theta() != null) {
      config.put("rope_theta", vit.theta());
      config.put("image_size", vit.imageSize());
    }
  }

  private static void describe(PointTransformer points, ObjectNode config) {
    config.put("num_attention_heads", points.config().heads());
    config.put("layer_norm_eps", points.config().eps());
    ObjectNode own = config.putObject(POINTS);
    own.set("input", Settings.tree(points.preprocessing()));
    own.set("positions", Settings.json().valueToTree(points.config().positions()));
    if (!points.config().classToken()) {
      own.put(CLASS_TOKEN, false);
    }
  }
}
