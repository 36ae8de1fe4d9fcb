"""The point transformer in plain PyTorch: what the golden scripts of point clouds share.

A cloud comes as groups: input (B, G, K+1, 3), first each group's centre, then its K neighbours less the centre.
Weights are a dict of tensors under Point-MAE's names; widths follow from their shapes. Letters: B clouds, G groups,
K neighbours, D width, c width of the group embedding, H hidden width of the position and head networks.

    embed      a = conv(relu(bn(conv(neighbours))))            first_conv.{0,1,3}   (B,G,K,2w)
               b = [max over K of a, a]                        the global half first (B,G,K,4w)
               token = max over K of conv(relu(bn(conv(b))))   second_conv.{0,1,3}  (B,G,c)
               reduce_dim, where there is one: c -> D
    position   pos_embed.2(gelu(pos_embed.0(centre)))
    block      a = x + proj(attention(norm1 x)); y = a + fc2(gelu(fc1(norm2 a))); qkv has no bias
    everyBlock x <- block(x + p);  once: x <- x + p before the first block only
    feature    [CLS, max over the patches] of norm(x)
    head       linear 0, bn 1, relu, linear 4, bn 5, relu, linear 8; Point-BERT: linear 0, relu, linear 3
LayerNorm and BatchNorm have eps 1e-5, GELU is exact. BatchNorm's statistics: `stats` None takes the running ones;
a dict takes the batch's and receives running' = 0.9 running + 0.1 batch (unbiased variance) under the same name.
Drop path and dropout are off everywhere.

Everything is computed in float64 from float32 weights and stored as float32. Where a maximum is taken, a
neighbour chosen or a ReLU cuts, the distance to the nearest other decision goes into MARGINS, so that a script can
refuse seeds whose reference float32 arithmetic could decide otherwise.
"""

import torch

from common import normal

EPS = 1e-5
MOMENTUM = 0.1
MARGINS = []

BACKBONE = dict(width=24, depth=3, heads=4, mlpRatio=4, convWidth=8, encoderWidth=24, hidden=16, classes=5)
BATCH = dict(clouds=2, groups=6, neighbours=5)


# ---------------------------------------------------------------- weights


def matrix(gen, out, *into):
    fan = 1
    for size in into:
        fan *= size
    return normal(gen, out, *into, std=fan**-0.5)


def add_linear(w, gen, name, out, into, bias=True, conv=False):
    w[f"{name}.weight"] = matrix(gen, out, into).unsqueeze(2) if conv else matrix(gen, out, into)
    if bias:
        w[f"{name}.bias"] = normal(gen, out, std=0.2)


def add_norm(w, gen, name, width, running=False):
    w[f"{name}.weight"] = normal(gen, width, mean=1.0, std=0.2)
    w[f"{name}.bias"] = normal(gen, width, std=0.2)
    if running:
        w[f"{name}.running_mean"] = normal(gen, width, std=0.3)
        w[f"{name}.running_var"] = 0.5 + torch.rand(width, generator=gen)


def add_embedding(w, gen, c):
    """The mini-PointNet: 3 -> w -> 2w, 4w -> 4w -> encoderWidth."""
    conv = c["convWidth"]
    add_linear(w, gen, "encoder.first_conv.0", conv, 3, conv=True)
    add_norm(w, gen, "encoder.first_conv.1", conv, running=True)
    add_linear(w, gen, "encoder.first_conv.3", 2 * conv, conv, conv=True)
    add_linear(w, gen, "encoder.second_conv.0", 4 * conv, 4 * conv, conv=True)
    add_norm(w, gen, "encoder.second_conv.1", 4 * conv, running=True)
    add_linear(w, gen, "encoder.second_conv.3", c["encoderWidth"], 4 * conv, conv=True)
    if c["encoderWidth"] != c["width"]:
        add_linear(w, gen, "reduce_dim", c["width"], c["encoderWidth"])


def add_positions(w, gen, name, c):
    add_linear(w, gen, f"{name}.0", c["hidden"], 3)
    add_linear(w, gen, f"{name}.2", c["width"], c["hidden"])


def add_block(w, gen, name, c):
    width, inner = c["width"], c["width"] * c["mlpRatio"]
    add_norm(w, gen, f"{name}.norm1", width)
    add_linear(w, gen, f"{name}.attn.qkv", 3 * width, width, bias=False)
    add_linear(w, gen, f"{name}.attn.proj", width, width)
    add_norm(w, gen, f"{name}.norm2", width)
    add_linear(w, gen, f"{name}.mlp.fc1", inner, width)
    add_linear(w, gen, f"{name}.mlp.fc2", width, inner)


def add_transformer(w, gen, c):
    """Everything below CLS: embedding, positions, blocks, norm."""
    add_embedding(w, gen, c)
    add_positions(w, gen, "pos_embed", c)
    for i in range(c["depth"]):
        add_block(w, gen, f"blocks.blocks.{i}", c)
    add_norm(w, gen, "norm", c["width"])


def add_cls(w, gen, c):
    w["cls_token"] = normal(gen, 1, 1, c["width"], std=0.5)
    w["cls_pos"] = normal(gen, 1, 1, c["width"], std=0.5)


def add_head(w, gen, c, features=2):
    hidden = c["hidden"]
    add_linear(w, gen, "cls_head_finetune.0", hidden, features * c["width"])
    add_norm(w, gen, "cls_head_finetune.1", hidden, running=True)
    add_linear(w, gen, "cls_head_finetune.4", hidden, hidden)
    add_norm(w, gen, "cls_head_finetune.5", hidden, running=True)
    add_linear(w, gen, "cls_head_finetune.8", c["classes"], hidden)


def clouds(gen, clouds, groups, neighbours):
    """Groups (B, G, K+1, 3); the first neighbour is the centre itself, 0."""
    centres = normal(gen, clouds, groups, 1, 3, std=0.6)
    offsets = normal(gen, clouds, groups, neighbours, 3, std=0.3)
    offsets[:, :, 0] = 0
    return torch.cat([centres, offsets], 2)


def doubles(tensors, gradients=False):
    return {k: v.detach().to(torch.float64, copy=True).requires_grad_(gradients) for k, v in tensors.items()}


def floats(tensors):
    """As stored: float64 to float32, everything else as it is."""
    return {k: v.detach().float() if v.is_floating_point() else v for k, v in tensors.items()}


# ---------------------------------------------------------------- layers


def largest(x, dim):
    """Maximum along dim, its lead over the second best noted."""
    if x.shape[dim] > 1:
        best = x.detach().topk(2, dim).values
        MARGINS.append(float((best.select(dim, 0) - best.select(dim, 1)).min()))
    return x.max(dim).values


def relu(x, slope=0.0):
    MARGINS.append(float(x.detach().abs().min()))
    return torch.where(x > 0, x, slope * x)


def gelu(x):
    return 0.5 * x * (1 + torch.erf(x / 2**0.5))


def linear(w, name, x):
    """x (..., in); a 1x1 convolution's weight (out, in, 1) is the same matrix."""
    y = x @ w[f"{name}.weight"].flatten(1).T
    return y + w[f"{name}.bias"] if f"{name}.bias" in w else y


def layer_norm(weight, bias, x):
    centred = x - x.mean(-1, keepdim=True)
    return centred / torch.sqrt(centred.square().mean(-1, keepdim=True) + EPS) * weight + bias


def norm(w, name, x):
    return layer_norm(w[f"{name}.weight"], w[f"{name}.bias"], x)


def batch_norm(w, name, x, stats):
    """x (..., channels), every other axis a sample."""
    mean, var = w[f"{name}.running_mean"], w[f"{name}.running_var"]
    if stats is not None:
        rows = x.reshape(-1, x.shape[-1])
        batch_mean = rows.mean(0)
        batch_var = (rows - batch_mean).square().mean(0)
        unbiased = batch_var * len(rows) / (len(rows) - 1)
        stats[f"{name}.running_mean"] = ((1 - MOMENTUM) * mean + MOMENTUM * batch_mean).detach()
        stats[f"{name}.running_var"] = ((1 - MOMENTUM) * var + MOMENTUM * unbiased).detach()
        mean, var = batch_mean, batch_var
    return (x - mean) / torch.sqrt(var + EPS) * w[f"{name}.weight"] + w[f"{name}.bias"]


def gradients(w):
    """What a backward pass left, and the names of those that are 0 by construction.

    A bias added to all samples in front of a BatchNorm with batch statistics changes nothing: its gradient is
    rounding noise, 0 here.
    """
    grads = {k: v.grad for k, v in w.items() if v.requires_grad}
    zeros = sorted(k for k, v in grads.items() if v.abs().max() < 1e-12)
    return {k: torch.zeros_like(v) if k in zeros else v for k, v in grads.items()}, zeros


def nothing(place, x):
    """No tuning at a place inside a block."""
    return x


# ---------------------------------------------------------------- the network


def embed_groups(w, neighbours, stats=None):
    """(B,G,K,3) -> (B,G,D)."""
    a = linear(w, "encoder.first_conv.0", neighbours)
    a = linear(w, "encoder.first_conv.3", relu(batch_norm(w, "encoder.first_conv.1", a, stats)))
    whole = largest(a, 2).unsqueeze(2).expand_as(a)
    b = linear(w, "encoder.second_conv.0", torch.cat([whole, a], -1))
    b = linear(w, "encoder.second_conv.3", relu(batch_norm(w, "encoder.second_conv.1", b, stats)))
    tokens = largest(b, 2)
    return linear(w, "reduce_dim", tokens) if "reduce_dim.weight" in w else tokens


def positions(w, centres, name="pos_embed"):
    return linear(w, f"{name}.2", gelu(linear(w, f"{name}.0", centres)))


def attention(w, name, x, heads, tune=nothing):
    clouds, tokens, width = x.shape
    d = width // heads
    q, k, v = tune("qkv", linear(w, f"{name}.qkv", x)).split(width, -1)
    outputs = []
    for h in range(heads):
        part = slice(h * d, (h + 1) * d)
        weights = torch.softmax(q[..., part] @ k[..., part].transpose(1, 2) / d**0.5, -1)
        outputs.append(weights @ v[..., part])
    return tune("proj", linear(w, f"{name}.proj", torch.cat(outputs, -1)))


def mlp(w, name, x, tune=nothing):
    return tune("fc2", linear(w, f"{name}.fc2", gelu(tune("fc1", linear(w, f"{name}.fc1", x)))))


def attention_half(w, name, x, heads, tune=nothing):
    return x + attention(w, f"{name}.attn", tune("norm1", norm(w, f"{name}.norm1", x)), heads, tune)


def block(w, name, x, heads):
    a = attention_half(w, name, x, heads)
    return a + mlp(w, f"{name}.mlp", norm(w, f"{name}.norm2", a))


def start(w, groups, stats=None, cls_token=None, cls_pos=None):
    """Tokens [CLS, groups] and their positions, (B, 1+G, D) each."""
    centres, neighbours = groups[:, :, 0], groups[:, :, 1:]
    cls_token = w["cls_token"] if cls_token is None else cls_token
    cls_pos = w["cls_pos"] if cls_pos is None else cls_pos
    x = torch.cat([cls_token.expand(len(groups), -1, -1), embed_groups(w, neighbours, stats)], 1)
    p = torch.cat([cls_pos.expand(len(groups), -1, -1), positions(w, centres)], 1)
    return x, p


def transformer(w, groups, config, mode="everyBlock", stats=None):
    """Tokens after the last block, before the norm."""
    x, p = start(w, groups, stats)
    if mode == "once":
        x = x + p
    for i in range(config["depth"]):
        x = block(w, f"blocks.blocks.{i}", x + p if mode == "everyBlock" else x, config["heads"])
    return x


def cls_and_max(x, groups):
    """x (B,N,D) after the norm -> (B,2D)."""
    return torch.cat([x[:, 0], largest(x[:, -groups:], 1)], -1)


def head(w, feature, stats=None):
    x = linear(w, "cls_head_finetune.0", feature)
    if "cls_head_finetune.3.weight" in w:
        return linear(w, "cls_head_finetune.3", relu(x))
    x = linear(w, "cls_head_finetune.4", relu(batch_norm(w, "cls_head_finetune.1", x, stats)))
    return linear(w, "cls_head_finetune.8", relu(batch_norm(w, "cls_head_finetune.5", x, stats)))


def outputs(w, groups, config, mode="everyBlock", stats=None):
    """tokens (B,1+G,D), feature (B,2D), logits (B,C) where there is a head."""
    tokens = transformer(w, groups, config, mode, stats)
    feature = cls_and_max(norm(w, "norm", tokens), groups.shape[1])
    result = {"tokens": tokens, "feature": feature}
    if "cls_head_finetune.0.weight" in w:
        result["logits"] = head(w, feature, stats)
    return result


# ---------------------------------------------------------------- the cloud all tuners see


def backbone_and_batch():
    """The weights and clouds of points_backbone.safetensors, float32."""
    gen = torch.Generator().manual_seed(BACKBONE_SEED)
    w = {}
    add_transformer(w, gen, BACKBONE)
    add_cls(w, gen, BACKBONE)
    add_head(w, gen, BACKBONE)
    return w, clouds(gen, **BATCH)


BACKBONE_SEED = 500
