from __future__ import annotations

import json
import multiprocessing
from typing import Any

import pytest
from fastapi.testclient import TestClient

from advisor.api import create_app
from advisor.settings import Settings

_CSV = b"iter,my_loss\n1,0.9\n2,0.8\n"
_LOG = b"\n".join(
    json.dumps({"current_steps": n, "total_steps": 3, "loss": 1 / n, "eval_loss": 1.1 / n, "epoch": n / 3}).encode() for n in (1, 2, 3)
)


def test_a_raw_body_is_read_whatever_it_is_declared_as(client: TestClient):
    for declared in ("application/octet-stream", "text/csv", "application/json"):
        answer = client.post("/import", content=_LOG, headers={"Content-Type": declared})
        assert answer.status_code == 200
        read = answer.json()
        assert read["format"] == "llamafactory-log"
        assert read["points"] == {"train": 3, "validation": 3, "reward": 0}
        assert read["run"]["checkpoints"][0] == {
            "step_number": 1,
            "epoch": 1 / 3,
            "metrics": {"train_loss": 1.0, "full_valid_loss": 1.1},
        }


def test_an_uploaded_file_is_read_and_what_was_odd_about_it_is_said(client: TestClient):
    answer = client.post("/import", files={"file": ("a.csv", b"val_loss,loss\n1.0,0.9\n0.9,0.8\n")})
    assert answer.json()["warnings"] == ["The file has neither steps nor epochs: each row was taken for one epoch."]
    assert answer.json()["dropped"] == []


def test_the_name_of_an_uploaded_file_names_the_metric_of_an_mlflow_store(client: TestClient):
    answer = client.post("/import", files={"file": ("mlruns/metrics/val_loss", b"1691409746901 0.31 0\n1691409746902 0.30 1\n")})
    assert answer.json()["points"]["validation"] == 2


def test_the_answer_can_be_posted_to_advise_as_it_stands(client: TestClient):
    imported = client.post("/import", content=_LOG)
    advice = client.post("/advise", json=imported.json())
    assert advice.status_code == 200
    assert [row["step_number"] for row in advice.json()["checkpoints"]] == [1, 2, 3]


def test_names_can_be_mapped_by_hand(client: TestClient):
    assert client.post("/import", content=_CSV).status_code == 422
    answer = client.post("/import", params={"map": "my_loss=train_loss"}, content=_CSV)
    assert answer.json()["points"]["train"] == 2


@pytest.mark.parametrize(
    ("request_body", "what"),
    [
        ({"content": b""}, "is empty"),
        ({"content": b"version https://git-lfs.github.com/spec/v1\noid sha256:ab\nsize 1\n"}, "Git LFS pointer"),
        ({"content": _CSV, "params": {"map": "my_los=train_loss"}}, 'did you mean "my_loss"'),
        ({"content": _CSV, "params": {"map": "my_loss=train_los"}}, 'did you mean "train_loss"'),
        ({"data": {"note": "x"}, "headers": {"Content-Type": "multipart/form-data"}}, "form cannot be read"),
        ({"files": {"note": (None, "x")}}, "holds no file"),
    ],
)
def test_what_is_no_curve_is_a_problem_with_one_sentence(client: TestClient, request_body: dict[str, Any], what: str):
    answer = client.post("/import", **request_body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert what in answer.json()["detail"]


def test_a_large_log_is_read_in_a_process_of_its_own_with_the_same_answer(client: TestClient):
    with TestClient(create_app(Settings(large_body_bytes=0))) as everything_is_large:
        for body, query in ((_LOG, {}), (_CSV, {"map": ["iter=step", "my_loss=train_loss"]}), (b"no curve", {})):
            small, large = (caller.post("/import", content=body, params=query) for caller in (client, everything_is_large))
            assert (large.status_code, large.headers["content-type"], large.content) == (
                small.status_code,
                small.headers["content-type"],
                small.content,
            )
        assert [child.name for child in multiprocessing.active_children() if child.is_alive()].count("large-bodies") == 1
