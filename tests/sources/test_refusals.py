from __future__ import annotations

import gzip
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from advisor.errors import UnusableInput
from advisor.sources import ImportedRun, read_file, read_run

_REFUSED = {
    b"": "is empty",
    b" \n\n": "is empty",
    b"version https://git-lfs.github.com/spec/v1\noid sha256:ab\nsize 6412\n": "Git LFS pointer",
    gzip.compress(b"step,train_loss\n1,2\n"): "gzip archive",
    b"PK\x03\x04rest": "zip archive",
    b"PAR1rest": "Parquet",
    b"\x89PNG\r\n": "picture of a curve",
    b"\0\1\2\3": "binary file",
    b"\x9c\xff\xfe text": "not UTF-8",
    b"<!DOCTYPE html><html>": "web page",
    b"<<<<<<< HEAD\nstep,train_loss\n1,2\n=======\n": "merge-conflict",
    b'{"log_history": [{"loss": 1.0,': "breaks off in line 1",
    b'{"run": {,}}': "line 1, column 10",
    b'{"eval_loss": 1.6, "eval_runtime": 3.2, "train_loss": 1.8}': "final results",
    b'{"_step": 105, "_runtime": 17.0, "train/loss": 0.4}': "summary of a W&B run",
    b'{"advice_id": "x", "run": {}}': "answer of Advisor",
    b'{"error": {"message": "No such job"}}': "error answer",
    b'{"architectures": ["Llama"], "model_type": "llama"}': "configuration of a model",
    b'{"messages": []}\n{"messages": []}\n': "training examples",
    b'{"sentence": "a", "loss": 0.2}\n{"sentence": "b", "loss": 0.3}\n': "without a step",
    b"Name,State,Notes,User,Tags,Created,Runtime,train_loss\nrun-1,finished,,me,,now,10,0.4\n": "one row per run",
    b'{"a": [1.0, 0.5], "b": [1.1, 0.7]}': "one list per metric",
    b'"Step","run-1 - train/lr","run-1 - train/lr__MIN"\n1,2,2\n': "no loss and no reward",
    b"1691409747769 0.88 0\n1691409747770 0.89 1\n": "one metric of an MLflow store",
    b'{"current_steps": 5, "total_steps": 9}\n{"current_steps": 9, "total_steps": 9}\n': "no loss and no reward",
    b'{"step": 1, "ppl": 9}\n{"step": 2, "ppl": 8}\n': "without a loss or a reward",
    b'{"run": {"info": {}, "data": {"metrics": [{"key": "loss", "value": 1, "step": 3}]}}}': "MLflow run with the last value",
    b"Epoch 1, loss is falling\nEpoch 2\nand so on, and on, and on\n": "plain text",
    b'["a", 1]': "neither a run nor a log",
}


@pytest.mark.parametrize(("data", "what"), _REFUSED.items(), ids=list(_REFUSED.values()))
def test_what_is_no_run_is_refused_in_one_sentence_that_names_it(data: bytes, what: str):
    with pytest.raises(UnusableInput, match=what) as refused:
        read_run(data)
    said = str(refused.value)
    assert "\n" not in said
    assert said.endswith((".", ")"))


def test_a_folder_and_a_missing_file_are_said_without_the_place_where_they_lie(tmp_path: Path):
    for path, what in ((tmp_path, "This is a folder"), (tmp_path / "nothing.json", "no such file")):
        with pytest.raises(UnusableInput, match=what) as refused:
            read_file(path)
        assert str(tmp_path) not in str(refused.value)


_BEGINNINGS = [b'{"run":', b'{"log_history":[', b'{"object":"list","data":[', b"step,train_loss\n"]
_FRAGMENTS = st.sampled_from([*_BEGINNINGS, b'{"step":1,"loss":', b"1,", b"nan", b"}", b"]", b",", b"\n", b"NaN", b"1e999"])


@given(st.one_of(st.binary(max_size=200), st.lists(_FRAGMENTS, max_size=12).map(b"".join)))
@example(b"step,train_loss\n1," + b"9" * 5000)
@example(b'{"log_history":[{"step":1,"loss":' + b"9" * 5000 + b"}]}")
@example(b"[" * 100_000)
def test_whatever_comes_is_a_run_or_a_sentence(data: bytes):
    with suppress(UnusableInput):
        assert isinstance(read_run(data), ImportedRun)
