"""Golden folder of a Swin transformer, as transformers' save_pretrained writes it.

    pip install -r golden/requirements.txt
    python golden/hf_swin.py

Versions: torch 2.15.0, transformers 5.23.0, torchvision 0.29.2 (golden/requirements.txt). Two stages of widths 8 and 16 with two
blocks each and 1, 2 heads, patch 4, windows of 3, image 24 (so grids of 6 and 3), three classes, all parameters random, eval
mode. The folder holds config.json, model.safetensors, preprocessor_config.json and expected.safetensors with

    input (2,3,24,24), last_hidden_state (B,N,D) after the final norm, pooler_output (B,D), logits (B,3).
"""

import shutil

import torch
from transformers import SwinConfig, SwinForImageClassification, ViTImageProcessor

from common import CORE, deterministic, generator, normal, randomise, save

SCRIPT = "golden/hf_swin.py"
IMAGE = 24
SEED = 271


def main():
    gen = generator(SEED)
    config = SwinConfig(
        image_size=IMAGE, patch_size=4, embed_dim=8, depths=[2, 2], num_heads=[1, 2], window_size=3, num_labels=3,
        attn_implementation="eager",
    )  # fmt: skip
    model = SwinForImageClassification(config).eval()
    randomise(model, gen)
    folder = CORE / "hf_swin"
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(folder)
    ViTImageProcessor(
        size={"height": IMAGE, "width": IMAGE}, image_mean=[0.485, 0.456, 0.406], image_std=[0.229, 0.224, 0.225], resample=3
    ).save_pretrained(folder)

    image = normal(gen, 2, 3, IMAGE, IMAGE)
    output = model.swin(image)
    expected = {
        "input": image, "last_hidden_state": output.last_hidden_state, "pooler_output": output.pooler_output,
        "logits": model(image).logits,
    }  # fmt: skip
    save(folder / "expected.safetensors", expected, {"architecture": "SwinForImageClassification"}, SEED, SCRIPT, "transformers")


if __name__ == "__main__":
    deterministic()
    with torch.no_grad():
        main()
