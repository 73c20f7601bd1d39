"""Every file of a folder of curves against what its manifest counts: format, points, warnings, verdict.

    python -m benchmarks.sources.read_curves ../shared/curves
    python -m benchmarks.sources.read_curves ../shared/curves --differences

The folder holds manifest.jsonl: per line a ``file``, its ``kind``, and ``n_train_points``, ``n_eval_points``, ``n_reward_points``. Each
difference to the manifest needs an explanation below; the script ends with 1 where one has none.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from advisor.engine import Program
from advisor.errors import UnusableInput
from advisor.rulebook import load_rulebook, shipped_rules
from advisor.service import advise
from advisor.sources import PointCounts, read_file

_NO_CURVE = PointCounts(0, 0, 0)
_EXPLAINED = {
    "summary_not_curve": "last values or means of a run: the manifest counts them, but a single value is no curve, so it is refused",
    "hf_trainer_state_degenerate": "only the summary at the end, whose train_loss is the mean over the run and no point: refused",
    "wandb_csv": "one row per run: the manifest counts the runs, which are no points of one curve: refused",
    "not_a_curve": "one loss per test sentence, without a step: no curve over training: refused",
}


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one file."""

    file: str
    kind: str
    expected: PointCounts
    found: PointCounts | None
    format: str
    verdict: str
    said: str

    @property
    def agrees(self) -> bool:
        """Whether the points are those of the manifest; refusing what has none agrees with it."""
        return self.found == self.expected or (self.found is None and self.expected == _NO_CURVE)

    @property
    def explanation(self) -> str | None:
        """Why the points differ, None where nobody has said."""
        return "" if self.agrees else _EXPLAINED.get(self.kind) if self.found is None else None


def read_line(folder: Path, entry: dict[str, Any], program: Program) -> Line:
    """Read one file and judge its run."""
    expected = PointCounts(entry["n_train_points"], entry["n_eval_points"], entry["n_reward_points"])
    try:
        run = read_file(folder / entry["file"])
    except UnusableInput as refused:
        return Line(entry["file"], entry["kind"], expected, None, "refused", "-", str(refused))
    advice = advise(run.request, program, advice_id="-", created_at="-", level="off", warnings=run.warnings)
    said = " ".join((*run.warnings, *map(str, run.dropped)))
    return Line(entry["file"], entry["kind"], expected, run.points, run.format, advice.verdict.id, said)


def _counts(points: PointCounts | None) -> str:
    return "-" if points is None else f"{points.train}/{points.validation}/{points.reward}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--differences", action="store_true", help="only the files that differ from the manifest")
    options = parser.parse_args()
    program = Program(load_rulebook(shipped_rules()))
    manifest = (options.folder / "manifest.jsonl").read_text("utf-8").splitlines()
    lines = [read_line(options.folder, json.loads(text), program) for text in manifest if text.strip()]
    print("| file | kind | format | manifest | read | verdict | said |\n|---|---|---|---|---|---|---|")
    for line in lines:
        if not (options.differences and line.agrees):
            why = "" if line.agrees else f"**{line.explanation or 'NOT EXPLAINED'}** "
            said = f"{why}{line.said}".replace("|", "\\|")
            cells = (line.file[-60:], line.kind, line.format, _counts(line.expected), _counts(line.found), line.verdict, said)
            print("| " + " | ".join(cells) + " |")
    differing = [line for line in lines if not line.agrees]
    open_ones = [line for line in differing if line.explanation is None]
    read = sum(line.found is not None for line in lines)
    print(
        f"\n{len(lines)} files: {read} read, {len(lines) - read} refused; {len(lines) - len(differing)} agree with the manifest, "
        f"{len(differing) - len(open_ones)} differ for a stated reason, {len(open_ones)} differ without one."
    )
    return 1 if open_ones else 0


if __name__ == "__main__":
    sys.exit(main())
