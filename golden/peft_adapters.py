"""Golden files of LoRA, DoRA, IA3 and VeRA, computed by peft itself.

    pip install -r golden/requirements.txt
    python golden/peft_adapters.py

Versions: torch 2.15.0, peft 0.21.2, transformers 5.23.0, timm 1.0.31 (golden/requirements.txt). The network is that of golden/tuning.py as
a Hugging Face ViTModel, whose queries, keys and values are layers of their own, so that peft can adapt each of them; where the
fused layer itself is the target, it is timm's VisionTransformer. Files: core/src/test/resources/golden/methods/NAME.safetensors, as
golden/tuning.py describes.
"""

import torch
from peft import IA3Config, LoraConfig, VeraConfig, get_peft_model
from timm.models.vision_transformer import VisionTransformer
from torch.func import functional_call
from transformers import ViTConfig, ViTModel

from adapter_x import BACKBONE
from common import normal
from tuning import DEPTH, HEADS, HIDDEN, WIDTH, write

SCRIPT = "golden/peft_adapters.py"
# Our projections among the modules of a block: here, and in timm.
HF = {
    "q": "attention.q_proj", "k": "attention.k_proj", "v": "attention.v_proj", "proj": "attention.o_proj",
    "fc1": "mlp.fc1", "fc2": "mlp.fc2",
}  # fmt: skip
TIMM = {"qkv": "attn.qkv", "proj": "attn.proj", "fc1": "mlp.fc1", "fc2": "mlp.fc2"}
SIZES = {"qkv": (WIDTH, 3 * WIDTH), "fc1": (WIDTH, HIDDEN), "fc2": (HIDDEN, WIDTH)}  # D_in, D_out; all else (D, D)


def hf_model(model_type=ViTModel, **config):
    extra = {"add_pooling_layer": False} if model_type is ViTModel else {}
    return model_type(
        ViTConfig(
            hidden_size=WIDTH, num_hidden_layers=DEPTH, num_attention_heads=HEADS, intermediate_size=HIDDEN,
            image_size=BACKBONE["img_size"], patch_size=BACKBONE["patch_size"], layer_norm_eps=1e-6,
            attn_implementation="eager", **config,
        ), **extra,
    ).eval()  # fmt: skip


def hf_weights(w):
    """timm's names and the fused layer to ViTModel's."""
    out = {
        "embeddings.cls_token": w["cls_token"],
        "embeddings.position_embeddings": w["pos_embed"],
        "embeddings.patch_embeddings.projection.weight": w["patch_embed.proj.weight"],
        "embeddings.patch_embeddings.projection.bias": w["patch_embed.proj.bias"],
        "layernorm.weight": w["norm.weight"],
        "layernorm.bias": w["norm.bias"],
    }
    for i in range(DEPTH):
        for end in ("weight", "bias"):
            thirds = w[f"blocks.{i}.attn.qkv.{end}"].chunk(3)
            out |= {f"layers.{i}.attention.{p}_proj.{end}": third for p, third in zip("qkv", thirds)}
            for theirs, timm in (
                ("attention.o_proj", "attn.proj"), ("mlp.fc1", "mlp.fc1"), ("mlp.fc2", "mlp.fc2"),
                ("layernorm_before", "norm1"), ("layernorm_after", "norm2"),
            ):  # fmt: skip
                out[f"layers.{i}.{theirs}.{end}"] = w[f"blocks.{i}.{timm}.{end}"]
    return out


def peft_name(model, name):
    """One of our tensor names to that in a peft model: blocks.0.lora.q.a."""
    _, i, method, at, *part = name.split(".")
    block, inner = ("layers", HF) if model is ViTModel else ("blocks", TIMM)
    place = f"base_model.model.{block}.{i}.{inner[at]}."
    if method == "ia3":
        return place + "ia3_l.default"
    if method == "vera":
        return place + f"vera_lambda_{part[0]}.default"
    return place + {
        "a": "lora_A.default.weight", "b": "lora_B.default.weight", "m": "lora_magnitude_vector.default.weight",
    }[part[0]]  # fmt: skip


def network(model_type, config, shared=None):
    def make(w, t):
        dtype = w["cls_token"].dtype
        bare = hf_model() if model_type is ViTModel else VisionTransformer(**BACKBONE).eval()
        frozen = hf_weights(w) if model_type is ViTModel else w
        assert set(frozen) == set(bare.state_dict())
        model = get_peft_model(bare, config()).to(dtype).eval()
        state = model.state_dict()
        for name, value in frozen.items():
            wrapped = name.rsplit(".", 1)
            inside = f"base_model.model.{wrapped[0]}.base_layer.{wrapped[-1]}"
            state[inside if inside in state else f"base_model.model.{name}"] = value
        own = {peft_name(model_type, n): v for n, v in t.items() if not n.startswith("head.")}
        adapters = {n for n in state if "lora_" in n or "ia3_" in n or "vera_lambda" in n}
        assert adapters == set(own), adapters ^ set(own)
        # (…, 1) and (1, …) in peft
        own = {n: v.view(state[n].shape) for n, v in own.items()}
        state |= own
        for n in state:
            if "vera_A" in n or "vera_B" in n:
                state[n] = shared[n[-len("A.default")]].to(dtype)
        if model_type is ViTModel:
            return lambda image: functional_call(
                model, state, (), {"pixel_values": image}, tie_weights=False
            ).last_hidden_state[:, 0]
        return lambda image: functional_call(model, state, (image,), tie_weights=False)

    return make


def lora(rank, targets, dora=False, method="lora"):
    def make(gen):
        t = {}
        for i in range(DEPTH):
            for at in targets:
                inputs, outputs = SIZES.get(at, (WIDTH, WIDTH))
                place = f"blocks.{i}.{method}.{at}"
                t[f"{place}.a"] = normal(gen, rank, inputs, std=0.3)
                t[f"{place}.b"] = normal(gen, outputs, rank, std=0.3)
                if dora:
                    t[f"{place}.m"] = normal(gen, outputs, mean=1.2, std=0.2)
        return t

    return make


def modules(model_type, targets):
    return [(HF if model_type is ViTModel else TIMM)[at] for at in targets]


class Rng:
    """Streams of SplitMix64 named by a seed and places: what VeRA's frozen matrices are drawn from."""

    GAMMA, MASK = 0x9E3779B97F4A7C15, (1 << 64) - 1

    def __init__(self, seed=None, name=None):
        self.name = self.mix(seed + self.GAMMA) if name is None else name
        self.state = self.name

    @classmethod
    def mix(cls, z):
        z &= cls.MASK
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & cls.MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & cls.MASK
        return z ^ (z >> 31)

    def at(self, place):
        name = self.name
        for letter in place:
            name = self.mix(name ^ (ord(letter) + self.GAMMA) & self.MASK)
        return Rng(name=self.mix(name + len(place)))

    def uniform(self, bound, *shape):
        values = []
        for _ in range(torch.Size(shape).numel()):
            self.state = (self.state + self.GAMMA) & self.MASK
            values.append(bound * (2 * ((self.mix(self.state) >> 11) * 2.0**-53) - 1))
        return torch.tensor(values, dtype=torch.float64).float().view(shape)


def write_vera(name, rank, seed, targets, model_type=ViTModel):
    sizes = [SIZES.get(at, (WIDTH, WIDTH)) for at in targets]
    inputs, outputs = max(s[0] for s in sizes), max(s[1] for s in sizes)
    rng = Rng(seed).at("vera")
    shared = {
        "A": rng.at("a").uniform((6 / inputs) ** 0.5, rank, inputs),
        "B": rng.at("b").uniform((6 / rank) ** 0.5, outputs, rank),
    }

    def make(gen):
        t = {}
        for i in range(DEPTH):
            for at, (_, out) in zip(targets, sizes):
                t[f"blocks.{i}.vera.{at}.d"] = normal(gen, rank, std=0.3)
                t[f"blocks.{i}.vera.{at}.b"] = normal(gen, out, std=0.3)
        return t

    method = {
        "name": "vera", "rank": rank, "dropout": 0, "initial": 0.1, "projection-seed": seed, "targets": targets,
    }  # fmt: skip
    write(
        name, method, make,
        network(model_type, lambda: VeraConfig(r=rank, target_modules=modules(model_type, targets)), shared),
        SCRIPT, "peft", "transformers", "timm",
    )  # fmt: skip


def write_dora(name, rank, alpha, targets, model_type=ViTModel):
    method = {"name": "dora", "rank": rank, "alpha": alpha, "dropout": 0, "targets": targets}
    write(
        name, method, lora(rank, targets, dora=True, method="dora"),
        network(model_type, lambda: LoraConfig(
            r=rank, lora_alpha=alpha, use_dora=True, target_modules=modules(model_type, targets))),
        SCRIPT, "peft", "transformers", "timm",
    )  # fmt: skip


def write_ia3(name, targets, feedforward, model_type=ViTModel):
    def make(gen):
        t = {}
        for i in range(DEPTH):
            for at in targets:
                size = SIZES.get(at, (WIDTH, WIDTH))[0 if at in feedforward else 1]
                t[f"blocks.{i}.ia3.{at}"] = normal(gen, size, mean=1.0, std=0.3)
        return t

    write(
        name, {"name": "ia3", "targets": targets, "feedforward": feedforward}, make,
        network(model_type, lambda: IA3Config(
            target_modules=modules(model_type, targets), feedforward_modules=modules(model_type, feedforward))),
        SCRIPT, "peft", "transformers", "timm",
    )  # fmt: skip


def write_lora(name, rank, alpha, targets, model_type=ViTModel, stabilised=False):
    method = {
        "name": "lora", "rank": rank, "alpha": alpha, "rank-stabilised": stabilised, "dropout": 0, "targets": targets,
    }  # fmt: skip
    write(
        name, method, lora(rank, targets),
        network(model_type, lambda: LoraConfig(
            r=rank, lora_alpha=alpha, use_rslora=stabilised, target_modules=modules(model_type, targets))),
        SCRIPT, "peft", "transformers", "timm",
    )  # fmt: skip


if __name__ == "__main__":
    write_lora("lora", 4, 2, ["q", "v"])
    write_lora("lora_all", 3, 3, ["q", "k", "v", "proj", "fc1", "fc2"])
    write_lora("lora_stabilised", 4, 1, ["k"], stabilised=True)
    write_lora("lora_qkv", 4, 2, ["qkv"], VisionTransformer)
    write_dora("dora", 4, 2, ["q", "v"])
    write_dora("dora_all", 3, 3, ["qkv", "proj", "fc1", "fc2"], VisionTransformer)
    write_ia3("ia3", ["k", "v", "fc2"], ["fc2"])
    write_ia3("ia3_qkv", ["qkv", "proj", "fc1"], ["fc1"], VisionTransformer)
    write_vera("vera", 4, 7, ["q", "v"])
    write_vera("vera_mlp", 6, 2, ["fc1", "fc2"], VisionTransformer)
