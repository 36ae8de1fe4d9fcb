"""Golden folders of the families that are fetched by name, as their libraries save them.

    pip install -r golden/requirements.txt
    python golden/families.py

Versions: torch 2.15.0, timm 1.0.31, transformers 5.23.0 (golden/requirements.txt). Tiny models, all parameters
random, eval mode. Each folder holds weights, config.json and, where the library writes one, preprocessor_config.json,
as they lie on the hub, and expected.safetensors with `input` (2,3,S,S), `features` (what a head sees: the class token
or the mean of the patches behind the last norm), and for some `input.24`, `features.24`: another size, positions
interpolated by the library's own rule.

    hf_dino         ViTModel without pooler: facebook/dino-vits16
    hf_dinov2_14    Dinov2Model, patch 14, positions for 42 pixels, processor for 28: facebook/dinov2-small
    hf_mae          ViTMAEForPreTraining, the encoder seeing all patches: facebook/vit-mae-base
    hf_clip         CLIPModel, both towers: openai/clip-vit-base-patch16
    hf_clip_vision  CLIPVisionModel, the exact GELU
    open_clip       the weights of a CLIPModel with the exact GELU under open_clip's names
    timm_vit        timm's save_for_hf: timm/vit_base_patch16_224.augreg_in21k
    timm_avg        the same with average pooling that only the config tells
    timm_clip       CLIP with quick GELU: timm/vit_base_patch16_clip_quickgelu_224.openai
"""

import json
import shutil

import timm
import torch
from safetensors.torch import save_file
from timm.models import save_for_hf
from transformers import (
    BitImageProcessor,
    CLIPConfig,
    CLIPImageProcessor,
    CLIPModel,
    CLIPVisionConfig,
    CLIPVisionModel,
    Dinov2Config,
    Dinov2Model,
    ViTConfig,
    ViTImageProcessor,
    ViTMAEConfig,
    ViTMAEForPreTraining,
    ViTModel,
)

from common import CORE, deterministic, generator, normal, randomise, save

SCRIPT = "golden/families.py"
IMAGE, LARGER = 16, 24
SHAPE = dict(
    hidden_size=32, num_hidden_layers=2, num_attention_heads=4, image_size=IMAGE, patch_size=4, intermediate_size=40,
    attn_implementation="eager",
)  # fmt: skip
IMAGENET = dict(image_mean=[0.485, 0.456, 0.406], image_std=[0.229, 0.224, 0.225])
TIMM = dict(img_size=IMAGE, patch_size=4, embed_dim=32, depth=2, num_heads=4, mlp_ratio=1.0, num_classes=0)


def dino():
    processor = ViTImageProcessor(size={"height": IMAGE, "width": IMAGE}, **IMAGENET)
    return ViTModel(ViTConfig(**SHAPE), add_pooling_layer=False), processor


def dinov2():
    shape = {**SHAPE, "image_size": 42, "patch_size": 14, "num_attention_heads": 2}
    shape.pop("intermediate_size")
    processor = BitImageProcessor(size={"shortest_edge": 32}, crop_size={"height": 28, "width": 28}, **IMAGENET)
    return Dinov2Model(Dinov2Config(**shape, mlp_ratio=1)), processor


def mae():
    decoder = dict(decoder_hidden_size=16, decoder_num_hidden_layers=1, decoder_num_attention_heads=2, decoder_intermediate_size=16)
    processor = ViTImageProcessor(size={"height": IMAGE, "width": IMAGE}, **IMAGENET)
    return ViTMAEForPreTraining(ViTMAEConfig(**SHAPE, **decoder, mask_ratio=0.0)), processor


def clip_vision(**config):
    shape = {key: value for key, value in SHAPE.items() if key != "attn_implementation"}
    return dict(**shape, projection_dim=8, **config)


def clip(**config):
    text = dict(
        hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16, vocab_size=40,
        max_position_embeddings=8, projection_dim=8, bos_token_id=0, eos_token_id=1, pad_token_id=1,
    )  # fmt: skip
    model = CLIPModel(CLIPConfig(text_config=text, vision_config=clip_vision(**config), projection_dim=8, attn_implementation="eager"))
    size = {"height": IMAGE, "width": IMAGE}
    return model, CLIPImageProcessor(size={"shortest_edge": IMAGE}, crop_size=size)


def features(model, image, **arguments):
    if isinstance(model, (CLIPModel, CLIPVisionModel)):
        tower = model.vision_model if isinstance(model, CLIPModel) else model
        return tower(image, **arguments).pooler_output
    if isinstance(model, ViTMAEForPreTraining):
        patches = (image.shape[-1] // model.config.patch_size) ** 2
        order = torch.arange(patches).float().expand(image.shape[0], -1)
        return model.vit(image, noise=order).last_hidden_state[:, 0]
    return model(image).last_hidden_state[:, 0]


def fresh(name):
    folder = CORE / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def write_transformers(name, made, seed, resized=False, size=IMAGE):
    gen = generator(seed)
    model, processor = made
    model.eval()
    randomise(model, gen)
    folder = fresh(name)
    model.save_pretrained(folder)
    processor.save_pretrained(folder)
    image, large = normal(gen, 2, 3, size, size), normal(gen, 2, 3, LARGER, LARGER)
    expected = {"input": image, "features": features(model, image)}
    if resized:
        expected |= {f"input.{LARGER}": large, f"features.{LARGER}": features(model, large, interpolate_pos_encoding=True)}
    save(folder / "expected.safetensors", expected, {"architecture": type(model).__name__}, seed, SCRIPT, "transformers")


def open_clip_names(model):
    """A CLIPModel's state dict under the names of open_clip's CLIP."""
    inside = {
        "layer_norm1.": "ln_1.", "layer_norm2.": "ln_2.", "self_attn.out_proj.": "attn.out_proj.",
        "mlp.fc1.": "mlp.c_fc.", "mlp.fc2.": "mlp.c_proj.",
    }  # fmt: skip
    outside = {
        "embeddings.class_embedding": "class_embedding", "embeddings.patch_embedding.weight": "conv1.weight",
        "embeddings.position_embedding.weight": "positional_embedding", "pre_layrnorm.weight": "ln_pre.weight",
        "pre_layrnorm.bias": "ln_pre.bias", "post_layernorm.weight": "ln_post.weight", "post_layernorm.bias": "ln_post.bias",
    }  # fmt: skip
    tower = {name: value for name, value in model.vision_model.state_dict().items() if not name.endswith("position_ids")}
    named = {"visual." + new: tower.pop(old) for old, new in outside.items()}
    for i in range(model.config.vision_config.num_hidden_layers):
        at, to = f"encoder.layers.{i}.", f"visual.transformer.resblocks.{i}."
        for kind in ("weight", "bias"):
            parts = [tower.pop(f"{at}self_attn.{part}_proj.{kind}") for part in "qkv"]
            named[f"{to}attn.in_proj_{kind}"] = torch.cat(parts)
            named |= {to + new + kind: tower.pop(at + old + kind) for old, new in inside.items()}
    assert not tower, tower.keys()
    named["visual.proj"] = model.visual_projection.weight.T.contiguous()
    named |= {"logit_scale": model.logit_scale, "positional_embedding": torch.zeros(8, 16), "ln_final.weight": torch.ones(16)}
    return {name: value.detach().contiguous() for name, value in named.items()}


def write_open_clip(name, seed):
    gen = generator(seed)
    model, processor = clip(hidden_act="gelu")
    model.eval()
    randomise(model, gen)
    folder = fresh(name)
    save_file(open_clip_names(model), folder / "open_clip_model.safetensors", metadata={"format": "pt"})
    vision = dict(image_size=IMAGE, layers=2, width=32, patch_size=4, head_width=8, mlp_ratio=1.25)
    preprocess = dict(mean=processor.image_mean, std=processor.image_std)
    config = {"model_cfg": {"embed_dim": 8, "vision_cfg": vision}, "preprocess_cfg": preprocess}
    (folder / "open_clip_config.json").write_text(json.dumps(config, indent=2))
    image = normal(gen, 2, 3, IMAGE, IMAGE)
    expected = {"input": image, "features": features(model, image)}
    save(folder / "expected.safetensors", expected, {"architecture": "open_clip CLIP"}, seed, SCRIPT, "transformers")


def write_timm(name, architecture, seed, **arguments):
    gen = generator(seed)
    model = timm.create_model(architecture, **TIMM, **arguments).eval()
    randomise(model, gen)
    folder = fresh(name)
    save_for_hf(model, folder, safe_serialization=True)
    image = normal(gen, 2, 3, IMAGE, IMAGE)
    expected = {"input": image, "features": model(image)}
    save(folder / "expected.safetensors", expected, {"architecture": architecture}, seed, SCRIPT, "timm")


if __name__ == "__main__":
    deterministic()
    with torch.no_grad():
        write_transformers("hf_dino", dino(), 300)
        write_transformers("hf_dinov2_14", dinov2(), 301, size=28)
        write_transformers("hf_mae", mae(), 302)
        write_transformers("hf_clip", clip(), 303, resized=True)
        vision = CLIPVisionModel(CLIPVisionConfig(**clip_vision(hidden_act="gelu"), attn_implementation="eager"))
        write_transformers("hf_clip_vision", (vision, clip()[1]), 304)
        write_open_clip("open_clip", 305)
        write_timm("timm_vit", "vit_base_patch16_224.augreg_in21k", 306)
        write_timm("timm_avg", "vit_base_patch16_224", 307, global_pool="avg", fc_norm=False)
        write_timm("timm_clip", "vit_base_patch16_clip_quickgelu_224.openai", 308)
