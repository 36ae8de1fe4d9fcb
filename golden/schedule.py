"""Golden values of schedules, losses and optimisers: schedules.json.

    pip install -r golden/requirements.txt
    python golden/schedule.py

Versions: torch 2.15.0, timm 1.0.31 (golden/requirements.txt). Numbers of float32 computations are written
as the shortest decimals that read back to the same float64. Sections:
    cosine          timm CosineLRScheduler: `values[t]` is the rate after step(t), `initial` the one the constructor sets
    cross_entropy   torch cross_entropy(label_smoothing), timm's LabelSmoothingCrossEntropy (equal), with gradients;
                    soft targets too
    adamw           torch.optim.AdamW: `values[k]` after k + 1 steps with the given gradients
    sgd             torch.optim.SGD with momentum (and Nesterov)
    clip            torch clip_grad_norm_ over all tensors (scale = max / (norm + 1e-6), at most 1)
    ema             average = decay * average + (1 - decay) * value, as torch's lerp(value, 1 - decay)
"""

import json

import torch
import torch.nn.functional as F
from timm.loss import LabelSmoothingCrossEntropy, SoftTargetCrossEntropy
from timm.scheduler import CosineLRScheduler

from common import TRAIN, deterministic, generated_by, generator, normal

SCRIPT = "golden/schedule.py"
SEED = 500
SETTINGS = {
    "petl": dict(base_lr=1e-3, t_initial=100, lr_min=1e-5, warmup_t=10, warmup_lr_init=1e-6, warmup_prefix=False),
    "prefix": dict(base_lr=5e-3, t_initial=50, lr_min=1e-6, warmup_t=5, warmup_lr_init=1e-5, warmup_prefix=True),
    "no_warmup": dict(base_lr=0.1, t_initial=30, lr_min=0.0, warmup_t=0, warmup_lr_init=0.0, warmup_prefix=False),
}


def numbers(tensor):
    return tensor.detach().tolist()


def cosine():
    cases = {}
    for name, setting in SETTINGS.items():
        arguments = dict(setting)
        optimiser = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=arguments.pop("base_lr"))
        schedule = CosineLRScheduler(optimiser, **arguments)
        initial, values = optimiser.param_groups[0]["lr"], []
        for t in range(setting["t_initial"] + setting["warmup_t"] + 5):
            schedule.step(t)
            values.append(optimiser.param_groups[0]["lr"])
        cases[name] = {**setting, "initial": initial, "values": values}
    return cases


def cross_entropy(gen):
    logits, labels = normal(gen, 4, 5, std=2.0), torch.tensor([0, 4, 2, 2])
    targets = torch.softmax(normal(gen, 4, 5), 1)
    cases = []
    for smoothing in (0.0, 0.1, 0.3):
        x = logits.clone().requires_grad_()
        loss = F.cross_entropy(x, labels, label_smoothing=smoothing)
        loss.backward()
        torch.testing.assert_close(loss, LabelSmoothingCrossEntropy(smoothing)(x, labels))
        cases.append({"smoothing": smoothing, "loss": loss.item(), "grad": numbers(x.grad)})
    x = logits.clone().requires_grad_()
    loss = SoftTargetCrossEntropy()(x, targets)
    loss.backward()
    soft = {"targets": numbers(targets), "loss": loss.item(), "grad": numbers(x.grad)}
    return {"logits": numbers(logits), "labels": labels.tolist(), "hard": cases, "soft": soft}


def trajectory(make, start, grads):
    parameter = start.clone().requires_grad_()
    optimiser = make([parameter])
    values = []
    for grad in grads:
        parameter.grad = grad.clone()
        optimiser.step()
        values.append(numbers(parameter))
    return values


def optimisers(gen):
    start, grads = normal(gen, 2, 3), normal(gen, 10, 2, 3)
    grads[3:6, 0, 0] = 0.0  # a tensor entry that no sample reached for a while
    grads[:, 1, 2] *= 1e-6  # where eps counts
    common = {"start": numbers(start), "gradients": numbers(grads)}
    adamw, sgd = {}, {}
    for name, setting in {
        "default": dict(lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0),
        "decay": dict(lr=1e-2, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.05),
        "betas": dict(lr=5e-2, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.1),
    }.items():
        adamw[name] = {**setting, "values": trajectory(lambda p: torch.optim.AdamW(p, **setting), start, grads)}
    for name, setting in {
        "plain": dict(lr=0.1, momentum=0.0, weight_decay=0.0, nesterov=False),
        "momentum": dict(lr=0.1, momentum=0.9, weight_decay=0.01, nesterov=False),
        "nesterov": dict(lr=0.05, momentum=0.9, weight_decay=0.01, nesterov=True),
    }.items():
        sgd[name] = {**setting, "values": trajectory(lambda p: torch.optim.SGD(p, **setting), start, grads)}
    return {**common, "cases": adamw}, {**common, "cases": sgd}


def clip(gen):
    grads = [normal(gen, 2, 3), normal(gen, 4)]
    cases = []
    for limit in (0.5, 1.0, 100.0):
        parameters = [torch.zeros_like(grad, requires_grad=True) for grad in grads]
        for parameter, grad in zip(parameters, grads):
            parameter.grad = grad.clone()
        norm = torch.nn.utils.clip_grad_norm_(parameters, limit)
        cases.append({"max_norm": limit, "norm": norm.item(), "clipped": [numbers(p.grad) for p in parameters]})
    return {"gradients": [numbers(grad) for grad in grads], "cases": cases}


def ema(gen):
    values, decay = normal(gen, 6, 4), 0.9
    average, averages = values[0].clone(), []
    for value in values[1:]:
        average = average.lerp(value, 1 - decay)
        averages.append(numbers(average))
    return {"decay": decay, "values": numbers(values), "averages": averages}


def write():
    gen = generator(SEED)
    adamw, sgd = optimisers(gen)
    sections = {
        "generator": generated_by(SCRIPT, "timm"),
        "seed": SEED,
        "cosine": cosine(),
        "cross_entropy": cross_entropy(gen),
        "adamw": adamw,
        "sgd": sgd,
        "clip": clip(gen),
        "ema": ema(gen),
    }
    path = TRAIN / "schedules.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = (f"{json.dumps(key)}: {json.dumps(value)}" for key, value in sections.items())
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    print(f"{path.name} {path.stat().st_size} bytes")


if __name__ == "__main__":
    deterministic()
    write()
