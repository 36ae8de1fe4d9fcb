"""What serving many LoRA adapters looks like in Python: timm and peft behind FastAPI, answering POST /predict/NAME as adapterx serve does.

    pip install torch==2.15.0 timm==1.0.31 peft==0.21.2 fastapi uvicorn pillow
    python serve_peer.py --weights vit_tiny_patch16_224.safetensors --adapters 100 --port 8151

The backbone is loaded once. Each request switches peft to its adapter and does one forward pass by itself, under a lock:
an active adapter is state of the model. Adapters a0, a1, … are made when the server starts (rank 8 on q and v; timm has them as
one layer, so it is the change of all of qkv), each with a head of its own.
"""

import argparse
import io
import threading
import time

import timm
import torch
import uvicorn
from fastapi import FastAPI, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from peft import LoraConfig, get_peft_model
from PIL import Image
from timm.data import create_transform, resolve_data_config

parser = argparse.ArgumentParser()
parser.add_argument("--weights", required=True)
parser.add_argument("--model", default="vit_tiny_patch16_224")
parser.add_argument("--adapters", type=int, default=1)
parser.add_argument("--classes", type=int, default=3)
parser.add_argument("--port", type=int, default=8151)
parser.add_argument("--precision", choices=["fp32", "bf16"], default="bf16")
args = parser.parse_args()

begin = time.perf_counter()
backbone = timm.create_model(args.model, num_classes=0, checkpoint_path="")
if args.weights.endswith(".safetensors"):
    from safetensors.torch import load_file

    weights = load_file(args.weights)
else:
    weights = torch.load(args.weights, map_location="cpu")
backbone.load_state_dict({k: v for k, v in weights.items() if not k.startswith("head.")})
transform = create_transform(**resolve_data_config({}, model=backbone))
config = LoraConfig(r=8, lora_alpha=8, target_modules=["attn.qkv"])
model = get_peft_model(backbone, config, adapter_name="a0")
for i in range(1, args.adapters):
    model.add_adapter(f"a{i}", config)
model.eval()
heads = {f"a{i}": torch.nn.Linear(backbone.num_features, args.classes) for i in range(args.adapters)}
if args.precision == "bf16":
    model.to(torch.bfloat16)
lock = threading.Lock()
print(f"{args.adapters} adapters in {time.perf_counter() - begin:.1f} s", flush=True)
app = FastAPI()


def answer(name, body):
    picture = transform(Image.open(io.BytesIO(body)).convert("RGB")).unsqueeze(0)
    with torch.inference_mode(), lock:
        model.set_adapter(name)
        feature = model(picture.to(next(model.parameters()).dtype)).float()
        p = heads[name](feature).softmax(-1)[0]
    top = p.argsort(descending=True)[:3].tolist()
    return {"adapter": name, "label": f"class {top[0]}", "top": [{"label": f"class {c}", "probability": p[c].item()} for c in top]}


@app.get("/v2/health/ready")
def ready():
    return {"ready": True}


@app.post("/predict/{name}")
async def predict(name: str, request: Request):
    if name not in heads:
        raise HTTPException(404, "no such adapter")
    return await run_in_threadpool(answer, name, await request.body())


uvicorn.run(app, host="127.0.0.1", port=args.port, log_level="warning")
