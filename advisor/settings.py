"""Configuration: every setting has a default, and an environment variable with the prefix ``ADVISOR_``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

_KIB = 1024
_MIB = 1024 * _KIB


def _folders(value: Any) -> Any:
    """Take a list as the environment writes one: folders with ``:`` between them."""
    return tuple(part for part in value.split(os.pathsep) if part) if isinstance(value, str) else value


def _given(value: Any) -> Any:
    """Take a variable that is set to nothing as one that is not set."""
    return value or None


class Settings(BaseSettings):
    """How the service runs; ``ADVISOR_PORT=9000`` sets ``port``.

    Attributes:
        rules: Folders of the rulebook, lowest first (``:`` between them in the environment); ``shipped`` stands for the rules that ship
            with Advisor, and so does none at all.
        watch_rules: Whether an edit of these folders is served without a restart.
        rules_check_seconds: The longest that loading a candidate rulebook and running its cases may take; then it is refused.
        state: Folder in which every rulebook that was served is kept; None keeps nothing.
        start_with_last_good: Whether a rulebook that is broken at start gives way to the last good one in ``state``.
        host: Address to listen on.
        port: Port to listen on.
        workers: Server processes; each compiles the rulebook for itself.
        max_body_bytes: The largest request body; larger ones get 413.
        large_body_bytes: A body above this is judged in a process of its own, so that it delays nobody else's request.
        large_body_processes: How many such processes one server process keeps; they start with the first large body.
        large_body_waiting: How many large bodies may wait for such a process; further ones get 503.
        large_body_seconds: The longest that a large body may be judged; then its process is ended and the answer is 503.
        receive_seconds: The longest that a client may take to send its body; then it gets 408.
        max_batch_items: The most requests in one batch.
        database_url: Where experiments and advice are kept; None keeps none. ``advisor serve`` takes a file in the user's data folder
            where the variable is not there at all.
        scenario_results: What a test run noted about the scenarios of ``features/``; None for where ``make docs`` puts it in a checkout.
        api_keys: Who may write and read the log: ``name:role:sha256`` with spaces or commas between; the roles are reader, engineer, lead.
    """

    model_config = SettingsConfigDict(env_prefix="ADVISOR_", frozen=True)

    rules: Annotated[tuple[Path, ...], NoDecode, BeforeValidator(_folders)] = ()
    watch_rules: bool = True
    rules_check_seconds: float = Field(default=60.0, gt=0)
    state: Path | None = None
    start_with_last_good: bool = False
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    workers: int = Field(default=1, ge=1)
    max_body_bytes: int = Field(default=64 * _MIB, gt=0)
    large_body_bytes: int = Field(default=256 * _KIB, ge=0)
    large_body_processes: int = Field(default=1, ge=1)
    large_body_waiting: int = Field(default=4, ge=0)
    large_body_seconds: float = Field(default=60.0, gt=0)
    receive_seconds: float = Field(default=120.0, gt=0)
    max_batch_items: int = Field(default=1000, ge=1)
    database_url: Annotated[str | None, BeforeValidator(_given)] = Field(default=None, repr=False)
    scenario_results: Path | None = None
    api_keys: str = Field(default="", repr=False)
