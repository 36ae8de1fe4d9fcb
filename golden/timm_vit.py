"""Golden files of timm's VisionTransformer: vit_*.safetensors.

    pip install -r golden/requirements.txt
    python golden/timm_vit.py

Versions: torch 2.15.0, timm 1.0.31 (golden/requirements.txt). Tiny models, all parameters random, eval mode.
Sizes are kept small because the files are checked in (patch 32 has width 16 for that reason).
Tensors: `model.<timm name>`, `input` (2,3,S,S), `tokens` = forward_features, `features` =
forward_head(pre_logits=True), `logits`. The config in the metadata holds timm's own argument names.

vit_resize.safetensors holds the weights of a 32x32 model and, for inputs of 48 and 24, the tensors
`input.S`, `pos_embed.S`, `tokens.S`, `features.S`, `logits.S` after timm's resample_abs_pos_embed with its
defaults (bicubic, antialias=True: cubic coefficient a = -0.5, support widened when shrinking), and
`pos_embed_no_antialias.S`, what torch's bicubic gives with antialias=False (a = -0.75), which
transformers uses for all its vision transformers here but Dinov2WithRegisters.
"""

import torch
from timm.layers import resample_abs_pos_embed
from timm.models.deit import VisionTransformerDistilled
from timm.models.vision_transformer import VisionTransformer

from common import CORE, deterministic, generator, normal, prefixed, randomise, save

SCRIPT = "golden/timm_vit.py"
BASE = dict(
    img_size=32, patch_size=8, in_chans=3, num_classes=5, global_pool="token", embed_dim=32,
    depth=2, num_heads=2, mlp_ratio=4.0, qkv_bias=True, init_values=None, class_token=True,
    no_embed_class=False, reg_tokens=0,
)  # fmt: skip
CASES = {
    "plain": {},
    "patch14": dict(img_size=28, patch_size=14, num_heads=4, mlp_ratio=1.0),
    "patch16": dict(patch_size=16, mlp_ratio=1.0),
    "patch32": dict(img_size=64, patch_size=32, embed_dim=16, mlp_ratio=1.0),
    "layerscale": dict(init_values=1e-5, mlp_ratio=1.0),
    "no_qkv_bias": dict(qkv_bias=False, mlp_ratio=1.0),
    "distilled": dict(distilled=True, mlp_ratio=2.0),
    "reg": dict(reg_tokens=4, no_embed_class=True, mlp_ratio=1.0),
    "reg_embedded": dict(reg_tokens=4, mlp_ratio=1.0),
    "avg": dict(global_pool="avg", mlp_ratio=1.0),
}


def build(config):
    arguments = dict(config)
    distilled = arguments.pop("distilled", False)
    return (VisionTransformerDistilled if distilled else VisionTransformer)(**arguments).eval()


def outputs(model, image, suffix=""):
    tokens = model.forward_features(image)
    features = model.forward_head(tokens, pre_logits=True)
    logits = model(image)
    return {"input" + suffix: image, "tokens" + suffix: tokens, "features" + suffix: features, "logits" + suffix: logits}


def described(config):
    return {"distilled": False, **config, "norm_eps": 1e-6, "activation": "gelu"}


def write_cases():
    for seed, (name, changes) in enumerate(CASES.items(), start=100):
        config = {**BASE, **changes}
        gen = generator(seed)
        model = build(config)
        randomise(model, gen)
        image = normal(gen, 2, 3, config["img_size"], config["img_size"])
        tensors = {**prefixed("model.", model.state_dict()), **outputs(model, image)}
        save(CORE / f"vit_{name}.safetensors", tensors, described(config), seed, SCRIPT, "timm")


def write_resize(seed=150):
    config = {**BASE, "mlp_ratio": 1.0}
    gen = generator(seed)
    model = build(config)
    randomise(model, gen)
    state = model.state_dict()
    tensors = prefixed("model.", state)
    for size in (48, 24):
        grid = [size // config["patch_size"]] * 2
        resized = resample_abs_pos_embed(state["pos_embed"], new_size=grid, num_prefix_tokens=1)
        larger = build({**config, "img_size": size})
        larger.load_state_dict({**state, "pos_embed": resized})
        tensors |= outputs(larger, normal(gen, 2, 3, size, size), f".{size}")
        tensors[f"pos_embed.{size}"] = resized
        tensors[f"pos_embed_no_antialias.{size}"] = resample_abs_pos_embed(
            state["pos_embed"], new_size=grid, num_prefix_tokens=1, antialias=False
        )
    config = described(config) | {
        "resized_to": [48, 24], "interpolation": "bicubic", "antialias": True, "align_corners": False,
    }  # fmt: skip
    save(CORE / "vit_resize.safetensors", tensors, config, seed, SCRIPT, "timm")


if __name__ == "__main__":
    deterministic()
    with torch.no_grad():
        write_cases()
        write_resize()
