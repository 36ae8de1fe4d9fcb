"""Golden folder of a DINOv3 vision transformer, as save_pretrained writes it.

    pip install -r golden/requirements.txt
    python golden/dinov3.py

Versions: torch 2.15.0, transformers 5.23.0, torchvision 0.29.2 (golden/requirements.txt). Width 32, depth 2, four heads, patch 4,
image 16, three registers, all parameters random, eval mode (so without the augmentation of positions that training has). The
folder holds config.json, model.safetensors, preprocessor_config.json and expected.safetensors with

    input (2,3,16,16), last_hidden_state (B,N,D) after the final norm, pooler_output;
    input.wide (2,3,12,24), last_hidden_state.wide: rotary positions have no size of their own;
    hidden.0 (B,N,D): behind the first block, before the final norm.
"""

import shutil

import torch
from transformers import DINOv3ViTConfig, DINOv3ViTModel
from transformers.models.dinov3_vit.image_processing_dinov3_vit import DINOv3ViTImageProcessor

from common import CORE, deterministic, generator, normal, randomise, save

SCRIPT = "golden/dinov3.py"
IMAGE = 16
SEED = 260


def main():
    gen = generator(SEED)
    config = DINOv3ViTConfig(
        hidden_size=32, intermediate_size=40, num_hidden_layers=2, num_attention_heads=4, image_size=IMAGE, patch_size=4,
        num_register_tokens=3, rope_theta=50.0, attn_implementation="eager",
    )  # fmt: skip
    model = DINOv3ViTModel(config).eval()
    randomise(model, gen)
    folder = CORE / "hf_dinov3"
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(folder)
    DINOv3ViTImageProcessor(size={"height": IMAGE, "width": IMAGE}).save_pretrained(folder)

    image, wide = normal(gen, 2, 3, IMAGE, IMAGE), normal(gen, 2, 3, 12, 24)
    output = model(image, output_hidden_states=True)
    expected = {
        "input": image, "last_hidden_state": output.last_hidden_state, "pooler_output": output.pooler_output,
        "hidden.0": output.hidden_states[1],
        "input.wide": wide, "last_hidden_state.wide": model(wide).last_hidden_state,
    }  # fmt: skip
    save(folder / "expected.safetensors", expected, {"architecture": "DINOv3ViTModel"}, SEED, SCRIPT, "transformers", "torchvision")


if __name__ == "__main__":
    deterministic()
    with torch.no_grad():
        main()
