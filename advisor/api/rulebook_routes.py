"""Which rulebook serves: its state, and its files by revision."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter

from advisor.api.description import refusals
from advisor.api.problems import Refusal, problem
from advisor.api.rulebook_reload import Reloader, RulesStatus
from advisor.api.store_faults import refusal_of
from advisor.errors import NotRecorded, StoreFault
from advisor.experiments import Store
from advisor.rulebook.folder import CASES_SUFFIX


@dataclass(frozen=True, slots=True)
class RulebookFiles:
    """The text of every file of a rulebook by its path, overrides written in; ``revision`` is the hash of ``files``."""

    name: str
    revision: str
    files: dict[str, str]
    cases: dict[str, str]


def rulebook_routes(reloader: Reloader, store: Store | None) -> APIRouter:
    """Return the routes that tell about the rulebook in force."""
    router = APIRouter(tags=["rulebook"])

    @router.get("/rules/status", summary="Is the last edit served?")
    async def rules_status() -> RulesStatus:
        """Which revision serves since when, and where an edit is not served: every mistake in it, with file and line."""
        return reloader.status

    @router.get("/rulebooks/{revision}", summary="Show a rulebook's files", responses=refusals(404, 422, 503))
    def show_rulebook(revision: str) -> RulebookFiles:
        """The files of the revision in force, or of an earlier one: one that the store has advice by, or that served (`ADVISOR_STATE`).

        Written into a folder they are a rulebook of the same revision.
        """
        found = reloader.files_of(revision)
        if found is None:
            return RulebookFiles(*_stored(revision))
        files = {path: text for path, text in found.files.items() if not path.endswith(CASES_SUFFIX)}
        cases = {path: text for path, text in found.files.items() if path.endswith(CASES_SUFFIX)}
        return RulebookFiles(found.name, revision, files, cases)

    def _stored(revision: str) -> tuple[str, str, dict[str, str], dict[str, str]]:
        try:
            if store is not None:
                return store.advice.rulebook_name(revision), revision, dict(store.advice.rulebook_files(revision)), {}
        except StoreFault as fault:
            raise refusal_of(fault) from None
        except NotRecorded:
            pass
        raise Refusal(problem(404, "No rulebook of this revision is in force or kept. GET /rules/status names the one in force."))

    return router
