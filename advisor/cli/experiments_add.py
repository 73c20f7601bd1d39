"""``advisor experiments add`` and ``change``: runs into the store, from files or from options."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import TypeAdapter
from rich.text import Text

from advisor.cli import experiments_values as said
from advisor.cli.exits import WrongUsage
from advisor.cli.experiments_reading import GivenExperiments, read_experiments
from advisor.cli.experiments_store import ProjectName, RunName, known_project, open_store
from advisor.cli.experiments_table import changes_text
from advisor.cli.experiments_told import mistake_lines, mistakes_shown, on_usual_scale, outcome_lines, outcomes_of
from advisor.cli.experiments_values import Values
from advisor.cli.given import Mapped
from advisor.cli.options import AsJson, RulesFolders
from advisor.cli.rulebooks import open_program
from advisor.cli.terminal import note, show, write_bytes
from advisor.clock import now
from advisor.contract.advice import Change, CommonMistake
from advisor.facts import EarlierRun

if TYPE_CHECKING:
    from advisor.engine import Program
    from advisor.experiments import Store
    from advisor.experiments.records import Experiment, Outcome
    from advisor.experiments.table import ExperimentRow

_SHOWN = 20


def add(
    project: ProjectName,
    path: Annotated[
        str | None,
        typer.Argument(
            metavar="[FILE]",
            show_default=False,
            help="A run of any format that `advisor formats` lists, a list of runs or an export as JSON, or - for standard input.",
        ),
    ] = None,
    mapped: Mapped = None,
    run: Annotated[str | None, typer.Option("--run", metavar="NAME", help="What to call it; else R and its number.")] = None,
    parent: Annotated[str | None, typer.Option("--parent", metavar="RUN", help="The run that it varies; else the one before it.")] = None,
    base_model: said.BaseModel = None,
    method: said.TrainedBy = None,
    status: said.Status = None,
    epochs: said.Epochs = None,
    multiplier: said.Multiplier = None,
    batch: said.Batch = None,
    learning_rate: said.Rate = None,
    dataset: said.DatasetVersion = None,
    n_train: said.NTrain = None,
    n_valid: said.NValid = None,
    quality_checked: said.Checked = None,
    best_valid_loss: said.BestLoss = None,
    score: said.OwnScore = None,
    scale: said.OwnScale = None,
    test_score: said.TestScore = None,
    n_items: said.Items = None,
    as_json: AsJson = False,
    rules: RulesFolders = None,
) -> None:
    """Record an experiment, or many from a list, and point out common mistakes at once."""
    values = Values(
        base_model, method, status, epochs, multiplier, batch, learning_rate, dataset, n_train, n_valid, quality_checked,
        best_valid_loss, score, scale, test_score, n_items,
    )  # fmt: skip
    if path is None and run is None and not values.said:
        raise WrongUsage("Give a file, or values such as --run R1 --base-model NAME --epochs 2 --lr 1.0 --score 8.05.")
    if path is None and mapped:
        raise WrongUsage("--map names the columns of a log: give the file too.")
    given = GivenExperiments((EarlierRun(),), (None,)) if path is None else read_experiments(path, mapped)
    if len(given.runs) > 1 and (run is not None or parent is not None or values.said):
        raise WrongUsage(f"{path} holds {len(given.runs):,} runs: options describe one. Give the file alone.")
    runs = [values.put_into(r) for r in given.runs]
    if run is not None:
        runs = [runs[0].model_copy(update={"id": run})]
    from advisor.experiments.scales import scale_before

    program = open_program(rules)
    with open_store() as store:
        if len(runs) == 1:
            runs = [on_usual_scale(runs[0], scale_before(None, project, store))]
        parents = [parent or p for p in given.parents]
        with store.at_once():
            recorded = store.experiments.add(project, runs, created_at=now(), parents=parents, baseline=given.baseline, goal=given.goal)
            outcomes = outcomes_of(recorded, project, store, program)
            rows, mistakes = _shown(recorded, project, store, program)
        for sentence in given.warnings:
            note(Text(sentence))
        _tell(rows, project, mistakes, outcomes, as_json=as_json)


def change(
    name: RunName,
    project: ProjectName,
    base_model: said.BaseModel = None,
    method: said.TrainedBy = None,
    status: said.Status = None,
    epochs: said.Epochs = None,
    multiplier: said.Multiplier = None,
    batch: said.Batch = None,
    learning_rate: said.Rate = None,
    dataset: said.DatasetVersion = None,
    n_train: said.NTrain = None,
    n_valid: said.NValid = None,
    quality_checked: said.Checked = None,
    best_valid_loss: said.BestLoss = None,
    as_json: AsJson = False,
    rules: RulesFolders = None,
) -> None:
    """Correct or complete what was recorded of a run; what is not said stays as it is."""
    values = Values(
        base_model, method, status, epochs, multiplier, batch, learning_rate, dataset, n_train, n_valid, quality_checked, best_valid_loss
    )
    if not values.said:
        raise WrongUsage("Say what is to be changed, such as --epochs 3; the score is recorded by advisor experiments evaluate.")
    program = open_program(rules)
    with open_store() as store:
        known_project(store, project)
        store.experiments.get(project, name)
        with store.at_once():
            changed = store.experiments.change(project, name, values.put_into, updated_at=now())
            outcomes = outcomes_of([changed], project, store, program)
            rows, mistakes = _shown([changed], project, store, program)
        _tell(rows, project, mistakes, outcomes, as_json=as_json)


def _shown(
    recorded: Sequence[Experiment], project: str, store: Store, program: Program
) -> tuple[list[ExperimentRow], dict[str, tuple[CommonMistake, ...]]]:
    """Return the lines of what is recorded, and its mistakes: asked before it is kept, so that nothing fails once it is."""
    from advisor.experiments.table import table_page

    rows = table_page(store, project, after=recorded[0].position - 1, limit=len(recorded))
    return rows, mistakes_shown(recorded, project, store, program)


def _tell(
    rows: Sequence[ExperimentRow],
    project: str,
    mistakes: dict[str, tuple[CommonMistake, ...]],
    outcomes: list[Outcome],
    *,
    as_json: bool,
) -> None:
    from advisor.experiments.records import Outcome
    from advisor.experiments.table import ExperimentRow

    if as_json:
        told = TypeAdapter(dict[str, Sequence[ExperimentRow] | list[Outcome] | dict[str, tuple[CommonMistake, ...]]])
        write_bytes(told.dump_json({"experiments": rows, "learned": outcomes, "mistakes": mistakes}, by_alias=True))
        return
    lines = [_line(row.run, row.changed) for row in rows[-_SHOWN:]]
    if len(rows) > _SHOWN:
        lines = [Text(f"{len(rows):,} experiments, the last of them:"), *lines]
    show(Text(f"Recorded in project {project}:"), *lines, *outcome_lines(outcomes), *mistake_lines(mistakes))


def _line(name: str, changed: Sequence[Change]) -> Text:
    return Text.assemble("  ", (name, "bold"), f"  {changes_text(changed)}" if changed else "")
