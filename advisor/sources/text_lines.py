"""One line that a training loop printed for people: where in the run it stands, and which values it names."""

from __future__ import annotations

import re
from dataclasses import dataclass

from advisor.sources.roles import RATES, is_telling, plain

_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|[-+]?(?:nan|inf(?:inity)?)\b"
_COUNT = r"\d{1,3}(?:,\d{3})+(?!\d)|\d+"
_STEP_WORDS = r"global[ _]?step|train(?:ing)?[ _]?step|step|iteration|iter|update|batch"
_STEP = re.compile(
    rf"(?<![\w/])(?P<word>{_STEP_WORDS})\s*[:=#]?\s*[\[(]?\s*(?P<at>{_COUNT})(?!\.\d)(?:\s*(?:/|of)\s*(?P<all>{_COUNT}))?", re.IGNORECASE
)
_EPOCH = re.compile(rf"(?<![\w/])(?:epoch|ep)\s*[:=#]?\s*[\[(]?\s*(?P<at>\d+(?:\.\d+)?)(?:\s*(?:/|of)\s*(?P<all>{_COUNT}))?", re.IGNORECASE)
_SHARE = re.compile(rf"(?:[\[(|]|^)\s*(?P<at>{_COUNT})\s*/\s*(?P<all>{_COUNT})(?=[\s\])\[(])")
_PAIR = re.compile(
    rf"(?<![\w/.])(?P<name>[A-Za-z][\w/.]*(?:[ -][A-Za-z][\w/.]*){{0,3}})\s*[:=]?\s*(?P<value>{_NUMBER})(?![\w/%]|[.,]\d)", re.IGNORECASE
)
_PARTS = re.compile(r"[ -]+")
_WIDE = re.compile(r"\s{2,}")
_NEUTRAL = frozenset(
    {"info", "debug", "warning", "avg", "average", "mean", "running", "current", "epoch", "step", "batch", "total", "with", "at"}
)
_ALSO_READ = frozenset({*RATES, "accuracy", "train_accuracy", "val_accuracy", "grad_norm", "perplexity", "val_perplexity"})


@dataclass(frozen=True, slots=True)
class TextLine:
    """What a line says.

    Attributes:
        step: The step, None where it names none.
        steps_in_epoch: How many steps there are, where the line says ``step 3/100``.
        epoch: The epoch, None where it names none.
        epochs: How many are planned, where the line says ``epoch 3/10``.
        share: How much of the epoch is done, where a line without a step says ``[640/60000]``.
        values: The values by name; the losses and rewards among them are what makes a curve.
    """

    step: int | None
    steps_in_epoch: int | None
    epoch: float | None
    share: float | None
    values: dict[str, float]
    epochs: int | None = None

    @property
    def shape(self) -> tuple[str, ...]:
        """What lines of one kind have in common."""
        return ("step" if self.step is not None else "", "epoch" if self.epoch is not None else "", *filter(is_telling, self.values))


def read_line(text: str) -> TextLine | None:
    """Return what a line says; None where it names no place, or no loss and no reward."""
    text = _narrowed(text)
    values = _values(text)
    if not any(map(is_telling, values)):
        return None
    step, epoch = _STEP.search(text), _EPOCH.search(text)
    share = _SHARE.search(text) if step is None else None
    if step is None and epoch is None and share is None:
        return None
    return TextLine(
        step=None if step is None else _count(step["at"]),
        steps_in_epoch=None if step is None or step["all"] is None else _count(step["all"]),
        epoch=None if epoch is None else float(epoch["at"]),
        share=None if share is None or not _count(share["all"]) else _count(share["at"]) / _count(share["all"]),
        values=values,
        epochs=_epochs(epoch),
    )


def epoch_announced(text: str) -> tuple[float, int | None] | None:
    """Return the epoch, and how many are planned, where a line says nothing but that one begins, such as ``Epoch 3/10``."""
    bare = _narrowed(text).strip(" -=*#[]:")
    found = _EPOCH.match(bare)
    return None if found is None or re.search(r"[A-Za-z]", bare[found.end() :]) else (float(found["at"]), _epochs(found))


def _narrowed(text: str) -> str:
    """Return a line with its wide gaps two spaces wide: how wide they are says nothing, and what looks for words tries every width."""
    return _WIDE.sub("  ", text)


def _values(text: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for pair in _PAIR.finditer(text):
        name = _known(pair["name"])
        if name is not None:
            found.setdefault(name, float(pair["value"]))
    return found


def _known(words: str) -> str | None:
    """Return the name of a metric that is read: ``INFO training loss`` as training_loss; ``best loss`` is another thing than a loss."""
    parts = _PARTS.split(words)
    for start in range(len(parts)):
        name = plain("_".join(parts[start:]))
        if name in _ALSO_READ or is_telling(name):
            return name if all(part.lower() in _NEUTRAL for part in parts[:start]) else None
    return None


def _epochs(found: re.Match[str] | None) -> int | None:
    return None if found is None or found["all"] is None else _count(found["all"])


def _count(text: str) -> int:
    return int(text.replace(",", "")[:16])
