"""What every golden script shares: deterministic fp32 on one CPU thread, seeded tensors, and the file writer.

A golden file is a safetensors file whose metadata holds `config` (JSON: everything needed to rebuild
the case), `seed` and `generator` (script, library versions). Running a script again with the versions
of golden/requirements.txt on the same kind of processor writes the same bytes.
"""

import json
import struct
from importlib.metadata import version
from pathlib import Path

import torch

ROOT = Path(__file__).resolve().parent.parent
CORE = ROOT / "core/src/test/resources/golden"
TRAIN = ROOT / "train/src/test/resources/golden"

_DTYPES = {torch.float32: "F32", torch.int64: "I64"}


def deterministic():
    torch.use_deterministic_algorithms(True)
    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float32)


def generator(seed):
    return torch.Generator().manual_seed(seed)


def normal(gen, *shape, std=1.0, mean=0.0):
    return mean + std * torch.randn(*shape, generator=gen)


@torch.no_grad()
def randomise(model, gen):
    """Gives every parameter random values: norm weights 1 + 0.2 n, patch kernels n / sqrt(fan in), all else 0.2 n."""
    for name, parameter in model.named_parameters():
        if parameter.dim() == 0:
            continue  # CLIP's temperature
        if parameter.dim() == 4:
            parameter.copy_(normal(gen, *parameter.shape, std=parameter[0].numel() ** -0.5))
        elif "norm" in name and name.endswith("weight"):
            parameter.copy_(normal(gen, *parameter.shape, std=0.2, mean=1.0))
        else:
            parameter.copy_(normal(gen, *parameter.shape, std=0.2))


def prefixed(prefix, tensors):
    return {prefix + name: tensor for name, tensor in tensors.items()}


def generated_by(script, *packages):
    return " ".join([script, *(f"{p}=={version(p)}" for p in ("torch", *packages))])


def save(path, tensors, config, seed, script, *packages):
    """Writes a safetensors file, keys sorted, so that equal content gives equal bytes."""
    header = {
        "__metadata__": {
            "config": json.dumps(config, sort_keys=True),
            "generator": generated_by(script, *packages),
            "seed": str(seed),
        }
    }
    blobs, offset = [], 0
    for name in sorted(tensors):
        tensor = tensors[name].detach().cpu().contiguous()
        if tensor.is_floating_point():
            assert torch.isfinite(tensor).all(), f"{path.name}: {name} is not finite"
        blob = tensor.numpy().tobytes()
        header[name] = {
            "dtype": _DTYPES[tensor.dtype],
            "shape": list(tensor.shape),
            "data_offsets": [offset, offset + len(blob)],
        }
        blobs.append(blob)
        offset += len(blob)
    head = json.dumps(header, separators=(",", ":")).encode()
    head += b" " * (-len(head) % 8)
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "wb") as out:
        out.write(struct.pack("<Q", len(head)) + head + b"".join(blobs))
    print(f"{path.relative_to(ROOT)}  {len(tensors)} tensors  {path.stat().st_size} bytes")
