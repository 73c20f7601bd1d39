"""Hundreds of reloads while requests come in: none fails, none mixes two editions, and nothing is left behind."""

from __future__ import annotations

import asyncio
import gc
import os
from collections import Counter
from pathlib import Path
from typing import Any

import httpx2
import pytest

from advisor.api.app import create_app
from advisor.api.rulebook_reload import Reloader, first_edition
from advisor.api.serving import Serving
from advisor.settings import Settings
from tests.api.rule_folders import RULE, RUN, edition, rulebook_folder, write

_BATCH = [RUN] * 5
_RELOADS = int(os.environ.get("ADVISOR_RELOADS", "200"))
"""``ADVISOR_RELOADS=1000`` for the long run."""


def _resident_bytes() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096


def _pairs(answer: httpx2.Response) -> list[tuple[str, str]]:
    """Return the revision and the sentence of each advice in an answer."""
    assert answer.status_code == 200, answer.text
    body: Any = answer.json()
    found = [result["advice"] for result in body["results"]] if "results" in body else [body]
    return [
        (advice["rulebook"]["revision"], next(f["explanation"] for f in advice["findings"] if f["id"] == "enough-examples"))
        for advice in found
    ]


async def _reload_under_load(rules: Path, reloads: int, large_body_bytes: int) -> tuple[Counter[str], dict[str, set[str]], list[int]]:
    app = create_app(Settings(rules=(rules,), watch_rules=False, large_body_bytes=large_body_bytes))
    reloader: Reloader = app.state.reloader
    sentences: dict[str, set[str]] = {}
    seen: Counter[str] = Counter()
    sizes: list[int] = []
    done = asyncio.Event()

    async def ask(caller: httpx2.AsyncClient, path: str, body: Any) -> None:
        while not done.is_set():
            pairs = _pairs(await caller.post(path, json=body))
            seen[path] += 1
            assert len({revision for revision, _ in pairs}) == 1, "one batch by two editions"
            for revision, sentence in pairs:
                sentences.setdefault(revision, set()).add(sentence)
            await asyncio.sleep(0.005)

    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://advisor") as caller,
        asyncio.TaskGroup() as together,
    ):
        for path, body in (("/advise", RUN), ("/advise?explain=all", RUN), ("/advise/batch", _BATCH)):
            together.create_task(ask(caller, path, body))
        count = -1
        while (count := count + 1) < reloads or min(seen.values(), default=0) <= 10:  # a busy machine answers fewer requests meanwhile
            write(rules, {RULE: edition(f"number {count % 10}")})
            await reloader.reload()
            assert reloader.status.served == count + 1, reloader.status.refused
            if count % 20 == 19:
                gc.collect()
                sizes.append(_resident_bytes())
        done.set()
    return seen, sentences, sizes


def _checked(tmp_path: Path, reloads: int, large_body_bytes: int = 2**20) -> list[int]:
    rules = rulebook_folder(tmp_path / "rules", "at the start")
    seen, sentences, sizes = asyncio.run(_reload_under_load(rules, reloads, large_body_bytes))
    assert min(seen.values()) > 10
    assert all(len(said) == 1 for said in sentences.values()), sentences
    assert len(sentences) > 5
    return sizes


@pytest.mark.slow
def test_requests_during_hundreds_of_reloads_each_see_one_edition_and_memory_stays_flat(tmp_path: Path):
    sizes = _checked(tmp_path, _RELOADS)
    assert sizes[-1] - sizes[2] < 15_000_000


def test_large_bodies_during_reloads_each_see_one_edition(tmp_path: Path):
    _checked(tmp_path, 40, large_body_bytes=0)


def test_a_program_is_closed_when_its_last_request_has_ended_and_not_before(tmp_path: Path):
    rules = rulebook_folder(tmp_path / "rules")
    first, second = (first_edition(Settings(rules=(rules,))).program for _ in range(2))
    serving = Serving(first)
    with serving.taken() as taken:
        serving.swap(second)
        assert serving.held == 2
        assert taken.decide("supervised", {"n_train": 150.0})
        with serving.taken() as next_taken:
            assert next_taken is second
    assert serving.held == 1
    assert second.decide("supervised", {"n_train": 150.0})
    with pytest.raises(Exception, match="closed"):
        first.decide("supervised", {"n_train": 150.0})
