"""Size, memory and single-core latency of exported graphs: python latency.py ADAPTER GRAPH... (ADAPTER: - for merged graphs).

Each graph is measured in a process of its own, all in turn, batch 1, one thread; best CPU time of RUNS runs. Needs onnxruntime, numpy.
"""
import json
import resource
import subprocess
import sys
import time
from pathlib import Path

RUNS = 12


def measure(adapter, graph):
    import numpy as np
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    began = time.process_time()
    session = ort.InferenceSession(graph, options)
    started = time.process_time() - began
    feeds = {} if adapter == "-" else {n: v.numpy().copy() for n, v in ort.AdapterFormat.read_adapter(adapter).get_parameters().items()}
    shape = [d if isinstance(d, int) else 1 for d in next(i.shape for i in session.get_inputs() if i.name == "pixels")]
    feeds["pixels"] = np.random.default_rng(0).standard_normal(shape, dtype=np.float32)
    best = float("inf")
    for _ in range(RUNS):
        began = time.process_time()
        session.run(["logits"], feeds)
        best = min(best, time.process_time() - began)
    return 1e3 * started, 1e3 * best, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if sys.argv[1] == "--one":
    print(json.dumps(measure(*sys.argv[2:])))
else:
    adapter, *graphs = sys.argv[1:]
    for graph in graphs:
        about = json.loads(Path(graph).with_suffix(".json").read_text())
        files = [Path(graph), Path(graph).parent / about["weights"]]
        done = subprocess.run([sys.executable, __file__, "--one", adapter, graph], capture_output=True, check=True)
        started, best, memory = json.loads(done.stdout)
        print(f"{graph}  {sum(f.stat().st_size for f in files) / 1e6:.1f} MB  session {started:.0f} ms  {best:.1f} ms an image  peak {memory:.0f} MB")
