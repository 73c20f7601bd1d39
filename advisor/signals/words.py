"""What a rule's sentence may fill in beside numbers: names that the request gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from advisor.signals.categories import weakest_category
from advisor.signals.curves import Curves

WORDS: Mapping[str, Callable[[Curves], str | None]] = MappingProxyType({"weakest_category": weakest_category})
"""Each word by the name that a sentence uses; None where the request lacks it."""


def measured_words(curves: Curves) -> dict[str, str]:
    """Return the words that a run has."""
    found = {name: word(curves) for name, word in WORDS.items()}
    return {name: word for name, word in found.items() if word is not None}
