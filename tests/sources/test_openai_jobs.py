"""The next experiment as a call of the fine-tuning API."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.contract.advice import Change, Experiment
from advisor.errors import ServiceFault
from advisor.sources.openai_access import ServiceAccess
from advisor.sources.openai_calls import FineTuningService
from advisor.sources.openai_jobs import JobCall, job_call
from tests.fake_openai.runs import overfit_job, reinforcement_job
from tests.fake_openai.service import BROKEN, FakeFineTuning, Fault


def _experiment(parameter: str = "n_epochs", to: Any = 2, **changes: Any) -> Experiment:
    fields: dict[str, Any] = {
        "change": Change(parameter, 4, to),
        "hyperparameters": {"n_epochs": 2, "batch_size": 4, "learning_rate_multiplier": 1},
        "base_model": "gpt-4.1-mini-2025-04-14",
        "method": "supervised",
        "dataset": "v1",
        "explanation": "",
    }
    return Experiment(**{**fields, **changes})


def _made(call: JobCall) -> dict[str, Any]:
    """Run the printed call, and return the arguments that it makes."""
    made: list[dict[str, Any]] = []
    jobs = SimpleNamespace(create=lambda **arguments: made.append(arguments))
    eval(call.source(), {"client": SimpleNamespace(fine_tuning=SimpleNamespace(jobs=jobs))})  # the call under test
    return made[0]


def test_a_setting_changes_and_files_seed_and_all_other_settings_stay():
    job = overfit_job().as_object()
    call = job_call(_experiment(), job, parent="ftjob-abc123")
    assert call.lacking == ()
    assert call.arguments == {
        "model": "gpt-4.1-mini-2025-04-14",
        "training_file": "file-train",
        "validation_file": "file-valid",
        "method": {
            "type": "supervised",
            "supervised": {"hyperparameters": {"n_epochs": 2, "batch_size": 4, "learning_rate_multiplier": 1}},
        },
        "seed": 42,
        "metadata": {"advisor_change": "n_epochs: 4 -> 2", "advisor_parent": "ftjob-abc123"},
    }


def test_without_the_job_the_file_is_asked_for_and_the_place_is_marked():
    call = job_call(_experiment(), None, parent=None)
    assert call.arguments["training_file"] == "file-FILL-IN"
    assert call.lacking == ("Upload the training data and give the file's id by --training-file.",)
    assert job_call(_experiment(), None, parent=None, training_file="file-1").lacking == ()


@pytest.mark.parametrize("parameter", ["dataset", "method"])
def test_other_data_are_never_taken_from_the_job(parameter: str):
    call = job_call(_experiment(parameter, "cleaned"), overfit_job().as_object(), parent="R1")
    assert call.arguments["training_file"] == "file-FILL-IN"
    assert call.lacking == ("Upload the changed data and give the file's id by --training-file.",)
    assert call.arguments.get("validation_file") == ("file-valid" if parameter == "dataset" else None)


def test_a_job_of_reinforcement_keeps_its_grader_and_its_own_settings():
    job = reinforcement_job().as_object()
    changed = _experiment(method="reinforcement", hyperparameters={"n_epochs": 2, "reasoning_effort": "medium", "beta": 0.1})
    method = job_call(changed, job, parent=None).arguments["method"]
    assert method["reinforcement"]["grader"] == job["method"]["reinforcement"]["grader"]
    assert method["reinforcement"]["hyperparameters"] == {
        "n_epochs": 2, "batch_size": 8, "learning_rate_multiplier": 1.0, "reasoning_effort": "medium",
    }  # fmt: skip


def test_what_nobody_can_fill_in_by_rule_is_asked_for():
    grader = job_call(_experiment("grader", "fixed", method="reinforcement"), reinforcement_job().as_object(), parent=None)
    assert grader.lacking == ("Change the grader in the call: it is still the one of this run.",)
    no_grader = job_call(_experiment(method="reinforcement"), overfit_job().as_object(), parent=None)
    assert no_grader.lacking == ("Write the grader into the call: a job of reinforcement needs one.",)
    elsewhere = job_call(
        _experiment("learning_rate", 1e-4, hyperparameters={"learning_rate": 1e-4}), overfit_job().as_object(), parent=None
    )
    assert elsewhere.lacking[0].startswith("The service takes no absolute learning_rate")
    unnamed = job_call(_experiment(base_model=None), overfit_job().as_object(), parent=None)
    assert unnamed.arguments["model"] == "model-FILL-IN"
    assert unnamed.lacking == ("Nobody said which base model was trained: give it by --base-model.",)


_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4),
    max_leaves=12,
)


@given(grader=st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), _VALUES, min_size=1, max_size=5))
@settings(max_examples=100, deadline=None)
def test_the_printed_call_makes_exactly_its_arguments(grader: dict[str, Any]):
    job = {**reinforcement_job().as_object(), "method": {"type": "reinforcement", "reinforcement": {"grader": grader}}}
    call = job_call(_experiment(method="reinforcement"), job, parent='R"1\\')
    assert _made(call) == call.arguments


def test_the_printed_call_fits_a_narrow_screen():
    source = job_call(_experiment(), overfit_job().as_object(), parent="ftjob-abc123").source()
    assert max(len(line) for line in source.splitlines()) <= 77


def test_the_call_really_starts_a_job_and_is_never_repeated(service: FakeFineTuning, access: ServiceAccess):
    call = job_call(_experiment(), overfit_job().as_object(), parent="ftjob-abc123")
    patient = access.model_copy(update={"advisor_openai_retries": 3})
    with FineTuningService(patient) as open_service:
        assert open_service.create_job(call.arguments) == "ftjob-new1"
        assert service.created == [call.arguments]
        service.faults["create"] = BROKEN
        with pytest.raises(ServiceFault, match="failed"):
            open_service.create_job(call.arguments)
    assert service.asked.count("POST /v1/fine_tuning/jobs") == 2


@pytest.mark.parametrize(
    ("fault", "kind", "said"),
    [
        (Fault(seconds=5.0, body="{}"), "timeout", "did not answer within 0.1 s"),
        (Fault.html(), "unreadable", "answered with something that is not the fine-tuning API's JSON"),
        (Fault(body="{}"), "unreadable", "answered with something that is not the fine-tuning API's JSON"),
        (BROKEN, "failed", "failed (status 500)"),
    ],
)
def test_where_nobody_knows_whether_a_job_was_started_it_is_said_how_to_find_out(
    service: FakeFineTuning, access: ServiceAccess, fault: Fault, kind: str, said: str
):
    service.faults["create"] = fault
    hasty = access.model_copy(update={"advisor_openai_timeout_seconds": 0.1}) if fault.seconds else access
    with FineTuningService(hasty) as open_service, pytest.raises(ServiceFault) as raised:
        open_service.create_job({"model": "gpt-4.1-mini", "training_file": "file-1"})
    assert raised.value.kind == kind
    assert str(raised.value) == (
        f"127.0.0.1 {said}, and may have started the job all the same: look at the service's list of jobs before starting another, and "
        "record one that stands there by advisor job ftjob-… --project NAME."
    )


def test_a_job_that_cannot_have_been_started_is_refused_as_ever(service: FakeFineTuning, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:1/v1")
    with (
        FineTuningService(ServiceAccess.from_environment()) as open_service,
        pytest.raises(ServiceFault, match=r"cannot be reached: check the network and OPENAI_BASE_URL, then try again"),
    ):
        open_service.create_job({"model": "gpt-4.1-mini", "training_file": "file-1"})
