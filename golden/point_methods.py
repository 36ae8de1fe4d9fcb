"""Golden files of methods on point clouds: points_linear_probe, points_gst*, points_peft*.

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

Point-PEFT. Trained in place of frozen: CLS, its position, the last norm, biases of norm1, norm2, proj, fc1, fc2.
    f = max over patches of norm(frozen network without CLS);  bank of unit rows;  c = bank f/|f|, the k = P - 2 largest c
    prior = [f, sum softmax(those c) rows, those rows];  prompts of a block = E + prior + A_p(prior);  E alone without bank
    x = [CLS, prompts, patches];  a = x + attention;  m = mlp(norm2 a);  y = a + m + 0.5 A(m);  A(u) = up(quickgelu(down u))
    places = [prompt_places, centres]: floor(G/2) farthest from place 0 on; of each the floor(K/2) nearest places, itself first
    n <- n + attention'(LN n) among the neighbours, heads of width 3, scores / sqrt(3 heads)
    v = gelu(bn(max n)) + 0.3 token of the place;  patch <- patch + 0.3 sum w v,  w = 1/(d^2 + 1e-8) normalised over the places
    out = y + A_1(y);  prompts are dropped.  Later blocks have no prompts, and places = centres.  bn has running statistics.
"""

import numpy as np
import torch

import points
import tuning
from common import deterministic, generator, normal
from points import BACKBONE, BATCH

SCRIPT = "golden/point_methods.py"
WIDTH, DEPTH, HEADS, GROUPS = BACKBONE["width"], BACKBONE["depth"], BACKBONE["heads"], BATCH["groups"]
LABELS = torch.tensor([3, 1])
APART = 1e-3  # eigenvalues, and the components of an eigenvector that are not equally large


def cloud():
    deterministic()
    w, groups = points.backbone_and_batch()
    return "points", w, groups, LABELS


def write(name, method, make, network, undecayed=("cls_token",), buffers=None):
    tuning.write(
        name, method, make, network, SCRIPT, undecayed=undecayed, backbone=cloud(), features=2 * WIDTH, buffers=buffers
    )


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


# ---------------------------------------------------------------- Point-PEFT

FREED = ["norm1.bias", "norm2.bias", "attn.proj.bias", "mlp.fc1.bias", "mlp.fc2.bias"]
SCALE, COEFFICIENT, INNER = 0.5, 0.3, 3 * HEADS


def bottleneck(t, place, u):
    h = points.linear(t, f"{place}.down", u)
    return points.linear(t, f"{place}.up", h / (1 + torch.exp(-1.702 * h)))


def prior(w, groups, bank, k):
    x, p = points.start(w, groups)
    x, p = x[:, 1:], p[:, 1:]
    for i in range(DEPTH):
        x = points.block(w, f"blocks.blocks.{i}", x + p, HEADS)
    rows = []
    for f in points.norm(w, "norm", x).max(1).values:
        likeness = bank @ (f / f.square().sum().sqrt())
        best = torch.argsort(likeness, descending=True)[:k]
        rows.append(torch.cat([f[None], torch.softmax(likeness[best], 0)[None] @ bank[best], bank[best]]))
    return torch.stack(rows)


def neighbourhoods(places):
    """(M,3) -> the chosen and their neighbours."""
    d = (places[:, None] - places[None]).square().sum(-1)
    chosen = [0]
    while len(chosen) < GROUPS // 2:
        chosen.append(int(d[chosen].min(0).values.argmax()))
    return chosen, [[s] + [int(i) for i in d[s].argsort() if i != s][: BATCH["neighbours"] // 2 - 1] for s in chosen]


def among_neighbours(t, n):
    """(K,D) -> (K,D)."""
    q, k, v = points.linear(t, "geometry.attention.qkv", points.norm(t, "geometry.attention.norm", n)).split(INNER, -1)
    heads = [slice(3 * h, 3 * h + 3) for h in range(HEADS)]
    mixed = [torch.softmax(q[:, h] @ k[:, h].T / INNER**0.5, -1) @ v[:, h] for h in heads]
    return points.linear(t, "geometry.attention.proj", torch.cat(mixed, -1))


def geometry(t, name, tokens, places, stats):
    """One cloud: tokens (M,D) at places (M,3) -> patches (G,D)."""
    chosen, near = neighbourhoods(places.detach())
    pooled = torch.stack([(tokens[k] + among_neighbours(t, tokens[k])).max(0).values for k in near])
    norm = {**stats, f"{name}.weight": t[f"{name}.weight"], f"{name}.bias": t[f"{name}.bias"]}
    said = points.gelu(points.batch_norm(norm, name, pooled, None)) + COEFFICIENT * tokens[chosen]
    d = (places[-GROUPS:, None] - places[chosen][None]).square().sum(-1)
    nearness = 1 / (d + 1e-8)
    return tokens[-GROUPS:] + COEFFICIENT * (nearness / nearness.sum(1, keepdim=True)) @ said


def peft(w, t, groups, prompted, bank, stats):
    stats = {n: v.to(groups.dtype) for n, v in stats.items()}
    centres = groups[:, :, 0]
    count = len(t["prompt_places"])
    remembered = None if bank is None else prior(w, groups, bank.to(groups.dtype), count - 2)
    w = w | {f"blocks.blocks.{i}.{n}": t[f"blocks.{i}.{n}"] for i in range(DEPTH) for n in FREED}

    def block(i, x):
        name, place = f"blocks.blocks.{i}", f"blocks.{i}"
        where = centres
        if i < prompted:
            prompts = t[f"{place}.prompts"].expand(len(x), -1, -1)
            if remembered is not None:
                prompts = prompts + remembered + bottleneck(t, f"{place}.prior_adapter", remembered)
            x = torch.cat([x[:, :1], prompts, x[:, 1:]], 1)
            where = torch.cat([t["prompt_places"].expand(len(x), -1, -1), centres], 1)
        a = points.attention_half(w, name, x, HEADS)
        m = points.mlp(w, f"{name}.mlp", points.norm(w, f"{name}.norm2", a))
        y = a + m + SCALE * bottleneck(t, f"{place}.adapter", m)
        patches = torch.stack([geometry(t, f"{place}.geometry.norm", y[b, 1:], where[b], stats) for b in range(len(y))])
        z = torch.cat([y[:, :1], patches], 1)  # what is between is dropped
        return z + bottleneck(t, f"{place}.adapter1", z)

    x, p = points.start(w, groups, cls_token=t["cls_token"], cls_pos=t["cls_pos"])
    for i in range(DEPTH):
        x = block(i, x + p)
    return points.cls_and_max(points.norm(t, "norm", x), GROUPS)


def peft_values(gen, prompted, count, remembers, inner=4):
    t = trained_cls(gen)
    t["prompt_places"] = normal(gen, count, 3, std=0.6)
    points.add_norm(t, gen, "norm", WIDTH)
    points.add_norm(t, gen, "geometry.attention.norm", WIDTH)
    tuning.linear(t, gen, "geometry.attention.qkv", 3 * INNER, WIDTH, bias=False)
    tuning.linear(t, gen, "geometry.attention.proj", WIDTH, INNER)
    for i in range(DEPTH):
        place = f"blocks.{i}"
        names = ["adapter", "adapter1"] + ["prior_adapter"] * (i < prompted and remembers)
        for name in names:
            width = inner // 2 if name == "prior_adapter" else inner
            tuning.linear(t, gen, f"{place}.{name}.down", width, WIDTH)
            tuning.linear(t, gen, f"{place}.{name}.up", WIDTH, width)
        points.add_norm(t, gen, f"{place}.geometry.norm", WIDTH)
        for name in FREED:
            t[f"{place}.{name}"] = normal(gen, WIDTH * (BACKBONE["mlpRatio"] if "fc1" in name else 1), std=0.2)
        if i < prompted:
            t[f"{place}.prompts"] = normal(gen, count, WIDTH, std=0.5)
    return t


def write_peft(name, prompted, count, memory):
    gen = generator(77)
    stats = {}
    for i in range(DEPTH):
        stats[f"blocks.{i}.geometry.norm.running_mean"] = normal(gen, WIDTH, std=0.3)
        stats[f"blocks.{i}.geometry.norm.running_var"] = 0.5 + torch.rand(WIDTH, generator=gen)
    bank = torch.nn.functional.normalize(normal(gen, memory, WIDTH), dim=1) if memory else None
    method = {
        "name": "point-peft", "bottleneck": 4, "prompts": count, "prompted": prompted, "memory": memory, "scale": SCALE,
        "dropout": 0.0,
    }  # fmt: skip
    write(
        name, method, lambda gen: peft_values(gen, prompted, count, memory > 0),
        lambda w, t: lambda x: peft(w, t, x, prompted, bank, stats),
        buffers=stats | ({"memory.bank": bank} if memory else {}),
    )  # fmt: skip


if __name__ == "__main__":
    write_peft("points_peft", 2, 4, 5)
    write_peft("points_peft_without_memory", 3, 2, 0)
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
