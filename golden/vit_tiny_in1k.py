"""Logits of the real ViT-Ti/16 ImageNet checkpoint (timm, fp32, CPU): vit_tiny_in1k.safetensors.

    pip install -r golden/requirements.txt
    python golden/vit_tiny_in1k.py [FOLDER]      (default ../shared/data/vit-tiny-in1k, beside the checkout)

Versions: torch 2.15.0, timm 1.0.31, pillow 13.0.0 (golden/requirements.txt). Only logits are stored, neither
weights nor pixels. FOLDER holds vit_tiny_patch16_224.safetensors and imagenet17/. Tensors:
    formula.logits (2,1000)   of the input in config.formula, computed in float64 and rounded once to float32
    photos.logits (17,1000)   in the order of config.photos; preprocessing in config.preprocessing
config.classes holds the true class of each photo, config.top1 the number of photos it is the largest logit of
(16 of 17; with ImageNet's mean and standard deviation in place of 0.5 it would be 14). The first photo, a cock, is a
close call against hen (logits differ by 0.05), which another JPEG decoder may turn.
"""

import sys
from importlib import resources
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from safetensors.torch import load_file
from timm.models.vision_transformer import VisionTransformer

from common import CORE, ROOT, deterministic, save

SCRIPT = "golden/vit_tiny_in1k.py"
MODEL = dict(img_size=224, patch_size=16, embed_dim=192, depth=12, num_heads=3, mlp_ratio=4.0, num_classes=1000)
FORMULA = "input[b,c,y,x] = sin(0.05*(x+1)*(c+1) + 0.03*y*(b+1)), b=0..1, c=0..2, y,x=0..223"
PREPROCESSING = (
    "RGB; shorter side to 256, longer side int(256 * long / short), PIL bicubic; centre crop 224, "
    "left = round((width - 224) / 2), top likewise, halves to even; value / 255, minus 0.5, over 0.5"
)


def formula_input():
    b, c, y, x = np.ogrid[:2, :3, :224, :224]
    return torch.from_numpy(np.sin(0.05 * (x + 1) * (c + 1) + 0.03 * y * (b + 1)).astype(np.float32))


def photo_input(path):
    image = Image.open(path).convert("RGB")
    short = min(image.size)
    image = image.resize([256 if s == short else int(256 * s / short) for s in image.size], Image.Resampling.BICUBIC)
    left, top = (round((s - 224) / 2) for s in image.size)
    pixels = np.asarray(image.crop((left, top, left + 224, top + 224)), dtype=np.float32)
    return torch.from_numpy(pixels / 255).permute(2, 0, 1).sub(0.5).div(0.5)


def classes_of(photos):
    """The class index of each photo, from its WordNet id and timm's list of the 1000 ids in class order."""
    ids = [line.strip() for line in resources.files("timm.data").joinpath("_info/imagenet_synsets.txt").open()]
    return [ids.index(photo.name.split("_")[0]) for photo in photos]


@torch.no_grad()
def write(folder):
    model = VisionTransformer(**MODEL).eval()
    model.load_state_dict(load_file(folder / "vit_tiny_patch16_224.safetensors"))
    photos = sorted((folder / "imagenet17").glob("*.JPEG"))
    logits = torch.cat([model(photo_input(photo)[None]) for photo in photos])
    classes = classes_of(photos)
    config = {
        **MODEL, "formula": FORMULA, "preprocessing": PREPROCESSING, "photos": [photo.name for photo in photos],
        "classes": classes, "top1": int((logits.argmax(1) == torch.tensor(classes)).sum()),
    }  # fmt: skip
    tensors = {"formula.logits": model(formula_input()), "photos.logits": logits}
    save(CORE / "vit_tiny_in1k.safetensors", tensors, config, "none", SCRIPT, "timm", "pillow")
    print(f"top-1 {config['top1']} of {len(photos)}")


if __name__ == "__main__":
    deterministic()
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT.parent / "shared/data/vit-tiny-in1k")
