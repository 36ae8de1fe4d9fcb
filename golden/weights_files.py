"""Writes the tiny weight files that core's tests read: python golden/weights_files.py (needs torch, numpy, safetensors, timm, transformers)."""

import argparse
import collections
import pathlib

import numpy
import safetensors.torch
import torch

OUT = pathlib.Path(__file__).parent.parent / "core/src/test/resources/weights"
OUT.mkdir(parents=True, exist_ok=True)


def ramp(*shape, dtype=torch.float32):
    """0, 0.5, 1, 1.5, ... less 2: exact in every floating type used here."""
    count = int(numpy.prod(shape))
    return (torch.arange(count, dtype=torch.float64) * 0.5 - 2).reshape(shape).to(dtype)


def plain():
    return collections.OrderedDict(
        [
            ("f32", ramp(2, 3)),
            ("f16", ramp(4, dtype=torch.float16)),
            ("bf16", ramp(5, dtype=torch.bfloat16)),
            ("f64", ramp(2, 2, dtype=torch.float64)),
            ("i64", torch.tensor([1, -2, 3_000_000_000])),
            ("i32", torch.tensor([-7, 8], dtype=torch.int32)),
            ("i16", torch.tensor([-300, 300], dtype=torch.int16)),
            ("i8", torch.tensor([-128, 127], dtype=torch.int8)),
            ("u8", torch.tensor([0, 255], dtype=torch.uint8)),
            ("bool", torch.tensor([True, False, True])),
            ("scalar", torch.tensor(1.5)),
            ("empty", torch.zeros(0, 3)),
        ]
    )


def views():
    base = ramp(3, 4)
    return {
        "base": base,
        "transposed": base.t(),
        "column": base[:, 1],
        "tail": base[1:],
        "expanded": base[0, 1].expand(2, 2),
        "parameter": torch.nn.Parameter(base[:2].clone()),
    }


def nested():
    layer = torch.nn.Linear(2, 3)
    with torch.no_grad():
        layer.weight.copy_(ramp(3, 2))
        layer.bias.copy_(ramp(3))
    optimizer = torch.optim.AdamW(layer.parameters())
    layer(torch.ones(1, 2)).sum().backward()
    optimizer.step()
    with torch.no_grad():
        layer.weight.copy_(ramp(3, 2))
        layer.bias.copy_(ramp(3))
    state = collections.OrderedDict(("module." + k, v) for k, v in layer.state_dict().items())
    return {
        "base_model": state,
        "optimizer": optimizer.state_dict(),
        "epoch": 7,
        "best": numpy.float64(0.5),
        "lr": 1e-3,
        "args": argparse.Namespace(model="vit", size=[224, 224]),
        "device": torch.device("cpu"),
        "dtype": torch.float32,
    }


def legacy(value, name, **more):
    torch.save(value, OUT / name, _use_new_zipfile_serialization=False, **more)


torch.save(plain(), OUT / "plain.pt")
torch.save(plain(), OUT / "plain_protocol4.pt", pickle_protocol=4)
legacy(plain(), "plain_legacy.pt")
torch.save(views(), OUT / "views.pt")
legacy(views(), "views_legacy.pt")
torch.save(nested(), OUT / "nested.pt")
legacy(nested(), "nested_legacy.pt")
torch.save({"epoch": 9, "state_dict": {"module.w": ramp(2)}, "state_dict_ema": {"module.w": ramp(3)}}, OUT / "averaged.pt")
torch.save({"model_ema": {"w": ramp(3)}, "epoch": 9}, OUT / "only_averaged.pt")
torch.save({"teacher": {"w": ramp(2)}, "student": {"w": ramp(3)}}, OUT / "two_wrappers.pt")
safetensors.torch.save_file(dict(plain()), OUT / "plain.safetensors", metadata={"format": "pt", "note": "größer"})

ARRAYS = {
    "f4": ramp(2, 3).numpy(),
    "deep/f2": ramp(4).numpy().astype("<f2"),
    "f8": ramp(2, 2).numpy().astype("<f8"),
    "big": ramp(2, 3).numpy().astype(">f4"),
    "fortran": numpy.asfortranarray(ramp(2, 3, 2).numpy()),
    "i8": numpy.array([1, -2, 3_000_000_000]),
    "bool": numpy.array([True, False]),
    "scalar": numpy.float32(1.5),
    "empty": numpy.zeros((0, 3), "<f4"),
}
numpy.savez(OUT / "arrays.npz", **ARRAYS)
numpy.savez_compressed(OUT / "arrays_compressed.npz", **ARRAYS)
numpy.save(OUT / "single.npy", ARRAYS["fortran"])
numpy.savez(OUT / "objects.npz", objects=numpy.array([{"a": 1}], dtype=object))
numpy.savez(OUT / "complex.npz", z=numpy.zeros(2, "<c8"))


# --- Names: tiny models of every source beside the same weights under timm's names ---------------

import warnings

import timm.models.vision_transformer as timm_vit
import transformers

warnings.filterwarnings("ignore")
torch.manual_seed(7)
TINY = dict(img_size=4, patch_size=2, embed_dim=4, depth=2, num_heads=2, mlp_ratio=2)
HF = dict(hidden_size=4, num_hidden_layers=2, num_attention_heads=2, image_size=4, patch_size=2)


def randomised(model):
    with torch.no_grad():
        for p in model.parameters():
            p.copy_(torch.randn_like(p))
    return model.eval()


def save(name, state):
    safetensors.torch.save_file({k: v.contiguous() for k, v in state.items()}, OUT / name)


def google():
    """timm reads the npz itself; what it makes of it is the reference."""
    g = numpy.random.default_rng(1)

    def draw(*shape):
        return g.standard_normal(shape).astype("<f4")

    arrays = {
        "embedding/kernel": draw(2, 2, 3, 4),
        "embedding/bias": draw(4),
        "cls": draw(1, 1, 4),
        "Transformer/posembed_input/pos_embedding": draw(1, 5, 4),
        "Transformer/encoder_norm/scale": draw(4),
        "Transformer/encoder_norm/bias": draw(4),
        "head/kernel": draw(4, 3),
        "head/bias": draw(3),
    }
    for i in range(2):
        block = f"Transformer/encoderblock_{i}/"
        for norm in ("LayerNorm_0/", "LayerNorm_2/"):
            arrays[block + norm + "scale"] = draw(4)
            arrays[block + norm + "bias"] = draw(4)
        attention = block + "MultiHeadDotProductAttention_1/"
        for part in ("query", "key", "value"):
            arrays[attention + part + "/kernel"] = draw(4, 2, 2)
            arrays[attention + part + "/bias"] = draw(2, 2)
        arrays[attention + "out/kernel"] = draw(2, 2, 4)
        arrays[attention + "out/bias"] = draw(4)
        arrays[block + "MlpBlock_3/Dense_0/kernel"] = draw(4, 8)
        arrays[block + "MlpBlock_3/Dense_0/bias"] = draw(8)
        arrays[block + "MlpBlock_3/Dense_1/kernel"] = draw(8, 4)
        arrays[block + "MlpBlock_3/Dense_1/bias"] = draw(4)
    numpy.savez(OUT / "google.npz", **arrays)
    model = timm_vit.VisionTransformer(num_classes=3, **TINY)
    timm_vit._load_weights(model, str(OUT / "google.npz"))
    save("google_timm.safetensors", model.state_dict())


def fused(state, i, ending):
    p = f"encoder.layer.{i}.attention.attention."
    return torch.cat([state.pop(p + part + ending) for part in ("query", "key", "value")])


def hugging_face(name, model, timm_model, forward):
    """Same pictures through both models prove the hand-made timm names before they become the reference."""
    randomised(model)
    folder = OUT / "tmp"
    model.save_pretrained(folder)
    source = folder / "model.safetensors"
    source.replace(OUT / f"{name}.safetensors")
    for left in folder.iterdir():
        left.unlink()
    folder.rmdir()
    state = safetensors.torch.load_file(OUT / f"{name}.safetensors")
    state = {k.removeprefix("vit.").removeprefix("deit."): v for k, v in state.items()}
    for dropped in ("embeddings.mask_token", "pooler.dense.weight", "pooler.dense.bias"):
        state.pop(dropped, None)
    target = {}
    for i in range(2):
        for ending in (".weight", ".bias"):
            target[f"blocks.{i}.attn.qkv{ending}"] = fused(state, i, ending)
    for key, value in state.items():
        for old, new in (
            ("embeddings.patch_embeddings.projection", "patch_embed.proj"),
            ("embeddings.position_embeddings", "pos_embed"),
            ("embeddings.distillation_token", "dist_token"),
            ("embeddings.register_tokens", "reg_token"),
            ("embeddings.cls_token", "cls_token"),
            ("encoder.layer.", "blocks."),
            ("attention.output.dense", "attn.proj"),
            ("intermediate.dense", "mlp.fc1"),
            ("output.dense", "mlp.fc2"),
            ("layernorm_before", "norm1"),
            ("layernorm_after", "norm2"),
            ("layer_scale1.lambda1", "ls1.gamma"),
            ("layer_scale2.lambda1", "ls2.gamma"),
            ("layernorm", "norm"),
            ("distillation_classifier", "head_dist"),
            ("cls_classifier", "head"),
            ("classifier", "head"),
        ):
            key = key.replace(old, new)
        target[key] = value
    if timm_model is not None:
        timm_model.load_state_dict(target)
        timm_model.eval()
        pictures = torch.randn(3, 3, 4, 4)
        with torch.no_grad():
            torch.testing.assert_close(forward(model, pictures), timm_model(pictures), rtol=1e-4, atol=1e-4)
    save(f"{name}_timm.safetensors", target)


google()
hugging_face(
    "hf_vit",
    transformers.ViTForImageClassification(
        transformers.ViTConfig(intermediate_size=8, num_labels=3, layer_norm_eps=1e-6, **HF)
    ),
    timm_vit.VisionTransformer(num_classes=3, **TINY),
    lambda model, x: model(x).logits,
)
hugging_face(
    "hf_vit_bare",
    transformers.ViTModel(transformers.ViTConfig(intermediate_size=8, layer_norm_eps=1e-6, **HF)),
    timm_vit.VisionTransformer(num_classes=0, **TINY),
    lambda model, x: model(x).last_hidden_state[:, 0],
)
import timm.models.deit as timm_deit

hugging_face(
    "hf_deit",
    transformers.DeiTForImageClassificationWithTeacher(
        transformers.DeiTConfig(intermediate_size=8, num_labels=3, layer_norm_eps=1e-6, **HF)
    ),
    timm_deit.VisionTransformerDistilled(num_classes=3, **TINY),
    lambda model, x: model(x).logits,
)
hugging_face(
    "hf_dinov2",
    transformers.Dinov2Model(transformers.Dinov2Config(mlp_ratio=2, **HF)),
    timm_vit.VisionTransformer(num_classes=0, init_values=1e-5, **TINY),
    lambda model, x: model(x).last_hidden_state[:, 0],
)
hugging_face(
    "hf_dinov2_registers",
    transformers.Dinov2WithRegistersModel(transformers.Dinov2WithRegistersConfig(mlp_ratio=2, num_register_tokens=2, **HF)),
    None,  # timm folds the CLS token's position into the token; here it stays as found
    None,
)
