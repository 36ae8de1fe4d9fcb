"""Writes the tiny weight files that core's tests read: python golden/weights_files.py (needs torch, numpy, safetensors)."""

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
