"""What is said about experiments as they are recorded: what changed, and which common mistakes they show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.text import Text

from advisor.cli.exits import WrongUsage
from advisor.cli.layout import bullets, number
from advisor.clock import now
from advisor.contract.advice import CommonMistake
from advisor.facts import EarlierRun

if TYPE_CHECKING:
    from advisor.engine import Program
    from advisor.experiments import Store
    from advisor.experiments.records import Experiment, Outcome

_JUDGED = 25
_REMEDIES = {
    "no-baseline": "advisor experiments project --baseline SCORE",
    "several-variables-changed": "if it varies another run than the one before it: --parent RUN",
    "eval-set-overused": "advisor experiments evaluate RUN --test-score SCORE",
    "data-added-unchecked": "if somebody did check the data: --quality-checked",
}
"""How to say what the mistake misses, in words of this command line."""


def mistakes_shown(experiments: Sequence[Experiment], project: str, store: Store, program: Program) -> dict[str, tuple[CommonMistake, ...]]:
    """Return the mistakes that recorded experiments show, by their names; of a long list only the last are judged."""
    from advisor.experiments.loop import mistakes_of

    return {one.name: found for one in experiments[-_JUDGED:] if (found := mistakes_of(one, project, store, program))}


def mistake_lines(mistakes: Mapping[str, Iterable[CommonMistake]]) -> list[RenderableType]:
    """Return the mistakes, each once with the last experiment that shows it."""
    last: dict[str, tuple[str, CommonMistake]] = {}
    for name, found in mistakes.items():
        for mistake in found:
            last.pop(mistake.id, None)
            last[mistake.id] = (name, mistake)
    if not last:
        return []
    items = []
    for name, mistake in last.values():
        remedy = _REMEDIES.get(mistake.id)
        items.append(
            Text.assemble((f"{name}, {mistake.id}: ", "bold yellow"), mistake.explanation, (f" ({remedy})" if remedy else "", "dim"))
        )
    return [bullets(items)]


def outcomes_of(experiments: Sequence[Experiment], project: str, store: Store, program: Program) -> list[Outcome]:
    """Record what came of the advice that led to evaluated experiments, and return it; of a long list only the last are looked at."""
    from advisor.experiments.settling import settle

    measures = program.rulebook.measures
    return [outcome for one in experiments[-_JUDGED:] for outcome in settle(project, one, store, measures, created_at=now())]


def outcome_lines(outcomes: Iterable[Outcome]) -> list[Text]:
    """Return what came of the actions that were followed, a line for each."""
    return [
        Text.assemble(("Followed: ", "dim"), (outcome.action, "bold"), f", for the rule {outcome.rule}: {_came_of(outcome)}.")
        for outcome in outcomes
    ]


def on_usual_scale(run: EarlierRun, scale: tuple[float, float] | None) -> EarlierRun:
    """Return a run whose score counts on the scale of the runs before, where it states none; raise WrongUsage where it is off that."""
    from advisor.experiments.scales import off_scale, on_scale

    wrong = off_scale(run, scale)
    if wrong is not None:
        raise WrongUsage(f"--score: {wrong}\n    Give --scale LOW HIGH where it was scored on another one.")
    return on_scale(run, scale)


def _came_of(outcome: Outcome) -> str:
    if outcome.helped is None:
        return f"whether it helped is not known: {(outcome.note or 'the run before was not evaluated').rstrip('.')}"
    before, after = outcome.score_before, outcome.score
    scores = "" if before is None or after is None else f", {number(before)} -> {number(after)}"
    return f"it {'helped' if outcome.helped else 'did not help'}{scores}{' (as somebody stated)' if outcome.stated else ''}"
