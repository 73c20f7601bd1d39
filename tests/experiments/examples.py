"""Runs to record, and an advice as the edges give it: surrounded, judged, kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from advisor.contract import AdviseRequest
from advisor.engine import Program
from advisor.experiments import Store
from advisor.experiments.loop import surround
from advisor.experiments.records import Circumstances, KeptAdvice, Outcome
from advisor.facts import EarlierRun
from advisor.service import advise, to_json

AT = "2026-11-20T12:00:00.000+00:00"
LATER = "2026-11-21T12:00:00.000+00:00"
OVERFIT: dict[str, Any] = json.loads((Path(__file__).parents[2] / "examples" / "overfit-run.json").read_text(encoding="utf-8"))


def a_run(name: str | None = None, **facts: Any) -> EarlierRun:
    """Return a supervised run of a few facts."""
    return EarlierRun.model_validate({**({} if name is None else {"id": name}), "method": "supervised", **facts})


def scored(name: str, score: float, **settings: Any) -> EarlierRun:
    """Return a run with its score and its hyperparameters."""
    return a_run(name, hyperparameters=settings, evaluation={"score": score})


def a_request(**around: Any) -> AdviseRequest:
    """Return a request about the example's overfitted run."""
    return AdviseRequest.model_validate({"run": OVERFIT["run"], **around})


def given(store: Store, program: Program, request: AdviseRequest, advice_id: str, at: str = AT) -> bytes:
    """Judge a request as the edges do, keep the advice, and return the answer's bytes."""
    known = surround(request, store)
    told = Circumstances("fired", known.warnings)
    advice = advise(known.request, program, advice_id=advice_id, created_at=at, level=told.level, warnings=told.warnings)
    answer = to_json(advice)
    store.advice.keep(advice, answer, known.request, program.rulebook, told, run=request.run)
    return answer


def an_outcome(advice_id: str, action: str = "fewer-epochs", *, rule: str = "sft/overfitting", **values: Any) -> Outcome:
    """Return the outcome of an action that helped, unless told otherwise."""
    usual = {
        "experiment": "R2",
        "followed": True,
        "score_before": 8.05,
        "score": 9.15,
        "helped": True,
        "note": None,
        "created_at": AT,
        "stated": True,
    }
    return Outcome(advice_id=advice_id, action=action, rule=rule, **{**usual, **values})


def kept_without_judging(store: Store, advice_id: str, actions: list[dict[str, Any]] | None = None) -> KeptAdvice:
    """Put an advice into the store that no rulebook gave, and return it."""
    from sqlalchemy import insert

    from advisor.experiments.tables import ADVICE

    answer = json.dumps({"actions": actions or []}).encode()
    with store.database.writing() as connection:
        connection.execute(
            insert(ADVICE).values(
                id=advice_id, created_at=AT, experiment_id=None, rulebook_revision="0" * 16, rulebook_name="none",
                circumstances='{"level":"fired"}', request=a_request().model_dump_json(exclude_unset=True).encode(), response=answer,
            )
        )  # fmt: skip
    return store.advice.get(advice_id)
