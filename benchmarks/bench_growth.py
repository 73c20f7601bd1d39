"""How the time grows: with the checkpoints (no worse than linear) and with the rules (at most 3 times the time at 10 times the rules)."""

from __future__ import annotations

import json
import re
from functools import partial

from advisor.contract import AdviseRequest
from advisor.engine import Program
from advisor.rulebook import build_rulebook, read_folder, shipped_rules
from advisor.service import advise
from benchmarks.sample_runs import overfitting_request
from benchmarks.timing import seconds_each

_RULE_FOLDERS = ("sft/", "settings/", "data/", "evaluation/")


def more_rules(files: dict[str, str], times: int) -> dict[str, str]:
    """Return the rule files with each rule repeated under other ids on the same signals, the copies made quiet by a condition never met."""
    grown = dict(files)
    for path, text in files.items():
        if not path.startswith(_RULE_FOLDERS) or path.endswith(".cases.yaml"):
            continue
        for copy in range(1, times):
            name = path.rsplit("/", 1)[1].removesuffix(".yaml")
            twin = re.sub(r"^id: .*$", f"id: {name}-{copy}", text, count=1, flags=re.MULTILINE)
            twin = re.sub(r"^(finding: .*|suppresses: .*|milder_with: .*)\n", "", twin, flags=re.MULTILINE)
            twin = re.sub(r"^when:\n  all:\n", "when:\n  all:\n    - checkpoints_count < 0\n", twin, count=1, flags=re.MULTILINE)
            grown[path.replace(name, f"{name}-{copy}")] = twin
    return grown


def main() -> None:
    """Print both growths."""
    files = read_folder(shipped_rules())
    program = Program(build_rulebook(files))
    sizes = (10, 100, 1_000, 10_000)
    requests = [AdviseRequest.model_validate_json(json.dumps(overfitting_request(n))) for n in sizes]
    times = [
        seconds_each([partial(advise, r, program, advice_id="a", created_at="t")], rounds=5, repeats=max(1, 200 // n))[0]
        for n, r in zip((10, 100, 1_000, 10_000), requests, strict=True)
    ]
    print("checkpoints      time   per 10 times the checkpoints (linear: 10)")
    for i, (n, seconds) in enumerate(zip(sizes, times, strict=True)):
        print(f"{n:>11,} {seconds * 1e3:8.2f} ms" + (f"  {seconds / times[i - 1]:5.1f}" if i else ""))
    request = AdviseRequest.model_validate_json(json.dumps(overfitting_request(20)))
    programs = [Program(build_rulebook(more_rules(files, times))) for times in (1, 3, 10)]
    taken = seconds_each([partial(advise, request, p, advice_id="a", created_at="t") for p in programs], rounds=7, repeats=30)
    print("rules        time   against the shipped rulebook (aim: at most 3 at 10 times)")
    for each, seconds in zip(programs, taken, strict=True):
        print(f"{len(each.rulebook.rules):>5,} {seconds * 1e3:8.2f} ms  {seconds / taken[0]:5.2f}")


if __name__ == "__main__":
    main()
