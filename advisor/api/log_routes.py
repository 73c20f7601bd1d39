"""``/advice`` and ``/record``: what was said, given again, and what came of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from advisor import __version__
from advisor.api.body import read_body
from advisor.api.description import OUTCOME, answers, refusals
from advisor.api.keys import Guard
from advisor.api.problems import Place, Refusal, problem
from advisor.api.reading import read_facts, read_json
from advisor.api.recording import OutcomeFacts
from advisor.api.serving import Serving
from advisor.api.store_faults import refusal_of
from advisor.api.stored import Kept
from advisor.clock import now
from advisor.contract import Advice, AdviseRequest
from advisor.errors import BrokenRulebook, UnusableInput
from advisor.experiments import Store
from advisor.experiments.following import outcome_of, run_before
from advisor.experiments.loop import Replayer
from advisor.experiments.records import AdviceInShort, KeptAdvice, Outcome, Word
from advisor.experiments.scales import scale_before
from advisor.settings import Settings

_JSON = "application/json"
_SAME = "Advisor-Replay"
_REPLAYED = answers(Advice)
_REPLAYED[200]["headers"] = {
    _SAME: {
        "description": "`same`: byte for byte what was said then. Else in a sentence why it is not.",
        "schema": {"type": "string"},
    }
}

Searched = Annotated[str, Query(alias="q", max_length=200, description="Words that stand in the verdict, the findings and the actions.")]
Before = Annotated[str | None, Query(description="The `next` of the page before: the id of its last advice.")]


@dataclass(frozen=True, slots=True)
class AdvicePage:
    """Advice in short, newest first; ``next`` is the ``before`` of the page that follows, null on the last."""

    advice: tuple[AdviceInShort, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class RecordLine:
    """How often an action or a rule's advice was followed with a known outcome, and how often that helped."""

    id: str
    followed: int
    helped: int


@dataclass(frozen=True, slots=True)
class TeamRecord:
    """What came of advice so far, the most followed first; a rule's line counts the actions that it spoke loudest for."""

    actions: tuple[RecordLine, ...]
    rules: tuple[RecordLine, ...]


@dataclass(frozen=True, slots=True)
class OutcomeList:
    """What is known of an advice's actions, in the order of recording."""

    outcomes: tuple[Outcome, ...]


def log_routes(kept: Kept, replayer: Replayer | None, serving: Serving, guard: Guard, settings: Settings) -> APIRouter:
    """Return the routes over the log of advice; ``replayer`` is there where the store is."""
    router = APIRouter(tags=["log"])
    reader, engineer = [Depends(guard.at_least("reader"))], [Depends(guard.at_least("engineer"))]

    @router.get("/advice", summary="List and search what was said", dependencies=reader, responses=refusals(401, 403, 404, 422, 503))
    def list_advice(
        before: Before = None,
        limit: Annotated[int, Query(ge=1, le=1000, description="How many at most.")] = 50,
        project: Annotated[str | None, Query(description="Only advice on this project.")] = None,
        experiment: Annotated[str | None, Query(description="Only advice on experiments of this name.")] = None,
        search: Searched = "",
    ) -> AdvicePage:
        """Every advice, newest first, in pages."""
        found = kept().advice.page(before=before, limit=limit + 1, project=project, experiment=experiment, search=search)
        return AdvicePage(tuple(found[:limit]), found[limit - 1].id if len(found) > limit else None)

    @router.get(
        "/advice/{advice_id}",
        summary="Show an advice",
        dependencies=reader,
        response_class=Response,
        responses=answers(Advice) | refusals(401, 403, 404, 422, 503),
    )
    def show_advice(advice_id: str) -> Response:
        """An advice, byte for byte as it was given."""
        return Response(kept().advice.get(advice_id).response, media_type=_JSON)

    @router.get(
        "/advice/{advice_id}/request",
        summary="Show what was judged",
        dependencies=reader,
        response_class=Response,
        responses=answers(AdviseRequest) | refusals(401, 403, 404, 422, 503),
    )
    def show_request(advice_id: str) -> Response:
        """The request as it was judged: with the history, baseline and goal that the store added. It can be posted to `/advise` again."""
        return Response(kept().advice.get(advice_id).request, media_type=_JSON)

    @router.post(
        "/advice/{advice_id}/replay",
        summary="Give an advice again",
        dependencies=reader,
        response_class=Response,
        responses=_REPLAYED | refusals(401, 403, 404, 409, 422, 503),
    )
    def replay(advice_id: str) -> Response:
        """Judge the kept request anew, by the rulebook revision of then: the same Advisor gives the same bytes.

        The header `Advisor-Replay` says `same`, or why the answer is not: another version of Advisor judges. Nothing is recorded.
        """
        store = kept()
        before = store.advice.get(advice_id).response
        assert replayer is not None, "it is there where the store is"
        try:
            body = replayer.replay(advice_id)
        except BrokenRulebook:
            detail = f"The rulebook of then was for Advisor {_version(before)}; Advisor {__version__} does not read it any more."
            raise Refusal(problem(409, detail)) from None
        return Response(body, headers={_SAME: _comparison(body, before)}, media_type=_JSON)

    @router.post(
        "/advice/{advice_id}/outcome",
        status_code=201,
        summary="Say what came of an advice",
        dependencies=engineer,
        openapi_extra=OUTCOME,
        responses=refusals(401, 403, 404, 408, 413, 415, 422, 503, 507),
    )
    async def add_outcome(request: Request, advice_id: str) -> Outcome:
        """Say what came of one action of an advice in a run; it gives way to what is said of the same later.

        Where no run is named, it speaks for the action as a whole, and what was read off the runs that followed it does not count.
        """
        said = read_facts(OutcomeFacts, read_json(await read_body(request, settings)))

        def add() -> Outcome:
            store = kept()
            advice = store.advice.get(advice_id)
            with serving.taken() as program:
                measures = program.rulebook.measures
            with store.at_once():
                _refuse_impossible(said, advice, store)
                try:
                    outcome = outcome_of(
                        advice,
                        store,
                        measures,
                        created_at=now(),
                        action=said.action,
                        followed=said.followed,
                        experiment=said.experiment,
                        score=said.score,
                        helped=said.helped,
                        note=said.note,
                    )
                except UnusableInput as error:
                    raise refusal_of(error, "/action") from None
                store.outcomes.add([outcome], Word(said.helped, said.score, said.note))
            return outcome

        return await run_in_threadpool(add)

    @router.get(
        "/advice/{advice_id}/outcome",
        summary="Show what came of an advice",
        dependencies=reader,
        responses=refusals(401, 403, 404, 422, 503),
    )
    def list_outcomes(advice_id: str) -> OutcomeList:
        """What is known of each of its actions."""
        store = kept()
        return OutcomeList(tuple(store.outcomes.of(store.advice.get(advice_id).id)))

    @router.get("/record", summary="Show how often advice helped", dependencies=reader, responses=refusals(401, 403, 404, 422, 503))
    def show_record() -> TeamRecord:
        """How often each action, and each rule, was followed in this team's own past, and how often that helped."""
        outcomes = kept().outcomes
        return TeamRecord(
            tuple(RecordLine(name, line.followed, line.helped) for name, line in outcomes.record("action").items()),
            tuple(RecordLine(name, line.followed, line.helped) for name, line in outcomes.record("rule").items()),
        )

    return router


def _refuse_impossible(said: OutcomeFacts, advice: KeptAdvice, store: Store) -> None:
    advised, found = run_before(advice, store), None
    if said.helped and not said.followed:
        raise _impossible("What was not followed cannot have helped: say `followed: true`, or leave `helped` out.", "/helped")
    if said.experiment is not None and said.experiment == advised.id and not advice.removed:
        raise _impossible(
            f"{said.experiment} is the run that was advised on: name the one in which the advice was followed.", "/experiment"
        )
    if advice.project and said.experiment:
        found = store.experiments.find(advice.project, said.experiment)
        if found is None:
            raise _impossible(f"Project {advice.project} has no experiment {said.experiment}: record it first.", "/experiment")
    stated = (
        run.evaluation.scale for run in (None if found is None else found.run, advised) if run is not None and run.evaluation is not None
    )
    scale = next((one for one in stated if one is not None), None)
    if scale is None and advice.project:
        scale = scale_before(said.experiment, advice.project, store)
    if said.score is not None and scale is not None and not scale[0] <= said.score <= scale[1]:
        detail = f"The score {said.score:g} does not lie on the scale of the runs, [{scale[0]:g}, {scale[1]:g}]: give one that does."
        raise _impossible(detail, "/score")


def _impossible(detail: str, pointer: str) -> Refusal:
    return Refusal(problem(422, detail, (Place(detail, pointer),)))


def _version(answer: bytes) -> str:
    found: dict[str, Any] = json.loads(answer)
    return str(found["advisor"]["version"])


def _comparison(body: bytes, before: bytes) -> str:
    if body == before:
        return "same"
    then = _version(before)
    if then != __version__:
        return f"not the same: Advisor {then} said it then, Advisor {__version__} now"
    return "not the same, by the same version of Advisor: report it as a defect"
