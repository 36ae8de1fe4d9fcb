"""Bi-Adapter in plain PyTorch: AdaptFormer and LoRA whose weights are quantised to b bits.

    n = (w - mean) / (std + 1e-5)      mean and (unbiased) deviation of the tensor itself
    Q(w) = nearest level of n * std + mean      the choice of a level has the gradient of the identity

    adaptformer   y = a + mlp(norm2(a)) + s Q(up) relu(Q(down) a)
    lora          q += s Q(b_q) Q(a_q) x, v alike, x = norm1(.)

The levels minimise E|z - level| of a standard normal z: each is the median of its cell, each border in the middle of two
levels. Five thousand rounds of that find them.
"""

import torch
import torch.nn.functional as F

import points
from common import normal
from parts_and_prompts import CLOUDS, cloud
from tuning import DEPTH, HEADS, WIDTH, Vit, write

SCRIPT = "golden/bi_adapter.py"
RANK = 4


def levels(bits):
    found = torch.linspace(-2, 2, 2**bits, dtype=torch.float64)
    zero, one = torch.zeros(1, dtype=torch.float64), torch.ones(1, dtype=torch.float64)
    for _ in range(5000):
        below = torch.cat([zero, torch.special.ndtr((found[1:] + found[:-1]) / 2), one])
        found = torch.special.ndtri((below[1:] + below[:-1]) / 2)
    return found


class Round(torch.autograd.Function):
    @staticmethod
    def forward(ctx, n, found):
        return found.to(n.dtype)[(n.unsqueeze(-1) - found).abs().argmin(-1)]

    @staticmethod
    def backward(ctx, gradient):
        return gradient, None


def quantised(w, found):
    mean, std = w.mean(), w.std()
    return Round.apply((w - mean) / (std + 1e-5), found) * std + mean


class BiAdaptFormer(Vit):
    def mlp_half(self, i, a):
        return super().mlp_half(i, a) + beside(self.t, self.c, i, a)


def beside(t, c, i, a):
    down, up = (quantised(t[f"blocks.{i}.adaptformer.{n}"], c["levels"]) for n in ("down", "up"))
    return c["scale"] * torch.relu(a @ down.T) @ up.T


class BiLora(Vit):
    def attention(self, i, u):
        b, n, d = u.shape
        qkv = self.linear(f"blocks.{i}.attn.qkv", u)
        delta = []
        for part in "qv":
            first, second = (quantised(self.t[f"blocks.{i}.lora.{part}.{m}"], self.c["levels"]) for m in "ab")
            delta.append(self.c["scale"] * u @ (second @ first).T)
        qkv = qkv + torch.cat([delta[0], torch.zeros_like(u), delta[1]], -1)
        q, k, v = qkv.view(b, n, 3, HEADS, d // HEADS).permute(2, 0, 3, 1, 4)
        mixed = torch.softmax(q @ k.transpose(-1, -2) / (d // HEADS) ** 0.5, -1) @ v
        return self.linear(f"blocks.{i}.attn.proj", mixed.transpose(1, 2).reshape(b, n, d))


def points_features(w, t, c, groups):
    x, p = points.start(w, groups)
    points.MARGINS.clear()
    for i in range(CLOUDS["depth"]):
        name = f"blocks.blocks.{i}"
        a = points.attention_half(w, name, x + p, CLOUDS["heads"])
        x = a + points.mlp(w, f"{name}.mlp", points.norm(w, f"{name}.norm2", a)) + beside(t, c, i, a)
    return points.cls_and_max(points.norm(w, "norm", x), groups.shape[1])


def pairs(names, depth, width):
    def make(gen):
        t = {}
        for i in range(depth):
            for place, first, second in names:
                t[f"blocks.{i}.{place}.{first}"] = normal(gen, RANK, width, std=0.2, mean=0.05)
                t[f"blocks.{i}.{place}.{second}"] = normal(gen, width, RANK, std=0.2)
        return t

    return make


ADAPTFORMER = [("adaptformer", "down", "up")]
LORA = [("lora.q", "a", "b"), ("lora.v", "a", "b")]


def settings(base, bits):
    return {"name": "bi-adapter", "base": base, "rank": RANK, "bits": bits, "scale": 0.5, "dropout": 0}


if __name__ == "__main__":
    for base, bits, network, names in (
        ("adaptformer", 1, BiAdaptFormer, ADAPTFORMER), ("adaptformer", 3, BiAdaptFormer, ADAPTFORMER),
        ("lora", 1, BiLora, LORA), ("lora", 2, BiLora, LORA),
    ):  # fmt: skip
        c = {"levels": levels(bits), "scale": 0.5}
        write(
            f"bi_{base}_{bits}", settings(base, bits), pairs(names, DEPTH, WIDTH),
            lambda w, t: network(w, t, c).features, SCRIPT, "timm",
        )  # fmt: skip
    c = {"levels": levels(1), "scale": 0.5}
    write(
        "points_bi_adaptformer_1", settings("adaptformer", 1), pairs(ADAPTFORMER, CLOUDS["depth"], CLOUDS["width"]),
        lambda w, t: lambda groups: points_features(w, t, c, groups), SCRIPT,
        backbone=cloud(), features=2 * CLOUDS["width"],
    )  # fmt: skip
