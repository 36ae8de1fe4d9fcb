"""One contender of `adapterx bench --peers`: timm (and peft) doing one case, told what to do line by line.

    -> ready {"variant": ...}          after the model is built and has warmed up
    <- round SECONDS                   work for at least so long
    -> {"samples": n, "seconds": s}
    <- end
    -> {"peak": bytes}
"""

import argparse
import json
import sys
import time

import torch
import torch.nn.functional as F
from timm.layers import set_fused_attn
from torch import nn


class Bottleneck(nn.Module):
    """AdaptFormer's adapter, in parallel to the frozen MLP."""

    def __init__(self, mlp, width, hidden):
        super().__init__()
        self.mlp = mlp
        self.down = nn.Linear(width, hidden)
        self.up = nn.Linear(hidden, width)
        nn.init.zeros_(self.up.weight)
        nn.init.zeros_(self.up.bias)

    def forward(self, x):
        adapted = self.up(F.dropout(F.relu(self.down(x)), 0.1, self.training))
        return self.mlp(x) + 0.1 * adapted


class Mixture(nn.Module):
    """Adapter-X's library, with the loop over experts that mixtures are usually written with."""

    def __init__(self, width, heads=4, experts=4, inner=16):
        super().__init__()
        d, hidden = width // heads, width // 12
        self.heads, self.losses = heads, []
        self.reduction = nn.Linear(d, inner, bias=False)
        self.embeddings = nn.Parameter(torch.randn(experts, inner) * 0.1)
        self.experts = nn.ModuleList(
            nn.Sequential(nn.Linear(d, hidden), nn.ReLU(), nn.Dropout(0.1), nn.Linear(hidden, d)) for _ in range(experts)
        )
        for expert in self.experts:
            nn.init.zeros_(expert[3].weight)
            nn.init.zeros_(expert[3].bias)

    def forward(self, x):
        b, n, width = x.shape
        u = x.reshape(b * n * self.heads, width // self.heads)
        scores = self.reduction(u).float() @ F.normalize(self.embeddings, dim=-1).T
        p = scores.softmax(-1)
        gate, chosen = p.max(-1)
        y = torch.zeros_like(u)
        for e, expert in enumerate(self.experts):
            at = (chosen == e).nonzero(as_tuple=True)[0]
            if len(at):
                y = y.index_add(0, at, (expert(u[at]) * gate[at, None]).to(y.dtype))
        share = F.one_hot(chosen, len(self.experts)).float().mean(0)
        self.losses.append(len(self.experts) * (share * p.mean(0)).sum())
        return y.reshape(b, n, width)


class AdapterXBlock(nn.Module):
    """A frozen block with its own norm and prompt, around the library all blocks share."""

    def __init__(self, block, mixture, width):
        super().__init__()
        self.block = block
        self.mixture = [mixture]  # not a sub-module: it is the model's
        self.gamma = nn.Parameter(torch.ones(width))
        self.beta = nn.Parameter(torch.zeros(width))
        for p in block.norm2.parameters():
            p.requires_grad = True

    def forward(self, x, **unused):
        b = self.block
        a = x + b.attn(b.norm1(x))
        u = b.norm2(a)
        m = self.mixture[0](u)
        y = a + b.mlp(u) + 0.1 * m
        prompt = (self.gamma * m.mean(1, keepdim=True) + self.beta).to(y.dtype)
        return torch.cat([y[:, :1], prompt, y[:, 1:]], 1)


class PointMae(nn.Module):
    """Point-MAE's encoder for classification, over timm's blocks; groups come prepared."""

    def __init__(self, classes, width=384, depth=12, heads=6):
        super().__init__()
        from timm.models.vision_transformer import Block

        self.first = nn.Sequential(nn.Conv1d(3, 128, 1), nn.BatchNorm1d(128), nn.ReLU(), nn.Conv1d(128, 256, 1))
        self.second = nn.Sequential(nn.Conv1d(512, 512, 1), nn.BatchNorm1d(512), nn.ReLU(), nn.Conv1d(512, width, 1))
        self.position = nn.Sequential(nn.Linear(3, 128), nn.GELU(), nn.Linear(128, width))
        self.cls_token = nn.Parameter(torch.zeros(1, 1, width))
        self.cls_pos = nn.Parameter(torch.zeros(1, 1, width))
        self.blocks = nn.ModuleList(Block(width, heads, qkv_bias=True) for _ in range(depth))
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(2 * width, classes)

    def forward(self, x):  # (B, G, K + 1, 3): centre, then neighbours
        b, g, k, _ = x.shape
        centre, near = x[:, :, 0], x[:, :, 1:]
        f = self.first(near.reshape(b * g, k - 1, 3).transpose(1, 2))
        whole = f.max(2, keepdim=True)[0].expand(-1, -1, k - 1)
        tokens = self.second(torch.cat([whole, f], 1)).max(2)[0].reshape(b, g, -1)
        x = torch.cat([self.cls_token.expand(b, -1, -1).to(tokens.dtype), tokens], 1)
        pos = torch.cat([self.cls_pos.expand(b, -1, -1), self.position(centre)], 1)
        for block in self.blocks:
            if x.shape[1] > pos.shape[1]:  # prompts have no position
                pos = torch.cat([pos[:, :1], torch.zeros_like(pos[:, :1]), pos[:, 1:]], 1)
            x = block(x + pos)
        x = self.norm(x)
        return self.head(torch.cat([x[:, 0], x[:, -g:].max(1)[0]], 1))


def build(args):
    classes = 100
    if args.model == "point_mae":
        model, width, shape = PointMae(classes), 384, (64, 33, 3)
    else:
        import timm

        model = timm.create_model(args.model, pretrained=False, num_classes=classes)
        width, shape = model.embed_dim, (3, 224, 224)
    if args.method == "full":
        return model, shape
    for p in model.parameters():
        p.requires_grad = False
    if args.variant == "cast":
        model = model.to(torch.bfloat16)
    model.head = nn.Linear(model.head.in_features, classes)
    if args.method == "lora":
        from peft import LoraConfig, get_peft_model

        model = get_peft_model(model, LoraConfig(r=8, lora_alpha=8, target_modules=["qkv"], modules_to_save=["head"]))
    elif args.method == "adaptformer":
        for block in model.blocks:
            block.mlp = Bottleneck(block.mlp, width, 64)
    elif args.method == "adapter-x":
        model.cls_token.requires_grad = True
        model.mixture = Mixture(width)
        blocks = [AdapterXBlock(b, model.mixture, width) for b in model.blocks]
        model.blocks = nn.Sequential(*blocks) if args.model != "point_mae" else nn.ModuleList(blocks)
    elif args.method != "linear-probe":
        raise SystemExit(f"failed no peer for {args.method}")
    return model, shape


def main():
    parser = argparse.ArgumentParser()
    for name in ("model", "method", "work", "variant", "attention"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--batch", type=int, required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--compile", action="store_true")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(0)
    set_fused_attn(args.attention == "sdpa")
    device = torch.device(args.device)
    model, shape = build(args)
    model = model.to(device)
    training = args.work == "train"
    model.train(training)
    mixture = getattr(model, "mixture", None)
    run = torch.compile(model) if args.compile else model
    x = torch.randn(args.batch, *shape, device=device)
    labels = torch.randint(0, 100, (args.batch,), device=device)
    autocast = torch.autocast(device.type, torch.bfloat16, enabled=args.variant != "fp32")
    trained = [p for p in model.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(trained, lr=1e-4, fused=True) if training else None

    def step():
        if not training:
            with torch.inference_mode(), autocast:
                scores = run(x).float().softmax(1).cpu()
            if mixture is not None:
                mixture.losses.clear()
            return scores
        optimiser.zero_grad(set_to_none=True)
        with autocast:
            logits = run(x)
        loss = F.cross_entropy(logits.float(), labels)
        if mixture is not None:
            loss = loss + 0.01 * torch.stack(mixture.losses).mean()
            mixture.losses.clear()
        loss.backward()
        optimiser.step()
        return loss.item()

    for _ in range(2):
        step()
    print("ready " + json.dumps({"torch": torch.__version__}), flush=True)
    for line in sys.stdin:
        word = line.split()
        if word[0] == "end":
            break
        began, samples = time.perf_counter(), 0
        while samples == 0 or time.perf_counter() - began < float(word[1]):
            step()
            samples += args.batch
        print(json.dumps({"samples": samples, "seconds": time.perf_counter() - began}), flush=True)
    status = open("/proc/self/status").read()
    peak = int(status.split("VmHWM:")[1].split()[0]) * 1024
    print(json.dumps({"peak": peak}), flush=True)


try:
    main()
except Exception as e:  # told to whoever asked; the whole trace is on standard error
    print("failed " + " ".join(str(e).split())[:300], flush=True)
    raise
