"""Golden files of tuned point transformers: points_dapt, points_dapt_x, points_adapterx_*, points_idpt*.

    pip install -r golden/requirements.txt
    python golden/point_tuners.py

The frozen network (`model.*`, its group embedding in evaluation mode) and `input` are those of
points_backbone.safetensors; golden/points.py has its formulas. Each file: `tuner.<name>` the trainable tensors, `features`,
`probe` (as features, random), `loss` = sum of probe * features, `grad.tuner.<name>`, `trace.i.output` the tokens after
block i. config.zeroGradients names what gets none by the method itself. T(z; place) = z * place.gamma + place.beta.

DAPT, positions once; x = [CLS, T(tokens; patch_tfts)] + positions. Block i, with T's places below blocks.i.tfts:
    a = x + T(proj(attention(T(qkv T(n1 x; norm1); qkv))); proj)
    u = T(n2 a; norm2);  m = adapter(u);  f = T(fc2(gelu(T(fc1 u; fc1))); fc2);  y = a + f + m
    n = LN(u; adapter.norm);  adapter(u) = up(gelu(down n)) * relu(scale n)                 one scale a token
    P = T(mean over all tokens of gelu(m); prompt);  next x = [y_CLS, P, y_rest]
    features = [CLS, mean of the prompts, max over the patches] of T(norm(x); norm_tfts), (B,3D)
DAPT-X: as DAPT, but n2 with the trainable blocks.i.norm2, m = SMoA(u), one smoa for all blocks; features = [CLS, max], (B,2D).
Adapter-X: a = x + attention(n1 x); u = n2(a) trainable; f = mlp(u); m = SMoA(u or f); y = a + f + scale * m;
    P = gamma * mean over all tokens of phi(m) + beta; features = [CLS, max over the patches]. With positions in every
    block the block sees x + p, p = [cls_pos, 0 for each prompt, positions of the patches].
SMoA (golden/adapter_x.py has it in full): sub-token u of width D/heads; s_j = (W u) . e_j / |e_j|, p = softmax(s), i = argmax p,
    m = p_i (up_i phi(down_i u + b_i) + c_i).
IDPT, positions in every block; before the last block the patches' tokens y (without positions) give one prompt:
    edge.l: for each token i its k nearest j in y (squared Euclid, itself included): max over j of lrelu(bn(W [y_j - y_i, y_i]))
    y1 = edge.0(y), y2 = edge.1(y1), y3 = edge.2(y2), each with neighbours of its own;
    prompt = max over tokens of lrelu(bn(W [y1, y2, y3])), prompt_module.fuse;  lrelu(z) = z or 0.2 z
    x = [CLS, prompt, patches], p = [cls_pos, prompt_pos, positions]; features = [CLS, prompt, max over the patches]
    prompt_module.{edge.l,fuse}.conv.weight (D,2D) and (D,3D) without bias, .norm.{weight,bias} and running statistics `running.*`
    (not trained). points_idpt_train: the module's norms with batch statistics; `after.*` the running statistics afterwards.
    The authors leave prompt_pos out of the optimiser; it is given a gradient here.
"""

import torch

import points
from common import CORE, deterministic, generator, normal, prefixed, save
from points import BACKBONE, BATCH, doubles, floats

SCRIPT = "golden/point_tuners.py"
WIDTH, DEPTH, HEADS, GROUPS = BACKBONE["width"], BACKBONE["depth"], BACKBONE["heads"], BATCH["groups"]
SAFE = 5e-5  # smallest distance to another decision
ADAPTER_X = dict(
    method="adapter-x", form="parallel", experts=4, heads=4, bottleneck=2, routerWidth=4, router="torchscale", routing="top1",
    share="all", groups=None, prompts=True, promptActivation="identity", norm2="specific", cls=True, scale=0.5,
    balance=0.0, zLoss=0.0, activation="relu", dropout=0.0, positions="everyBlock",
)  # fmt: skip
DAPT = dict(method="dapt", bottleneck=5, dropout=0.0, positions="once", features=["cls", "prompts-mean", "patches-max"])
DAPT_X = dict(
    method="dapt-x", experts=4, heads=4, bottleneck=2, routerWidth=4, router="torchscale", routing="top1", activation="gelu",
    promptActivation="gelu", scale=1.0, dropout=0.0, positions="once", features=["cls", "patches-max"],
)  # fmt: skip
IDPT = dict(method="idpt", neighbours=3, promptBlock=DEPTH - 1, slope=0.2, positions="everyBlock", batchStatistics=False)
CASES = {
    "dapt": DAPT,
    "dapt_x": DAPT_X,
    "adapterx_relu": ADAPTER_X,
    "adapterx_gelu": {**ADAPTER_X, "activation": "gelu", "promptActivation": "gelu"},
    "adapterx_once": {**ADAPTER_X, "positions": "once"},
    "adapterx_sequential": {**ADAPTER_X, "form": "sequential", "scale": 1.0},
    "idpt": IDPT,
    "idpt_train": {**IDPT, "batchStatistics": True},
}


# ---------------------------------------------------------------- trainable tensors


def add_scale_and_shift(t, gen, name, width):
    t[f"{name}.gamma"] = normal(gen, width, mean=1.0, std=0.3)
    t[f"{name}.beta"] = normal(gen, width, std=0.3)


def add_smoa(t, gen, c):
    experts, inner, sub = c["experts"], c["bottleneck"], WIDTH // c["heads"]
    t["smoa.router.reduction.weight"] = normal(gen, c["routerWidth"], sub, std=0.5)
    t["smoa.router.experts"] = normal(gen, experts, c["routerWidth"], std=0.5)
    t["smoa.down.weight"] = normal(gen, experts, inner, sub, std=0.4)
    t["smoa.down.bias"] = normal(gen, experts, inner, std=0.2)
    t["smoa.up.weight"] = normal(gen, experts, sub, inner, std=0.5)
    t["smoa.up.bias"] = normal(gen, experts, sub, std=0.2)


def add_tfts(t, gen, i):
    widths = {"norm1": 1, "qkv": 3, "proj": 1, "norm2": 1, "fc1": BACKBONE["mlpRatio"], "fc2": 1, "prompt": 1}
    for place, times in widths.items():
        add_scale_and_shift(t, gen, f"blocks.{i}.tfts.{place}", times * WIDTH)


def trainable(c, gen):
    t = {}
    points.add_cls(t, gen, BACKBONE)
    if c["method"].startswith("dapt"):
        add_scale_and_shift(t, gen, "patch_tfts", WIDTH)
        add_scale_and_shift(t, gen, "norm_tfts", WIDTH)
    for i in range(DEPTH):
        if c["method"] in ("dapt-x", "adapter-x"):
            points.add_norm(t, gen, f"blocks.{i}.norm2", WIDTH)
        if c["method"].startswith("dapt"):
            add_tfts(t, gen, i)
        if c["method"] == "dapt":
            points.add_norm(t, gen, f"blocks.{i}.adapter.norm", WIDTH)
            points.add_linear(t, gen, f"blocks.{i}.adapter.scale", 1, WIDTH)
            t[f"blocks.{i}.adapter.scale.bias"] += 0.5  # more tokens open than shut
            points.add_linear(t, gen, f"blocks.{i}.adapter.down", c["bottleneck"], WIDTH)
            points.add_linear(t, gen, f"blocks.{i}.adapter.up", WIDTH, c["bottleneck"])
        if c["method"] == "adapter-x":
            add_scale_and_shift(t, gen, f"blocks.{i}.prompt", WIDTH)
    if "experts" in c:
        add_smoa(t, gen, c)
    if c["method"] == "idpt":
        add_prompt_module(t, gen)
    return t


def add_prompt_module(t, gen):
    t["prompt_pos"] = normal(gen, 1, 1, WIDTH, std=0.5)
    for place, into in {"edge.0": 2, "edge.1": 2, "edge.2": 2, "fuse": 3}.items():
        points.add_linear(t, gen, f"prompt_module.{place}.conv", WIDTH, into * WIDTH, bias=False)
        points.add_norm(t, gen, f"prompt_module.{place}.norm", WIDTH, running=True)


# ---------------------------------------------------------------- parts


def scaled_and_shifted(t, name, z):
    return z * t[f"{name}.gamma"] + t[f"{name}.beta"]


def top1(t, u, activation):
    """One sub-token through its expert; the expert's index."""
    z = t["smoa.router.reduction.weight"] @ u
    s = torch.stack([z @ e / e.square().sum().sqrt() for e in t["smoa.router.experts"]])
    p = torch.softmax(s, 0)
    best = p.detach().topk(2)
    points.MARGINS.append(float(best.values[0] - best.values[1]))
    i = int(best.indices[0])
    hidden = t["smoa.down.weight"][i] @ u + t["smoa.down.bias"][i]
    hidden = points.gelu(hidden) if activation == "gelu" else points.relu(hidden)
    return p[i] * (t["smoa.up.weight"][i] @ hidden + t["smoa.up.bias"][i]), i


def smoa(t, c, x, used):
    rows = []
    for u in x.reshape(-1, WIDTH // c["heads"]):
        m, expert = top1(t, u, c["activation"])
        rows.append(m)
        used.add(expert)
    return torch.stack(rows).reshape(x.shape)


def adapter(t, name, u):
    n = points.norm(t, f"{name}.norm", u)
    return points.linear(t, f"{name}.up", points.gelu(points.linear(t, f"{name}.down", n))) * points.relu(
        points.linear(t, f"{name}.scale", n)
    )


def inserted(y, prompt):
    return torch.cat([y[:, :1], prompt, y[:, 1:]], 1)


def nearest(x, k):
    """x (B,G,D) -> for every token the indices of its k nearest, itself first."""
    distance = (x.unsqueeze(2) - x.unsqueeze(1)).square().sum(-1).detach()
    order = distance.sort(2)
    points.MARGINS.append(float((order.values[..., k] - order.values[..., k - 1]).min()))
    return order.indices[..., :k]


def edge_convolution(t, name, x, c, stats):
    rows = []
    for cloud, indices in zip(x, nearest(x, c["neighbours"])):
        near = cloud[indices]  # (G,k,D)
        own = cloud.unsqueeze(1).expand_as(near)
        rows.append(torch.cat([near - own, own], -1))
    edges = points.linear(t, f"{name}.conv", torch.stack(rows))  # (B,G,k,D)
    return points.largest(points.relu(points.batch_norm(t, f"{name}.norm", edges, stats), c["slope"]), 2)


def instance_prompt(t, y, c, stats):
    """(B,G,D) -> (B,1,D)."""
    levels = []
    for level in range(3):
        y = edge_convolution(t, f"prompt_module.edge.{level}", y, c, stats)
        levels.append(y)
    z = points.linear(t, "prompt_module.fuse.conv", torch.cat(levels, -1))
    z = points.relu(points.batch_norm(t, "prompt_module.fuse.norm", z, stats), c["slope"])
    return points.largest(z, 1).unsqueeze(1)


# ---------------------------------------------------------------- the methods: features, tokens after each block


def embedded(w, t, groups):
    x, p = points.start(w, groups, cls_token=t["cls_token"], cls_pos=t["cls_pos"])
    points.MARGINS.clear()  # what the frozen embedding decides has no gradient
    return x, p


def dapt(w, t, c, groups, used):
    x, p = embedded(w, t, groups)
    x = torch.cat([x[:, :1], scaled_and_shifted(t, "patch_tfts", x[:, 1:])], 1) + p
    trace = []
    for i in range(DEPTH):
        name = f"blocks.blocks.{i}"

        def tune(place, z, i=i):
            return scaled_and_shifted(t, f"blocks.{i}.tfts.{place}", z)

        a = points.attention_half(w, name, x, HEADS, tune)
        own = c["method"] == "dapt-x"
        u = tune("norm2", points.norm(t, f"blocks.{i}.norm2", a) if own else points.norm(w, f"{name}.norm2", a))
        m = smoa(t, c, u, used) if own else adapter(t, f"blocks.{i}.adapter", u)
        y = a + points.mlp(w, f"{name}.mlp", u, tune) + m
        x = inserted(y, tune("prompt", points.gelu(m).mean(1, keepdim=True)))
        trace.append(x)
    x = scaled_and_shifted(t, "norm_tfts", points.norm(w, "norm", x))
    cls, prompts, patches = x[:, 0], x[:, 1:-GROUPS].mean(1), points.largest(x[:, -GROUPS:], 1)
    return torch.cat([cls, patches] if own else [cls, prompts, patches], -1), trace


def adapter_x(w, t, c, groups, used):
    x, p = embedded(w, t, groups)
    every = c["positions"] == "everyBlock"
    if not every:
        x = x + p
    trace = []
    for i in range(DEPTH):
        name = f"blocks.blocks.{i}"
        seen = x
        if every:
            none = torch.zeros_like(x[:, 1:-GROUPS])
            seen = x + torch.cat([p[:, :1], none, p[:, 1:]], 1)
        a = points.attention_half(w, name, seen, HEADS)
        u = points.norm(t, f"blocks.{i}.norm2", a)
        f = points.mlp(w, f"{name}.mlp", u)
        m = smoa(t, c, u if c["form"] == "parallel" else f, used)
        phi = points.gelu(m) if c["promptActivation"] == "gelu" else m
        prompt = scaled_and_shifted(t, f"blocks.{i}.prompt", phi.mean(1, keepdim=True))
        x = inserted(a + f + c["scale"] * m, prompt)
        trace.append(x)
    return points.cls_and_max(points.norm(w, "norm", x), GROUPS), trace


def idpt(w, t, c, groups, stats):
    x, p = embedded(w, t, groups)
    trace = []
    for i in range(DEPTH):
        if i == c["promptBlock"]:
            x = inserted(x, instance_prompt(t, x[:, 1:], c, stats))
            p = inserted(p, t["prompt_pos"].expand(len(x), -1, -1))
        x = points.block(w, f"blocks.blocks.{i}", x + p, HEADS)
        trace.append(x)
    x = points.norm(w, "norm", x)
    return torch.cat([x[:, 0], x[:, 1], points.largest(x[:, 2:], 1)], -1), trace


# ---------------------------------------------------------------- files


def run(c, seed):
    """The file's tensors in float64, and the experts that no sub-token chose."""
    gen = generator(seed)
    weights, groups = points.backbone_and_batch()
    w, groups = doubles(weights), groups.double()
    start = trainable(c, gen)
    t = {k: v.requires_grad_("running" not in k) for k, v in doubles(start).items()}
    used, stats = set(), {} if c.get("batchStatistics") else None
    if c["method"] == "idpt":
        features, trace = idpt(w, t, c, groups, stats)
    else:
        features, trace = (dapt if c["method"].startswith("dapt") else adapter_x)(w, t, c, groups, used)
    probe = normal(gen, *features.shape)
    loss = (probe.double() * features).sum()
    loss.backward()
    result = {"features": features, "probe": probe, "loss": loss}
    result |= {f"trace.{i}.output": x for i, x in enumerate(trace)}
    for name, tensor in t.items():
        if "running" in name:
            result[f"running.{name}"] = start[name]
        else:
            result[f"tuner.{name}"] = start[name]
            result[f"grad.tuner.{name}"] = torch.zeros_like(tensor) if tensor.grad is None else tensor.grad
    result |= prefixed("after.", stats or {})
    return result, c.get("experts", 0) - len(used)


def write(name, c, first_seed):
    for seed in range(first_seed, first_seed + 200):
        tensors, unused = run(c, seed)
        if min(points.MARGINS) > SAFE and not unused:
            break
    else:
        raise AssertionError(f"no seed suits {name}")
    zeros = sorted(k[len("grad.") :] for k, v in tensors.items() if k.startswith("grad.") and not v.any())
    last = f"tuner.blocks.{DEPTH - 1}." + ("prompt" if c["method"] == "adapter-x" else "tfts.prompt")
    unheard = c["method"] in ("adapter-x", "dapt-x")  # features without prompts
    assert zeros == ([f"{last}.beta", f"{last}.gamma"] if unheard else []), f"{name}: {zeros}"
    described = {
        **c, "backboneFile": "points_backbone.safetensors", "zeroGradients": zeros,
        "smallestMargin": float(f"{min(points.MARGINS):.3g}"),
    }  # fmt: skip
    save(CORE / f"points_{name}.safetensors", floats(tensors), described, seed, SCRIPT)
    print(f"  seed {seed} margin {min(points.MARGINS):.1e}")


if __name__ == "__main__":
    deterministic()
    for number, (case, settings) in enumerate(CASES.items()):
        write(case, settings, 10000 + 1000 * number)
