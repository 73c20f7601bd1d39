"""``advisor advise``: a file in, advice out, for people or for programs."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from advisor.cli.experiments_store import MaybeProject, MaybeRun, Varied
from advisor.cli.given import Mapped, RunPath, read_given
from advisor.cli.judging import Explain, ReportFormat, exit_code, print_advice
from advisor.cli.known import Known
from advisor.cli.options import RulesFolders
from advisor.cli.recording import in_project, judge_within
from advisor.cli.rulebooks import open_program
from advisor.shown import band_order

_PANEL = "What the file does not say"
EXIT_CODES = "Exit codes: 0 carry on, 1 unusable input, 2 wrong usage, 3 something must be fixed first, 4 broken rulebook."


class TrainingMethod(StrEnum):
    """The contract's words for a training method."""

    supervised = "supervised"
    dpo = "dpo"
    reinforcement = "reinforcement"


def advise(
    path: RunPath,
    mapped: Mapped = None,
    project: MaybeProject = None,
    run: MaybeRun = None,
    parent: Varied = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON, exactly as POST /advise gives it.")] = False,
    form: Annotated[ReportFormat, typer.Option("--format", help="text, json, markdown (for a pull request) or html (one file).")] = (
        ReportFormat.text
    ),
    explain: Annotated[Explain, typer.Option(help="off: no evidence; all: also why each other rule did not fire.")] = Explain.fired,
    rules: RulesFolders = None,
    base_model: Annotated[str | None, typer.Option(metavar="NAME", rich_help_panel=_PANEL, help="The model that was trained.")] = None,
    method: Annotated[
        TrainingMethod | None, typer.Option(metavar="METHOD", rich_help_panel=_PANEL, help="supervised, dpo, reinforcement.")
    ] = None,
    status: Annotated[
        str | None, typer.Option(metavar="WORD", rich_help_panel=_PANEL, help="running, succeeded, failed or cancelled.")
    ] = None,
    epochs: Annotated[float | None, typer.Option(rich_help_panel=_PANEL, help="Passes over the training data.")] = None,
    batch_size: Annotated[
        float | None, typer.Option("--batch", rich_help_panel=_PANEL, help="Examples per step; also --batch-size.")
    ] = None,
    learning_rate_multiplier: Annotated[
        float | None, typer.Option("--lr", rich_help_panel=_PANEL, help="OpenAI's multiplier; also --learning-rate-multiplier.")
    ] = None,
    learning_rate: Annotated[float | None, typer.Option(rich_help_panel=_PANEL, help="The absolute rate of open-source trainers.")] = None,
    dataset: Annotated[
        str | None, typer.Option(metavar="NAME", rich_help_panel=_PANEL, help="The version of the data set, such as v1.")
    ] = None,
    n_train: Annotated[int | None, typer.Option(min=0, metavar="N", rich_help_panel=_PANEL, help="Training examples.")] = None,
    quality_checked: Annotated[
        bool | None,
        typer.Option("--quality-checked/--not-checked", rich_help_panel=_PANEL, help="Whether somebody checked the data."),
    ] = None,
    baseline: Annotated[float | None, typer.Option(rich_help_panel=_PANEL, help="The untuned model's score on your evaluation.")] = None,
    score: Annotated[float | None, typer.Option(rich_help_panel=_PANEL, help="This run's score on the same evaluation.")] = None,
    scale: Annotated[
        tuple[float, float] | None, typer.Option(metavar="LOW HIGH", rich_help_panel=_PANEL, help="The scale of the scores.")
    ] = None,
    n_items: Annotated[
        int | None,
        typer.Option(min=0, metavar="N", rich_help_panel=_PANEL, help="How many items the evaluation has: its noise follows."),
    ] = None,
    reward_range: Annotated[
        tuple[float, float] | None, typer.Option(metavar="LOW HIGH", rich_help_panel=_PANEL, help="The range of the grader's rewards.")
    ] = None,
) -> None:
    """Say what to do next with a run, and why.

    The format of a file is found by its content, never by its name. Of a folder the newest trainer state, or else the log with most
    points is taken. With a project, earlier runs, baseline and goal come from the store, and run and advice are recorded in it.
    """
    program = open_program(rules)
    imported = read_given(path, mapped)
    known = Known(
        base_model=base_model,
        method=None if method is None else method.value,
        status=status,
        n_epochs=epochs,
        batch_size=batch_size,
        learning_rate_multiplier=learning_rate_multiplier,
        learning_rate=learning_rate,
        dataset=dataset,
        n_train=n_train,
        quality_checked=quality_checked,
        baseline=baseline,
        score=score,
        scale=scale,
        n_items=n_items,
        reward_range=reward_range,
    )
    request = in_project(known.complete(imported.request), project, run=run, parent=parent)
    kept = judge_within(imported, request, program, explain)
    print_advice(kept.advice, kept.request, imported, ReportFormat.json if as_json else form, band_order(program.rulebook))
    kept.tell()
    raise typer.Exit(exit_code(kept.advice))
