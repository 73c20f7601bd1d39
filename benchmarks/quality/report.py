"""The advisor, published tools and plain criteria on the same labelled runs, in one table: python benchmarks/quality/report.py RUNS..."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from advisor.authoring.evaluate import Evaluation, atlas_of, evaluate
from advisor.authoring.quality import Atlas, Judge, LabelledData, Reading, advisor_judge, read_labelled
from advisor.authoring.quality.markdown import figure, table, to_markdown
from advisor.authoring.quality.plots import plots
from advisor.authoring.quality.svg import Bar, bars
from advisor.contract import AdviseRequest
from advisor.engine import Program
from advisor.errors import AdvisorError
from advisor.rulebook import load_rulebook, shipped_rules
from benchmarks.quality.criteria import CRITERIA
from benchmarks.quality.peers import installed_peers

_HEAD = (
    "judge",
    "macro-F at 50",
    "at 10",
    "at 5",
    "F1 by loss",
    "alarm J",
    "uplift",
    "skill",
    "macro first",
    "macro three",
    "checkpoint regret",
)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("runs", nargs="+", type=Path, metavar="RUNS", help="labelled runs: folders or files (docs/evaluate.md)")
    options.add_argument("--rules", type=Path, help="folder of the rulebook; without it, the shipped one")
    options.add_argument("--out", type=Path, default=Path("build/quality"), help="folder for the report and the charts")
    given = options.parse_args()
    try:
        data = read_labelled(given.runs)
        rulebook = load_rulebook(given.rules or shipped_rules())
    except AdvisorError as error:
        print(error, file=sys.stderr)
        return 1
    atlas = atlas_of(rulebook)
    peers, absent = installed_peers()
    judges = {"**Advisor**": advisor_judge(Program(rulebook))} | peers | CRITERIA
    evaluations = {name: evaluate(data, judge, atlas) for name, judge in judges.items()}
    rows = [_row(name, evaluation, _best_alarm(data, judges[name], atlas, evaluation)) for name, evaluation in evaluations.items()]
    skipped = "".join(f"\n\n{name} is not installed and was left out; see benchmarks/quality/requirements-peers.txt." for name in absent)
    comparison = f"# The advisor against other tools, on the same runs\n\n{table(_HEAD, rows)}{skipped}\n"
    own = evaluations["**Advisor**"]
    given.out.mkdir(parents=True, exist_ok=True)
    (given.out / "report.md").write_text(f"{comparison}\n{to_markdown(own, f'{rulebook.name} {rulebook.revision}')}", encoding="utf-8")
    for name, svg in (plots(own) | _comparison_plots(evaluations)).items():
        (given.out / name).write_text(svg, encoding="utf-8")
    print(comparison)
    print(f"The whole report and its charts lie in {given.out}.")
    return 0


def _row(name: str, evaluation: Evaluation, alarm_j: float | None) -> tuple[str, ...]:
    f_by_points = {scores.points: scores.overall.macro_f1 for scores in evaluation.overfitting}
    found = [figure(f_by_points.get(points), 3) for points in (50, 10, 5)]
    advice = evaluation.advice
    if advice is None:
        return (name, *found, *["–"] * 7)
    gives_advice = bool(advice.by_action)
    of_advice = (advice.any_change.advice, advice.any_change.skill, advice.macro_top1, advice.macro_top3)
    advised = [figure(value) if gives_advice else "–" for value in of_advice]
    return (name, *found, figure(advice.loss_overfit.f1), figure(alarm_j), *advised, figure(advice.checkpoint_regret_points, 3))


def _best_alarm(data: LabelledData, judge: Judge, atlas: Atlas, evaluation: Evaluation) -> float | None:
    """Return J with an alarm at a warning, or at what the judge calls critical, whichever is better for it."""

    def only_critical(request: AdviseRequest) -> Reading:
        reading = judge(request)
        return replace(reading, said=tuple(s if s.severity == "critical" else replace(s, severity="info") for s in reading.said))

    stricter = evaluate(replace(data, histories=()), only_critical, atlas) if data.runs else evaluation
    found = [e.advice.alarm_j for e in (evaluation, stricter) if e.advice is not None and e.advice.alarm_j is not None]
    return max(found, default=None)


def _comparison_plots(evaluations: dict[str, Evaluation]) -> dict[str, str]:
    out = {}
    for points in (50, 10, 5):
        rows = [
            Bar(name.strip("*"), scores.overall.macro_f1, str(scores.overall))
            for name, evaluation in evaluations.items()
            for scores in evaluation.overfitting
            if scores.points == points
        ]
        if rows:
            out[f"overfitting-{points}-points.svg"] = bars(f"Overfitting on labelled histories at {points} points, macro-F", rows)
    return out


if __name__ == "__main__":
    sys.exit(main())
