"""What the rules score on a family that was absent when thresholds were chosen: python benchmarks/quality/held_out.py RUNS...

Every threshold of a grid is tried by editing the rulebook's text; for each family the best ones on all other families are chosen, and
the family is judged by them. Among equally good ones the middle is taken. The rules themselves were written with all families in view,
which no split undoes.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from itertools import product
from pathlib import Path
from typing import TypeVar

from advisor.authoring.evaluate import atlas_of
from advisor.authoring.quality import Detection, Judge, LabelledData, advisor_judge, read_labelled
from advisor.authoring.quality.advice_scores import judge_runs
from advisor.authoring.quality.outcomes import first_recorded
from advisor.authoring.quality.overfitting_scores import POINTS, judge_histories
from advisor.engine import Program
from advisor.errors import AdvisorError
from advisor.rulebook import Rulebook, build_rulebook, read_folder, shipped_rules


@dataclass(frozen=True, slots=True)
class Dial:
    """A threshold that is scaled in every rule file of a pattern."""

    parameter: str
    files: str
    factors: tuple[float, ...]

    def turned(self, files: Mapping[str, str], factor: float) -> dict[str, str]:
        """Return the rulebook's files with this threshold scaled."""
        value = re.compile(rf"^(  {self.parameter}: {{value: )([0-9.]+)", re.MULTILINE)
        return {
            name: value.sub(lambda m: f"{m[1]}{float(m[2]) * factor:.6g}", text) if fnmatch(name, self.files) else text
            for name, text in files.items()
        }


_WIDE = (0.5, 0.7, 1.0, 1.4, 2.0)
_COARSE = (0.5, 1.0, 2.0)
OVERFITTING_DIALS = (
    Dial("rise", "sft/turned-*.yaml", _WIDE),
    Dial("of_first", "sft/turned-*.yaml", _WIDE),
    Dial("train_fell", "sft/turned-*.yaml", _COARSE),
)
ADVICE_DIALS = (
    Dial("few", "settings/too-*.yaml", _COARSE),
    Dial("(?:far_)?above", "settings/learning-rate-*high.yaml", _COARSE),
    Dial("low", "settings/learning-rate-low.yaml", _COARSE),
    Dial("learned", "data/label-noise.yaml", _COARSE),
)

T = TypeVar("T")


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("runs", nargs="+", type=Path, metavar="RUNS")
    try:
        data = read_labelled(options.parse_args().runs)
        files = read_folder(shipped_rules())
    except AdvisorError as error:
        print(error, file=sys.stderr)
        return 1
    if data.histories:
        tried = [_histories(data, judge) for judge, _ in _variants(files, OVERFITTING_DIALS)]
        for points in POINTS:
            judged = [{family: pairs for (family, p), pairs in variant.items() if p == points} for variant in tried]
            chosen, average = _held_out(judged, _macro_f)
            print(f"overfitting at {points} points, thresholds chosen without the problem: macro-F {chosen:.3f} (all variants: {average})")
    tuned = [run for run in data.runs if run.neighbours and run.run.method != "reinforcement"]
    if len({run.family for run in tuned}) > 1:
        judged_runs = [_gains(data, judge, rulebook) for judge, rulebook in _variants(files, ADVICE_DIALS)]
        chosen, average = _held_out(judged_runs, _uplift)
        print(f"uplift, thresholds chosen without the task: {chosen:.3f} (all variants: {average})")
    return 0


def _variants(files: dict[str, str], dials: Sequence[Dial]) -> Iterator[tuple[Judge, Rulebook]]:
    for factors in product(*(dial.factors for dial in dials)):
        turned = files
        for dial, factor in zip(dials, factors, strict=True):
            turned = dial.turned(turned, factor)
        rulebook = build_rulebook(turned)
        program = Program(rulebook)
        yield advisor_judge(program), rulebook
        program.close()


def _histories(data: LabelledData, judge: Judge) -> dict[tuple[str, int], list[tuple[bool, bool]]]:
    out: dict[tuple[str, int], list[tuple[bool, bool]]] = {}
    for points in POINTS:
        for judged in judge_histories(data.histories, judge, points):
            out.setdefault((judged.history.family, points), []).append(judged.pair)
    return out


def _gains(data: LabelledData, judge: Judge, rulebook: Rulebook) -> dict[str, list[tuple[float, float]]]:
    out: dict[str, list[tuple[float, float]]] = {}
    tuned = [run for run in data.runs if run.neighbours and run.run.method != "reinforcement"]
    for judged in judge_runs(tuned, judge, atlas_of(rulebook)):
        out.setdefault(judged.run.family, []).append((first_recorded(judged.outcomes)[1], judged.best_net))
    return out


def _held_out(variants: Sequence[Mapping[str, list[T]]], score: Callable[[Sequence[T]], float]) -> tuple[float, str]:
    """Return the score over all families, each judged by the variant chosen on the others; and the range over all variants."""
    collected: list[T] = []
    for family in variants[0]:
        others = [score([item for name, items in variant.items() if name != family for item in items]) for variant in variants]
        best = [i for i, value in enumerate(others) if value >= max(others) - 1e-9]
        collected += variants[best[len(best) // 2]][family]
    whole = sorted(score([item for items in variant.values() for item in items]) for variant in variants)
    return score(collected), f"{whole[0]:.3f} to {whole[-1]:.3f}, median {whole[len(whole) // 2]:.3f}"


def _macro_f(pairs: Sequence[tuple[bool, bool]]) -> float:
    return Detection.of(pairs).macro_f1 or 0.0


def _uplift(gains: Sequence[tuple[float, float]]) -> float:
    return sum(net for net, _ in gains) / (sum(best for _, best in gains) or 1.0)


if __name__ == "__main__":
    sys.exit(main())
