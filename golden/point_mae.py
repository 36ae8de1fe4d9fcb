"""Golden files of the point transformer: points_backbone, points_train, points_reduced.

    pip install -r golden/requirements.txt
    python golden/point_mae.py

Formulas, names and the layout of `input` (B, G, K+1, 3) stand in golden/points.py. `model.<Point-MAE name>` are the
weights (without num_batches_tracked), outputs are `tokens` (B,1+G,D) after the last block, `feature` (B,2D) =
[CLS, max over patches] after the final norm, `logits`; `once.*` the same with positions added once.

points_backbone.safetensors  evaluation mode; the other files of tuned points use its weights and its input
points_train.safetensors     the same weights (not repeated), four clouds, BatchNorm of the group embedding and of the
                             head with batch statistics: outputs, `labels`, `loss` (cross-entropy), `grad.<name>` of
                             all parameters, `running.<name>` the running statistics after the step;
                             config.zeroGradients: biases that the batch statistics cancel, noise in float32
points_reduced.safetensors   Point-BERT: embedding narrower than D, `reduce_dim`, head of two linear layers (0 and 3)
"""

import torch

import points
from common import CORE, deterministic, generator, prefixed, save
from points import BACKBONE, BACKBONE_SEED, BATCH, doubles, floats

SCRIPT = "golden/point_mae.py"
REDUCED = {**BACKBONE, "depth": 2, "encoderWidth": 16}
TRAIN_SEED = 510
REDUCED_SEED = 520
CANCELLED = [
    "cls_head_finetune.0.bias", "cls_head_finetune.4.bias", "encoder.first_conv.0.bias", "encoder.first_conv.3.bias",
    "encoder.second_conv.0.bias", "norm.bias",
]  # fmt: skip


def both_modes(weights, groups, config):
    w, groups = doubles(weights), groups.double()
    return {**points.outputs(w, groups, config), **prefixed("once.", points.outputs(w, groups, config, "once"))}


def write_evaluation(name, weights, groups, config, seed):
    tensors = {**prefixed("model.", weights), "input": groups, **floats(both_modes(weights, groups, config))}
    described = {**config, **BATCH, "normEps": points.EPS, "positions": "everyBlock"}
    save(CORE / f"points_{name}.safetensors", tensors, described, seed, SCRIPT)


def write_training():
    gen = generator(TRAIN_SEED)
    weights, _ = points.backbone_and_batch()
    groups = points.clouds(gen, 4, BATCH["groups"], BATCH["neighbours"])
    labels = torch.tensor([1, 3, 0, 1])
    w = {k: v.requires_grad_("running" not in k) for k, v in doubles(weights).items()}
    stats = {}
    points.MARGINS.clear()
    result = points.outputs(w, groups.double(), BACKBONE, stats=stats)
    result["loss"] = -torch.log_softmax(result["logits"], 1)[torch.arange(4), labels].mean()
    result["loss"].backward()
    assert min(points.MARGINS) > 1e-5, min(points.MARGINS)
    grads, zeros = points.gradients(w)
    assert zeros == CANCELLED, zeros
    tensors = {
        "input": groups, "labels": labels, **floats(result), **floats(prefixed("grad.", grads)),
        **floats(prefixed("running.", stats)),
    }  # fmt: skip
    described = {
        **BACKBONE, **BATCH, "clouds": 4, "momentum": points.MOMENTUM, "backboneFile": "points_backbone.safetensors",
        "zeroGradients": zeros,
    }  # fmt: skip
    save(CORE / "points_train.safetensors", tensors, described, TRAIN_SEED, SCRIPT)


def reduced():
    """Point-BERT's head instead of Point-MAE's."""
    gen = generator(REDUCED_SEED)
    w = {}
    points.add_transformer(w, gen, REDUCED)
    points.add_cls(w, gen, REDUCED)
    points.add_linear(w, gen, "cls_head_finetune.0", REDUCED["hidden"], 2 * REDUCED["width"])
    points.add_linear(w, gen, "cls_head_finetune.3", REDUCED["classes"], REDUCED["hidden"])
    return w, points.clouds(gen, **BATCH)


if __name__ == "__main__":
    deterministic()
    write_evaluation("backbone", *points.backbone_and_batch(), BACKBONE, BACKBONE_SEED)
    write_training()
    write_evaluation("reduced", *reduced(), REDUCED, REDUCED_SEED)
