"""Golden files of Adapter-X: a plain PyTorch statement of the method, one sub-token at a time.

    pip install -r golden/requirements.txt
    python golden/adapter_x.py

Versions: torch 2.15.0, timm 1.0.31 (golden/requirements.txt). Writes adapterx_backbone.safetensors
(`backbone.<timm name>`, `input` (2,3,32,32), `labels` (2) int64; the same for all variants, kept once) and one
adapterx_VARIANT.safetensors per entry of VARIANTS. Nothing is vectorised that the paper draws as a choice:
every sub-token visits its expert in a Python loop, gradients are autograd's.

Block i on x = [CLS, P_{i-1} .. P_0, patches] (B,S,D), u = norm2(a), a = x + MHA(norm1(x)):
    parallel     m = SMoA(u)             y = a + FFN(u) + s m
    sequential   f = FFN(u), m = SMoA(f) y = a + f + s m
    prompt       P_i = gamma_i * mean over all S tokens of phi(m) + beta_i;  next x = [y_CLS, P_i, y_rest]
                 (promptBase "mean": + mean over all S tokens of y; promptBias: attention of block i > 0 is
                 softmax(q k^T / sqrt(d) + b_i [key is a prompt]) v)
SMoA: (B,S,D) -> (B*S*h, D/h) sub-tokens u_t; router probabilities p_t = softmax(s_t);
    top1: m_t = p_{t,i} E_i(u_t), i = argmax (lowest index of equals);  soft: m_t = sum_j p_{t,j} E_j(u_t)
    E_j(u) = up_j relu(down_j u + b_j) + c_j
    torchscale: s_j = z . e_j / max(|e_j|, 1e-4), z = W_r u;  cosine: z / max(|z|, 1e-4) first, s / temperature;
    linear: s = W u. The stored embeddings are never rescaled (torchscale's 1.5 leaves the scores as they are).
Features = frozen final norm of CLS; logits = W features + b.
    loss = ce + balance_coefficient * balance + z_coefficient * z
    balance = mean over the L uses of N sum_j f_j P_j (f: routed fraction, a constant; P: mean probability)
    z = mean over the L uses of mean_t logsumexp(s_t)^2
Own parts of block i (`own`; absent: none), x the mixture's input: `input` x <- w_i * x + b_i before it is split;
    `output`, `scale` m <- g_i * o_i * m, for y and the prompt; `embedding` z <- z + v_i, in front of cosine's norm
    (linear: s = W (u + v_i)); `router` a router of the block's own. Gate of top1: `times-experts` N p_{t,i},
    `one` p_{t,i} / p_{t,i} with the denominator a constant.
Sharing: `groups` puts block i into group floor(i * groups / L).

Tensors: trainable ones under their names (`tuner.*`, `head.*`), `grad.*` of the first step, `after3.*` = values
after three AdamW steps (lr 1e-2, betas .9 .999, eps 1e-8, decay 0.05 on tensors of two or more dimensions except
tuner.cls_token and *.router.experts; so the stacked expert biases, (N,r) and (N,D/h), do decay);
`features`, `logits`, `loss`, `ce`, `balance`, `z` of the first step. The default variant (parallel) also has
`trace.i.smoa` (m of block i, without s), `trace.i.routes` (expert per sub-token) and `trace.i.output`.

Seeds: the first for which, in all three steps, each sub-token's two best probabilities differ by more than
1e-4, every expert is used, and a float64 run ends within 1e-5 of the float32 one. (Adam divides by |g|, so
without that a gradient of rounding noise would make the expected values arbitrary.) config.rounding
holds the largest float32 - float64 differences: an honest lower bound for a test's tolerance.
"""

import math

import torch
import torch.nn.functional as F
from timm.models.vision_transformer import VisionTransformer

from common import CORE, deterministic, generator, normal, prefixed, randomise, save

SCRIPT = "golden/adapter_x.py"
BACKBONE = dict(img_size=32, patch_size=8, num_classes=0, embed_dim=32, depth=3, num_heads=2, mlp_ratio=1.5)
BACKBONE_FILE = "adapterx_backbone.safetensors"
BACKBONE_SEED = 400
EPS = 1e-6  # of every LayerNorm
NORM_FLOOR = 1e-4  # below this the router does not divide by a length
DEFAULTS = dict(
    form="parallel", experts=4, heads=4, bottleneck=8, routerWidth=8, router="torchscale", routing="top1",
    share="all", groups=None, prompts=True, promptActivation="identity", norm2="specific", cls=True,
    scale=0.5, balance=0.0, zLoss=0.0, activation="relu", dropout=0.0, dropPath=0.0, classes=5,
)  # fmt: skip
VARIANTS = {
    "parallel": {},
    "sequential": dict(form="sequential"),
    "cosine": dict(router="cosine"),
    "linear": dict(router="linear"),
    "soft": dict(routing="soft"),
    "share_none": dict(share="none"),
    "groups_2": dict(share="groups", groups=2),
    "prompts_off": dict(prompts=False),
    "prompt_gelu": dict(promptActivation="gelu"),
    "norm2_frozen": dict(norm2="frozen"),
    "norm2_shared": dict(norm2="shared"),
    "cls_frozen": dict(cls=False),
    "single_expert": dict(experts=1, heads=1),
    "losses": dict(balance=0.01, zLoss=0.001),
    "experts_8": dict(experts=8, heads=2),
    "combined": dict(
        form="sequential", router="cosine", heads=2, experts=3, share="groups", groups=2, balance=0.5, zLoss=0.1,
        promptActivation="gelu", scale=1.0,
    ),
    "own_sides": dict(own=["input", "output", "scale"], balance=0.1),
    "own_embedding": dict(own=["embedding"], balance=0.1),
    "own_linear": dict(own=["embedding", "output"], router="linear"),
    "own_router": dict(own=["router", "scale"], gate="times-experts", balance=0.1),
    "gate_one": dict(gate="one"),
    "own_combined": dict(
        own=["input", "output", "scale", "embedding", "router"], gate="one", form="sequential", router="cosine", heads=2,
        experts=3, share="groups", groups=2, balance=0.5, zLoss=0.1, promptActivation="gelu", scale=1.0,
    ),
    "prompt_mean": dict(promptBase="mean"),
    "prompt_bias": dict(promptBias=-1.0),
}  # fmt: skip


# ---------------------------------------------------------------- tensors


def backbone_and_batch():
    gen = generator(BACKBONE_SEED)
    model = VisionTransformer(**BACKBONE).eval().requires_grad_(False)
    randomise(model, gen)
    image = normal(gen, 2, 3, BACKBONE["img_size"], BACKBONE["img_size"])
    return model, image, torch.tensor([1, 3])


def smoa_name(config, block):
    """Where the SMoA of a block lives."""
    if config["share"] == "all":
        return "tuner.smoa"
    if config["share"] == "none":
        return f"tuner.blocks.{block}.smoa"
    return f"tuner.groups.{block * config['groups'] // BACKBONE['depth']}.smoa"


def trainable_tensors(config, seed):
    """Every trainable tensor, none of them trivial."""
    gen = generator(seed)
    width, depth = BACKBONE["embed_dim"], BACKBONE["depth"]
    sub_width = width // config["heads"]
    experts, bottleneck = config["experts"], config["bottleneck"]
    t = {}

    def norm(name):
        t[f"{name}.weight"] = normal(gen, width, mean=1.0, std=0.2)
        t[f"{name}.bias"] = normal(gen, width, std=0.2)

    def router(name):
        if config["router"] == "linear":
            t[f"{name}.weight"] = normal(gen, experts, sub_width, std=0.5)
            return
        t[f"{name}.reduction.weight"] = normal(gen, config["routerWidth"], sub_width, std=0.5)
        t[f"{name}.experts"] = normal(gen, experts, config["routerWidth"], std=0.5)
        if config["router"] == "cosine":
            t[f"{name}.temperature"] = torch.tensor(0.3)

    def own_parts(name):
        own = config.get("own", [])
        if "input" in own:
            t[f"{name}.input.weight"] = normal(gen, width, mean=1.0, std=0.3)
            t[f"{name}.input.bias"] = normal(gen, width, std=0.3)
        if "output" in own:
            t[f"{name}.output.weight"] = normal(gen, width, mean=1.0, std=0.3)
        if "scale" in own:
            t[f"{name}.scale"] = normal(gen, 1, mean=1.0, std=0.3)
        if "embedding" in own:
            compared = sub_width if config["router"] == "linear" else config["routerWidth"]
            t[f"{name}.router.embedding"] = normal(gen, compared, std=0.5)
        if "router" in own:
            router(f"{name}.router")

    if config["cls"]:
        t["tuner.cls_token"] = normal(gen, 1, 1, width, std=0.5)
    if config["norm2"] == "shared":
        norm("tuner.norm2")
    for i in range(depth):
        if config["norm2"] == "specific":
            norm(f"tuner.blocks.{i}.norm2")
        if config["prompts"]:
            t[f"tuner.blocks.{i}.prompt.gamma"] = normal(gen, width, mean=1.0, std=0.3)
            t[f"tuner.blocks.{i}.prompt.beta"] = normal(gen, width, std=0.3)
    for name in dict.fromkeys(smoa_name(config, i) for i in range(depth)):
        if "router" not in config.get("own", []):
            router(f"{name}.router")
        t[f"{name}.down.weight"] = normal(gen, experts, bottleneck, sub_width, std=0.4)
        t[f"{name}.down.bias"] = normal(gen, experts, bottleneck, std=0.2)
        t[f"{name}.up.weight"] = normal(gen, experts, sub_width, bottleneck, std=0.3)
        t[f"{name}.up.bias"] = normal(gen, experts, sub_width, std=0.2)
    for i in range(depth):
        own_parts(f"tuner.blocks.{i}.own")
        if "promptBias" in config and i > 0:
            t[f"tuner.blocks.{i}.prompt.bias"] = normal(gen, 1, mean=config["promptBias"], std=0.5)
    t["head.weight"] = normal(gen, config["classes"], width, std=0.2)
    t["head.bias"] = normal(gen, config["classes"], std=0.2)
    return t


# ---------------------------------------------------------------- the method


def length(vector):
    return torch.clamp(vector.pow(2).sum().sqrt(), min=NORM_FLOOR)


def scores(config, t, name, u, embedding):
    """Router scores s (N) of one sub-token u (d); the block's embedding or 0."""
    if config["router"] == "linear":
        return t[f"{name}.weight"] @ (u + embedding)
    z = t[f"{name}.reduction.weight"] @ u + embedding
    if config["router"] == "cosine":
        z = z / length(z)
    s = torch.stack([z @ e / length(e) for e in t[f"{name}.experts"]])
    return s / t[f"{name}.temperature"] if config["router"] == "cosine" else s


def expert(t, name, j, u):
    hidden = torch.relu(t[f"{name}.down.weight"][j] @ u + t[f"{name}.down.bias"][j])
    return t[f"{name}.up.weight"][j] @ hidden + t[f"{name}.up.bias"][j]


def gate(config, probability):
    if config.get("gate") == "times-experts":
        return config["experts"] * probability
    return probability / float(probability.detach()) if config.get("gate") == "one" else probability


def smoa(config, t, name, i, x):
    """(B,S,D) -> (B,S,D) in block i, and what the losses and checks need of this use."""
    own = f"tuner.blocks.{i}.own"
    router = f"{own}.router" if "router" in config.get("own", []) else f"{name}.router"
    embedding = t.get(f"{own}.router.embedding", 0)
    if f"{own}.input.weight" in t:
        x = x * t[f"{own}.input.weight"] + t[f"{own}.input.bias"]
    sub_tokens = x.reshape(-1, x.shape[-1] // config["heads"])
    outputs, probabilities, all_scores = [], [], []
    for u in sub_tokens:
        s = scores(config, t, router, u, embedding)
        p = torch.softmax(s, 0)
        if config["routing"] == "top1":
            j = int(p.argmax())
            outputs.append(gate(config, p[j]) * expert(t, name, j, u))
        else:
            outputs.append(sum(p[j] * expert(t, name, j, u) for j in range(config["experts"])))
        probabilities.append(p)
        all_scores.append(s)
    use = {"p": torch.stack(probabilities), "s": torch.stack(all_scores)}
    m = torch.stack(outputs).reshape(x.shape)
    for part in ("output.weight", "scale"):
        if f"{own}.{part}" in t:
            m = m * t[f"{own}.{part}"]
    return m, use


def norm2(config, t, block, i, a):
    if config["norm2"] == "frozen":
        return block.norm2(a)
    name = "tuner.norm2" if config["norm2"] == "shared" else f"tuner.blocks.{i}.norm2"
    return F.layer_norm(a, a.shape[-1:], t[f"{name}.weight"], t[f"{name}.bias"], EPS)


def attention(t, block, i, x):
    """timm's attention; with a trained bias b on the scores of the i prompts behind CLS, one head at a time."""
    bias = t.get(f"tuner.blocks.{i}.prompt.bias")
    if bias is None:
        return block.attn(x)
    q, k, v = block.attn.qkv(x).chunk(3, -1)
    heads = []
    for qh, kh, vh in zip(*(part.chunk(block.attn.num_heads, -1) for part in (q, k, v))):
        scores = qh @ kh.mT / math.sqrt(qh.shape[-1])
        prompt = torch.tensor([1 <= key <= i for key in range(x.shape[1])])
        heads.append(torch.softmax(torch.where(prompt, scores + bias, scores), -1) @ vh)
    return block.attn.proj(torch.cat(heads, -1))


def insert_prompt(config, t, i, y, m):
    phi = F.gelu(m) if config["promptActivation"] == "gelu" else m
    gamma, beta = t[f"tuner.blocks.{i}.prompt.gamma"], t[f"tuner.blocks.{i}.prompt.beta"]
    prompt = gamma * phi.mean(1, keepdim=True) + beta
    if config.get("promptBase") == "mean":
        prompt = prompt + y.mean(1, keepdim=True)
    return torch.cat([y[:, :1], prompt, y[:, 1:]], 1)


def forward(config, model, t, image):
    """Features, logits, and one record per use of SMoA."""
    cls = t["tuner.cls_token"] if config["cls"] else model.cls_token
    x = torch.cat([cls.expand(len(image), -1, -1), model.patch_embed(image)], 1) + model.pos_embed
    uses = []
    for i, block in enumerate(model.blocks):
        a = x + attention(t, block, i, block.norm1(x))
        u = norm2(config, t, block, i, a)
        f = block.mlp(u)
        m, use = smoa(config, t, smoa_name(config, i), i, u if config["form"] == "parallel" else f)
        x = a + f + config["scale"] * m
        if config["prompts"]:
            x = insert_prompt(config, t, i, x, m)
        uses.append({**use, "m": m, "output": x})
    features = model.norm(x)[:, 0]
    return features, features @ t["head.weight"].T + t["head.bias"], uses


def balance_loss(p):
    tokens, experts = p.shape
    fraction = [int((p.argmax(1) == j).sum()) / tokens for j in range(experts)]
    return experts * sum(fraction[j] * p[:, j].mean() for j in range(experts))


def losses(config, logits, labels, uses):
    ce = -torch.stack([torch.log_softmax(row, 0)[label] for row, label in zip(logits, labels)]).mean()
    balance = sum(balance_loss(use["p"]) for use in uses) / len(uses)
    z = sum(torch.logsumexp(use["s"], 1).pow(2).mean() for use in uses) / len(uses)
    return {"loss": ce + config["balance"] * balance + config["zLoss"] * z, "ce": ce, "balance": balance, "z": z}


# ---------------------------------------------------------------- three steps


def optimiser(t):
    def decays(name, tensor):
        return tensor.dim() >= 2 and name != "tuner.cls_token" and not name.endswith("router.experts")

    groups = [
        {"params": [v for k, v in t.items() if decays(k, v)], "weight_decay": 0.05},
        {"params": [v for k, v in t.items() if not decays(k, v)], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=1e-2, betas=(0.9, 0.999), eps=1e-8)


def smallest_margin(uses):
    return min(float(-use["p"].detach().topk(2).values.diff().max()) for use in uses)


def unused_experts(config, uses):
    """How many experts of some SMoA no sub-token chose, over all blocks that share it."""
    chosen = {}
    for i, use in enumerate(uses):
        chosen.setdefault(smoa_name(config, i), set()).update(use["p"].argmax(1).tolist())
    return sum(config["experts"] - len(experts) for experts in chosen.values())


def run(config, seed, dtype):
    """The file's tensors, and the smallest top-1 margin and most unused experts over three steps."""
    model, image, labels = backbone_and_batch()
    model, image = model.to(dtype), image.to(dtype)
    start = trainable_tensors(config, seed)
    t = {name: tensor.to(dtype, copy=True).requires_grad_() for name, tensor in start.items()}  # steps are in place
    adam = optimiser(t)
    result, margin, unused = dict(start), math.inf, 0
    for step in range(3):
        features, logits, uses = forward(config, model, t, image)
        values = losses(config, logits, labels, uses)
        adam.zero_grad()
        values["loss"].backward()
        unused = max(unused, unused_experts(config, uses))
        if config["experts"] > 1:
            margin = min(margin, smallest_margin(uses))
        if step == 0:
            grads = {k: torch.zeros_like(v) if v.grad is None else v.grad.clone() for k, v in t.items()}
            result |= {"features": features, "logits": logits, **values, **prefixed("grad.", grads)}
            if config == DEFAULTS:
                result |= trace(uses)
        adam.step()
    result |= prefixed("after3.", t)
    return {name: tensor.detach() for name, tensor in result.items()}, margin, unused


def trace(uses):
    tensors = {}
    for i, use in enumerate(uses):
        tensors[f"trace.{i}.smoa"] = use["m"]
        tensors[f"trace.{i}.routes"] = use["p"].argmax(1)
        tensors[f"trace.{i}.output"] = use["output"]
    return tensors


# ---------------------------------------------------------------- files


def zero_gradients(config):
    """Tensors that get no gradient by the method itself: the last prompt under a CLS head; a router of one."""
    names = []
    if config["prompts"]:
        names += [f"tuner.blocks.{BACKBONE['depth'] - 1}.prompt.{part}" for part in ("beta", "gamma")]
    if config["experts"] == 1 and config["zLoss"] == 0:
        names += ["tuner.smoa.router.experts", "tuner.smoa.router.reduction.weight"]
    return sorted(names)


def rounding(single, double):
    """Largest |float32 - float64| of outputs, gradients and stepped values."""

    def kind(name):
        return name.split(".")[0] if name.startswith(("grad.", "after3.")) else "forward"

    worst = {}
    for name, tensor in single.items():
        if tensor.is_floating_point() and not name.startswith(("tuner.", "head.")):
            difference = float((tensor.double() - double[name].double()).abs().max())
            worst[kind(name)] = max(worst.get(kind(name), 0.0), difference)
    return worst


def check_start(config, tensors):
    """The trainable tensors of the file are those that gave its outputs, and all but the untouched have moved since."""
    model, image, _ = backbone_and_batch()
    start = {k: v for k, v in tensors.items() if k.startswith(("tuner.", "head."))}
    features, logits, _ = forward(config, model, start, image)
    assert torch.equal(features, tensors["features"]) and torch.equal(logits, tensors["logits"])
    still = {k for k, v in start.items() if torch.equal(v, tensors[f"after3.{k}"])}
    assert still <= set(zero_gradients(config)), still


def write_variant(name, config, first_seed):
    for seed in range(first_seed, first_seed + 200):
        tensors, margin, unused = run(config, seed, torch.float32)
        if margin <= 1e-4 or unused:
            continue
        worst = rounding(tensors, run(config, seed, torch.float64)[0])
        if worst["after3"] < 1e-5:
            break
    else:
        raise AssertionError(f"no seed suits {name}")
    zeros = sorted(k[len("grad.") :] for k, v in tensors.items() if k.startswith("grad.") and not v.any())
    assert zeros == zero_gradients(config), f"{name}: {zeros}"
    assert margin > 1e-4
    check_start(config, tensors)
    described = {
        **config, "backboneFile": BACKBONE_FILE, "zeroGradients": zeros,
        "rounding": {key: float(f"{value:.2g}") for key, value in worst.items()},
        "smallestMargin": None if math.isinf(margin) else float(f"{margin:.3g}"),
    }  # fmt: skip
    save(CORE / f"adapterx_{name}.safetensors", tensors, described, seed, SCRIPT, "timm")
    print(f"  seed {seed} margin {margin:.1e} rounding {described['rounding']}")


def write_backbone():
    model, image, labels = backbone_and_batch()
    tensors = {**prefixed("backbone.", model.state_dict()), "input": image, "labels": labels}
    config = {**BACKBONE, "norm_eps": EPS, "activation": "gelu"}
    save(CORE / BACKBONE_FILE, tensors, config, BACKBONE_SEED, SCRIPT, "timm")


if __name__ == "__main__":
    deterministic()
    write_backbone()
    for number, (variant, changes) in enumerate(VARIANTS.items()):
        write_variant(variant, {**DEFAULTS, **changes}, 1000 * (number + 1))
