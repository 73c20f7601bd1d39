"""What the sentences of a rulebook are filled in with on one run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from advisor.rulebook import Rulebook
from advisor.signals import Curves, Missing, Value, measured_words


def fillings(rulebook: Rulebook, curves: Curves, signals: Mapping[str, Value]) -> dict[str, Any]:
    """Return the run's numbers and words and the rulebook's shared numbers by name; what the run lacks is absent."""
    shared = {name: parameter.value for name, parameter in rulebook.parameters.items()}
    return shared | {name: value for name, value in signals.items() if not isinstance(value, Missing)} | measured_words(curves)
