"""Advisor: what to do next with a fine-tuning run, judged by rules that ML leads own."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from advisor.callback import AdvisorCallback as AdvisorCallback
    from advisor.client import AsyncClient as AsyncClient
    from advisor.client import Client as Client
    from advisor.local import LocalAdvisor as LocalAdvisor

__version__ = "0.1.0"

_PUBLIC = {
    "AdvisorCallback": "advisor.callback",
    "AsyncClient": "advisor.client",
    "Client": "advisor.client",
    "LocalAdvisor": "advisor.local",
}


def __getattr__(name: str) -> object:
    """Load what a training script uses only when it is used: every other part of Advisor imports this module too."""
    if name not in _PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_PUBLIC[name]), name)
