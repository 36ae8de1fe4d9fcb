"""Bottleneck adapters in plain PyTorch, as their papers' formulas have them; see golden/tuning.py for what the files hold."""

import torch.nn.functional as F

from common import normal
from tuning import DEPTH, WIDTH, Vit, linear, write

RANK, SCALE = 4, 0.5
SCRIPT = "golden/adapters.py"


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


if __name__ == "__main__":
    adaptformer("adaptformer", F.relu, True)
    adaptformer("adaptformer_without_bias", F.gelu, False, activation="gelu")
