"""The scale of a project's scores: what is said once counts for the runs after."""

from __future__ import annotations

from advisor.experiments.store import Store
from advisor.facts import EarlierRun, Run

_LOOKED_AT = 25

Scale = tuple[float, float]


def scale_before(name: str | None, project: str, store: Store) -> Scale | None:
    """Return the scale of the scores of the runs before one, or of all where it is not recorded; None where none states it."""
    earlier = store.experiments.before(project, name=name, limit=_LOOKED_AT)
    evaluations = (experiment.run.evaluation for experiment in reversed(earlier))
    return next((e.scale for e in evaluations if e is not None and e.scale is not None), None)


def off_scale(run: Run, scale: Scale | None) -> str | None:
    """Return what is wrong with a run that states no scale and whose scores do not lie on that of the runs before it, else None."""
    score = next((s for s in _scores(run) if scale is not None and not scale[0] <= s <= scale[1]), None)
    if score is None or scale is None:
        return None
    return f"has the score {score:g}, which does not lie on the scale of the runs before, [{scale[0]:g}, {scale[1]:g}]"


def on_scale(run: EarlierRun, scale: Scale | None) -> EarlierRun:
    """Return a run whose scores count on a scale, where it has some and states no scale itself."""
    if scale is None or run.evaluation is None or not _scores(run):
        return run
    return run.model_copy(update={"evaluation": run.evaluation.model_copy(update={"scale": scale})})


def _scores(run: Run) -> list[float]:
    """Return every score of a run that states no scale for them."""
    evaluation = run.evaluation
    if evaluation is None or evaluation.scale is not None:
        return []
    return [s for s in (evaluation.score, evaluation.test_score, *(s for _, s in evaluation.checkpoint_scores)) if s is not None]
