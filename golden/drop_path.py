"""Golden file drop_path.safetensors: timm's stochastic depth.

    pip install -r golden/requirements.txt
    python golden/drop_path.py

For each case c in config.cases with `depth` and `rate`: `rates.c` (depth), the probability that block i of a timm vision transformer drops
a branch. For each rate k of config.rates: `branch` (B,N,D), `kept.k` what DropPath makes of the samples it keeps in training, and
`evaluated.k` what it makes of all in evaluation.
"""

import torch
from timm.layers import DropPath
from timm.models import VisionTransformer

from common import CORE, deterministic, generator, normal, save

CASES = [dict(depth=1, rate=0.3), dict(depth=2, rate=0.5), dict(depth=3, rate=0.1), dict(depth=12, rate=0.1), dict(depth=12, rate=0.4)]
RATES = [0.1, 0.25, 0.5]
SEED = 700


def rates(depth, rate):
    model = VisionTransformer(img_size=8, patch_size=8, embed_dim=4, depth=depth, num_heads=1, mlp_ratio=1, drop_path_rate=rate)
    drops = [getattr(block.drop_path1, "drop_prob", 0.0) for block in model.blocks]
    assert drops == [getattr(block.drop_path2, "drop_prob", 0.0) for block in model.blocks]
    return torch.tensor([float(drop or 0) for drop in drops])


def kept(branch, rate):
    """Every sample as it is when kept: training draws again until each was."""
    drop, result = DropPath(rate).train(), torch.zeros_like(branch)
    while not result.flatten(1).any(1).all():
        drawn = drop(branch)
        for sample in range(len(branch)):
            if drawn[sample].any():
                result[sample] = drawn[sample]
    return result


if __name__ == "__main__":
    deterministic()
    torch.manual_seed(SEED)
    branch = normal(generator(SEED), 3, 2, 4)
    tensors = {"branch": branch}
    for c, case in enumerate(CASES):
        tensors[f"rates.{c}"] = rates(**case)
    for k, rate in enumerate(RATES):
        tensors[f"kept.{k}"] = kept(branch, rate)
        tensors[f"evaluated.{k}"] = DropPath(rate).eval()(branch)
    save(CORE / "drop_path.safetensors", tensors, {"cases": CASES, "rates": RATES}, SEED, "golden/drop_path.py", "timm")
