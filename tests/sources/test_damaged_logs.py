"""Logs cut off anywhere, with flipped bits, or with bytes taken out and put in: a run or a sentence, never anything else.

``ADVISOR_MUTATIONS=10000`` tries more; the published files beside the checkout are taken too where there are any.
"""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from advisor.errors import UnusableInput
from advisor.sources import ImportedRun, read_run
from tests.sources.small_logs import BY_FORMAT

_MUTATIONS = int(os.environ.get("ADVISOR_MUTATIONS", "400"))
_CURVES = Path(__file__).parents[3] / "shared" / "curves"
_LARGEST = 60_000  # bytes; larger files only repeat what smaller ones show, and take long
_HOSTILE = (b"NaN", b"1e999", b"-1", b"{", b"}", b"[", b'"', b"\0", b"\xff", b"\n", b",", b"9" * 400, b"null", b"\xed\xa0\x80")


def _mutated(data: bytes, luck: random.Random) -> bytes:
    kind = luck.randrange(4)
    place = luck.randrange(len(data) + 1)
    if kind == 0:
        return data[:place]
    if kind == 1:
        changed = bytearray(data)
        for _ in range(luck.randrange(1, 4)):
            changed[luck.randrange(len(changed))] ^= 1 << luck.randrange(8)
        return bytes(changed)
    if kind == 2:
        return data[:place] + luck.choice(_HOSTILE) + data[place:]
    return data[:place] + data[min(len(data), place + luck.randrange(1, 40)) :]


def _is_answered(data: bytes, name: str) -> bool:
    try:
        imported = read_run(data, name=name)
    except UnusableInput as refused:
        return bool(str(refused))
    return isinstance(imported, ImportedRun)


@pytest.mark.parametrize("format_id", BY_FORMAT)
def test_a_damaged_log_is_a_run_or_a_sentence(format_id: str):
    luck = random.Random(format_id)
    data, _ = BY_FORMAT[format_id]
    assert all(_is_answered(_mutated(data, luck), "loss") for _ in range(max(1, _MUTATIONS // len(BY_FORMAT))))


@pytest.mark.parametrize("format_id", BY_FORMAT)
def test_a_log_cut_off_anywhere_is_a_run_or_a_sentence(format_id: str):
    data, _ = BY_FORMAT[format_id]
    assert all(_is_answered(data[:end], "loss") for end in range(len(data)))


@pytest.mark.skipif(not _CURVES.is_dir(), reason="published curve files are not beside this checkout")
def test_a_damaged_published_file_is_a_run_or_a_sentence():
    luck = random.Random(6)
    files = sorted(
        path for path in _CURVES.rglob("*") if path.is_file() and path.name != "manifest.jsonl" and path.stat().st_size < _LARGEST
    )
    for _ in range(_MUTATIONS):
        path = luck.choice(files)
        assert _is_answered(_mutated(path.read_bytes(), luck), path.name)
