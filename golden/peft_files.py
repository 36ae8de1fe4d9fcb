"""Golden adapter folders, as peft's save_pretrained writes them, and the class scores they give.

    pip install -r golden/requirements.txt
    python golden/peft_files.py

Versions as in golden/peft_adapters.py, whose network and input these adapters are for. Folders: core/src/test/resources/golden/peft/CASE with
adapter_config.json and adapter_model.safetensors (both peft's; sets in the config sorted, so that the bytes are the same each time)
and expected.safetensors with `logits`. Case hf_lora_4 has the module names of transformers 4 instead, put in by hand.
"""

import json
import shutil

import torch
from peft import IA3Config, LoraConfig, get_peft_model
from safetensors.torch import load_file, save_file
from timm.models.vision_transformer import VisionTransformer
from transformers import ViTForImageClassification

from adapter_x import BACKBONE
from common import CORE, deterministic, generator, normal, save
from peft_adapters import hf_model, hf_weights
from tuning import CLASSES, vision

SCRIPT = "golden/peft_files.py"
FOLDER = CORE / "peft"
HF_ALL = ["q_proj", "k_proj", "v_proj", "o_proj", "fc1", "fc2"]
CASES = {
    "hf_lora": ("hf", lambda: LoraConfig(r=4, lora_alpha=2, target_modules=["q_proj", "v_proj"])),
    "hf_lora_patterns": ("hf", lambda: LoraConfig(
        r=4, lora_alpha=3, use_rslora=True, target_modules=HF_ALL, rank_pattern={"fc1": 2, "attention.k_proj": 6},
        alpha_pattern={"^vit.layers.1.mlp.fc2": 8})),
    "hf_dora": ("hf", lambda: LoraConfig(r=3, lora_alpha=6, use_dora=True, target_modules=HF_ALL)),
    "hf_ia3": ("hf", lambda: IA3Config(target_modules=["k_proj", "v_proj", "fc2"], feedforward_modules=["fc2"])),
    "timm_lora": ("timm", lambda: LoraConfig(r=4, lora_alpha=2, target_modules=["attn.qkv", "mlp.fc1"])),
    "timm_dora": ("timm", lambda: LoraConfig(r=4, use_dora=True, target_modules=["attn.qkv", "attn.proj"])),
    "timm_ia3": ("timm", lambda: IA3Config(target_modules=["attn.qkv", "mlp.fc2"], feedforward_modules=["mlp.fc2"])),
    "hf_lora_first": ("hf", lambda: LoraConfig(
        r=4, lora_alpha=2, target_modules=["q_proj", "v_proj"], layers_to_transform=0, fan_in_fan_out=True)),
    "hf_lora_last": ("hf", lambda: LoraConfig(
        r=4, lora_alpha=2, target_modules=["q_proj", "v_proj"], layers_to_transform=[1], layers_pattern="layers")),
    "hf_dora_regex": ("hf", lambda: LoraConfig(
        r=3, use_dora=True, target_modules=r".*layers\.1\.(attention\.[qv]_proj|mlp\.fc1)", exclude_modules=["fc1"])),
    "hf_ia3_regex": ("hf", lambda: IA3Config(target_modules=r".*layers\.0\.(attention\.k_proj|mlp\.fc2)", feedforward_modules=["fc2"])),
    "hf_lora_expressions": ("hf", lambda: LoraConfig(
        r=4, lora_alpha=3, target_modules=HF_ALL, rank_pattern={r"layers\.[1-9]\.attention\.[qk]_proj": 2, "fc.": 5},
        alpha_pattern={r"(?P<block>layers\.0)\..*": 8})),
    "timm_lora_last": ("timm", lambda: LoraConfig(
        r=4, lora_alpha=2, target_modules=["attn.qkv"], layers_to_transform=[1], layers_pattern=["blocks"])),
}  # fmt: skip


def model(kind):
    """The frozen network with a classifier of its own."""
    w = vision()[1]
    if kind == "hf":
        made = hf_model(ViTForImageClassification, num_labels=CLASSES)
        made.vit.load_state_dict(hf_weights(w))
    else:
        made = VisionTransformer(**{**BACKBONE, "num_classes": CLASSES}).eval()
        missing, unexpected = made.load_state_dict(w, strict=False)
        assert not unexpected and set(missing) == {"head.weight", "head.bias"}, (missing, unexpected)
    return made


def logits(made, image):
    with torch.no_grad():
        out = made(image)
    return out if isinstance(out, torch.Tensor) else out.logits


def write(case, kind, config, seed):
    gen = generator(seed)
    config = config()
    config.modules_to_save = ["classifier" if kind == "hf" else "head"]
    made = get_peft_model(model(kind), config).eval()
    for name, p in made.named_parameters():
        if p.requires_grad:
            one = "ia3" in name or "magnitude" in name
            p.data = normal(gen, *p.shape, mean=1.0 if one else 0.0, std=0.3)
    folder = FOLDER / case
    shutil.rmtree(folder, ignore_errors=True)
    made.save_pretrained(folder)
    (folder / "README.md").unlink(missing_ok=True)
    tidy(folder)
    save(folder / "expected.safetensors", {"logits": logits(made, vision()[2])}, {}, seed, SCRIPT, "peft", "transformers", "timm")


def tidy(folder, change=lambda tree: None):
    file = folder / "adapter_config.json"
    tree = json.loads(file.read_text())
    for key in ("target_modules", "feedforward_modules"):
        if key in tree:
            tree[key] = sorted(tree[key])
    change(tree)
    file.write_text(json.dumps(tree, indent=2, sort_keys=True) + "\n")


def renamed():
    source, folder = FOLDER / "hf_lora", FOLDER / "hf_lora_4"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(source, folder)
    names = {"vit.layers.": "vit.encoder.layer.", "attention.q_proj": "attention.attention.query", "attention.v_proj": "attention.attention.value"}

    def old(name):
        for new, before in names.items():
            name = name.replace(new, before)
        return name

    tensors = load_file(folder / "adapter_model.safetensors")
    save_file({old(n): t for n, t in tensors.items()}, folder / "adapter_model.safetensors", {"format": "pt"})
    tidy(folder, lambda tree: tree.update(target_modules=["query", "value"]))


def older():
    """As peft kept it before safetensors."""
    source, folder = FOLDER / "hf_lora", FOLDER / "hf_lora_bin"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(source, folder)
    torch.save(load_file(folder / "adapter_model.safetensors"), folder / "adapter_model.bin")
    (folder / "adapter_model.safetensors").unlink()


if __name__ == "__main__":
    deterministic()
    for seed, (case, (kind, config)) in enumerate(CASES.items(), start=700):
        write(case, kind, config, seed)
    renamed()
    older()
