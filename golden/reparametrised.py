"""Golden files of the methods whose effect a frozen linear layer could have, and of Convpass: methods/{ssf,repadapter,fact,arc,convpass}*.

    pip install -r golden/requirements.txt
    python golden/reparametrised.py

golden/tuning.py has the network and what is stored; names below stand after blocks.i. unless told otherwise.

SSF: T(z) = gamma * z + beta behind the patches (patch_embed.ssf), norm1, qkv, proj, norm2, fc1, fc2 (ssf.<layer>) and the final norm
    (norm.ssf, of the whole network).
"""

import torch
import torch.nn.functional as F

from common import normal
from tuning import DEPTH, HIDDEN, WIDTH, Vit, head, linear, write

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


def on_images(name, method, start, network, unsteady=(), **settings):
    tree = {"name": method, **settings}
    write(name, tree, start, lambda w, t: network(w, t, settings).features, SCRIPT, "timm", unsteady=unsteady)


if __name__ == "__main__":
    # What shifts all keys alike changes no softmax.
    on_images("ssf", "ssf", ssf_start, Ssf, [f"blocks.{i}.ssf.qkv.beta" for i in range(DEPTH)])
