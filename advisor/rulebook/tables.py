"""Signals that come from the rulebook's own tables: the base models, and look-ups such as epochs by data set size."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from advisor.contract.request import AdviseRequest
from advisor.rulebook.shapes import ModelShape, ModelsShape, RangeShape
from advisor.signals import Missing, Value

if TYPE_CHECKING:
    from advisor.rulebook.model import Rulebook


@dataclass(frozen=True, slots=True)
class OwnSignal:
    """A signal that a rulebook gives itself, beside those that are measured on every run: its unit, what it says, where it comes from."""

    unit: str
    description: str
    source: str = ""


DESCRIPTIONS: Mapping[str, OwnSignal] = {
    "model_known": OwnSignal("flag", "1 where the base model stands in models.yaml."),
    "model_size_class": OwnSignal(
        "class", "Size class of the base model: its row in models.yaml, else told from its name; higher is larger."
    ),
    "model_supports_method": OwnSignal("flag", "1 where models.yaml says that the base model can be trained by this run's method."),
    "model_supports_reinforcement": OwnSignal("flag", "1 where the base model can be trained by reinforcement."),
    "model_supports_dpo": OwnSignal("flag", "1 where the base model can be trained on preferences."),
    "model_start_epochs_low": OwnSignal("epochs", "Fewest epochs that models.yaml starts this model with."),
    "model_start_epochs_high": OwnSignal("epochs", "Most epochs that models.yaml starts this model with."),
    "model_start_learning_rate_multiplier_low": OwnSignal("multiplier", "Lowest learning rate multiplier to start this model with."),
    "model_start_learning_rate_multiplier_high": OwnSignal("multiplier", "Highest learning rate multiplier to start this model with."),
    "larger_models_available": OwnSignal(
        "models", "How many available models of the table, or size words, lie above this model's size class."
    ),
    "other_models_untried": OwnSignal(
        "models", "How many available models of the table neither this run nor another one that the request tells of has tried."
    ),
}
TABLE_SIGNALS: frozenset[str] = frozenset(DESCRIPTIONS)

_UNKNOWN_MODEL = Missing("the base model is not in the rulebook's table", ("base_model",))


def find_model(models: ModelsShape, name: str | None) -> ModelShape | None:
    """Return the table's row for a base model: its id or an alias, with a date or a vendor's prefix tolerated."""
    if not name:
        return None
    plain = _plain(name)
    for model in models.models:
        if plain in {_plain(word) for word in (model.id, *model.aliases)}:
            return model
    return next((m for m in models.models if any(plain.startswith(_plain(word) + "-20") for word in (m.id, *m.aliases))), None)


def _plain(name: str) -> str:
    return name.rsplit("/", 1)[-1].lower().replace("_", "-").strip()


def size_class(models: ModelsShape, name: str | None) -> int | None:
    """Return a model's size class: from its row, else from the size words of the table that its name contains."""
    row = find_model(models, name)
    if row is not None:
        return row.size_class
    if not name:
        return None
    words = re.split(r"[^a-z0-9.]+", _plain(name))
    found = [models.name_words[word] for word in words if word in models.name_words]
    return found[-1] if found else None


def available_models(models: ModelsShape, request: AdviseRequest) -> list[ModelShape]:
    """Return the table's rows that the user can train: those the request names, else every one."""
    if request.available_models is None:
        return list(models.models)
    rows = (find_model(models, name) for name in request.available_models)
    return [row for row in rows if row is not None]


def table_signals(rulebook: Rulebook, request: AdviseRequest, signals: Mapping[str, Value]) -> dict[str, Value]:
    """Return the signals that the rulebook's tables give for this request."""
    models = rulebook.models
    run = request.run
    row = find_model(models, run.base_model)
    own_class = size_class(models, run.base_model)
    names = {_plain(name) for name in (run.base_model, *(r.base_model for r in request.other_runs)) if name}
    usable = [m for m in available_models(models, request) if run.method in m.methods]
    tried = [m for m in usable if any(find_model(models, name) is m for name in names)]
    out: dict[str, Value] = {
        "model_known": float(row is not None),
        "model_size_class": _UNKNOWN_MODEL if own_class is None else float(own_class),
        "model_supports_method": _UNKNOWN_MODEL if row is None else float(run.method in row.methods),
        "model_supports_reinforcement": _UNKNOWN_MODEL if row is None else float("reinforcement" in row.methods),
        "model_supports_dpo": _UNKNOWN_MODEL if row is None else float("dpo" in row.methods),
        "larger_models_available": _UNKNOWN_MODEL if own_class is None else float(_larger(models, usable, row, own_class)),
        "other_models_untried": float(len(usable) - len(tried)),
    }
    start = row.start if row is not None else None
    for name, limits in (
        ("epochs", start.n_epochs if start else None),
        ("learning_rate_multiplier", start.learning_rate_multiplier if start else None),
    ):
        for end in ("low", "high"):
            out[f"model_start_{name}_{end}"] = _end(limits, end)
    for table in rulebook.lookups:
        value = signals.get(table.by, out.get(table.by))
        if value is None or isinstance(value, Missing):
            lacking = value if isinstance(value, Missing) else Missing(f"{table.by} does not apply to this run", (table.by,))
            out.update(dict.fromkeys(table.gives, lacking))
        else:
            out.update(table.look_up(value))
    return out


def _larger(models: ModelsShape, usable: list[ModelShape], row: ModelShape | None, own_class: int) -> int:
    """Count larger models: rows of the table for a known model, the size words above its own for an unknown family."""
    if row is not None:
        return sum(m.size_class > own_class for m in usable)
    return sum(other > own_class for other in set(models.name_words.values()))


def _end(limits: RangeShape | None, end: str) -> Value:
    if limits is None:
        return Missing("the rulebook names no starting range for this base model", ("base_model",))
    return limits.low if end == "low" else limits.high
