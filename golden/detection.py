"""Golden values of detection: dense/src/test/resources/golden/detection.safetensors and assigned.json.gz.

    pip install -r golden/requirements.txt
    python golden/detection.py

Versions: torch 2.15.0, torchvision 0.29.2 (golden/requirements.txt). The pyramid is detectron2's SimpleFeaturePyramid
(detectron2/modeling/backbone/vit.py) with scale factors 2, 1, 1/2 and LN, written here with torch.nn's layers, and its
LastLevelMaxPool; the head, the assignment of places, the losses and the decoding are torchvision's FCOS itself. Patches
of width 64 with 4 x 4 cells of 8 pixels, 32 channels, three classes, all parameters random:

    patches (2,16,64); head.* parameters under the names of BoxHead; pyramid{i}, and with a fourth level pyramid3;
    scores (2,R,3), distances (2,R,4), centre (2,R); direction.{scores,distances,centre}, gradient.* of the sum of the
    outputs times their directions

    loss.{scores,distances,centre} random outputs for two pictures of 64 x 64 pixels, loss.{focal,giou,central} sums
    of the three losses and loss.gradient.* of their sum; config.boxes

    found.{i}.{scores,distances,centre}: random outputs, found.{i}.boxes (n,4), found.{i}.sureness, found.{i}.labels of
    postprocess_detections with the picture of config.found[i] in the upper left corner of 64 x 64 pixels,
    those without area left out, then the first 100

    assigned.json.gz: 500 random pictures of 128 x 128 pixels, cells of 16: boxes and for each place that one has taken
    [place, number of the box]

Everywhere places are in the upper left corners of cells (offset 0), as torchvision has them.
"""

import gzip
import json

import torch
import torch.nn.functional as F
from torch import nn
from torchvision.models.detection.anchor_utils import AnchorGenerator
from torchvision.models.detection.fcos import FCOS, FCOSHead
from torchvision.models.detection.image_list import ImageList

from common import ROOT, deterministic, generator, normal, save

SCRIPT = "golden/detection.py"
SEED = 617
OUT = ROOT / "dense/src/test/resources/golden/detection.safetensors"
D, WIDTH, CELLS, CELL, CLASSES = 64, 32, 4, 8, 3


class ChannelNorm(nn.LayerNorm):
    def __init__(self, channels):
        super().__init__(channels, eps=1e-6)

    def forward(self, x):
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class Level(nn.Module):
    def __init__(self, scale):
        super().__init__()
        self.scale = scale
        half = D // 2 if scale == 2 else D
        self.up = nn.ConvTranspose2d(D, half, 2, stride=2) if scale == 2 else None
        self.lateral = nn.Conv2d(half, WIDTH, 1, bias=False)
        self.lateral_norm = ChannelNorm(WIDTH)
        self.smooth = nn.Conv2d(WIDTH, WIDTH, 3, padding=1, bias=False)
        self.smooth_norm = ChannelNorm(WIDTH)

    def forward(self, x):
        if self.scale == 2:
            x = self.up(x)
        elif self.scale == 0.5:
            x = F.max_pool2d(x, 2, 2)
        return self.smooth_norm(self.smooth(self.lateral_norm(self.lateral(x))))


def own_names(pyramid, head):
    names = {}
    for i, level in enumerate(pyramid):
        for name, p in level.named_parameters():
            names[f"pyramid.{i}.{name}"] = p
    for tower, conv in (("class_tower", head.classification_head.conv), ("box_tower", head.regression_head.conv)):
        for i in range(2):
            for part, layer in (("conv", conv[3 * i]), ("norm", conv[3 * i + 1])):
                for name, p in layer.named_parameters():
                    names[f"{tower}.{i}.{part}.{name}"] = p
    last = {"classes": head.classification_head.cls_logits, "distances": head.regression_head.bbox_reg, "centre": head.regression_head.bbox_ctrness}
    for place, layer in last.items():
        for name, p in layer.named_parameters():
            names[f"{place}.{name}"] = p
    return names


def heads(gen, tensors):
    pyramid = nn.ModuleList(Level(s) for s in (2, 1, 0.5))
    head = FCOSHead(WIDTH, 1, CLASSES, num_convs=2)
    names = own_names(pyramid, head)
    for name, p in names.items():
        one = name.endswith("norm.weight")
        p.data = normal(gen, *p.shape, std=0.2, mean=1.0 if one else 0.0) if p.dim() == 1 else normal(gen, *p.shape, std=p[0].numel() ** -0.5)
        tensors[f"head.{name}"] = (p.flatten(1) if name.endswith("lateral.weight") else p).detach().clone()
    patches = normal(gen, 2, CELLS * CELLS, D)
    tensors["patches"] = patches
    x = patches.transpose(1, 2).reshape(2, D, CELLS, CELLS)
    maps = [level(x) for level in pyramid]
    tensors |= {f"pyramid{i}": m.detach() for i, m in enumerate(maps)}
    tensors["pyramid3"] = F.max_pool2d(maps[2], kernel_size=1, stride=2, padding=0).detach()
    out = head(maps)
    outputs = {"scores": out["cls_logits"], "distances": out["bbox_regression"], "centre": out["bbox_ctrness"].squeeze(2)}
    total = 0
    for name, value in outputs.items():
        direction = normal(gen, *value.shape)
        total = total + (value * direction).sum()
        tensors |= {name: value.detach(), f"direction.{name}": direction}
    total.backward()
    for name, p in names.items():
        tensors[f"gradient.{name}"] = p.grad.flatten(1) if name.endswith("lateral.weight") else p.grad


def model(cell, classes):
    """torchvision's FCOS over anchors of our three strides."""
    strides = (cell // 2, cell, 2 * cell)

    class Backbone(nn.Module):
        out_channels = 32

    anchors = AnchorGenerator(tuple((s,) for s in strides), ((1.0,),) * 3)
    fcos = FCOS(Backbone(), classes, anchor_generator=anchors, head=FCOSHead(32, 1, classes, num_convs=0), score_thresh=0.05, nms_thresh=0.6, detections_per_img=100000, topk_candidates=1000)
    return fcos.eval(), strides


def grid(fcos, strides, side, pictures):
    features = [torch.zeros(pictures, 32, side // s, side // s) for s in strides]
    images = ImageList(torch.zeros(pictures, 3, side, side), [(side, side)] * pictures)
    return fcos.anchor_generator(images, features), [f.shape[2] * f.shape[3] for f in features]


def random_boxes(gen, side, most, grain):
    n = int(torch.randint(0, most + 1, (1,), generator=gen))
    size = (torch.rand(n, 2, generator=gen) ** 2 * side * 0.9 + 2) / grain
    middle = torch.rand(n, 2, generator=gen) * side / grain
    boxes = torch.cat([middle - size / 2, middle + size / 2], 1).round() * grain
    boxes = boxes.clamp(0, side)
    return boxes[(boxes[:, 2] > boxes[:, 0]) & (boxes[:, 3] > boxes[:, 1])]


class Matched(Exception):
    pass


def matched(fcos, targets, anchors, counts):
    """What compute_loss matches, before it computes a loss."""
    found = []

    def catch(targets, outputs, anchors, matched_idxs):
        found.extend(matched_idxs)
        return {}

    own, fcos.head.compute_loss = fcos.head.compute_loss, catch
    fcos.compute_loss(targets, {}, anchors, counts)
    fcos.head.compute_loss = own
    return found


def assigned(gen):
    side = 128
    fcos, strides = model(16, CLASSES)
    cases = []
    for i in range(500):
        boxes = random_boxes(gen, side, 12, (0.25, 1, 4)[i % 3])
        anchors, counts = grid(fcos, strides, side, 1)
        labels = torch.zeros(len(boxes), dtype=torch.int64)
        taken = matched(fcos, [{"boxes": boxes, "labels": labels}], anchors, counts)[0] if len(boxes) else torch.full((sum(counts),), -1)
        places = torch.nonzero(taken >= 0).flatten()
        cases.append({"boxes": boxes.tolist(), "taken": [[int(p), int(taken[p])] for p in places]})
    text = json.dumps({"side": side, "cell": 16, "cases": cases}, separators=(",", ":")).encode()
    (OUT.parent / "assigned.json.gz").write_bytes(gzip.compress(text, mtime=0))


def outputs(gen, pictures, places, classes, spread):
    return {
        "scores": normal(gen, pictures, places, classes, std=spread, mean=-1.5),
        "distances": normal(gen, pictures, places, 4, std=1.5, mean=1.5).abs() + 0.02,
        "centre": normal(gen, pictures, places),
    }  # fmt: skip


def losses(gen, tensors):
    side = 64
    fcos, strides = model(CELL, CLASSES)
    anchors, counts = grid(fcos, strides, side, 2)
    targets = []
    for _ in range(2):
        boxes = random_boxes(gen, side, 9, 1)
        targets.append({"boxes": boxes, "labels": torch.randint(0, CLASSES, (len(boxes),), generator=gen)})
    out = outputs(gen, 2, sum(counts), CLASSES, 1.0)
    leaves = {name: value.clone().requires_grad_() for name, value in out.items()}
    given = {"cls_logits": leaves["scores"], "bbox_regression": leaves["distances"], "bbox_ctrness": leaves["centre"].unsqueeze(2)}
    each = fcos.compute_loss(targets, given, anchors, counts)
    foreground = sum(int((m >= 0).sum()) for m in matched(fcos, targets, anchors, counts))
    sum(each.values()).backward()
    for ours, theirs in (("focal", "classification"), ("giou", "bbox_regression"), ("central", "bbox_ctrness")):
        tensors[f"loss.{ours}"] = (each[theirs].detach() * foreground).reshape(1)
    for name, value in out.items():
        tensors |= {f"loss.{name}": value, f"loss.gradient.{name}": leaves[name].grad * foreground}
    return [[[*box, label] for box, label in zip(t["boxes"].tolist(), t["labels"].tolist())] for t in targets]


def decoded(gen, tensors):
    side, sizes = 64, [(64, 64), (64, 41), (37, 64)]
    fcos, strides = model(CELL, CLASSES)
    anchors, counts = grid(fcos, strides, side, 1)
    for i, (width, height) in enumerate(sizes):
        out = outputs(gen, 1, sum(counts), CLASSES, (1.0, 2.0, 0.5)[i])
        split = lambda t: list(t.split(counts, 1))
        found = fcos.postprocess_detections(
            {"cls_logits": split(out["scores"]), "bbox_regression": split(out["distances"]), "bbox_ctrness": split(out["centre"].unsqueeze(2))},
            [list(anchors[0].split(counts))], [(height, width)],
        )[0]  # fmt: skip
        area = (found["boxes"][:, 2] > found["boxes"][:, 0]) & (found["boxes"][:, 3] > found["boxes"][:, 1])
        found = {name: value[area][:100] for name, value in found.items()}
        tensors |= {f"found.{i}.{name}": value for name, value in out.items()}
        tensors |= {f"found.{i}.boxes": found["boxes"], f"found.{i}.sureness": found["scores"], f"found.{i}.labels": found["labels"]}
    return sizes


if __name__ == "__main__":
    deterministic()
    tensors, gen = {}, generator(SEED)
    heads(gen, tensors)
    boxes = losses(gen, tensors)
    sizes = decoded(gen, tensors)
    assigned(gen)
    save(OUT, tensors, {"side": 64, "cell": CELL, "boxes": boxes, "found": sizes}, SEED, SCRIPT, "torchvision")
