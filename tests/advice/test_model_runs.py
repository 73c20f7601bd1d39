"""Which base models the same data should be run through."""

from __future__ import annotations

from typing import Any

import pytest

from advisor.advice.model_runs import model_runs
from advisor.contract import AdviseRequest
from advisor.rulebook import Rulebook, load_rulebook, shipped_rules


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    return load_rulebook(shipped_rules())


def _request(run: dict[str, Any], **around: Any) -> AdviseRequest:
    return AdviseRequest.model_validate({"run": {"method": "supervised", "checkpoints": [], **run}, **around})


def test_the_models_with_a_role_come_in_the_tables_order(rulebook: Rulebook):
    runs = model_runs(rulebook, _request({"dataset": {"n_train": 500}}))
    assert [run.model for run in runs] == [m.id for m in rulebook.models.models if m.role is not None]
    assert all(run.needs_examples is None for run in runs)


def test_a_model_for_large_data_says_what_it_needs_also_where_nobody_said_how_large_the_data_are(rulebook: Rulebook):
    for dataset in ({"n_train": 499}, {}):
        needs = {run.model: run.needs_examples for run in model_runs(rulebook, _request({"dataset": dataset}))}
        assert {model: least for model, least in needs.items() if least} == {"gpt-oss-20b": 500}


def test_what_was_tried_is_known_by_dated_names_and_from_the_history(rulebook: Rulebook):
    request = _request({"base_model": "gpt-4.1-mini-2025-04-14"}, history=[{"base_model": "gpt-4.1-nano"}])
    assert {run.model for run in model_runs(rulebook, request) if run.tried} == {"gpt-4.1-mini", "gpt-4.1-nano"}


def test_only_available_models_that_take_the_method_are_named(rulebook: Rulebook):
    assert [r.model for r in model_runs(rulebook, _request({}, available_models=["gpt-4.1-nano"]))] == ["gpt-4.1-nano"]
    assert "gpt-oss-20b" not in [r.model for r in model_runs(rulebook, _request({"method": "dpo"}))]
