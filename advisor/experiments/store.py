"""The store: everything that was tried and said, in one database."""

from __future__ import annotations

from contextlib import AbstractContextManager
from types import TracebackType

from advisor.errors import StoreFault
from advisor.experiments.advice_log import AdviceLog
from advisor.experiments.database import Database
from advisor.experiments.outcomes import Outcomes
from advisor.experiments.projects import Projects
from advisor.experiments.runs import Experiments


class Store:
    """Opens a database, bringing it up to date. Safe to use from several threads; other processes may use the same database.

    Args:
        url: ``sqlite:///advisor.db`` or ``postgresql://user@host/name``.
        up_to_date: Somebody has opened it before: nothing is asked of the database until it is used.

    Raises:
        UnusableInput: The URL is none, or names another kind of database.
        StoreFault: The database cannot be opened, or a newer Advisor wrote it.
    """

    def __init__(self, url: str, *, up_to_date: bool = False) -> None:
        self.database = Database(url, up_to_date=up_to_date)
        self.projects = Projects(self.database)
        self.experiments = Experiments(self.database)
        self.advice = AdviceLog(self.database)
        self.outcomes = Outcomes(self.database)

    def at_once(self) -> AbstractContextManager[None]:
        """Return a block of which all that this thread reads and writes is kept whole or not at all; other writers wait for its end."""
        return self.database.at_once()

    def trouble(self) -> StoreFault | None:
        """Return why it cannot be used: it cannot be read now, or it did not take the last write."""
        return self.database.trouble()

    def close(self) -> None:
        """Close every connection."""
        self.database.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self.close()
