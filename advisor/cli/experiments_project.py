"""``advisor experiments project``: what a project's runs are compared with, and what they are meant to reach."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import typer
from pydantic import TypeAdapter, ValidationError
from rich.text import Text

from advisor.cli.exits import WrongUsage
from advisor.cli.experiments_store import known_project, open_store
from advisor.cli.experiments_table import around_line
from advisor.cli.options import AsJson
from advisor.cli.terminal import show, write_bytes
from advisor.clock import now
from advisor.contract.request import Baseline, Goal


def project(
    name: Annotated[
        str | None,
        typer.Option("--project", "-p", metavar="NAME", envvar="ADVISOR_PROJECT", help="The project; without it, all are listed."),
    ] = None,
    baseline: Annotated[float | None, typer.Option(help="The untuned base model's score on the evaluation of the runs.")] = None,
    target: Annotated[float | None, typer.Option(help="The score that is good enough for production.")] = None,
    needs: Annotated[
        list[str] | None, typer.Option(metavar="WORD", help="reasoning, style, latency, multilingual or low-cost; may be repeated.")
    ] = None,
    runs_left: Annotated[float | None, typer.Option(help="How many more runs the budget allows.")] = None,
    money_left: Annotated[float | None, typer.Option(help="How much money is left.")] = None,
    hours_left: Annotated[float | None, typer.Option(help="How many hours are left.")] = None,
    as_json: AsJson = False,
) -> None:
    """Set a project's baseline and goal, or show them; what is not said stays as it is."""
    budget = {"runs_left": runs_left, "money_left": money_left, "hours_left": hours_left}
    goal: dict[str, Any] = {"target_score": target, "needs": needs or None}
    said = any(value is not None for value in (baseline, *budget.values(), *goal.values()))
    if said and name is None:
        raise WrongUsage("Say which project is meant: --project NAME.")
    with open_store() as store:
        if name is None:
            found = store.projects.all()
        elif not said:
            found = [known_project(store, name)]
        else:
            changed = _changed(baseline, {name: value for name, value in goal.items() if value is not None}, budget)
            changed(None, Goal())  # a value that is out of bounds is refused before there is a project
            if store.projects.find(name) is None:
                store.projects.set(name, created_at=now())
            found = [store.projects.change(name, changed, at=now())]
    if as_json:
        write_bytes(TypeAdapter(Any).dump_json(found if name is None else found[0]))
    elif found:
        show(*(Text(around_line(one)) for one in found))
    else:
        show(Text("The store has no project yet; advisor experiments add makes one."))


def _changed(
    score: float | None, said: dict[str, Any], budget: dict[str, Any]
) -> Callable[[Baseline | None, Goal], tuple[Baseline | None, Goal]]:
    """Return what puts the values that were said into a baseline and a goal."""

    def changed(baseline: Baseline | None, goal: Goal) -> tuple[Baseline | None, Goal]:
        known = goal.model_dump(exclude_none=True)
        left = {**known.pop("budget", {}), **{name: value for name, value in budget.items() if value is not None}}
        try:
            return baseline if score is None else Baseline(score=score), Goal.model_validate({**known, **said, "budget": left})
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            names = {"target_score": "--target", "needs": "--needs", "score": "--baseline"}
            option = names.get(str(first["loc"][0])) or f"--{str(first['loc'][-1]).replace('_', '-')}"
            raise WrongUsage(f"{option}: must be {first['msg'].removeprefix('Input should be ')}") from None

    return changed
