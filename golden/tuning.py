"""A tuned vision transformer in plain PyTorch: what the golden scripts of methods share.

The frozen network and the batch are those of adapterx_backbone.safetensors (golden/adapter_x.py): width 32, depth 3,
2 heads, MLP of 48, 16 patches. `Vit` states the network on a dict of weights under timm's names; a method's script
overrides the steps its paper changes. LayerNorm has eps 1e-6, GELU is exact, dropout and drop path are off.

`write` makes golden/methods/NAME.safetensors: `values.<name>` what is trained at the start, head included, under the names the
adapter file has; `grad.<name>` of the first step; `after3.<name>` after three AdamW steps (lr 1e-2, betas .9 .999, eps 1e-8,
decay 0.05 on tensors of two or more dimensions that `undecayed` does not name); `features`, `logits`, `loss` of the first step. The
config holds `method` (the tree a recipe has), `undecayed`, and `backbone` ("vit" or "points"). All is computed in float64 from
float32 values; the seed is the first with which float32 ends within 1e-5 of it (Adam divides by |g|, so a gradient that
is rounding noise would make what is expected arbitrary). config.rounding holds that distance.
"""

import torch
import torch.nn.functional as F

from adapter_x import BACKBONE, backbone_and_batch
from common import CORE, deterministic, generator, normal, save

CLASSES = 5
WIDTH, DEPTH, HEADS = BACKBONE["embed_dim"], BACKBONE["depth"], BACKBONE["num_heads"]
HIDDEN = int(WIDTH * BACKBONE["mlp_ratio"])
PATCHES = (BACKBONE["img_size"] // BACKBONE["patch_size"]) ** 2
LR, DECAY, BETAS, EPS = 1e-2, 0.05, (0.9, 0.999), 1e-8


class Vit:
    """The frozen network over weights `w`; `t` are the trained tensors and `c` the method's settings."""

    def __init__(self, w, t, c):
        self.w, self.t, self.c = w, t, c

    def linear(self, name, x):
        return F.linear(x, self.w[f"{name}.weight"], self.w[f"{name}.bias"])

    def norm(self, name, x):
        return F.layer_norm(x, x.shape[-1:], self.w[f"{name}.weight"], self.w[f"{name}.bias"], 1e-6)

    def patches(self, image):
        size = BACKBONE["patch_size"]
        x = F.conv2d(image, self.w["patch_embed.proj.weight"], self.w["patch_embed.proj.bias"], stride=size)
        return x.flatten(2).transpose(1, 2)

    def embed(self, image):
        x = self.patches(image)
        return torch.cat([self.w["cls_token"].expand(len(x), -1, -1), x], 1) + self.w["pos_embed"]

    def attention(self, i, u):
        b, n, d = u.shape
        q, k, v = self.linear(f"blocks.{i}.attn.qkv", u).view(b, n, 3, HEADS, d // HEADS).permute(2, 0, 3, 1, 4)
        mixed = torch.softmax(q @ k.transpose(-1, -2) / (d // HEADS) ** 0.5, -1) @ v
        return self.linear(f"blocks.{i}.attn.proj", mixed.transpose(1, 2).reshape(b, n, d))

    def mlp(self, i, u):
        return self.linear(f"blocks.{i}.mlp.fc2", F.gelu(self.linear(f"blocks.{i}.mlp.fc1", u)))

    def attention_half(self, i, x):
        return x + self.attention(i, self.norm(f"blocks.{i}.norm1", x))

    def mlp_half(self, i, a):
        return a + self.mlp(i, self.norm(f"blocks.{i}.norm2", a))

    def block(self, i, x):
        return self.mlp_half(i, self.attention_half(i, x))

    def pool(self, x):
        return self.norm("norm", x)[:, 0]

    def features(self, image):
        x = self.embed(image)
        for i in range(DEPTH):
            x = self.block(i, x)
        return self.pool(x)


def linear(t, gen, name, out, into, bias=True, std=0.2):
    """A trained linear layer, no part of it trivial."""
    t[f"{name}.weight"] = normal(gen, out, into, std=std)
    if bias:
        t[f"{name}.bias"] = normal(gen, out, std=std)


def head(t, gen, features=WIDTH):
    t["head.weight"] = normal(gen, CLASSES, features, std=0.2)
    t["head.bias"] = normal(gen, CLASSES, std=0.2)


def run(forward, values, labels, undecayed, dtype):
    """forward(t) gives features; returns what is stored."""
    t = {name: v.to(dtype).clone().requires_grad_(True) for name, v in values.items()}
    spared = [name for name, v in values.items() if v.dim() < 2 or name in undecayed]
    optimiser = torch.optim.AdamW(
        [
            {"params": [v for name, v in t.items() if name not in spared], "weight_decay": DECAY},
            {"params": [t[name] for name in spared], "weight_decay": 0.0},
        ],
        lr=LR, betas=BETAS, eps=EPS,
    )  # fmt: skip
    stored = {}
    for step in range(3):
        features = forward(t)
        logits = F.linear(features, t["head.weight"], t["head.bias"])
        loss = F.cross_entropy(logits, labels)
        optimiser.zero_grad()
        loss.backward()
        if step == 0:
            stored |= {"features": features.detach(), "logits": logits.detach(), "loss": loss.detach()}
            for name, v in t.items():
                stored[f"grad.{name}"] = torch.zeros_like(v) if v.grad is None else v.grad.clone()
        optimiser.step()
    return stored | {f"after3.{name}": v.detach() for name, v in t.items()}


def distance(a, b):
    return max((a[n].double() - b[n]).abs().max().item() / max(b[n].abs().max().item(), 1e-12) for n in b)


def write(name, method, make, network, script, *packages, undecayed=(), unsteady=(), backbone=None, features=WIDTH, buffers=None):
    """make(gen) gives the trained tensors without head; network(w, t, dtype) a function from input to features.

    `unsteady`: tensors whose gradient is 0 but for rounding, or nearly so; Adam would make noise of it.
    `backbone`: (kind, weights, input, labels); the vision transformer's if absent. Labels of others are stored.
    `buffers`: what the method keeps without training it, stored as `buffers.<name>`.
    """
    kind, w, image, labels = backbone or vision()
    for seed in range(1, 200):
        gen = generator(seed)
        values = make(gen)
        head(values, gen, features)
        single, exact = (
            run(
                lambda t, d=dtype: network({n: v.to(d) for n, v in w.items()}, t)(image.to(d)),
                values, labels, undecayed, dtype,
            )
            for dtype in (torch.float32, torch.float64)
        )  # fmt: skip
        for n in unsteady:
            del single[f"after3.{n}"], exact[f"after3.{n}"]
        rounding = distance(single, exact)
        if rounding < 1e-5:
            break
    else:
        raise SystemExit(f"{name}: no seed is steady enough")
    stored = {n: v.to(torch.float32) for n, v in exact.items()} | {f"values.{n}": v for n, v in values.items()}
    stored |= {f"buffers.{n}": v for n, v in (buffers or {}).items()}
    if backbone:
        stored["labels"] = labels
    config = {"method": method, "undecayed": sorted(undecayed), "backbone": kind, "rounding": rounding}
    save(CORE / "methods" / f"{name}.safetensors", stored, config, seed, script, *packages)


def vision():
    deterministic()
    model, image, labels = backbone_and_batch()
    return "vit", {n: v.detach() for n, v in model.state_dict().items()}, image, labels


if __name__ == "__main__":
    # The simplest of all: nothing but the head.
    write("linear_probe", {"name": "linear-probe"}, lambda gen: {}, lambda w, t: Vit(w, t, {}).features, "golden/tuning.py", "timm")
    # Everything but the head of the weights' own training.
    start = {n: v.clone() for n, v in vision()[1].items()}
    write(
        "full", {"name": "full"}, lambda gen: {n: v.clone() for n, v in start.items()},
        lambda w, t: Vit(t, t, {}).features, "golden/tuning.py", "timm", undecayed=("cls_token", "pos_embed"),
        unsteady=[n for n in start],
    )  # fmt: skip
