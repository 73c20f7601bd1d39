"""Puts hostile rulebooks before the loader and the engine, in a process of its own, and prints how each ended.

Run as a program: ``python -m tests.rulebook.hostile SEED COUNT``. One line of JSON a rulebook: ``{"ended": "refused" | "answered" |
"failed", "seconds": …, "how": …}``. A line that is missing at the end is a rulebook that took the process with it.
"""

from __future__ import annotations

import json
import re
import sys
import traceback
from collections.abc import Iterator, Mapping
from random import Random
from time import process_time
from typing import Any

from advisor.contract.request import AdviseRequest
from advisor.engine import Program
from advisor.errors import BrokenRulebook
from advisor.rulebook import build_rulebook, read_folder, shipped_rules
from advisor.service import advise, to_json
from tests.rulebook.books import files as smallest

NUMBERS = (
    "0",
    "-1",
    "1",
    "2.5",
    "1e308",
    "-1e308",
    "5e-324",
    "1e-300",
    "1e999",
    ".nan",
    "9" * 5000,
    "0x7f",
    "true",
    "null",
    "''",
    "[]",
    "{}",
)
WORDS = (
    "n_train",
    "n_train > 1",
    "0 < n_train < 9 < n_valid",
    "finding: overfitting",
    "{finding: overfitting}",
    "__import__('os')",
    "[" * 40,
    "&a [*a, *a]",
    "!!python/object/apply:os.system [ls]",
    '"\\ud800"',
    '"\\UFFFFFFFF"',
    "\x00",
    "\ud800",
    "\t",
    "- ",
    "? ",
    "<<: 1",
    "%YAML 1.1",
    "---",
    "ünïcödé 漢字 🎯 \u202e",
    "x" * 5000,
    "{" * 100,
    "{n_train:.99f}",
    "not a and b",
    "(" * 300,
)
LEAST, MOST = 1, 3
NUMBER = re.compile(r"(?<=[ \[])-?\d+(\.\d+)?(?=[,}\]\n])")


def requests() -> list[AdviseRequest]:
    curve = (1.0, 0.7, 0.5, 0.4, 0.45, 0.6, 0.8, 1.1)
    points = [
        {
            "step_number": 10 * i,
            "metrics": {
                "train_loss": 1 / (i + 1),
                "full_valid_loss": loss,
                "train_mean_reward": loss / 2,
                "full_valid_mean_reward": loss / 3,
            },
        }
        for i, loss in enumerate(curve)
    ]
    settings = {"n_epochs": 3, "learning_rate_multiplier": 1.0, "batch_size": 8}
    runs: list[dict[str, Any]] = [
        {
            "method": "supervised",
            "base_model": "gpt-4.1-mini",
            "hyperparameters": settings,
            "dataset": {"n_train": 300},
            "checkpoints": points,
        },
        {
            "method": "dpo",
            "base_model": "acme-7b",
            "hyperparameters": {"learning_rate": 1e-5},
            "checkpoints": points,
            "evaluation": {"score": 5},
        },
        {"method": "reinforcement", "base_model": "o4-mini", "hyperparameters": settings, "checkpoints": points, "rollouts_per_step": 48},
        {"method": "supervised", "checkpoints": []},
    ]
    history = [{**runs[0], "evaluation": {"score": 4, "scale": [0, 10]}}]
    return [AdviseRequest.model_validate({"run": run, "history": history, "baseline": {"score": 3}}) for run in runs]


def mutated(random: Random, files: Mapping[str, str]) -> dict[str, str]:
    """Change one to three things in the files of a rulebook: lines, numbers, words, whole files."""
    changed = dict(files)
    for _ in range(random.randint(LEAST, MOST)):
        path = random.choice(sorted(changed))
        lines = changed[path].splitlines(keepends=True) or [""]
        place = random.randrange(len(lines))
        match random.randrange(9):
            case 0:
                del lines[place]
            case 1:
                lines.insert(place, random.choice(lines))
            case 2:
                lines.insert(place, random.choice(WORDS) + "\n")
            case 3 | 4 | 5:
                words = lines[place].split(" ")
                spot = random.randrange(len(words))
                words[spot] = random.choice(NUMBERS + WORDS) + (
                    "\n" if words[spot].endswith("\n") else "," if words[spot].endswith(",") else ""
                )
                lines[place] = " ".join(words)
            case 6:
                lines[place] = lines[place][: random.randrange(len(lines[place]) + 1)] + random.choice(("\n", "", ":", "}", "]"))
            case 7:
                other = changed[random.choice(sorted(changed))].splitlines(keepends=True)
                lines[place:place] = other[: random.randint(1, 5)]
            case 8:
                del changed[path]
                if random.random() < 0.5 or not changed:
                    changed[random.choice(("x.yaml", "actions/x.yaml", "verdicts/x.yaml", "tables/x.yaml", ".yaml", "a/b/c.yaml"))] = (
                        "".join(lines)
                    )
                continue
        changed[path] = "".join(lines)
    return changed


def renumbered(random: Random, files: Mapping[str, str]) -> dict[str, str]:
    """Change one to three numbers, so that most of these rulebooks load and have to be lived with."""
    changed = dict(files)
    for _ in range(random.randint(LEAST, MOST)):
        path = random.choice([path for path in sorted(changed) if NUMBER.search(changed[path])])
        found = random.choice(list(NUMBER.finditer(changed[path])))
        changed[path] = changed[path][: found.start()] + random.choice(NUMBERS[:9]) + changed[path][found.end() :]
    return changed


def noise(random: Random) -> str:
    """Text of YAML's own characters."""
    return "".join(random.choice("ab1:-[]{}\n  #&*!|>'\"%@`,?\t\\") for _ in range(random.randint(0, 400)))


def end(files: Mapping[str, str], asked: list[AdviseRequest]) -> str:
    """Load, compile and ask; say how it ended. Anything but a refusal or an answer raises."""
    try:
        program = Program(build_rulebook(files))
    except BrokenRulebook as broken:
        if not broken.mistakes or not all(mistake.file and mistake.message for mistake in broken.mistakes):
            raise ValueError("a refusal without a place and a finding") from broken
        return "refused"
    for request in asked:
        json.loads(to_json(advise(request, program, advice_id="a", created_at="", level="all")))
    program.close()
    return "answered"


def rulebooks(random: Random, count: int) -> Iterator[dict[str, str]]:
    """Mutated shipped rulebooks, mutated small ones (the shipped one takes a third of a second to load) and noise."""
    shipped, small = read_folder(shipped_rules()), smallest()
    likely = {**small, **{path: text for path, text in shipped.items() if "/" not in path or path.startswith(("bands/", "tables/"))}}
    for i in range(count):
        match i % 8:
            case 0:
                yield mutated(random, shipped)
            case 1:
                yield {**small, "noise.yaml": noise(random)}
            case 2:
                yield {**small, random.choice(sorted(small)): noise(random)}
            case 3 | 4:
                yield mutated(random, small)
            case _:
                yield renumbered(random, likely)


def main(seed: int, count: int) -> None:
    random = Random(seed)
    asked = requests()
    for files in rulebooks(random, count):
        started = process_time()
        try:
            ended, how = end(files, asked), ""
        except Exception:  # noqa: BLE001  # what it is about
            ended, how = "failed", traceback.format_exc(limit=-3)
        print(json.dumps({"ended": ended, "seconds": process_time() - started, "how": how}), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
