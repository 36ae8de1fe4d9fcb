"""Golden file of timm's Swin transformer.

    pip install -r golden/requirements.txt
    python golden/timm_swin.py

Versions: torch 2.15.0, timm 1.0.31 (golden/requirements.txt). Three stages of widths 8, 16, 32 with two blocks each and 1, 2, 4
heads, patch 4, windows of 3, image 48 (so grids of 12, 6 and 3: shifted windows in the first two stages, one window in the last),
seven classes, all parameters random, eval mode. swin_timm.safetensors holds model.* and

    input (2,3,48,48), stage.N (B,D,h,w) as the blocks of a stage leave them, tokens (B,h,w,D) after the final norm,
    features (B,D) pooled, logits (B,7);
    input.X with tokens.X and features.X for other sizes: wide (2,3,48,96), whose last windows shift along one side alone; odd
    (2,3,40,44), whose grids windows do not fill and merging cannot halve; small (2,3,24,24), whose last grid is smaller than a
    window. For that one timm has a smaller table of biases, here the middle of the large one: the offsets that are left.
"""

import torch
from timm.models.swin_transformer import SwinTransformer

from common import CORE, deterministic, generator, normal, prefixed, randomise, save

SCRIPT = "golden/timm_swin.py"
SEED = 270
SHAPE = dict(
    patch_size=4, embed_dim=8, depths=(2, 2, 2), num_heads=(1, 2, 4), window_size=3, num_classes=7,
)  # fmt: skip


def fitting(tensor, like):
    """The middle of a table of biases where another one is smaller."""
    if tensor.shape == like.shape:
        return tensor
    old, new = round(len(tensor) ** 0.5), round(len(like) ** 0.5)
    cut = (old - new) // 2
    return tensor.view(old, old, -1)[cut : cut + new, cut : cut + new].reshape(new * new, -1)


def main():
    gen = generator(SEED)
    model = SwinTransformer(img_size=48, **SHAPE).eval()
    randomise(model, gen)
    image, wide = normal(gen, 2, 3, 48, 48), normal(gen, 2, 3, 48, 96)
    odd, small = normal(gen, 2, 3, 40, 44), normal(gen, 2, 3, 24, 24)
    stages = model.forward_intermediates(image, norm=False, intermediates_only=True)
    tokens = model.forward_features(image)
    expected = {
        "input": image, "tokens": tokens, "features": model.forward_head(tokens, pre_logits=True),
        "logits": model.forward_head(tokens),
    } | {f"stage.{i}": stage for i, stage in enumerate(stages)}  # fmt: skip
    for name, other in {"wide": wide, "odd": odd, "small": small}.items():
        resized = SwinTransformer(img_size=tuple(other.shape[2:]), **SHAPE).eval()
        resized.load_state_dict({k: fitting(v, resized.state_dict()[k]) for k, v in model.state_dict().items()})
        tokens = resized.forward_features(other)
        features = resized.forward_head(tokens, pre_logits=True)
        expected |= {f"input.{name}": other, f"tokens.{name}": tokens, f"features.{name}": features}
    config = SHAPE | {"img_size": 48, "parameters": sum(p.numel() for p in model.parameters())}
    save(CORE / "swin_timm.safetensors", prefixed("model.", model.state_dict()) | expected, config, SEED, SCRIPT, "timm")


if __name__ == "__main__":
    deterministic()
    with torch.no_grad():
        main()
