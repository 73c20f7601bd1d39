"""The store: everything that was tried and said, in one database."""

from __future__ import annotations

from types import TracebackType

from advisor.experiments.advice_log import AdviceLog
from advisor.experiments.database import Database
from advisor.experiments.outcomes import Outcomes
from advisor.experiments.projects import Projects
from advisor.experiments.runs import Experiments


class Store:
    """Opens a database, bringing it up to date. Safe to use from several threads; other processes may use the same database.

    Args:
        url: ``sqlite:///advisor.db`` or ``postgresql://user@host/name``.

    Raises:
        UnusableInput: The URL is none, or names another kind of database.
        StoreFault: The database cannot be opened, or a newer Advisor wrote it.
    """

    def __init__(self, url: str) -> None:
        self.database = Database(url)
        self.projects = Projects(self.database)
        self.experiments = Experiments(self.database)
        self.advice = AdviceLog(self.database)
        self.outcomes = Outcomes(self.database)

    def close(self) -> None:
        """Close every connection."""
        self.database.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self.close()
