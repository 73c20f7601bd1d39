"""The store as routes ask for it: there, or a refusal that says that nothing is kept here."""

from __future__ import annotations

from advisor.api.problems import Refusal, problem
from advisor.experiments import Store

_NONE = "This service keeps nothing: start it with ADVISOR_DATABASE_URL, or by advisor serve, which keeps a file in the user's data folder."


class Kept:
    """Gives routes the store; ``Kept(None)`` refuses everybody with 404."""

    def __init__(self, store: Store | None) -> None:
        self._store = store

    def __call__(self) -> Store:
        """Return the store; raise the Refusal of a service that has none."""
        if self._store is None:
            raise Refusal(problem(404, _NONE))
        return self._store
