"""Accuracy of exported graphs with one adapter: python accuracy.py ADAPTER LIST MOST GRAPH...

ADAPTER: device/birds.onnx_adapter; LIST: a text file of "path label", paths relative to its folder or to images/ beside
it; MOST: how many of its lines, evenly spaced; GRAPH: device/backbone.onnx and others. Needs onnxruntime, numpy, pillow.
"""
import json
import sys
from pathlib import Path

import numpy as np
import onnxruntime as ort
from PIL import Image

adapter, listed, most, *graphs = sys.argv[1:]
prepared = json.loads((Path(graphs[0]).parent / "preprocessing.json").read_text())
size, resize = prepared["size"], prepared["resize"]
mean, std = (np.array(prepared[key], np.float32).reshape(3, 1, 1) for key in ("mean", "std"))
FILTER = {"bicubic": Image.BICUBIC, "bilinear": Image.BILINEAR, "lanczos": Image.LANCZOS, "box": Image.BOX}[prepared["interpolation"]]


def pixels(path):
    image = Image.open(path).convert("RGB")
    w, h = image.size
    short = min(w, h)
    to = (resize, resize) if prepared["crop"] == "squash" else (resize * w // short, resize * h // short)
    image = image.resize(to, FILTER)
    left, top = (round((side - size) / 2) for side in image.size)
    values = np.asarray(image.crop((left, top, left + size, top + size)), np.float32).transpose(2, 0, 1)
    return ((values / 255 - mean) / std)[None]


folder = Path(listed).parent
lines = [line.rsplit(maxsplit=1) for line in Path(listed).read_text().splitlines() if line.strip()]
step = max(1, len(lines) // int(most))
lines = lines[::step][: int(most)]
feeds = {name: value.numpy().copy() for name, value in ort.AdapterFormat.read_adapter(adapter).get_parameters().items()}
options = ort.SessionOptions()
options.intra_op_num_threads = 1
sessions = [ort.InferenceSession(graph, options) for graph in graphs]
right, same = np.zeros(len(graphs), int), np.zeros(len(graphs), int)
for path, label in lines:
    file = folder / path if (folder / path).exists() else folder / "images" / path
    x = pixels(file)
    best = np.array([s.run(["logits"], {"pixels": x, **feeds})[0].argmax() for s in sessions])
    right += best == int(label)
    same += best == best[0]
for graph, r, s in zip(graphs, right, same):
    print(f"{graph}  {100 * r / len(lines):.2f} % of {len(lines)} right, {100 * s / len(lines):.1f} % as the first")
