"""The plan: the next experiment, the models to compare, the checkpoints to evaluate, the deployments to delete."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import TypeAdapter
from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from advisor.advice.model_runs import ModelRun, model_runs
from advisor.cli.layout import INDENT, bullets, heading, number, paragraph
from advisor.contract import Advice, AdviseRequest
from advisor.contract.advice import Action, Candidate, Experiment, StoppingCriterion, Verdict
from advisor.facts import EarlierRun, Run
from advisor.rulebook import Rulebook
from advisor.signals import Curves, best_run_score
from advisor.signals.scales import comparable, incomparable, usual_scale
from advisor.sources.openai_jobs import JobCall

_CLEAN_UP = "clean-up-deployments"


@dataclass(frozen=True, slots=True)
class ScoredRun:
    """An experiment that was evaluated on the usual scale.

    Attributes:
        run: Its name.
        score: Its best score.
        gain: What it gained over the best run before it, the first one over the baseline; None for the first without a baseline.
        over: Which of the two, in words.
    """

    run: str | None
    score: float
    gain: float | None
    over: str | None


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do next with a run, ready to be carried out.

    Attributes:
        verdict: The run's one word.
        first: What comes before any further training: the actions of the tiers that rank first, but for deployments.
        stopping: The stopping criteria that are met.
        last_experiments: The evaluated experiments that the stopping criteria look at, oldest first.
        next_experiment: The one change; None where there is nothing to try.
        no_experiment: Why there is none.
        call: The same as a call of the fine-tuning API.
        models: The base models to run the same data through.
        candidates: The checkpoints to evaluate.
        deployments: The names of the deployments that nobody uses.
        clean_up: What to do about those, in the rulebook's words; None where there are none.
    """

    verdict: Verdict
    first: tuple[Action, ...]
    stopping: tuple[StoppingCriterion, ...]
    last_experiments: tuple[ScoredRun, ...]
    next_experiment: Experiment | None
    no_experiment: str | None
    call: JobCall | None
    models: tuple[ModelRun, ...]
    candidates: tuple[Candidate, ...]
    deployments: tuple[str, ...]
    clean_up: str | None


PLAN = TypeAdapter(Plan)


def plan_of(advice: Advice, request: AdviseRequest, rulebook: Rulebook, call: JobCall | None) -> Plan:
    """Return the plan that advice amounts to."""
    before = {tier.id for tier in rulebook.priorities.tiers if tier.first}
    unused = tuple(d.name or d.run_id or "unnamed" for d in request.deployments if d.in_use is False)
    clean_up = next((f"{a.title}. {a.explanation}" for a in advice.actions if a.id == _CLEAN_UP), None)
    return Plan(
        advice.verdict,
        tuple(action for action in advice.actions if action.tier in before and action.id != _CLEAN_UP),
        tuple(s for s in advice.stopping if s.met),
        _last_experiments(Curves(request, rulebook.measures)),
        advice.next_experiment,
        advice.no_experiment,
        call,
        model_runs(rulebook, request),
        advice.candidates,
        unused,
        clean_up if unused else None,
    )


def _last_experiments(curves: Curves) -> tuple[ScoredRun, ...]:
    scale, baseline = usual_scale(curves), curves.request.baseline
    runs: list[Run | EarlierRun] = [run for run in curves.request.history if comparable(run, scale)]
    if incomparable(curves) is None:
        runs.append(curves.run)
    first = None if baseline is None else baseline.score
    told: list[ScoredRun] = []
    for run in runs:
        score = best_run_score(run)
        if score is not None:
            best, over = (max(one.score for one in told), "the best before it") if told else (first, "the baseline")
            told.append(ScoredRun(run.id, score, None if best is None else round(score - best, 9), None if best is None else over))
    return tuple(told[-int(curves.measures.history_window) :])


def plan_page(plan: Plan) -> Iterator[RenderableType]:
    """Yield the parts of the page; a part without content is left out."""
    yield Text.assemble((plan.verdict.id.upper(), "bold"), (f"  {plan.verdict.title}", "bold"))
    yield paragraph(plan.verdict.explanation, indent=0)
    if plan.stopping:
        yield heading("Why to stop")
        yield bullets(s.explanation for s in plan.stopping)
    if len(plan.last_experiments) > 1 or plan.stopping:
        yield heading("The last experiments")
        yield bullets(_scored_line(run) for run in plan.last_experiments)
    if plan.first:
        yield heading("First")
        yield bullets(f"{action.title}. {action.explanation}" for action in plan.first)
    yield heading("Next experiment")
    if plan.next_experiment is None or plan.call is None:
        yield paragraph(plan.no_experiment or "Nothing is left to try by changing one thing.")
    else:
        yield paragraph(plan.next_experiment.explanation)
        yield Padding(Text(plan.call.source(), style="cyan", overflow="fold"), (1, 0, 1 if plan.call.lacking else 0, INDENT))
        if plan.call.lacking:
            yield bullets(plan.call.lacking)
    if plan.models:
        yield heading("The same data through several base models")
        yield bullets(_model_line(m) for m in plan.models)
    if plan.candidates:
        yield heading("Checkpoints to evaluate")
        yield bullets(_candidate_line(c) for c in plan.candidates)
    if plan.clean_up is not None:
        yield heading("Deployments")
        yield paragraph(plan.clean_up)
        yield bullets(plan.deployments)


def _scored_line(scored: ScoredRun) -> Text:
    gain = "" if scored.gain is None else f", {number(abs(scored.gain))} {'below' if scored.gain < 0 else 'above'} {scored.over}"
    return Text.assemble((scored.run or "this run", "bold"), f": {number(scored.score)}{gain}")


def _model_line(model: ModelRun) -> Text:
    start = ", ".join(f"{name} {_span(limits)}" for name, limits in model.start.items())
    state = " (tried)" if model.tried else "" if model.needs_examples is None else f" (only with {model.needs_examples:,} examples or more)"
    return Text.assemble((model.model, "bold"), f"{state}: {model.role}. {model.best_for}.", f" Start with {start}." if start else "")


def _span(limits: tuple[float, float]) -> str:
    low, high = limits
    return number(low) if low == high else f"{number(low)} to {number(high)}"


def _candidate_line(candidate: Candidate) -> str:
    model = f": {candidate.fine_tuned_model_checkpoint}" if candidate.fine_tuned_model_checkpoint else ", whose weights were not kept"
    return f"step {candidate.step_number:,} ({candidate.reason}){model}"
