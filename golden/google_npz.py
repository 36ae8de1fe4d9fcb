"""Golden checkpoint in the naming of Google's ViT .npz files, with the output an independent forward gives.

    pip install -r golden/requirements.txt
    python golden/google_npz.py

Versions: numpy 2.4.6, torch 2.15.0, timm 1.0.31 (golden/requirements.txt). Writes google_vit.npz (arrays in
C order, stored uncompressed as np.savez does), google_vit_opt_target.npz (one block, all
names below `opt/target/`, deflated as np.savez_compressed does) and google_vit_expected.safetensors:
`input`, `features` (class token after the final norm), `logits` of the first file, and
`opt_target.features`, `opt_target.logits` of the second.

The forward below reads the arrays in their own layout (HWIO kernels, one kernel per head) with einsum in
float64, so it shares no code with any transposing loader; it must agree with timm after timm's own loader.
"""

import io
import zipfile

import numpy as np
import torch
from timm.models.vision_transformer import VisionTransformer

from common import CORE, deterministic, generator, normal, save

SCRIPT = "golden/google_npz.py"
WIDTH, HEADS, PATCH, IMAGE, HIDDEN, CLASSES, EPS = 32, 2, 4, 16, 48, 5, 1e-6
HEAD_WIDTH = WIDTH // HEADS
ATTENTION = "MultiHeadDotProductAttention_1"


def arrays(seed, depth):
    """All arrays of a checkpoint, in Google's names and layouts; pre_logits is there to be ignored."""
    gen = generator(seed)
    w = {}

    def put(name, *shape, mean=0.0, std=0.2):
        w[name] = normal(gen, *shape, mean=mean, std=std).numpy()

    def norm(name):
        put(f"{name}/scale", WIDTH, mean=1.0)
        put(f"{name}/bias", WIDTH)

    def dense(name, fan_in, fan_out):
        put(f"{name}/kernel", fan_in, fan_out)
        put(f"{name}/bias", fan_out)

    put("embedding/kernel", PATCH, PATCH, 3, WIDTH)
    put("embedding/bias", WIDTH)
    put("cls", 1, 1, WIDTH)
    put("Transformer/posembed_input/pos_embedding", 1, (IMAGE // PATCH) ** 2 + 1, WIDTH)
    for i in range(depth):
        block = f"Transformer/encoderblock_{i}"
        norm(f"{block}/LayerNorm_0")
        for part in ("query", "key", "value"):
            put(f"{block}/{ATTENTION}/{part}/kernel", WIDTH, HEADS, HEAD_WIDTH)
            put(f"{block}/{ATTENTION}/{part}/bias", HEADS, HEAD_WIDTH)
        put(f"{block}/{ATTENTION}/out/kernel", HEADS, HEAD_WIDTH, WIDTH)
        put(f"{block}/{ATTENTION}/out/bias", WIDTH)
        norm(f"{block}/LayerNorm_2")
        dense(f"{block}/MlpBlock_3/Dense_0", WIDTH, HIDDEN)
        dense(f"{block}/MlpBlock_3/Dense_1", HIDDEN, WIDTH)
    norm("Transformer/encoder_norm")
    dense("pre_logits", WIDTH, WIDTH)
    dense("head", WIDTH, CLASSES)
    return w


def forward(arrays_, depth, image):
    w = {name: array.astype(np.float64) for name, array in arrays_.items()}

    def norm(x, name):
        centred = x - x.mean(-1, keepdims=True)
        variance = (centred**2).mean(-1, keepdims=True)
        return centred / np.sqrt(variance + EPS) * w[f"{name}/scale"] + w[f"{name}/bias"]

    def dense(x, name):
        return x @ w[f"{name}/kernel"] + w[f"{name}/bias"]

    def attention(x, name):
        q, k, v = (
            np.einsum("bnd,dhe->bhne", x, w[f"{name}/{part}/kernel"]) + w[f"{name}/{part}/bias"][None, :, None]
            for part in ("query", "key", "value")
        )
        scores = np.einsum("bhne,bhme->bhnm", q, k) / np.sqrt(HEAD_WIDTH)
        scores = np.exp(scores - scores.max(-1, keepdims=True))
        scores /= scores.sum(-1, keepdims=True)
        context = np.einsum("bhnm,bhme->bnhe", scores, v)
        return np.einsum("bnhe,hed->bnd", context, w[f"{name}/out/kernel"]) + w[f"{name}/out/bias"]

    def gelu(x):
        return 0.5 * x * (1 + torch.erf(torch.from_numpy(x) / 2**0.5).numpy())

    side = IMAGE // PATCH
    patches = image.reshape(len(image), 3, side, PATCH, side, PATCH)
    x = np.einsum("bcyixj,ijcd->byxd", patches, w["embedding/kernel"]).reshape(len(image), side * side, WIDTH)
    x = x + w["embedding/bias"]
    x = np.concatenate([np.repeat(w["cls"], len(image), 0), x], 1)
    x = x + w["Transformer/posembed_input/pos_embedding"]
    for i in range(depth):
        block = f"Transformer/encoderblock_{i}"
        x = x + attention(norm(x, f"{block}/LayerNorm_0"), f"{block}/{ATTENTION}")
        hidden = gelu(dense(norm(x, f"{block}/LayerNorm_2"), f"{block}/MlpBlock_3/Dense_0"))
        x = x + dense(hidden, f"{block}/MlpBlock_3/Dense_1")
    features = norm(x, "Transformer/encoder_norm")[:, 0]
    return features, dense(features, "head")


def write_npz(path, arrays_, compression):
    """np.savez with fixed time stamps, so that the bytes do not change from run to run."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, array in arrays_.items():
            buffer = io.BytesIO()
            np.save(buffer, array)
            archive.writestr(zipfile.ZipInfo(name + ".npy"), buffer.getvalue(), compression)


def check_against_timm(path, depth, image, features, logits):
    model = VisionTransformer(
        img_size=IMAGE, patch_size=PATCH, num_classes=CLASSES, embed_dim=WIDTH, depth=depth, num_heads=HEADS,
        mlp_ratio=HIDDEN / WIDTH,
    ).eval()  # fmt: skip
    model.load_pretrained(str(path))
    with torch.no_grad():
        timm_features = model.forward_head(model.forward_features(image), pre_logits=True).numpy()
        timm_logits = model(image).numpy()
    np.testing.assert_allclose(timm_features, features, rtol=0, atol=2e-5)
    np.testing.assert_allclose(timm_logits, logits, rtol=0, atol=2e-5)
    print(f"{path.name} agrees with timm to {abs(timm_logits - logits).max():.1e}")


def write(seed=300):
    image = normal(generator(seed), 2, 3, IMAGE, IMAGE)
    tensors = {"input": image}
    cases = {"": ("google_vit.npz", 2, zipfile.ZIP_STORED), "opt_target.": ("google_vit_opt_target.npz", 1, zipfile.ZIP_DEFLATED)}
    for offset, (prefix, (file, depth, compression)) in enumerate(cases.items(), start=1):
        w = arrays(seed + offset, depth)
        features, logits = forward(w, depth, image.numpy().astype(np.float64))
        renamed = {f"opt/target/{k}": v for k, v in w.items()} if prefix else w
        write_npz(CORE / file, renamed, compression)
        check_against_timm(CORE / file, depth, image, features, logits)
        tensors[f"{prefix}features"] = torch.from_numpy(features).float()
        tensors[f"{prefix}logits"] = torch.from_numpy(logits).float()
    config = {
        "files": {prefix: {"file": file, "depth": depth} for prefix, (file, depth, _) in cases.items()},
        "img_size": IMAGE, "patch_size": PATCH, "embed_dim": WIDTH, "num_heads": HEADS,
        "mlp_ratio": HIDDEN / WIDTH, "num_classes": CLASSES, "norm_eps": EPS, "activation": "gelu",
    }  # fmt: skip
    save(CORE / "google_vit_expected.safetensors", tensors, config, seed, SCRIPT, "numpy", "timm")


if __name__ == "__main__":
    deterministic()
    write()
