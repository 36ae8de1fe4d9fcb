"""Bottleneck adapters; see golden/tuning.py for what the files hold.

Where the package adapter_plus (Steitz and Roth, Adapters Strike Back, CVPR 2024) has the form, the reference is its own
vision transformer over the golden weights; else plain PyTorch after the paper's formula.
"""

import re
import warnings
from functools import partial
from types import SimpleNamespace

import torch
import torch.nn.functional as F

from adapter_x import BACKBONE
from common import normal
from tuning import DEPTH, HEADS, WIDTH, Vit, linear, write

RANK, SCALE = 4, 0.5
SCRIPT, PACKAGES = "golden/adapters.py", ("timm", "adapter-plus")


def adapters(*places, bias=True, norm=False, scale=False):
    """Every block's adapters at these places."""

    def make(gen):
        t = {}
        for i in range(DEPTH):
            for place in places:
                name = f"blocks.{i}.{place}"
                if norm:
                    t[f"{name}.norm.weight"] = normal(gen, WIDTH, std=0.2, mean=1.0)
                    t[f"{name}.norm.bias"] = normal(gen, WIDTH, std=0.2)
                linear(t, gen, f"{name}.down", RANK, WIDTH, bias=bias)
                linear(t, gen, f"{name}.up", WIDTH, RANK, bias=bias)
                if scale:
                    t[f"{name}.scale"] = normal(gen, WIDTH, std=0.2, mean=1.0)
        return t

    return make


class Adapted(Vit):
    """With an adapter in every block."""

    def adapter(self, name, x, phi):
        h = phi(F.linear(x, self.t[f"{name}.down.weight"], self.t.get(f"{name}.down.bias")))
        return F.linear(h, self.t[f"{name}.up.weight"], self.t.get(f"{name}.up.bias"))


class AdaptFormer(Adapted):
    """y = a + mlp(norm2(a)) + s A(a)"""

    def mlp_half(self, i, a):
        return super().mlp_half(i, a) + SCALE * self.adapter(f"blocks.{i}.adapter", a, self.c["phi"])


def adaptformer(name, phi, bias, **settings):
    method = {"name": "adaptformer", "bottleneck": RANK, "scale": SCALE, "dropout": 0, "bias": bias} | settings
    write(name, method, adapters("adapter", bias=bias), lambda w, t: AdaptFormer(w, t, {"phi": phi}).features, SCRIPT)


class Houlsby(Adapted):
    """f = attn(norm1(x)), a = x + f + A(f); the same behind the MLP; own norms where there are some"""

    def norm(self, name, x):
        return Vit(self.w | self.t, self.t, {}).norm(name, x) if name != "norm" else super().norm(name, x)

    def behind(self, name, f):
        return f + self.adapter(name, f, self.c["phi"]) if f"{name}.down.weight" in self.t else f

    def attention(self, i, u):
        return self.behind(f"blocks.{i}.adapter_attn", super().attention(i, u))

    def mlp(self, i, u):
        return self.behind(f"blocks.{i}.adapter_mlp", super().mlp(i, u))


class Parallel(Adapted):
    """u = norm2(a), y = a + mlp(u) + s A(u)"""

    def mlp(self, i, u):
        return super().mlp(i, u) + SCALE * self.adapter(f"blocks.{i}.adapter", u, self.c["phi"])


def houlsby_values(gen):
    t = adapters("adapter_attn", "adapter_mlp")(gen)
    for i in range(DEPTH):
        for n in ("norm1", "norm2"):
            t[f"blocks.{i}.{n}.weight"] = normal(gen, WIDTH, std=0.2, mean=1.0)
            t[f"blocks.{i}.{n}.bias"] = normal(gen, WIDTH, std=0.2)
    return t


def package(**adapter):
    """timm's network with adapter_plus's own blocks, its tensors taken from the frozen and the trained ones.

    Its whole network, which is a copy of an earlier timm's, does not fit this timm.
    """
    import timm

    with warnings.catch_warnings():  # it imports timm by deprecated names
        warnings.simplefilter("ignore")
        from adapter_plus import AdapterBlock
    defaults = {"dim": RANK, "dropout": 0, "drop_path": 0, "act_layer": True, "norm_layer": False, "bias": True}
    config = SimpleNamespace(**(defaults | {"scaling": 1.0, "attn_adapter": False, "init": "houlsby"} | adapter))
    model = timm.models.VisionTransformer(**BACKBONE)
    norm, ratio = partial(torch.nn.LayerNorm, eps=1e-6), BACKBONE["mlp_ratio"]
    blocks = [
        AdapterBlock(WIDTH, HEADS, ratio, qkv_bias=True, norm_layer=norm, adapter_config=config) for _ in range(DEPTH)
    ]
    model.blocks = torch.nn.Sequential(*blocks)
    model.eval()

    def name(ours):
        """blocks.0.adapter_mlp.down.weight -> blocks.0.adapter.bottleneck.1.weight"""
        theirs = ours.replace("adapter_mlp", "adapter").replace("adapter.norm", "adapter.norm_a")
        theirs = re.sub(r"(adapter\w*)\.down", r"\1.bottleneck.1", theirs).replace("adapter.scale", "adapter.scaling")
        return re.sub(r"(adapter\w*)\.up", r"\1.bottleneck.4", theirs)

    def network(w, t):
        tensors = {n: v for n, v in w.items() if not n.startswith("head")}
        tensors |= {name(n): v for n, v in t.items() if not n.startswith("head")}
        assert set(tensors) == {n for n, _ in model.named_parameters()}
        return lambda image: torch.func.functional_call(model, tensors, image)

    return network


class Mosa(Adapted):
    """y = a + mlp(norm2(a)) + s A(norm_A(a)), both layers of A the means over the experts"""

    def mlp_half(self, i, a):
        name = f"blocks.{i}.adapter"
        n = F.layer_norm(a, a.shape[-1:], self.t[f"{name}.norm.weight"], self.t[f"{name}.norm.bias"], 1e-6)
        mean = {}
        for layer in ("down", "up"):
            weight, bias = self.t[f"{name}.{layer}.weight"], self.t[f"{name}.{layer}.bias"]
            several = weight.dim() == 3
            mean[f"{name}.{layer}.weight"] = sum(weight) / len(weight) if several else weight
            mean[f"{name}.{layer}.bias"] = sum(bias) / len(bias) if several else bias
        return super().mlp_half(i, a) + SCALE * Adapted(self.w, mean, {}).adapter(name, n, F.gelu)


def mosa(share, experts=3):
    """Of the layer that is shared there is one."""

    def make(gen):
        t = adapters("adapter", norm=True)(gen)
        for layer in [n for n in ("down", "up") if n != share]:
            for name in [n for n in t if f".{layer}." in n]:
                t[name] = normal(gen, experts, *t[name].shape, std=0.2)
        return t

    biases = [f"blocks.{i}.adapter.{layer}.bias" for i in range(DEPTH) for layer in ("down", "up") if layer != share]
    method = {"name": "mosa", "bottleneck": RANK, "experts": experts, "share": share, "scale": SCALE}
    write(f"mosa_{share}", method, make, lambda w, t: Mosa(w, t, {}).features, SCRIPT, undecayed=biases)


if __name__ == "__main__":
    adaptformer("adaptformer", F.relu, True)
    adaptformer("adaptformer_without_bias", F.gelu, False, activation="gelu")

    # The package's AdaptFormer is the same formula with GELU.
    write(
        "adaptformer_of_adapter_plus",
        {"name": "adaptformer", "bottleneck": RANK, "scale": SCALE, "dropout": 0, "activation": "gelu"},
        adapters("adapter"), package(config="parallel", scaling=SCALE), SCRIPT, *PACKAGES,
    )  # fmt: skip
    write(
        "houlsby", {"name": "houlsby", "bottleneck": RANK}, houlsby_values,
        package(config="houlsby", attn_adapter=True), SCRIPT, *PACKAGES,
    )  # fmt: skip
    write(
        "houlsby_with_frozen_norms", {"name": "houlsby", "bottleneck": RANK, "layer-norms": False, "activation": "relu"},
        adapters("adapter_attn", "adapter_mlp"), lambda w, t: Houlsby(w, t, {"phi": F.relu}).features, SCRIPT,
    )  # fmt: skip
    write(
        "houlsby_noah", {"name": "houlsby", "preset": "noah", "bottleneck": RANK, "dropout": 0}, adapters("adapter_mlp"),
        lambda w, t: Houlsby(w, t, {"phi": lambda x: x * torch.sigmoid(1.702 * x)}).features, SCRIPT,
    )  # fmt: skip
    write(
        "pfeiffer", {"name": "pfeiffer", "bottleneck": RANK}, adapters("adapter", norm=True),
        package(config="pfeiffer", norm_layer=True), SCRIPT, *PACKAGES,
    )  # fmt: skip
    write(
        "parallel_adapter", {"name": "parallel-adapter", "bottleneck": RANK, "scale": SCALE, "dropout": 0},
        adapters("adapter"), lambda w, t: Parallel(w, t, {"phi": F.relu}).features, SCRIPT,
    )  # fmt: skip
    for name, bias in (("adapter_plus", True), ("adapter_plus_without_bias", False)):
        write(
            name, {"name": "adapter-plus", "bottleneck": RANK, "bias": bias}, adapters("adapter", bias=bias, scale=True),
            package(config="post", scaling="channel", bias=bias), SCRIPT, *PACKAGES,
        )  # fmt: skip
    for share in ("none", "down", "up"):
        mosa(share)
