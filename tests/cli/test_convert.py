from __future__ import annotations

import json
from pathlib import Path

from advisor.sources import FORMATS
from tests.cli.conftest import Advisor

_MAPPED = b"it,ce\n10,0.9\n20,0.8\n30,0.7\n"


def test_convert_prints_the_contracts_json_and_says_on_the_other_stream_how_it_was_read(advisor: Advisor):
    result = advisor("convert", "-", given=b"val_loss,loss\n1.0,0.9\n0.9,0.8\n")
    run = json.loads(result.stdout)["run"]
    assert [point["metrics"] for point in run["checkpoints"]] == [
        {"train_loss": 0.9, "full_valid_loss": 1.0},
        {"train_loss": 0.8, "full_valid_loss": 0.9},
    ]
    assert "Points read: 2 of train loss and 2 of validation loss (keras-csv)." in result.stderr
    assert "each row was taken for one epoch" in result.stderr


def test_what_convert_prints_is_read_again_as_the_same_run(advisor: Advisor):
    first = advisor("convert", "-", given=b"epoch,loss,val_loss\n0,nan,1.0\n1,0.8,0.9\n").stdout
    assert advisor("convert", "-", given=first).stdout == first


def test_names_are_mapped_by_hand_for_convert_and_for_advise(advisor: Advisor, tmp_path: Path):
    path = tmp_path / "log.csv"
    path.write_bytes(_MAPPED)
    assert advisor("advise", path).exit_code == 1
    advised = advisor("advise", path, "--map", "ce=train_loss", "--map", "it=step")
    assert "Points read: 3 of train loss (CSV of any loop)" in " ".join(advised.output.split())
    converted = json.loads(advisor("convert", path, "--map", "ce=train_loss", "--map", "it=step").stdout)
    assert [point["step_number"] for point in converted["run"]["checkpoints"]] == [10, 20, 30]


def test_a_wrong_mapping_is_wrong_usage_and_says_what_is_meant(advisor: Advisor):
    result = advisor("convert", "-", "--map", "ce=trainloss", given=_MAPPED)
    assert result.exit_code == 2
    assert 'did you mean "train_loss"' in result.stderr


def test_advise_takes_a_folder_and_says_what_it_read(advisor: Advisor, tmp_path: Path):
    (tmp_path / "checkpoint-7").mkdir()
    (tmp_path / "checkpoint-7" / "trainer_state.json").write_text('{"log_history": [{"step": 7, "loss": 1.0}]}', "utf-8")
    result = advisor("advise", tmp_path, "--json")
    assert json.loads(result.stdout)["warnings"][0] == "Read from the folder: checkpoint-7/trainer_state.json."


def test_formats_lists_every_format_for_people_and_for_programs(advisor: Advisor):
    listed = json.loads(advisor("formats", "--json").stdout)
    assert {entry["id"] for entry in listed} == {format_.id for format_ in FORMATS}
    page = advisor("formats").output
    assert all(format_.title in page for format_ in FORMATS)
