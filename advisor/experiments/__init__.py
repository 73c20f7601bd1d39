"""What was tried, what was advised on it, and what came of that: the store and the experiment table."""

from advisor.experiments.database import default_database_url
from advisor.experiments.store import Store

__all__ = ["Store", "default_database_url"]
