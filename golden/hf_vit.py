"""Golden folders of Hugging Face models, as save_pretrained writes them.

    pip install -r golden/requirements.txt
    python golden/hf_vit.py

Versions: torch 2.15.0, transformers 5.23.0, torchvision 0.29.2 (golden/requirements.txt). Tiny models
(width 32, depth 2, patch 4, image 16), all parameters random, eval mode. Each folder holds config.json,
model.safetensors, preprocessor_config.json and expected.safetensors with

    input (2,3,16,16), last_hidden_state (B,N,D) after the final norm, and where the model has them:
    pooler_output, logits, cls_logits, distillation_logits;
    and for three of them input.24, last_hidden_state.24: the same model on 24x24 images, positions interpolated by its own rule
    (bicubic, align_corners=False; antialias is in the config: only Dinov2WithRegisters sets it).
"""

import shutil

import torch
from transformers import (
    BitImageProcessor,
    DeiTConfig,
    DeiTForImageClassificationWithTeacher,
    DeiTImageProcessor,
    Dinov2Config,
    Dinov2Model,
    Dinov2WithRegistersConfig,
    Dinov2WithRegistersModel,
    ViTConfig,
    ViTForImageClassification,
    ViTImageProcessor,
    ViTModel,
)

from common import CORE, deterministic, generator, normal, randomise, save

SCRIPT = "golden/hf_vit.py"
IMAGE, LARGER = 16, 24
SHAPE = dict(
    hidden_size=32, num_hidden_layers=2, num_attention_heads=2, image_size=IMAGE, patch_size=4,
    attn_implementation="eager",
)  # fmt: skip
LABELS = dict(id2label={i: label for i, label in enumerate(("cat", "dog", "elk", "fox", "owl"))})
LABELS["label2id"] = {label: i for i, label in LABELS["id2label"].items()}
SQUARE = {"height": IMAGE, "width": IMAGE}
RESIZED = ("hf_vit", "hf_dinov2", "hf_dinov2_with_registers")
HEAD_OUTPUTS = ("logits", "cls_logits", "distillation_logits")


def vit(model_type, **config):
    return model_type(ViTConfig(**SHAPE, intermediate_size=40, **config)), ViTImageProcessor(size=SQUARE)


def deit():
    model = DeiTForImageClassificationWithTeacher(DeiTConfig(**SHAPE, intermediate_size=40, **LABELS))
    return model, DeiTImageProcessor(size={"height": 18, "width": 18}, crop_size=SQUARE)


def dinov2(model_type, config_type, **config):
    processor = BitImageProcessor(size={"shortest_edge": 18}, crop_size=SQUARE)
    return model_type(config_type(**SHAPE, mlp_ratio=1, **config)), processor


CASES = {
    "hf_vit": lambda: vit(ViTForImageClassification, **LABELS),
    "hf_vit_base": lambda: vit(ViTModel, qkv_bias=False, layer_norm_eps=1e-6),
    "hf_deit": deit,
    "hf_dinov2": lambda: dinov2(Dinov2Model, Dinov2Config),
    "hf_dinov2_with_registers": lambda: dinov2(
        Dinov2WithRegistersModel, Dinov2WithRegistersConfig, num_register_tokens=4
    ),
}


def larger(base, image):
    if isinstance(base, (Dinov2Model, Dinov2WithRegistersModel)):
        return base(image)
    return base(image, interpolate_pos_encoding=True)


def write(name, make, seed):
    gen = generator(seed)
    model, processor = make()
    model.eval()
    randomise(model, gen)
    folder = CORE / name
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(folder)
    processor.save_pretrained(folder)

    image, large = (normal(gen, 2, 3, size, size) for size in (IMAGE, LARGER))
    base, output = model.base_model, model(image)
    inner = base(image)
    expected = {"input": image, "last_hidden_state": inner.last_hidden_state}
    if getattr(inner, "pooler_output", None) is not None and isinstance(model, ViTModel):
        expected["pooler_output"] = inner.pooler_output
    expected |= {key: output[key] for key in HEAD_OUTPUTS if key in output}
    if name in RESIZED:
        expected |= {f"input.{LARGER}": large, f"last_hidden_state.{LARGER}": larger(base, large).last_hidden_state}
    config = {
        "architecture": type(model).__name__,
        "resized_to": LARGER if name in RESIZED else None, "interpolation": "bicubic", "align_corners": False,
        "antialias": isinstance(base, Dinov2WithRegistersModel),
    }  # fmt: skip
    save(folder / "expected.safetensors", expected, config, seed, SCRIPT, "transformers", "torchvision")


if __name__ == "__main__":
    deterministic()
    with torch.no_grad():
        for seed, (name, make) in enumerate(CASES.items(), start=200):
            write(name, make, seed)
