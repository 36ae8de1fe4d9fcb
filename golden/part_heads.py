"""Golden values of heads that label points: dense/src/test/resources/golden/part_heads.safetensors.

    pip install -r golden/requirements.txt
    python golden/part_heads.py

Versions: torch 2.15.0 (golden/requirements.txt). Two layers of width 4 over 7 groups, three clouds of 20 points, three
categories, five classes, no dropout, computed in double precision:

    layer.{0,1} (3,7,4), centres (3,7,3), points (3,20,3), categories (3); direction (3,5,20)
    {head}.scores in evaluation; {head}.training with statistics of the batch; {head}.running.* (first 16) after it;
    {head}.gradient.* (first 16) of ({head}.training * direction).sum(); head is point-mae, point-mae-scene, points

point-mae is the head of Point-MAE's segmentation (segmentation/models/pt.py, with the propagation of
segmentation/models/pointnet2_utils.py), -scene the same without categories as ACT has it for S3DIS, points the lean one;
written here with torch.nn's layers. Their parameters are not stored: value i of a tensor is v = sin(0.1 h + 0.7 i), h the
sum of its name's bytes; matrices v / sqrt(columns), weights of norms 1 + 0.3 v, biases 0.3 v, running means 0.2 v,
running variances 1 + 0.5 v.
"""

import math

import torch
import torch.nn.functional as F
from torch import nn

from common import ROOT, deterministic, generator, save

SCRIPT = "golden/part_heads.py"
SEED = 617
OUT = ROOT / "dense/src/test/resources/golden/part_heads.safetensors"
D, LAYERS, G, N, B, KINDS, CLASSES, WIDTH = 4, 2, 7, 20, 3, 3, 5, 6
IN = D * LAYERS


def interpolated(points, centres, groups):
    """groups (B, G, W) to (B, N, W)."""
    squares = (points.unsqueeze(2) - centres.unsqueeze(1)).pow(2).sum(3)
    nearest, index = squares.sort(2)
    near = 1 / (nearest[:, :, :3] + 1e-8)
    share = near / near.sum(2, keepdim=True)
    chosen = torch.stack([groups[b][index[b, :, :3]] for b in range(groups.shape[0])])  # (B, N, 3, W)
    return (chosen * share.unsqueeze(3)).sum(2)


class Propagation(nn.Module):
    def __init__(self):
        super().__init__()
        self.mlp_convs = nn.ModuleList([nn.Conv1d(IN + 3, 4 * D, 1), nn.Conv1d(4 * D, 1024, 1)])
        self.mlp_bns = nn.ModuleList([nn.BatchNorm1d(4 * D), nn.BatchNorm1d(1024)])

    def forward(self, x):
        for conv, bn in zip(self.mlp_convs, self.mlp_bns):
            x = F.relu(bn(conv(x)))
        return x


class PointMae(nn.Module):
    def __init__(self, kinds):
        super().__init__()
        if kinds:
            self.label_conv = nn.Sequential(nn.Conv1d(kinds, 64, 1, bias=False), nn.BatchNorm1d(64), nn.LeakyReLU(0.2))
        self.propagation_0 = Propagation()
        self.convs1 = nn.Conv1d(1024 + 2 * IN + (64 if kinds else 0), 512, 1)
        self.bns1 = nn.BatchNorm1d(512)
        self.convs2 = nn.Conv1d(512, 256, 1)
        self.bns2 = nn.BatchNorm1d(256)
        self.convs3 = nn.Conv1d(256, CLASSES, 1)
        self.kinds = kinds

    def forward(self, layers, centres, points, categories):
        x = torch.cat(layers, 2)
        near = interpolated(points, centres, x)
        f = self.propagation_0(torch.cat([points, near], 2).transpose(1, 2))
        whole = [x.max(1)[0].unsqueeze(2), x.mean(1).unsqueeze(2)]
        if self.kinds:
            whole.append(self.label_conv(F.one_hot(categories, KINDS).to(x.dtype).unsqueeze(2)))
        whole = torch.cat(whole, 1).expand(-1, -1, points.shape[1])
        h = F.relu(self.bns1(self.convs1(torch.cat([f, whole], 1))))
        h = F.relu(self.bns2(self.convs2(h)))
        return self.convs3(h)


class Points(nn.Module):
    def __init__(self):
        super().__init__()
        self.reduce = nn.Linear(IN, WIDTH)
        self.norm0 = nn.BatchNorm1d(WIDTH)
        self.local = nn.Linear(WIDTH + 3, WIDTH)
        setattr(self, "global", nn.Linear(2 * WIDTH + KINDS, WIDTH, bias=False))
        self.norm1 = nn.BatchNorm1d(WIDTH)
        self.last = nn.Linear(WIDTH, CLASSES)

    def forward(self, layers, centres, points, categories):
        x = torch.cat(layers, 2)
        z = F.relu(self.norm0(self.reduce(x).transpose(1, 2))).transpose(1, 2)
        near = interpolated(points, centres, z)
        whole = torch.cat([z.max(1)[0], z.mean(1), F.one_hot(categories, KINDS).to(x.dtype)], 1)
        h = self.local(torch.cat([near, points], 2)) + getattr(self, "global")(whole).unsqueeze(1)
        return self.last(F.relu(self.norm1(h.transpose(1, 2))).transpose(1, 2)).transpose(1, 2)


def fill(module):
    state = module.state_dict()
    for name, tensor in state.items():
        if name.endswith("num_batches_tracked"):
            continue
        h = sum(name.encode())
        v = torch.sin(0.1 * h + 0.7 * torch.arange(tensor.numel(), dtype=torch.float64)).reshape(tensor.shape)
        if tensor.dim() > 1:
            v = v / math.sqrt(tensor.shape[1])
        elif name.endswith("running_var"):
            v = 1 + 0.5 * v
        elif name.endswith("running_mean"):
            v = 0.2 * v
        elif name.endswith("weight"):
            v = 1 + 0.3 * v
        else:
            v = 0.3 * v
        tensor.copy_(v.float().double())


def main():
    deterministic()
    g = generator(SEED)

    def draw(*shape):
        return torch.randn(*shape, generator=g, dtype=torch.float64).float().double()

    layers = [draw(B, G, D) for _ in range(LAYERS)]
    centres, points = draw(B, G, 3), draw(B, N, 3)
    points[:, :3] = centres[:, :3]  # some points are centres
    categories, direction = torch.tensor([2, 0, 1]), draw(B, CLASSES, N)
    out = {"centres": centres, "points": points, "categories": categories.double(), "direction": direction}
    out |= {f"layer.{i}": layer for i, layer in enumerate(layers)}
    for name, module in (("point-mae", PointMae(KINDS)), ("point-mae-scene", PointMae(0)), ("points", Points())):
        module.double()
        with torch.no_grad():
            fill(module)
            module.eval()
            out[f"{name}.scores"] = module(layers, centres, points, categories)
        module.train()
        scores = module(layers, centres, points, categories)
        out[f"{name}.training"] = scores.detach()
        (scores * direction).sum().backward()
        for key, p in module.named_parameters():
            out[f"{name}.gradient.{key}"] = p.grad.flatten()[:16]
        for key, p in module.named_buffers():
            if "running" in key:
                out[f"{name}.running.{key}"] = p.flatten()[:16]
    save(OUT, {k: v.float().contiguous() for k, v in out.items()}, {"width": D}, SEED, SCRIPT)


if __name__ == "__main__":
    main()
