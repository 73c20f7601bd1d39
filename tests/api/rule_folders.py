"""Rules folders for the tests of the reload: the smallest rulebook, with one rule that says which edition it is."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from tests.rulebook.books import files, rule

RULE = "sft/enough-examples.yaml"
CASES = "sft/enough-examples.cases.yaml"
RUN: dict[str, Any] = {"run": {"method": "supervised", "dataset": {"n_train": 150}, "checkpoints": []}}
_CASE = "- name: {name}\n  given: {{n_train: {n_train}, n_epochs: 1, train_loss: 1 1}}\n  expect: {{fires: {fires}}}\n"


def edition(word: str, many: int = 100) -> str:
    """Return the rule in an edition whose sentence holds ``word``."""
    when = "[n_train > many]"
    return rule("enough-examples", when, f"parameters: {{many: {many}}}\n", title=f"Enough examples {word}", explain=f"Edition {word}.")


def case(n_train: int, *, fires: bool) -> str:
    """Return a case of the rule."""
    return _CASE.format(name=f"With {n_train} examples", n_train=n_train, fires=str(fires).lower())


def write(folder: Path, texts: dict[str, str]) -> Path:
    """Write files, each whole."""
    for path, text in texts.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        part = folder / f"{path}.part"
        part.write_text(text)
        part.replace(folder / path)
    return folder


def rulebook_folder(folder: Path, word: str = "one") -> Path:
    """Write the smallest rulebook with the rule in one edition and a case that holds."""
    return write(folder, files({RULE: edition(word), CASES: case(150, fires=True)}))


def said(client: TestClient) -> tuple[str, str]:
    """Return the revision that an answer names and the sentence of the rule in it."""
    advice = client.post("/advise", json=RUN).json()
    return advice["rulebook"]["revision"], next(f["explanation"] for f in advice["findings"] if f["id"] == "enough-examples")


def wait_until(holds: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait until something holds, or fail."""
    give_up = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < give_up, "waited in vain"
        time.sleep(0.02)
