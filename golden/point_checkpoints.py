"""Tiny checkpoints of point transformers, named and nested as each project publishes them: golden/point_checkpoints/*.pth.

    pip install -r golden/requirements.txt
    python golden/point_checkpoints.py

All are torch zip files, {'base_model': state, 'optimizer', 'epoch', 'metrics', 'best_metrics'}, every key below
"module." (one graphics card) unless said otherwise; BatchNorm brings num_batches_tracked.

    point_mae.pth            MAE_encoder.* without CLS; mask_token, decoder_pos_embed, MAE_decoder, increase_dim
    point_bert.pth           transformer_q.* and transformer_k.* (its moving average) with CLS, reduce_dim, lm_head, cls_head, mask_token;
                             dvae.* with an encoder of its own, queue, queue_ptr (int64)
    act.pth                  ACT_encoder.* with CLS, lm_head, cls_head; decoder and dvae_tokenizer.*
    recon.pth                MAE_encoder.* with cls, img and text tokens and positions; blocks with *_contrast halves; towers, projections
    point_mae_finetuned.pth  the network's own names with CLS and cls_head_finetune; no "module."
    point_mae_model.pth      the same tensors under 'model' instead of 'base_model', with "module."

expected.safetensors: `input` (B,G,K+1,3) and, for each file, what the plain network (golden/points.py, positions in
every block, evaluation mode) gives with the file's weights: `<file>.embedded` (B,G,D) the groups' tokens,
`<file>.positions` (B,G,D), `<file>.tokens` (B,1+G,D) after the last block, `<file>.feature` (B,2D), `.logits` where there is
a head. point_mae.pth has no CLS: cls_token and cls_pos are 0 there. point_bert is transformer_q, point_bert_k
transformer_k. ReCon's own block keeps the normed tokens as residual; the plain network does not, so `recon` is
what its weights give in a plain network, not what ReCon computes.
"""

import collections

import torch

import points
from common import CORE, deterministic, generator, normal, prefixed, save
from points import doubles, floats

SCRIPT = "golden/point_checkpoints.py"
OUT = CORE / "point_checkpoints"
TINY = dict(width=16, depth=2, heads=4, mlpRatio=4, convWidth=4, encoderWidth=16, hidden=8, classes=5)
BATCH = dict(clouds=2, groups=6, neighbours=5)


def encoder(gen, c=TINY, cls=True):
    w = {}
    points.add_transformer(w, gen, c)
    if cls:
        points.add_cls(w, gen, c)
    return w


def tracked(state):
    """With the counters BatchNorm keeps."""
    result = collections.OrderedDict()
    for name, tensor in state.items():
        result[name] = tensor
        if name.endswith("running_var"):
            result[name.replace("running_var", "num_batches_tracked")] = torch.tensor(7)
    return result


def decoder(gen, name, depth):
    w = {}
    points.add_positions(w, gen, "decoder_pos_embed", TINY)
    for i in range(depth):
        points.add_block(w, gen, f"{name}.blocks.{i}", TINY)
    points.add_norm(w, gen, f"{name}.norm", TINY["width"])
    w["mask_token"] = normal(gen, 1, 1, TINY["width"])
    return w


def linears(gen, **layers):
    w = {}
    for name, (out, into) in layers.items():
        points.add_linear(w, gen, name.replace("__", "."), out, into)
    return w


def point_mae(gen):
    inner = encoder(gen, cls=False)
    other = decoder(gen, "MAE_decoder", 1)
    points.add_linear(other, gen, "increase_dim.0", 3 * BATCH["neighbours"], TINY["width"], conv=True)
    return inner, {**prefixed("MAE_encoder.", inner), **other}


def bert_encoder(gen):
    inner = encoder(gen, {**TINY, "encoderWidth": 12})
    heads = linears(gen, lm_head=(6, 16), cls_head__0=(5, 16), cls_head__2=(5, 5))
    return inner, {**inner, **heads, "mask_token": normal(gen, 1, 1, TINY["width"])}


def point_bert(gen):
    q, all_q = bert_encoder(gen)
    k, all_k = bert_encoder(gen)
    dvae = {}
    points.add_embedding(dvae, gen, {**TINY, "width": 12, "encoderWidth": 12})
    dvae["codebook"] = normal(gen, 6, 4)
    queue = {"queue": normal(gen, 5, 8), "queue_ptr": torch.zeros(1, dtype=torch.int64)}
    return q, k, {**queue, **prefixed("transformer_q.", all_q), **prefixed("transformer_k.", all_k), **prefixed("dvae.", dvae)}


def act(gen):
    inner = encoder(gen)
    heads = linears(gen, lm_head=(6, 16), cls_head__0=(5, 16), cls_head__2=(5, 5))
    tokenizer = linears(gen, visual_embed__blocks__0__attn__qkv=(24, 8), encoder__reduce=(8, 16))
    other = {**decoder(gen, "ACT_decoder", 1), **linears(gen, proj_head=(16, 16)), **prefixed("dvae_tokenizer.", tokenizer)}
    return inner, {**prefixed("ACT_encoder.", {**inner, **heads}), **other}


def recon(gen):
    inner = encoder(gen)
    more = {}
    for name in ("img_token", "img_pos", "text_token", "text_pos"):
        more[name] = normal(gen, 1, 1, TINY["width"])
    for i in range(TINY["depth"]):
        place, width = f"blocks.blocks.{i}", TINY["width"]
        points.add_norm(more, gen, f"{place}.norm1_contrast", width)
        points.add_norm(more, gen, f"{place}.norm2_contrast", width)
        points.add_linear(more, gen, f"{place}.mlp_contrast.fc1", 4 * width, width)
        points.add_linear(more, gen, f"{place}.mlp_contrast.fc2", width, 4 * width)
        points.add_linear(more, gen, f"{place}.attn_contrast.q", width, width, bias=False)
        points.add_linear(more, gen, f"{place}.attn_contrast.kv", 2 * width, width, bias=False)
        points.add_linear(more, gen, f"{place}.attn_contrast.proj", width, width)
    other = decoder(gen, "MAE_decoder", 1)
    points.add_linear(other, gen, "increase_dim.0", 3 * BATCH["neighbours"], TINY["width"], conv=True)
    towers = linears(
        gen, img_proj=(12, 16), text_proj=(8, 16), img_encoder__blocks__0__attn__qkv=(36, 12),
        text_encoder__transformer__resblocks__0__mlp__c_fc=(8, 8),
    )  # fmt: skip
    return inner, {**prefixed("MAE_encoder.", {**inner, **more}), **other, **towers}


def finetuned(gen):
    w = encoder(gen)
    points.add_head(w, gen, TINY)
    return w, w


def write(name, state, key="base_model", prefix="module."):
    step = {"step": torch.tensor(3.0), "exp_avg": torch.zeros(2), "exp_avg_sq": torch.zeros(2)}
    groups = [{"lr": 1e-3, "betas": (0.9, 0.999), "weight_decay": 0.05, "params": [0]}]
    content = {
        key: collections.OrderedDict(prefixed(prefix, tracked(state))),
        "optimizer": {"state": {0: step}, "param_groups": groups},
        "epoch": 300,
        "metrics": {"acc": 0.0},
        "best_metrics": {"acc": 0.0},
    }
    OUT.mkdir(parents=True, exist_ok=True)
    torch.save(content, OUT / f"{name}.pth")
    print(f"{name}.pth  {len(state)} tensors  {(OUT / name).with_suffix('.pth').stat().st_size} bytes")


def expected(name, weights, groups):
    w = dict(weights)
    for part in ("cls_token", "cls_pos"):
        w.setdefault(part, torch.zeros(1, 1, TINY["width"]))
    w, groups = doubles(w), groups.double()
    result = points.outputs(w, groups, TINY)
    result["embedded"] = points.embed_groups(w, groups[:, :, 1:])
    result["positions"] = points.positions(w, groups[:, :, 0])
    return floats(prefixed(f"{name}.", result))


if __name__ == "__main__":
    deterministic()
    groups = points.clouds(generator(600), **BATCH)
    tensors = {"input": groups}
    for seed, (name, make) in enumerate({"point_mae": point_mae, "act": act, "recon": recon}.items(), start=601):
        weights, state = make(generator(seed))
        write(name, state)
        tensors |= expected(name, weights, groups)
    q, k, state = point_bert(generator(604))
    write("point_bert", state)
    tensors |= expected("point_bert", q, groups) | expected("point_bert_k", k, groups)
    weights, state = finetuned(generator(605))
    write("point_mae_finetuned", state, prefix="")
    write("point_mae_model", state, key="model")
    tensors |= expected("point_mae_finetuned", weights, groups)
    save(OUT / "expected.safetensors", tensors, {**TINY, **BATCH, "normEps": points.EPS}, 600, SCRIPT)
