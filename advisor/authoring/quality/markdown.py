"""An evaluation as Markdown tables, each figure with its count."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from advisor.authoring.evaluate import Evaluation, FamilyAdvice
from advisor.authoring.quality.advice_scores import AdviceScores, Uplift
from advisor.authoring.quality.calibration import Calibration
from advisor.authoring.quality.confusion import FindingConfusion
from advisor.authoring.quality.grader_scores import GraderScores
from advisor.authoring.quality.loop import LoopScores
from advisor.authoring.quality.overfitting_scores import OverfittingScores

_LISTED = 5


def to_markdown(evaluation: Evaluation, rulebook: str) -> str:
    """Return the whole report.

    Args:
        evaluation: What was measured.
        rulebook: Name and revision of the rulebook, as the report states them.
    """
    return _document(evaluation, rulebook, whole=True)


def summary(evaluation: Evaluation, rulebook: str) -> str:
    """Return the headline figures only, narrow enough for a terminal."""
    return _document(evaluation, rulebook, whole=False)


def _document(evaluation: Evaluation, rulebook: str, *, whole: bool) -> str:
    parts = [f"# Quality of the advice\n\nRulebook {rulebook}, judged on {_counted(evaluation)}.", *_skipped(evaluation)]
    if evaluation.advice is not None:
        parts += _advice(evaluation.advice, evaluation.loop)
        parts += _advice_in_parts(evaluation.advice) if whole else []
    if evaluation.by_family:
        parts += _families(evaluation.by_family)
    if evaluation.overfitting:
        parts += _overfitting(evaluation.overfitting)
        parts += _problems(evaluation.overfitting) if whole else []
    if evaluation.graders is not None:
        parts += _graders(evaluation.graders)
    parts += _calibration(evaluation.calibration, whole=whole)
    parts += _confusion(evaluation.confusion) if whole else []
    parts.append(f"The advisor said that it cannot judge: {evaluation.cannot_judge} runs.")
    return "\n\n".join(parts) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in line) + " |" for line in lines)


def figure(value: float | None, digits: int = 2) -> str:
    """Return a number with a fixed count of digits; a dash where there is none."""
    return "–" if value is None else f"{value:.{digits}f}"


def _counted(evaluation: Evaluation) -> str:
    kinds = (
        (evaluation.runs, "runs with recorded neighbours"),
        (evaluation.histories, "labelled histories"),
        (evaluation.gradings, "reinforcement runs with a verified label"),
    )
    return ", ".join(f"{count} {kind}" for count, kind in kinds if count)


def _skipped(evaluation: Evaluation) -> list[str]:
    if not evaluation.skipped:
        return []
    listed = "; ".join(f"`{s.place}` {s.reason}" for s in evaluation.skipped[:_LISTED])
    more = len(evaluation.skipped) - _LISTED
    return [f"Left out as no labelled runs: {listed}" + (f"; and {more} more." if more > 0 else ".")]


def _advice(advice: AdviceScores, loop: LoopScores | None) -> list[str]:
    measures = [
        ("Uplift of the first advice, net of cost", _uplift(advice.any_change)),
        ("The same where the data are fixed", _uplift(advice.data_fixed)),
        ("First advice has a recorded outcome", advice.first_advice_recorded),
        ("Mean gain, points", f"{figure(advice.mean_net_points)} of {figure(advice.mean_net_points_best)}"),
        ("First advice clearly helps", advice.top1),
        ("One of the first three clearly helps", advice.top3),
        ("Both, mean over primary causes", f"{figure(advice.macro_top1)}, {figure(advice.macro_top3)}"),
        ("Alarm where a change gains much", advice.alarm_where_sick),
        ("Alarm where nothing helps", advice.alarm_where_well),
        ("Difference J", figure(advice.alarm_j)),
        ("Regret of the best checkpoint, points", f"{figure(advice.checkpoint_regret_points)} on {advice.checkpoints_judged} runs"),
        ("Regret of the last checkpoint there, points", figure(advice.checkpoint_regret_of_last)),
        ("`overfitting` against the label by loss", f"F1 {figure(advice.loss_overfit.f1)}, {advice.loss_overfit}"),
        ("Unlearnable tasks named", f"{advice.too_hard_named}; elsewhere {advice.too_hard_named_elsewhere}"),
    ]
    if loop is not None:
        said = f"{figure(loop.advice)} of the best (fixed list {figure(loop.fixed_list)}, at random {figure(loop.random)})"
        measures.append((f"After {loop.rounds} experiments from {loop.starts} starts", said))
    return [
        "## The advised experiments",
        table(("measure", "figure"), measures),
        f"Best fixed list: {' > '.join(advice.fixed_list) or 'none'}.",
    ]


def _advice_in_parts(advice: AdviceScores) -> list[str]:
    return [
        "### By primary cause",
        table(("cause", "first", "one of three"), ((cause, s.top1, s.top3) for cause, s in advice.by_cause.items())),
        "### By the action that decided",
        table(
            ("action", "runs", "clearly helped", "mean net points", "share of the best change"),
            ((a.action, a.runs, a.clearly_helped, figure(a.mean_net_points), figure(a.share_of_best)) for a in advice.by_action),
        ),
    ]


def _uplift(uplift: Uplift) -> str:
    return f"{figure(uplift.advice, 3)}, fixed list {figure(uplift.fixed_list, 3)}, **skill {figure(uplift.skill, 3)}**"


def _families(families: Sequence[FamilyAdvice]) -> list[str]:
    rows = [(label, *_row(scores)) for f in families for label, scores in ((f.family, f.own), (f"all but {f.family}", f.without))]
    head = ("family", "runs", "skill", "data-fixed skill", "macro first", "macro three", "J", "checkpoint regret")
    said = "The fixed list that a family is compared with was chosen on the other families."
    return ["## By family", said, table(head, rows)]


def _row(scores: AdviceScores) -> tuple[object, ...]:
    parts = (
        scores.any_change.skill,
        scores.data_fixed.skill,
        scores.macro_top1,
        scores.macro_top3,
        scores.alarm_j,
        scores.checkpoint_regret_points,
    )
    return (scores.runs, *map(figure, parts))


def _overfitting(scores: Sequence[OverfittingScores]) -> list[str]:
    rows = [
        (
            s.points,
            figure(s.overall.macro_f1, 3),
            s.overall.hits,
            s.overall.misses,
            s.overall.false_alarms,
            s.overall.quiet,
            ", ".join(s.wrong[:_LISTED]) or "–",
        )
        for s in scores
    ]
    return [
        "## Overfitting on labelled histories",
        table(("points", "macro-F", "found", "missed", "false", "rightly quiet", "wrong"), rows),
    ]


def _problems(scores: Sequence[OverfittingScores]) -> list[str]:
    rows = [
        (f.family, f.own.hits + f.own.misses, *(_wrong(s, f.family) for s in scores), figure(f.without.macro_f1, 3))
        for f in scores[0].by_family
    ]
    head = ("problem", "overfit", *(f"wrong at {s.points}" for s in scores), f"macro-F without it at {scores[0].points}")
    return [table(head, rows)]


def _wrong(scores: OverfittingScores, family: str) -> int:
    return next(f.own.misses + f.own.false_alarms for f in scores.by_family if f.family == family)


def _graders(scores: GraderScores) -> list[str]:
    return [
        "## Faults of graders",
        table(("fault", "named", "said of others"), ((f.fault, f.named, f.said_of_others) for f in scores.faults)),
        f"Alarms of high severity on healthy runs: {scores.alarms_on_healthy}.",
    ]


def _calibration(calibration: Calibration, *, whole: bool) -> list[str]:
    levels = list(calibration.right)
    each = calibration.by_finding if whole else ()
    rows = [("all", *calibration.right.values()), *((f.finding, *(f.right[level] for level in levels)) for f in each)]
    said = (
        "Of the findings called high, medium or low that claim something checkable, how many were right: the label itself, "
        "or that the first change behind them with a recorded outcome clearly helps."
    )
    return ["## Calibration of confidence", said, table(("finding", *levels), rows)]


def _confusion(rows: Sequence[FindingConfusion]) -> list[str]:
    if not rows:
        return []
    causes = list(rows[0].by_cause)
    head = ("finding", "raised", *(f"{cause} ({rows[0].by_cause[cause].of})" for cause in causes))
    body = ((r.finding, r.raised.hits, *(figure(r.by_cause[cause].share) for cause in causes)) for r in rows)
    return ["## Findings against causes", "Share of the runs of each cause on which a finding was raised.", table(head, body)]
