package dev.adapterx.testing;

import dev.adapterx.base.Settings;
import dev.adapterx.model.BackboneInfo;
import dev.adapterx.model.ViTConfig;
import dev.adapterx.model.VisionTransformer;
import dev.adapterx.model.input.ImagePreprocessing;
import dev.adapterx.model.input.Normalisation;
import dev.adapterx.peft.mixture.AdapterX;
import dev.adapterx.tensor.Precision;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** What golden/adapter_x.py computed with. */
public final class AdapterXReference {
  /** Files of one variant each. */
  public static final List<String> VARIANTS =
      List.of(
          "adapterx_cls_frozen.safetensors",
          "adapterx_combined.safetensors",
          "adapterx_cosine.safetensors",
          "adapterx_experts_8.safetensors",
          "adapterx_gate_one.safetensors",
          "adapterx_groups_2.safetensors",
          "adapterx_linear.safetensors",
          "adapterx_losses.safetensors",
          "adapterx_norm2_frozen.safetensors",
          "adapterx_norm2_shared.safetensors",
          "adapterx_own_combined.safetensors",
          "adapterx_own_embedding.safetensors",
          "adapterx_own_linear.safetensors",
          "adapterx_own_router.safetensors",
          "adapterx_own_sides.safetensors",
          "adapterx_parallel.safetensors",
          "adapterx_prompt_bias.safetensors",
          "adapterx_prompt_gelu.safetensors",
          "adapterx_prompt_mean.safetensors",
          "adapterx_prompts_off.safetensors",
          "adapterx_sequential.safetensors",
          "adapterx_share_none.safetensors",
          "adapterx_single_expert.safetensors",
          "adapterx_soft.safetensors");

  private AdapterXReference() {}

  /** The small backbone of all variants. */
  public static VisionTransformer backbone() {
    ViTConfig config =
        new ViTConfig(32, 8, 32, 3, 2, 1.5, true, false, false, 0, ViTConfig.Pooling.CLS, 1e-6);
    return VisionTransformer.from(
        Golden.read("adapterx_backbone.safetensors").tensors("backbone."),
        config,
        new BackboneInfo("golden", "timm", "", ""),
        ImagePreprocessing.of(32, 1, Normalisation.HALF),
        Precision.FP32);
  }

  /** A variant's settings. */
  public static AdapterX method(JsonNode c) {
    var tree = Settings.json().createObjectNode();
    for (String key :
        List.of(
            "form",
            "experts",
            "heads",
            "bottleneck",
            "prompts",
            "norm2",
            "cls",
            "scale",
            "balance",
            "dropout",
            "activation",
            "router",
            "routing",
            "share")) {
      tree.set(key, c.get(key));
    }
    tree.set("router-width", c.get("routerWidth"));
    tree.set("prompt-activation", c.get("promptActivation"));
    tree.set("z-loss", c.get("zLoss"));
    if (c.path("groups").isInt()) {
      tree.set("groups", c.get("groups"));
    }
    if (c.has("gate")) {
      tree.set("gate", c.get("gate"));
    }
    if (c.has("promptBase")) {
      tree.set("prompt-base", c.get("promptBase"));
    }
    if (c.has("promptBias")) {
      tree.set("prompt-bias", c.get("promptBias"));
    }
    c.path("own").forEach(part -> tree.withObjectProperty("own").put(part.asString(), true));
    return Settings.read(tree, new AdapterX(), "golden");
  }
}
