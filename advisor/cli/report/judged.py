"""Stopping criteria, common mistakes, and what was not judged and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from advisor.cli.layout import bullets, number, paragraph
from advisor.contract.advice import CommonMistake, ConditionResult, NotEvaluated, RuleOutcome, StoppingCriterion
from advisor.facts import Run
from advisor.shown import grouped_by_missing

_SHOWN_GAPS = 5
_SHOWN_TITLES = 1
_OPTIONS = {
    "base_model": "--base-model",
    "n_epochs": "--epochs",
    "batch_size": "--batch-size",
    "learning_rate_multiplier": "--learning-rate-multiplier",
    "learning_rate": "--learning-rate",
    "n_train": "--n-train",
    "status": "--status",
    "baseline.score": "--baseline",
    "evaluation.score": "--score",
    "evaluation.scale": "--scale",
}


def stopping_list(criteria: Sequence[StoppingCriterion]) -> RenderableType:
    """Return the checklist: met, not met, or unknown."""
    words = {True: ("yes", "bold green"), False: ("no", "dim"), None: ("?", "yellow")}
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(justify="right", min_width=6, no_wrap=True)
    grid.add_column(overflow="fold", ratio=1)
    for criterion in criteria:
        word, style = words[criterion.met]
        grid.add_row(Text(word, style=style), Text.assemble((f"{criterion.id}: ", "bold" if criterion.met else ""), criterion.explanation))
    return grid


def mistake_list(mistakes: Sequence[CommonMistake]) -> RenderableType:
    """Return the mistakes with their explanations."""
    return bullets(Text.assemble((f"{m.id}: ", "bold"), m.explanation) for m in mistakes)


def not_judged(rules: Sequence[NotEvaluated], run: Run, *, in_full: bool) -> Iterator[RenderableType]:
    """Yield what is missing with what it would let the rulebook say, the most useful first; in short unless asked for all."""
    ordered = grouped_by_missing(rules)
    shown = ordered if in_full else ordered[:_SHOWN_GAPS]
    yield paragraph("With these the rulebook could say more:")
    yield bullets(_gap(missing, found, run, in_full=in_full) for missing, found in shown)
    rest = sum(len(found) for _, found in ordered[len(shown) :])
    if rest:
        yield paragraph(
            f"and {rest} more {'rule' if rest == 1 else 'rules'} for want of other facts; --explain all lists them.", style="dim"
        )


def _gap(missing: tuple[str, ...], found: list[NotEvaluated], run: Run, *, in_full: bool) -> Text:
    titles = [rule.would for rule in found]
    named = titles if in_full else titles[:_SHOWN_TITLES]
    more = f"; and {len(titles) - len(named)} more" if len(named) < len(titles) else ""
    lacking = ", ".join(_named(name, run) for name in missing) or "more points"
    return Text.assemble((lacking, "bold"), f": {'; '.join(named)}{more}")


def _named(name: str, run: Run) -> str:
    if name == "base_model" and run.base_model is not None:
        return f"a base model that the rulebook knows (it has no row for {run.base_model})"
    plain = f"{name} as a number" if getattr(run.hyperparameters, name, None) == "auto" else name
    return f"{plain} ({_OPTIONS[name]})" if name in _OPTIONS else plain


def outcome_list(outcomes: Sequence[RuleOutcome]) -> RenderableType:
    """Return every rule that applies with its outcome and, where it did not fire, the first comparison that failed and by what."""
    judged = [o for o in outcomes if o.outcome != "not_applicable"]
    return bullets(Text.assemble((f"{o.rule}: ", "bold" if o.outcome == "fired" else ""), _outcome(o)) for o in judged)


def _outcome(outcome: RuleOutcome) -> Text:
    word = outcome.outcome.replace("_", " ")
    if outcome.outcome == "suppressed":
        return Text(f"{word} by {outcome.by}", style="dim")
    if outcome.outcome == "not_evaluated":
        return Text(f"not evaluated: lacks {', '.join(outcome.missing)}", style="dim")
    if outcome.outcome == "fired":
        return Text(word, style="bold")
    failed = next((c for c in outcome.conditions if c.holds is False), None)
    return Text(word + (f": {_miss(failed)}" if failed is not None else ""), style="dim")


def _miss(condition: ConditionResult) -> str:
    if condition.value is None or condition.threshold is None:
        return f"{condition.condition} does not hold"
    signal = condition.condition.split()[0]
    named = f"{signal} is {number(condition.value)}" if signal.isidentifier() else f"{condition.condition} with {number(condition.value)}"
    return f"{named}, needs {condition.operator} {number(condition.threshold)}"
