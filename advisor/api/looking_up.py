"""The routes that only tell: rules, signals, health, readiness, metrics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST

from advisor import __version__
from advisor.api.catalogue import RuleDetails, RuleEntry, SignalEntry, rule_details, rule_entries, signal_entries
from advisor.api.description import METRICS, refusals
from advisor.api.metrics import Metrics
from advisor.api.problems import Refusal, problem
from advisor.api.rulebook_reload import Reloader
from advisor.api.serving import Serving
from advisor.experiments import Store


@dataclass(frozen=True, slots=True)
class Health:
    """The process answers."""

    status: Literal["ok"] = "ok"


@dataclass(frozen=True, slots=True)
class RulebookInfo:
    """The rulebook in use; ``revision`` is a hash of its files' content."""

    name: str
    revision: str
    rules: int


@dataclass(frozen=True, slots=True)
class StoreInfo:
    """Whether what is said can be kept; ``detail`` says why not, or that there is no store at all."""

    status: Literal["usable", "unusable", "none"]
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Readiness:
    """The service can judge runs, by this rulebook."""

    status: Literal["ready"]
    version: str
    rulebook: RulebookInfo
    store: StoreInfo
    warning: str | None = None


def lookup_routes(serving: Serving, reloader: Reloader, metrics: Metrics, store: Store | None) -> APIRouter:
    """Return the routes that tell about the rulebook in force and the service."""
    router = APIRouter()

    @router.get("/rules", tags=["rulebook"], summary="List the rules")
    async def list_rules() -> list[RuleEntry]:
        """Every rule of the rulebook, in its order."""
        return rule_entries(serving.rulebook)

    @router.get("/rules/{rule_id}", tags=["rulebook"], summary="Show one rule", responses=refusals(404))
    async def show_rule(rule_id: str) -> RuleDetails:
        """A rule with its condition, numbers, reason and source, and its file as written."""
        found = rule_details(serving.rulebook, rule_id)
        if found is None:
            raise Refusal(problem(404, "The rulebook has no rule of this id. GET /rules lists them."))
        return found

    @router.get("/signals", tags=["rulebook"], summary="List the signals")
    async def list_signals() -> list[SignalEntry]:
        """Every signal that rules may use, with unit, definition and source."""
        return signal_entries(serving.rulebook)

    @router.get("/healthz", tags=["service"], summary="Is the process alive?")
    async def healthz() -> Health:
        """Answers while the process runs."""
        return Health()

    @router.get("/readyz", tags=["service"], summary="Can it judge runs?")
    def readyz() -> Readiness:
        """Answers once the rulebook is compiled, and says which one; `warning` is there where an edit of the rules is not served.

        It stays ready without its store: runs are judged all the same, but those of projects are refused, and nothing else is kept.
        """
        rulebook, refused = serving.rulebook, reloader.status.refused
        warning = f"{refused.sentence}. GET /rules/status lists them." if refused else None
        info = RulebookInfo(rulebook.name, rulebook.revision, len(rulebook.rules))
        return Readiness("ready", __version__, info, _store_info(store), warning)

    @router.get("/metrics", tags=["service"], summary="Counters for Prometheus", response_class=Response, responses=METRICS)
    async def show_metrics() -> Response:
        """Requests, latencies, verdicts and findings of this process since it started."""
        return Response(metrics.exposition(), media_type=CONTENT_TYPE_LATEST)

    return router


def _store_info(store: Store | None) -> StoreInfo:
    if store is None:
        return StoreInfo("none", "Nothing is kept: ADVISOR_DATABASE_URL names no store.")
    fault = store.trouble()
    return StoreInfo("usable") if fault is None else StoreInfo("unusable", str(fault))
