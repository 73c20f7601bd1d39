"""``advisor experiments evaluate``: a run's score, and what it says about the advice that was followed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import TypeAdapter
from rich.text import Text

from advisor.cli import experiments_values as said
from advisor.cli.exits import WrongUsage
from advisor.cli.experiments_store import ProjectName, RunName, known_project, open_store
from advisor.cli.experiments_told import mistake_lines, mistakes_shown, on_usual_scale, outcome_lines
from advisor.cli.experiments_values import Values
from advisor.cli.layout import number
from advisor.cli.options import AsJson, RulesFolders
from advisor.cli.rulebooks import open_program
from advisor.cli.terminal import show, write_bytes
from advisor.clock import now
from advisor.contract.advice import CommonMistake
from advisor.errors import UnusableInput
from advisor.facts import EarlierRun
from advisor.facts.run import CheckpointScore
from advisor.signals import run_score

if TYPE_CHECKING:
    from advisor.engine import Program
    from advisor.experiments import Store
    from advisor.experiments.records import Experiment, Outcome, Project


def evaluate(
    name: RunName,
    project: ProjectName,
    score: said.OwnScore = None,
    scale: said.OwnScale = None,
    test_score: said.TestScore = None,
    n_items: said.Items = None,
    checkpoints: Annotated[
        list[str] | None,
        typer.Option("--checkpoint", metavar="STEP=SCORE", help="The score of one checkpoint; may be repeated."),
    ] = None,
    action: Annotated[
        str | None,
        typer.Option(metavar="ID", help="The action that was followed; else those of the last advice whose parameter was moved."),
    ] = None,
    as_json: AsJson = False,
    rules: RulesFolders = None,
) -> None:
    """Record how a run scored, and tie it to the advice that led to it: did following it help?"""
    if score is None and test_score is None and not checkpoints:
        raise WrongUsage("Give what was measured: --score, --test-score or --checkpoint STEP=SCORE.")
    values = Values(score=score, scale=scale, test_score=test_score, n_items=n_items)
    from advisor.experiments.scales import scale_before

    scored = tuple(_checkpoint(text) for text in checkpoints or ())
    program = open_program(rules)
    with open_store() as store:
        known = known_project(store, project)
        store.experiments.get(project, name)
        usual = scale_before(name, project, store)
        with store.at_once():
            experiment = store.experiments.change(
                project, name, lambda run: on_usual_scale(_scored(values.put_into(run), scored), usual), updated_at=now()
            )
            outcomes = _learned(experiment, project, store, program, action)
            mistakes = mistakes_shown([experiment], project, store, program).get(name, ())
            page = list(_page(experiment, outcomes, known, store))
        if as_json:
            _write(experiment, outcomes, mistakes)
        else:
            show(*page, *mistake_lines({name: mistakes}))


def _checkpoint(text: str) -> CheckpointScore:
    step, _, score = text.partition("=")
    try:
        return CheckpointScore(step_number=int(step), score=float(score))
    except ValueError:
        raise WrongUsage(f"--checkpoint: must be a step and its score, such as 168=9.3, not {text}.") from None


def _scored(run: EarlierRun, checkpoints: Sequence[CheckpointScore]) -> EarlierRun:
    """Return a run with these scores of its checkpoints; those of other checkpoints stay."""
    if not checkpoints:
        return run
    known = {} if run.evaluation is None else run.evaluation.model_dump(exclude_unset=True)
    scores = {c["step_number"]: c for c in known.get("checkpoints") or ()} | {
        c.step_number: c.model_dump(exclude_unset=True) for c in checkpoints
    }
    evaluation = known | {"checkpoints": [scores[step] for step in sorted(scores)]}
    return EarlierRun.model_validate(run.model_dump(exclude_unset=True) | {"evaluation": evaluation})


def _learned(experiment: Experiment, project: str, store: Store, program: Program, action: str | None) -> list[Outcome]:
    from advisor.experiments.settling import settle

    try:
        return settle(project, experiment, store, program.rulebook.measures, created_at=now(), action=action)
    except UnusableInput as error:
        raise UnusableInput(f"Nothing is recorded, not even the score: {error}") from None


def _write(experiment: Experiment, outcomes: list[Outcome], mistakes: Sequence[CommonMistake]) -> None:
    from advisor.experiments.records import Outcome

    told = TypeAdapter(dict[str, str | float | list[Outcome] | Sequence[CommonMistake] | None])
    write_bytes(told.dump_json({"run": experiment.name, "score": run_score(experiment.run), "learned": outcomes, "mistakes": mistakes}))


def _page(experiment: Experiment, outcomes: list[Outcome], project: Project, store: Store) -> Iterator[Text]:
    evaluation = experiment.run.evaluation
    score = run_score(experiment.run)
    if score is not None and evaluation is not None:
        scale = f" on a scale of {number(evaluation.scale[0])} to {number(evaluation.scale[1])}" if evaluation.scale else ""
        yield Text.assemble((experiment.name, "bold"), f" scores {number(score)}{scale}{_compared(score, experiment, project, store)}.")
    if evaluation is not None and evaluation.test_score is not None:
        yield Text(f"On the separate test set it scores {number(evaluation.test_score)}.")
    if not outcomes:
        yield Text("No recorded advice was followed here, so nothing was learned about actions.", style="dim")
    yield from outcome_lines(outcomes)


def _compared(score: float, experiment: Experiment, project: Project, store: Store) -> str:
    """Return how the score lies to the run that was varied and to the baseline, where they count on its scale."""
    from advisor.experiments.scales import scale_before

    scale, usual = getattr(experiment.run.evaluation, "scale", None), scale_before(experiment.name, project.name, store)
    if scale is not None and usual is not None and scale != usual:
        return f", the runs before it on {number(usual[0])} to {number(usual[1])}: nothing tells how they compare"
    varied = store.experiments.varied_by(project.name, experiment)
    others = [] if varied is None else [(varied.name, run_score(varied.run))]
    others.append(("the baseline", None if project.baseline is None else project.baseline.score))
    said = [_distance(score - other, label, other) for label, other in others if other is not None]
    return f": {' and '.join(said)}" if said else ""


def _distance(gain: float, label: str, other: float) -> str:
    if round(gain, 9) == 0:
        return f"the same as {label}"
    return f"{number(round(abs(gain), 9))} {'above' if gain > 0 else 'below'} {label} ({number(other)})"
