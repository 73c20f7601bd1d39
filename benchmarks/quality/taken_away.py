"""What the advice reads: the measures with one thing taken away from every request: python benchmarks/quality/taken_away.py RUNS..."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from advisor.authoring.evaluate import atlas_of
from advisor.authoring.quality import Judge, Reading, advisor_judge, read_labelled
from advisor.authoring.quality.advice_scores import judge_runs, score_advice
from advisor.authoring.quality.markdown import figure, table
from advisor.contract import AdviseRequest
from advisor.engine import Program
from advisor.errors import AdvisorError
from advisor.rulebook import load_rulebook, shipped_rules

Edit = Callable[[dict[str, Any]], object]
_LOSSES = ("train_loss", "valid_loss", "full_valid_loss")


def _halve_losses(run: dict[str, Any]) -> None:
    for checkpoint in run["checkpoints"]:
        metrics = checkpoint["metrics"]
        metrics.update({name: metrics[name] / 2 for name in _LOSSES if isinstance(metrics.get(name), float)})


EDITS: dict[str, Edit] = {
    "as given": lambda run: run,
    "learning rate auto": lambda run: run["hyperparameters"].update(learning_rate_multiplier="auto"),
    "batch auto": lambda run: run["hyperparameters"].update(batch_size="auto"),
    "no evaluation": lambda run: run.pop("evaluation", None),
    "no checkpoints": lambda run: run.update(checkpoints=[]),
    "no dataset size": lambda run: run.update(dataset={}),
    "no dataset size, batch auto": lambda run: (run.update(dataset={}), run["hyperparameters"].update(batch_size="auto")),
    "losses halved": _halve_losses,
}


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("runs", nargs="+", type=Path, metavar="RUNS")
    try:
        data = read_labelled(options.parse_args().runs)
        rulebook = load_rulebook(shipped_rules())
    except AdvisorError as error:
        print(error, file=sys.stderr)
        return 1
    tuned = [run for run in data.runs if run.neighbours and run.run.method != "reinforcement"]
    atlas, judge = atlas_of(rulebook), advisor_judge(Program(rulebook))
    rows = []
    for name, edit in EDITS.items():
        scores = score_advice(judge_runs(tuned, _given(judge, edit), atlas), atlas)
        figures = (scores.any_change.skill, scores.data_fixed.skill, scores.macro_top1, scores.macro_top3, scores.alarm_j)
        rows.append((name, *map(figure, figures)))
    print(table(("request", "skill", "data-fixed skill", "macro first", "macro three", "J"), rows))
    return 0


def _given(judge: Judge, edit: Edit) -> Judge:
    def judge_edited(request: AdviseRequest) -> Reading:
        body = request.model_dump(mode="json", exclude_none=True)
        edit(body["run"])
        return judge(AdviseRequest.model_validate(body))

    return judge_edited


if __name__ == "__main__":
    sys.exit(main())
