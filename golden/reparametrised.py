"""Golden files of the methods whose effect a frozen linear layer could have, and of Convpass: methods/{ssf,repadapter,fact,arc,convpass}*.

    pip install -r golden/requirements.txt
    python golden/reparametrised.py

golden/tuning.py has the network and what is stored; names below stand after blocks.i. unless told otherwise.

SSF: T(z) = gamma * z + beta behind the patches (patch_embed.ssf), norm1, qkv, proj, norm2, fc1, fc2 (ssf.<layer>) and the final norm
    (norm.ssf, of the whole network).
RepAdapter: u <- u + s (B (A u + a) + b) for the u that qkv and fc1 see, rep_adapter.{attn,mlp}.{down,up}; B is a 1x1 convolution in groups.
ARC: u <- u + P diag(c) P^T u + b, P (D, R) shared by all blocks, one for attention and one for MLPs: arc.{attn,mlp}.projection (of the
    whole network), arc.{attn,mlp}.{scale,bias}.
FacT: every matrix's change is s V S U, fact.u (R, D) and fact.v (D, R) shared; fc1 (4D, D) is four such changes above, fc2 (D, 4D) four beside
    each other. TT: S of q, k, v, proj (R, R), fc1 (4R, R), fc2 (R, 4R) is trained, fact.<layer>. TK: T = sum_k fact.core_ijk fact.factors_km,
    12 slices m a block; S of q, k, v, proj is a slice transposed; four slices, read as (R, 4R), are fc1's transposed; the last four fc2's.
    On the point cloud's network (golden/points.py), whose MLP is four times as wide; the other's 1.5 is refused.
Convpass: beside attention and beside MLP, s * up(q(conv(q(down u)))) with q(z) = z sigmoid(1.702 z) and a 3x3 convolution over the grid of
    patches; CLS is an image of one pixel. convpass.{attn,mlp}.{down,conv,up}.
"""

import torch
import torch.nn.functional as F

import points
from common import deterministic, normal
from tuning import CLASSES, DEPTH, HIDDEN, WIDTH, Vit, linear, write

SCRIPT = "golden/reparametrised.py"


# ---------------------------------------------------------------- SSF

SITES = {"norm1": WIDTH, "qkv": 3 * WIDTH, "proj": WIDTH, "norm2": WIDTH, "fc1": HIDDEN, "fc2": WIDTH}


def ssf_start(gen):
    widths = {"patch_embed.ssf": WIDTH, "norm.ssf": WIDTH}
    widths |= {f"blocks.{i}.ssf.{site}": width for i in range(DEPTH) for site, width in SITES.items()}
    t = {}
    for place, width in widths.items():
        t[f"{place}.gamma"] = normal(gen, width, mean=1, std=0.3)
        t[f"{place}.beta"] = normal(gen, width, std=0.3)
    return t


class Ssf(Vit):
    def scaled(self, name, z):
        parts = name.split(".")
        place = f"blocks.{parts[1]}.ssf.{parts[-1]}" if parts[0] == "blocks" else f"{name}.ssf"
        return self.t[f"{place}.gamma"] * z + self.t[f"{place}.beta"]

    def linear(self, name, x):
        return self.scaled(name, super().linear(name, x))

    def norm(self, name, x):
        return self.scaled(name, super().norm(name, x))

    def patches(self, image):
        return self.scaled("patch_embed", super().patches(image))


# ---------------------------------------------------------------- RepAdapter and ARC


class Before(Vit):
    """What qkv and fc1 see is changed before."""

    def linear(self, name, x):
        parts = name.split(".")
        half = {"qkv": "attn", "fc1": "mlp"}.get(parts[-1])
        if half and not (half == "mlp" and self.c.get("attention-only")):
            x = x + self.added(f"blocks.{parts[1]}", half, x)
        return super().linear(name, x)


def rep_start(groups, biases, halves):
    def start(gen):
        t = {}
        for i in range(DEPTH):
            for half in halves:
                place = f"blocks.{i}.rep_adapter.{half}"
                linear(t, gen, f"{place}.down", 4, WIDTH, biases)
                linear(t, gen, f"{place}.up", WIDTH, 4 // groups, biases)
        return t

    return start


class Rep(Before):
    def conv(self, name, x, groups):
        weight, bias = self.t[f"{name}.weight"], self.t.get(f"{name}.bias")
        return F.conv1d(x, weight.unsqueeze(-1), bias, groups=groups)

    def added(self, block, half, x):
        place = f"{block}.rep_adapter.{half}"
        hidden = self.conv(f"{place}.down", x.transpose(1, 2), 1)
        return self.c["scale"] * self.conv(f"{place}.up", hidden, self.c["groups"]).transpose(1, 2)


def arc_start(halves):
    def start(gen):
        t = {f"arc.{half}.projection": normal(gen, WIDTH, 5, std=0.4) for half in halves}
        for i in range(DEPTH):
            for half in halves:
                t[f"blocks.{i}.arc.{half}.scale"] = normal(gen, 5, std=0.4)
                t[f"blocks.{i}.arc.{half}.bias"] = normal(gen, WIDTH, std=0.4)
        return t

    return start


class Arc(Before):
    def added(self, block, half, x):
        p, place = self.t[f"arc.{half}.projection"], f"{block}.arc.{half}"
        m = p @ torch.diag(self.t[f"{place}.scale"]) @ p.T
        return torch.einsum("de,bne->bnd", m, x) + self.t[f"{place}.bias"]


# ---------------------------------------------------------------- FacT


def fact_start(form):
    width, depth, r = points.BACKBONE["width"], points.BACKBONE["depth"], 4

    def start(gen):
        t = {"fact.u": normal(gen, r, width, std=0.4), "fact.v": normal(gen, width, r, std=0.4)}
        if form == "tk":
            return t | {"fact.core": normal(gen, r, r, r, std=0.4), "fact.factors": normal(gen, r, 12 * depth, std=0.4)}
        shapes = {"q": (r, r), "k": (r, r), "v": (r, r), "proj": (r, r), "fc1": (4 * r, r), "fc2": (r, 4 * r)}
        for i in range(depth):
            t |= {f"blocks.{i}.fact.{layer}": normal(gen, *shape, std=0.4) for layer, shape in shapes.items()}
        return t

    return start


def fact(form, scale):
    """The network over changed weights."""

    def own(t, i):
        if form == "tt":
            return {layer: t[f"blocks.{i}.fact.{layer}"] for layer in ("q", "k", "v", "proj", "fc1", "fc2")}
        cut = torch.einsum("ijk,km->ijm", t["fact.core"], t["fact.factors"][:, 12 * i : 12 * i + 12])
        s = {layer: cut[:, :, m].T for m, layer in enumerate(("q", "k", "v", "proj"))}
        return s | {"fc1": cut[:, :, 4:8].reshape(len(cut), -1).T, "fc2": cut[:, :, 8:].reshape(len(cut), -1)}

    def features(w, t, groups):
        r, changed = len(t["fact.u"]), dict(w)
        around = lambda s: scale * t["fact.v"] @ s @ t["fact.u"]
        for i in range(points.BACKBONE["depth"]):
            s, place = own(t, i), f"blocks.blocks.{i}"
            change = {
                "attn.qkv": torch.cat([around(s["q"]), around(s["k"]), around(s["v"])]),
                "attn.proj": around(s["proj"]),
                "mlp.fc1": torch.cat([around(part) for part in s["fc1"].split(r, 0)], 0),
                "mlp.fc2": torch.cat([around(part) for part in s["fc2"].split(r, 1)], 1),
            }
            for layer, delta in change.items():
                changed[f"{place}.{layer}.weight"] = w[f"{place}.{layer}.weight"] + delta
        tokens = points.transformer(changed, groups, points.BACKBONE)
        return points.cls_and_max(points.norm(w, "norm", tokens), groups.shape[1])

    return features


def on_points(name, tree, start, features):
    w, groups = points.backbone_and_batch()
    labels = torch.arange(len(groups)) % CLASSES
    write(
        name, tree, start, lambda w, t: lambda cloud: features(w, t, cloud), SCRIPT,
        backbone=("points", w, groups, labels), features=2 * points.BACKBONE["width"],
    )  # fmt: skip


# ---------------------------------------------------------------- Convpass


def convpass_start(halves):
    def start(gen):
        t = {}
        for i in range(DEPTH):
            for half in halves:
                place = f"blocks.{i}.convpass.{half}"
                linear(t, gen, f"{place}.down", 4, WIDTH)
                t[f"{place}.conv.weight"] = normal(gen, 4, 4, 3, 3, std=0.3)
                t[f"{place}.conv.bias"] = normal(gen, 4, std=0.3)
                linear(t, gen, f"{place}.up", WIDTH, 4)
        return t

    return start


class Convpass(Vit):
    def bypass(self, i, half, u):
        place = f"blocks.{i}.convpass.{half}"
        quick = lambda z: z / (1 + torch.exp(-1.702 * z))
        apply = lambda name, z: z @ self.t[f"{place}.{name}.weight"].T + self.t[f"{place}.{name}.bias"]
        z = quick(apply("down", u))
        b, n, r = z.shape
        side = round((n - 1) ** 0.5)
        # Each output pixel: the sum over the nine neighbours that exist.
        kernel = self.t[f"{place}.conv.weight"]
        grid = F.pad(z[:, 1:].reshape(b, side, side, r), (0, 0, 1, 1, 1, 1))
        patches = sum(
            grid[:, dy : dy + side, dx : dx + side] @ kernel[:, :, dy, dx].T for dy in range(3) for dx in range(3)
        ).reshape(b, n - 1, r)
        cls = z[:, :1] @ kernel[:, :, 1, 1].T
        z = torch.cat([cls, patches], 1) + self.t[f"{place}.conv.bias"]
        return self.c["scale"] * apply("up", quick(z))

    def attention(self, i, u):
        return super().attention(i, u) + self.bypass(i, "attn", u)

    def mlp(self, i, u):
        y = super().mlp(i, u)
        return y if self.c["attention-only"] else y + self.bypass(i, "mlp", u)


def on_images(name, method, start, network, unsteady=(), **settings):
    tree = {"name": method, **settings}
    write(name, tree, start, lambda w, t: network(w, t, settings).features, SCRIPT, "timm", unsteady=unsteady)


if __name__ == "__main__":
    deterministic()
    # What shifts all keys alike changes no softmax.
    on_images("ssf", "ssf", ssf_start, Ssf, [f"blocks.{i}.ssf.qkv.beta" for i in range(DEPTH)])
    both = ("attn", "mlp")
    for name, groups, biases, only in ("repadapter", 2, True, False), ("repadapter_plain", 1, False, False), ("repadapter_attention", 4, True, True):
        start = rep_start(groups, biases, both[:1] if only else both)
        settings = {"bottleneck": 4, "groups": groups, "scale": 0.5, "dropout": 0, "biases": biases, "attention-only": only}
        on_images(name, "rep-adapter", start, Rep, **settings)
    for name, only in ("arc", False), ("arc_attention", True):
        settings = {"bottleneck": 5, "dropout": 0, "attention-only": only}
        on_images(name, "arc", arc_start(both[:1] if only else both), Arc, **settings)
    for name, only in ("convpass", False), ("convpass_attention", True):
        settings = {"bottleneck": 4, "scale": 0.5, "dropout": 0, "attention-only": only}
        on_images(name, "convpass", convpass_start(both[:1] if only else both), Convpass, **settings)
    for form in "tt", "tk":
        tree = {"name": "fact", "form": form, "rank": 4, "scale": 0.5, "dropout": 0}
        on_points(f"fact_{form}", tree, fact_start(form), fact(form, 0.5))
