"""BitFit, LayerNorm tuning and visual prompt tuning in plain PyTorch.

    bitfit      every bias of the network is trained, those of norms included
    ln-tuning   scale and shift of every LayerNorm, the final one included
    vpt         shallow: [CLS, P, patches] goes through all blocks
                deep: before block i > 0 the outputs at the prompts' places are thrown away, and its own P_i stand there
Prompts have no position. On points every block adds the positions again; a prompt's are 0.

Each network is stated on weights under the field's names (golden/tuning.py, golden/points.py).
"""

import torch

import points
from common import normal
from tuning import DEPTH, WIDTH, Vit, vision, write

SCRIPT = "golden/parts_and_prompts.py"
PROMPTS = 3
CLOUDS = points.BACKBONE


def is_bias(name):
    return name.endswith(".bias")


def is_layer_norm(name):
    layer = name.split(".")[-2] if "." in name else ""
    return layer in ("norm", "norm1", "norm2")


def part(w, chosen):
    names = [n for n in w if chosen(n) and not n.startswith("head.")]
    return lambda gen: {n: w[n].clone() for n in names}


class Prompted(Vit):
    def features(self, image):
        x = self.embed(image)
        for i in range(DEPTH):
            own = self.t.get(f"blocks.{i}.prompts")
            if own is not None:
                patches = x[:, 1:] if i == 0 else x[:, 1 + PROMPTS :]
                x = torch.cat([x[:, :1], own.expand(len(x), -1, -1), patches], 1)
            x = self.block(i, x)
        return self.pool(x)


def cloud():
    w, groups = points.backbone_and_batch()
    return "points", w, groups, torch.arange(len(groups)) % CLOUDS["classes"]


def prompted_points(w, t, groups):
    """x are tokens without positions, p the positions; both have rows for CLS, prompts and groups."""
    x, p = points.start(w, groups)
    points.MARGINS.clear()  # what the frozen embedding decides has no gradient
    p = torch.cat([p[:, :1], torch.zeros_like(p[:, :1]).expand(-1, PROMPTS, -1), p[:, 1:]], 1)
    for i in range(CLOUDS["depth"]):
        own = t.get(f"blocks.{i}.prompts")
        if own is not None:
            x = torch.cat([x[:, :1], own.expand(len(x), -1, -1), x[:, -groups.shape[1] :]], 1)
        x = points.block(w, f"blocks.blocks.{i}", x + p, CLOUDS["heads"])
    return points.cls_and_max(points.norm(w, "norm", x), groups.shape[1])


def prompts(blocks, width):
    return lambda gen: {f"blocks.{i}.prompts": normal(gen, PROMPTS, width, std=0.5) for i in range(blocks)}


if __name__ == "__main__":
    start = vision()[1]
    parts = {"bitfit": is_bias, "ln_tuning": is_layer_norm}
    for name, chosen in parts.items():
        # Softmax does not see the bias of k: a third of each qkv.bias has a gradient of 0 but for rounding.
        unsteady = [n for n in start if n.endswith("qkv.bias")] if name == "bitfit" else []
        write(
            name, {"name": name.replace("_", "-")}, part(start, chosen), lambda w, t: Vit(w | t, t, {}).features,
            SCRIPT, "timm", unsteady=unsteady,
        )  # fmt: skip
    settings = {"name": "vpt", "prompts": PROMPTS, "dropout": 0}
    for form, blocks in {"shallow": 1, "deep": DEPTH}.items():
        write(
            f"vpt_{form}", settings | {"form": form}, prompts(blocks, WIDTH),
            lambda w, t: Prompted(w, t, {}).features, SCRIPT, "timm",
        )  # fmt: skip
    for form, blocks in {"shallow": 1, "deep": CLOUDS["depth"]}.items():
        write(
            f"points_vpt_{form}", settings | {"form": form}, prompts(blocks, CLOUDS["width"]),
            lambda w, t: lambda groups: prompted_points(w, t, groups), SCRIPT,
            backbone=cloud(), features=2 * CLOUDS["width"],
        )  # fmt: skip
