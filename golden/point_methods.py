"""Golden files of methods on point clouds: points_linear_probe, points_gst*.

    pip install -r golden/requirements.txt
    python golden/point_methods.py

The frozen network and `input` are those of points_backbone.safetensors (golden/points.py has the formulas), the group
embedding in evaluation mode, positions in every block; what a file holds, and how its seed is found, golden/tuning.py
says. `labels` are in each file.

PointGST. Graph over centres c_1 … c_n: W_ij = 1/|c_i - c_j|, L = diag(row sums) - W; the columns of U are its eigenvectors,
eigenvalues ascending, each with the first of its largest components positive. One graph of all centres of a cloud; one of each run of S
centres in the order of their keys: integer hundredths of (y, x, z), truncated, the low 16 bits of each interleaved.
Block, h = W_dn a + b_dn of all tokens, patches x of h, in place by the centres' order:
    g(x; U) = F^T (s + silu(A LN(s) + b)),  s = F x,  F = U (transposed) or U^T (fourier)
    z = silu(h), on patches silu(x) + g(x; U of the cloud, norm_whole) + [g(x of a run; U of the run, norm_parts)]
    y = a + mlp(norm2 a) + W_up z + b_up;  CLS and its position are trained
"""

import numpy as np
import torch

import points
import tuning
from common import deterministic, normal
from points import BACKBONE, BATCH

SCRIPT = "golden/point_methods.py"
WIDTH, DEPTH, HEADS, GROUPS = BACKBONE["width"], BACKBONE["depth"], BACKBONE["heads"], BATCH["groups"]
LABELS = torch.tensor([3, 1])
APART = 1e-3  # eigenvalues, and the components of an eigenvector that are not equally large


def cloud():
    deterministic()
    w, groups = points.backbone_and_batch()
    return "points", w, groups, LABELS


def write(name, method, make, network, undecayed=("cls_token",)):
    tuning.write(name, method, make, network, SCRIPT, undecayed=undecayed, backbone=cloud(), features=2 * WIDTH)


def trained_cls(gen):
    return {"cls_token": normal(gen, 1, 1, WIDTH, std=0.5), "cls_pos": normal(gen, 1, 1, WIDTH, std=0.5)}


def features(w, t, groups, block):
    """block(i, x) sees tokens with their positions."""
    x, p = points.start(w, groups, cls_token=t.get("cls_token"), cls_pos=t.get("cls_pos"))
    for i in range(DEPTH):
        x = block(i, x + p)
    return points.cls_and_max(points.norm(w, "norm", x), GROUPS)


# ---------------------------------------------------------------- PointGST


def eigenvectors(centres):
    """(n,3) -> (n,n), by numpy in float64."""
    n = len(centres)
    laplacian = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            if i != j:
                weight = 1 / np.sqrt(((centres[i] - centres[j]) ** 2).sum())
                laplacian[i, j] -= weight
                laplacian[i, i] += weight
    values, vectors = np.linalg.eigh(laplacian)
    assert n == 1 or np.diff(values).min() > APART, values
    for k in range(n):
        behind = 1 - np.abs(vectors[:, k]) / np.abs(vectors[:, k]).max()
        assert all(b < 1e-9 or b > APART for b in behind), behind
        vectors[:, k] *= np.sign(vectors[np.flatnonzero(behind < 1e-6)[0], k])
    return vectors


def along_curve(centres):
    def key(c):
        bits = [format(int(np.trunc(v * np.float32(100))) % 65536, "016b") for v in (c[1], c[0], c[2])]
        return int("".join(a + b + d for a, b, d in zip(*bits)), 2)

    return sorted(range(len(centres)), key=lambda i: key(centres[i]))


def silu(x):
    return x / (1 + torch.exp(-x))


def tuned(t, place, norm, x, vectors, transform):
    u = torch.tensor(vectors, dtype=x.dtype)
    forth = u.T if transform == "fourier" else u
    s = forth @ x
    n = points.norm(t, f"{place}.{norm}", s)
    return forth.T @ (s + silu(points.linear(t, f"{place}.shared", n)))


def gst(w, t, groups, local, transform):
    centres = groups[:, :, 0].to(torch.float32).numpy()

    def adapter(place, a):
        h = points.linear(t, f"{place}.down", a)
        rows = []
        for cloud, tokens in zip(centres, h):
            x = tokens[1:]
            exact = cloud.astype(np.float64)
            patches = silu(x) + tuned(t, place, "norm_whole", x, eigenvectors(exact), transform)
            order = along_curve(cloud)
            extra = [None] * GROUPS
            for start in range(0, GROUPS, local):
                run = order[start : start + local]
                result = tuned(t, place, "norm_parts", x[run], eigenvectors(exact[run]), transform)
                for position, token in enumerate(run):
                    extra[token] = result[position]
            rows.append(torch.cat([silu(tokens[:1]), patches + torch.stack(extra)]))
        return points.linear(t, f"{place}.up", torch.stack(rows))

    def block(i, x):
        name = f"blocks.blocks.{i}"
        a = points.attention_half(w, name, x, HEADS)
        y = a + points.mlp(w, f"{name}.mlp", points.norm(w, f"{name}.norm2", a))
        return y + adapter(f"blocks.{i}.spectral", a)

    return features(w, t, groups, block)


def gst_values(gen, rank):
    t = trained_cls(gen)
    for i in range(DEPTH):
        place = f"blocks.{i}.spectral"
        tuning.linear(t, gen, f"{place}.down", rank, WIDTH)
        tuning.linear(t, gen, f"{place}.up", WIDTH, rank)
        tuning.linear(t, gen, f"{place}.shared", rank, rank, std=0.5)
        points.add_norm(t, gen, f"{place}.norm_whole", rank)
        points.add_norm(t, gen, f"{place}.norm_parts", rank)
    return t


if __name__ == "__main__":
    write(
        "points_linear_probe", {"name": "linear-probe"}, lambda gen: {},
        lambda w, t: lambda x: points.cls_and_max(points.norm(w, "norm", points.transformer(w, x, BACKBONE)), GROUPS),
        undecayed=(),
    )  # fmt: skip
    for name, local, transform in [("points_gst", 3, "transposed"), ("points_gst_fourier", 2, "fourier")]:
        write(
            name, {"name": "point-gst", "rank": 4, "local": local, "transform": transform},
            lambda gen: gst_values(gen, 4), lambda w, t, c=(local, transform): lambda x: gst(w, t, x, *c),
        )  # fmt: skip
