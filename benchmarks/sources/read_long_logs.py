"""How long a log of 100,000 lines takes, and how much memory beyond the file and its points.

python -m benchmarks.sources.read_long_logs
"""

from __future__ import annotations

import json
import time
import tracemalloc

from advisor.sources import read_run

_LINES = 100_000


def main() -> None:
    entries = [
        {"current_steps": n, "total_steps": _LINES, "loss": 1 + 1 / n, "lr": 1e-5, "epoch": n / _LINES} for n in range(1, _LINES + 1)
    ]
    logs = {
        "JSON lines": "\n".join(map(json.dumps, entries)),
        "console": "\n".join(str({"loss": e["loss"], "grad_norm": 1.2, "epoch": e["epoch"]}) for e in entries),
        "CSV": "step,train_loss,valid_loss\n" + "\n".join(f"{e['current_steps']},{e['loss']},1.1" for e in entries),
        "trainer state": json.dumps({"log_history": [{"step": e["current_steps"], "loss": e["loss"]} for e in entries]}),
    }
    for name, text in logs.items():
        data = text.encode()
        began = time.process_time()
        points = read_run(data).points
        seconds = time.process_time() - began
        tracemalloc.start()
        run = read_run(data)
        kept, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        print(f"{name}: {points}, {seconds:.2f} s of CPU, run {kept / 2**20:.0f} MiB, at most {peak / 2**20:.0f} MiB ({run.format})")


if __name__ == "__main__":
    main()
