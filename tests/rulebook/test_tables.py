"""Bands, look-ups and base models at their bounds."""

from __future__ import annotations

from math import inf, nextafter
from typing import Any

import pytest

from advisor.contract.request import AdviseRequest
from advisor.rulebook import Bands, Rulebook, load_rulebook, shipped_rules
from advisor.rulebook.tables import find_model, size_class, table_signals
from advisor.signals import Missing, Value
from tests.rulebook.books import rulebook


@pytest.fixture(scope="module")
def shipped() -> Rulebook:
    return load_rulebook(shipped_rules())


@pytest.fixture(scope="module")
def ratio(shipped: Rulebook) -> Bands:
    return shipped.bands["overfit-ratio"]


@pytest.mark.parametrize(
    ("value", "band"),
    [
        (0.0, "healthy"),
        (-5.0, "healthy"),
        (nextafter(1.2, 0), "healthy"),
        (1.2, "mild"),
        (nextafter(1.5, 0), "mild"),
        (1.5, "moderate"),
        (2.0, "moderate"),
        (nextafter(2.0, 3), "severe"),
        (1e308, "severe"),
    ],
)
def test_overfitting_ratio_falls_into_its_band_to_the_last_digit(ratio: Bands, value: float, band: str):
    assert ratio.band_of(value) == band


@pytest.mark.parametrize("value", [1.2, 1.5, 2.0])
def test_every_ratio_has_exactly_one_band(ratio: Bands, value: float):
    for near in (nextafter(value, -inf), value, nextafter(value, inf)):
        assert sum(band.holds(near) for band in ratio.bands) == 1


def ask(book: Rulebook, run: dict[str, Any], signals: dict[str, Value] | None = None, **more: Any) -> dict[str, Value]:
    request = AdviseRequest.model_validate({"run": {"method": "supervised", "checkpoints": [], **run}, **more})
    return table_signals(book, request, signals or {})


TABLE = """
id: t
title: Epochs by size
by: n_train
source: made up
rows:
  - {below: 100, gives: {epochs_low: 3, epochs_high: 5}}
  - {below: 500.5, gives: {epochs_low: 2, epochs_high: 3}}
  - {gives: {epochs_low: 1, epochs_high: 1}}
"""


@pytest.mark.parametrize(
    ("n_train", "low"), [(-1.0, 3.0), (0.0, 3.0), (nextafter(100.0, 0), 3.0), (100.0, 2.0), (500.0, 2.0), (500.5, 1.0), (1e308, 1.0)]
)
def test_lookup_row_holds_below_its_bound(n_train: float, low: float):
    book = rulebook({"tables/t.yaml": TABLE})
    assert ask(book, {}, {"n_train": n_train})["epochs_low"] == low


def test_lookup_by_a_missing_signal_passes_on_what_is_missing():
    book = rulebook({"tables/t.yaml": TABLE})
    missing = Missing("n_train is not given", ("dataset.n_train",))
    assert ask(book, {}, {"n_train": missing})["epochs_low"] == missing
    absent = ask(book, {})["epochs_high"]
    assert isinstance(absent, Missing)
    assert absent.needs == ("n_train",)


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("small-model", "small-model"),
        ("Small_Model", "small-model"),
        ("tiny-model", "small-model"),
        ("acme/tiny-model", "small-model"),
        ("small-model-2025-04-14", "small-model"),
        ("small-model-large", None),
        ("big", None),
        ("", None),
        (None, None),
    ],
)
def test_model_is_found_by_id_alias_date_or_vendors_prefix(name: str | None, row: str | None):
    found = find_model(rulebook().models, name)
    assert (found.id if found else None) == row


@pytest.mark.parametrize(
    ("name", "expected"),
    [("big-model", 3), ("acme-mini", 2), ("acme-mini-large", 4), ("Acme/Foo_7B-chat", 3), ("minimal", None), ("acme", None), (None, None)],
)
def test_size_of_an_unlisted_model_is_told_from_whole_words_of_its_name(name: str | None, expected: int | None):
    assert size_class(rulebook().models, name) == expected


def test_model_signals_of_a_listed_model():
    signals = ask(rulebook(), {"base_model": "small-model"})
    assert signals["model_known"] == 1.0
    assert (signals["model_supports_method"], signals["model_supports_reinforcement"]) == (1.0, 0.0)
    assert (signals["model_start_epochs_low"], signals["model_start_epochs_high"]) == (2.0, 3.0)
    assert (signals["larger_models_available"], signals["other_models_untried"]) == (1.0, 1.0)


def test_listed_model_without_a_starting_point_lacks_it():
    assert isinstance(ask(rulebook(), {"base_model": "big-model"})["model_start_epochs_low"], Missing)


@pytest.mark.parametrize("run", [{}, {"base_model": "acme"}])
def test_unknown_model_is_missing_and_not_small(run: dict[str, Any]):
    signals = ask(rulebook(), run)
    assert signals["model_known"] == 0.0
    assert all(isinstance(signals[name], Missing) for name in ("model_size_class", "model_supports_method", "larger_models_available"))


def test_only_available_models_of_the_runs_method_count():
    both = {"base_model": "small-model"}
    assert ask(rulebook(), both, available_models=["small-model"])["larger_models_available"] == 0.0
    assert ask(rulebook(), both, available_models=["big-model", "nobody's"])["larger_models_available"] == 1.0
    assert ask(rulebook(), {"base_model": "small-model", "method": "dpo"})["larger_models_available"] == 0.0
    assert ask(rulebook(), both, available_models=[])["other_models_untried"] == 0.0


def test_models_of_the_history_count_as_tried():
    assert ask(rulebook(), {"base_model": "small-model"}, history=[{"base_model": "big-model"}])["other_models_untried"] == 0.0
    assert ask(rulebook(), {"base_model": "small-model"}, tried=[{"base_model": "big-model"}])["other_models_untried"] == 0.0
