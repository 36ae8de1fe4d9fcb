"""Golden values of semantic segmentation: dense/src/test/resources/golden/segmentation.safetensors.

    pip install -r golden/requirements.txt
    python golden/segmentation.py

Versions: torch 2.15.0 (golden/requirements.txt). Heads over two layers of width 6 with 3 x 4 cells, four classes, no
dropout, all parameters random, doubled u = 0, 1, 2 times to 5 channels:

    layer.{0,1} (2,12,6); head{u}.* parameters and running statistics before; scores{u} (2,4,h,w) in evaluation;
    training{u} with statistics of the batch, mean{u} and var{u} after it, gradient{u}.* of (training{u} * direction{u}).sum()

u = 0 is DINOv2's BNHead for segmentation (dinov2/eval/segmentation/models/decode_heads/linear_head.py), u > 0 puts the
ScaleBlock of EoMT (models/scale_block.py) between two 1 x 1 convolutions; both written here with torch.nn's layers.

    loss.logits (2,4,6,7), loss.labels (2,6,7) with -1 where there is none; loss.plain, loss.weighted (by loss.weights),
    loss.dice (0.7 of it), each with its gradient

    sliding.{i}: scores of windows (n,3,4,4) of 8 x 8 pixels over a resized picture, mmsegmentation's slide_inference
    written out, then in the picture's own size: sliding.{i}.scores, sliding.{i}.classes; config says the sizes
"""

import torch
import torch.nn.functional as F
from torch import nn

from common import ROOT, deterministic, generator, normal, save

SCRIPT = "golden/segmentation.py"
SEED = 616
OUT = ROOT / "dense/src/test/resources/golden/segmentation.safetensors"
D, LAYERS, CELLS, CLASSES, WIDTH = 6, 2, (3, 4), 4, 5


class ChannelNorm(nn.LayerNorm):
    def __init__(self, channels):
        super().__init__(channels, eps=1e-6)

    def forward(self, x):
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class Doubling(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv1 = nn.ConvTranspose2d(channels, channels, 2, stride=2)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, groups=channels, bias=False)
        self.norm = ChannelNorm(channels)

    def forward(self, x):
        return self.norm(self.conv2(F.gelu(self.conv1(x))))


class Head(nn.Module):
    def __init__(self, upscale):
        super().__init__()
        self.bn = nn.BatchNorm2d(D * LAYERS)
        self.reduce = nn.Conv2d(D * LAYERS, WIDTH, 1) if upscale else None
        self.up = nn.ModuleList(Doubling(WIDTH) for _ in range(upscale))
        self.conv_seg = nn.Conv2d(WIDTH if upscale else D * LAYERS, CLASSES, 1)

    def forward(self, layers):
        maps = [layer.transpose(1, 2).reshape(-1, D, *CELLS) for layer in layers]
        x = self.bn(torch.cat(maps, 1))
        if self.reduce is not None:
            x = self.reduce(x)
        for up in self.up:
            x = up(x)
        return self.conv_seg(x)


def heads(gen, tensors):
    layers = [normal(gen, 2, CELLS[0] * CELLS[1], D) for _ in range(LAYERS)]
    tensors |= {f"layer.{i}": layer for i, layer in enumerate(layers)}
    for u in range(3):
        head = Head(u)
        for name, p in head.named_parameters():
            p.data = normal(gen, *p.shape, std=0.3, mean=1.0 if name.endswith("norm.weight") or name == "bn.weight" else 0.0)
        head.bn.running_mean.copy_(normal(gen, D * LAYERS, std=0.3))
        head.bn.running_var.copy_(normal(gen, D * LAYERS).abs() + 0.5)
        for name, value in head.state_dict().items():
            if value.is_floating_point():
                flat = value.flatten(1) if name in ("reduce.weight", "conv_seg.weight") else value
                tensors[f"head{u}.{name}"] = flat.clone()
        tensors[f"scores{u}"] = head.eval()(layers).detach()
        out = head.train()(layers)
        direction = normal(gen, *out.shape)
        (out * direction).sum().backward()
        tensors |= {
            f"training{u}": out.detach(), f"direction{u}": direction,
            f"mean{u}": head.bn.running_mean.clone(), f"var{u}": head.bn.running_var.clone(),
        }  # fmt: skip
        for name, p in head.named_parameters():
            tensors[f"gradient{u}.{name}"] = p.grad.flatten(1) if name in ("reduce.weight", "conv_seg.weight") else p.grad


def dice(logits, labels):
    total = 0
    for p, t in zip(logits.softmax(1), labels):
        known = t >= 0
        each = []
        for c in t[known].unique():
            pc, tc = p[c][known], (t[known] == c).float()
            each.append((2 * (pc * tc).sum() + 1) / (pc.sum() + tc.sum() + 1))
        total = total + known.sum() / (labels >= 0).sum() * (1 - torch.stack(each).mean())
    return total


def losses(gen, tensors):
    logits = normal(gen, 2, 4, 6, 7)
    labels = torch.randint(-1, 3, (2, 6, 7), generator=gen)
    weights = torch.tensor([0.5, 1.0, 2.5, 1.5])
    tensors |= {"loss.logits": logits, "loss.labels": labels, "loss.weights": weights}
    cases = {
        "plain": lambda x: F.cross_entropy(x, labels, ignore_index=-1),
        "weighted": lambda x: F.cross_entropy(x, labels, weight=weights, ignore_index=-1),
        "dice": lambda x: F.cross_entropy(x, labels, ignore_index=-1) + 0.7 * dice(x, labels),
    }
    for name, loss in cases.items():
        x = logits.clone().requires_grad_()
        value = loss(x)
        value.backward()
        tensors |= {f"loss.{name}": value.detach().reshape(1), f"loss.{name}.gradient": x.grad}


def sliding(gen, tensors):
    side, sizes = 8, []
    for i, (width, height, picture_width, picture_height) in enumerate(
        [(8, 8, 16, 16), (13, 8, 21, 13), (8, 21, 5, 13), (32, 6, 41, 8), (19, 8, 19, 8)]
    ):
        padded_width, padded_height = max(width, side), max(height, side)
        step = 2 * side // 3
        total, count, rows = torch.zeros(1, 3, padded_height, padded_width), torch.zeros(1, 1, padded_height, padded_width), []
        for gy in range(max(padded_height - side + step - 1, 0) // step + 1):
            for gx in range(max(padded_width - side + step - 1, 0) // step + 1):
                y, x = min(gy * step, padded_height - side), min(gx * step, padded_width - side)
                scores = normal(gen, 1, 3, 4, 4)
                rows.append(scores)
                total[:, :, y : y + side, x : x + side] += F.interpolate(scores, size=(side, side), mode="bilinear", align_corners=False)
                count[:, :, y : y + side, x : x + side] += 1
        mean = (total / count)[:, :, :height, :width]
        whole = F.interpolate(mean, size=(picture_height, picture_width), mode="bilinear", align_corners=False)
        tensors |= {f"sliding.{i}": torch.cat(rows), f"sliding.{i}.scores": mean, f"sliding.{i}.classes": whole.argmax(1)}
        sizes.append([width, height, picture_width, picture_height])
    return sizes


if __name__ == "__main__":
    deterministic()
    tensors, gen = {}, generator(SEED)
    heads(gen, tensors)
    losses(gen, tensors)
    sizes = sliding(gen, tensors)
    save(OUT, tensors, {"side": 8, "sizes": sizes}, SEED, SCRIPT)
