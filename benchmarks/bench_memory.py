"""Memory over 50,000 requests: it must not grow. Needs /proc (Linux)."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from advisor.contract import AdviseRequest
from advisor.engine import Program
from advisor.rulebook import load_rulebook, shipped_rules
from advisor.service import advise, to_json
from benchmarks.sample_runs import overfitting_request

_STATUS = Path("/proc/self/status")


def resident_mb() -> float:
    """Return the memory that this process holds, in MB."""
    line = next(line for line in _STATUS.read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def main(requests: int = 50_000) -> None:
    """Print the memory at tenths of the way; requests of several kinds, so that the refutation cache is used as well."""
    program = Program(load_rulebook(shipped_rules()))
    bodies = []
    for left_out in ((), ("baseline",), ("history",), ("baseline", "history")):
        for size in (0, 1, 3, 20):
            body = {k: v for k, v in overfitting_request(size).items() if k not in left_out}
            bodies.append(json.dumps(body).encode())
    for i in range(requests + 1):
        to_json(advise(AdviseRequest.model_validate_json(bodies[i % len(bodies)]), program, advice_id="a", created_at="t"))
        if i % (requests // 10) == 0:
            print(f"{i:>7,} requests  {resident_mb():7.1f} MB", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000)
