"""An edit that is not saved yet, laid over the rules folders as saving it would."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from advisor.api.problems import Refusal, problem
from advisor.rulebook.overlay import SHIPPED, Layer, Layered, lay, read_each


class Draft(BaseModel):
    """The new text of files by their path; null takes a file away."""

    model_config = ConfigDict(extra="forbid")

    files: dict[str, str | None] = Field(min_length=1, max_length=100)


def own_layer(layers: Sequence[Layer], folders: Sequence[Path]) -> Layer | None:
    """Return the team's own folder among those that are served; None where only the shipped rules are."""
    return layers[-1] if folders and str(folders[-1]) != SHIPPED else None


def laid(draft: Draft, folders: Sequence[Path]) -> Layered:
    """Return the rules folders with the draft in the team's own; where there is none, on top of what is served.

    Raises:
        Refusal: 422 where it takes a file away that is not the team's own.
        BrokenRulebook: A folder cannot be read, or an override does not fit what lies below it.
    """
    layers = read_each(folders)
    own = own_layer(layers, folders)
    below, name, files = (layers, "your rules", {}) if own is None else (layers[:-1], own.name, dict(own.files))
    for path, text in draft.files.items():
        if text is not None:
            files[path] = text
        elif path in files:
            del files[path]
        else:
            raise Refusal(problem(422, _not_yours(path)))
    top = Layer(name, dict(sorted(files.items())))
    return lay([*below, top], "default")


def _not_yours(path: str) -> str:
    retired = "Give it a text again; to retire a rule, write status: deprecated for it in overrides.yaml."
    return f"{path} is empty, and a file that is not in your own folder cannot be taken away. {retired}"
