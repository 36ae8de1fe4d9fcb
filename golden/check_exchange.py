"""Loads adapters this library wrote for peft, with peft, and compares the class scores.

    mvn -pl core -am verify -Dtest='PeftExchangeTest' -Dsurefire.failIfNoSpecifiedTests=false
    pip install -r golden/requirements.txt
    python golden/check_exchange.py [FOLDER ...]

Folders, by default all below core/target/peft-exchange: adapter_config.json and adapter_model.safetensors for the network of
golden/tuning.py, and expected.safetensors with the `logits` the library computed. Names begin with hf_ or timm_. Prints the largest
difference over the largest score of each; ends with 1 where one is above 1e-5.
"""

import sys
from pathlib import Path

from peft import PeftModel
from safetensors.torch import load_file

from common import ROOT, deterministic
from peft_files import logits, model
from tuning import vision

if __name__ == "__main__":
    deterministic()
    folders = [Path(f) for f in sys.argv[1:]] or sorted((ROOT / "core/target/peft-exchange").glob("*_*"))
    worst = 0.0
    for folder in folders:
        made = PeftModel.from_pretrained(model(folder.name.split("_")[0]), folder).eval()
        expected = load_file(folder / "expected.safetensors")["logits"]
        error = ((logits(made, vision()[2]) - expected).abs().max() / expected.abs().max()).item()
        merged = made.merge_and_unload()
        after = ((logits(merged, vision()[2]) - expected).abs().max() / expected.abs().max()).item()
        print(f"{folder.name:28} {error:.1e}   merged by peft {after:.1e}")
        worst = max(worst, error, after)
    print(f"{len(folders)} adapters, worst {worst:.1e}")
    sys.exit(not folders or worst > 1e-5)
