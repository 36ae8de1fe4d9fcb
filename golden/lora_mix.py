"""Golden file of LoRA adapters mixed by peft's add_weighted_adapter.

    pip install -r golden/requirements.txt
    python golden/lora_mix.py

Versions as in golden/peft_adapters.py. Writes core/src/test/resources/golden/lora_mix.safetensors: `0.<name>`, `1.<name>` and `2.<name>`, the
tensors of three adapters (ranks 2, 3, 4; alpha = rank; q and fc1) under the library's names, and for the weights 0.7, -0.2, 0.5 and each
of peft's rules `cat` and `ties_svd` (density 0.4, rank 5) the change of every projection, `RULE.<block>.<projection>`.
"""

import torch
from peft import LoraConfig, get_peft_model
from transformers import ViTModel

from common import CORE, deterministic, generator, save
from peft_adapters import HF, hf_model, lora, peft_name
from tuning import DEPTH

TARGETS, RANKS, WEIGHTS, DENSITY, RANK = ["q", "fc1"], (2, 3, 4), (0.7, -0.2, 0.5), 0.4, 5
SEED = 900

if __name__ == "__main__":
    deterministic()
    gen = generator(SEED)
    configs = [LoraConfig(r=r, lora_alpha=r, target_modules=[HF[t] for t in TARGETS]) for r in RANKS]
    model = get_peft_model(hf_model(), configs[0], "a0")
    stored = {}
    for i, config in enumerate(configs):
        if i:
            model.add_adapter(f"a{i}", config)
        values = lora(RANKS[i], TARGETS)(gen)
        state = {peft_name(ViTModel, n).replace("default", f"a{i}"): v for n, v in values.items()}
        _, unexpected = model.load_state_dict(state, strict=False)
        assert not unexpected
        stored |= {f"{i}.{n}": v for n, v in values.items()}
    names = [f"a{i}" for i in range(3)]
    for rule, extra in {"cat": {}, "ties_svd": {"density": DENSITY, "svd_rank": RANK}}.items():
        model.add_weighted_adapter(names, list(WEIGHTS), rule, combination_type=rule, **extra)
        for i in range(DEPTH):
            for t in TARGETS:
                module = model.get_submodule(f"base_model.model.layers.{i}.{HF[t]}")
                stored[f"{rule}.{i}.{t}"] = module.get_delta_weight(rule).detach()
    config = {"weights": WEIGHTS, "density": DENSITY, "rank": RANK}
    save(CORE / "lora_mix.safetensors", stored, config, SEED, "golden/lora_mix.py", "peft", "transformers")
