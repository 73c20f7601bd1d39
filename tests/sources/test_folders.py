from __future__ import annotations

import json
from pathlib import Path

import pytest

from advisor.errors import UnusableInput
from advisor.sources import PointCounts, read_path
from tests.sources import small_logs
from tests.sources.event_files import event_file
from tests.sources.reading import steps


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _state(points: int) -> bytes:
    return json.dumps({"log_history": [{"step": n, "loss": 1.0 / n} for n in range(1, points + 1)]}).encode()


def test_a_checkpoint_directory_gives_its_state(tmp_path: Path):
    _write(tmp_path / "checkpoint-20" / "trainer_state.json", _state(2))
    imported = read_path(tmp_path / "checkpoint-20")
    assert (imported.points, imported.warnings[0]) == (PointCounts(2, 0, 0), "Read from the folder: trainer_state.json.")


def test_of_several_checkpoints_the_newest_counts_by_its_number(tmp_path: Path):
    for number, points in ((9, 5), (100, 3), (20, 4)):
        _write(tmp_path / f"checkpoint-{number}" / "trainer_state.json", _state(points))
    assert read_path(tmp_path).warnings[0] == "Read from the folder: checkpoint-100/trainer_state.json."


def test_a_newest_state_that_cannot_be_read_gives_way_to_the_one_before(tmp_path: Path):
    _write(tmp_path / "checkpoint-10" / "trainer_state.json", _state(2))
    _write(tmp_path / "checkpoint-20" / "trainer_state.json", b"version https://git-lfs.github.com/spec/v1\noid sha256:ab\n")
    assert steps(read_path(tmp_path)) == [1, 2]


def test_of_several_runs_the_one_with_most_points_is_taken_and_the_others_are_named(tmp_path: Path):
    for run, points in (("a", 2), ("b", 4), ("c", 3)):
        _write(tmp_path / run / "checkpoint-1" / "trainer_state.json", _state(points))
    said = read_path(tmp_path).warnings[0]
    assert said.startswith("The folder holds 3 runs: b/checkpoint-1/trainer_state.json was taken, which has most points.")
    assert "a/checkpoint-1/trainer_state.json, c/checkpoint-1/trainer_state.json" in said


def test_a_run_of_mlflow_is_put_together_from_its_metric_files(tmp_path: Path):
    _write(tmp_path / "metrics" / "loss", b"1691409746901 0.9 0\n1691409746902 0.8 10\n")
    _write(tmp_path / "metrics" / "eval" / "loss", b"1691409746902 0.85 10\n")
    for folder in (tmp_path, tmp_path / "metrics"):
        imported = read_path(folder)
        assert imported.points == PointCounts(2, 1, 0)
        assert len(imported.warnings) == 1


def test_event_files_of_training_and_validation_are_one_run(tmp_path: Path):
    _write(tmp_path / "train" / "events.out.tfevents.1.a", event_file([(0, "epoch_loss", 1.0), (1, "epoch_loss", 0.9)]))
    _write(tmp_path / "validation" / "events.out.tfevents.1.a", event_file([(0, "epoch_loss", 1.1), (1, "epoch_loss", 1.0)]))
    assert read_path(tmp_path).points == PointCounts(2, 2, 0)


def test_any_log_in_a_run_directory_is_found_by_its_content(tmp_path: Path):
    _write(tmp_path / "config.json", b'{"model_type": "llama"}')
    _write(tmp_path / "notes.txt", b"nothing to see")
    _write(tmp_path / "out" / "trainer_log.jsonl", small_logs.LLAMAFACTORY)
    imported = read_path(tmp_path)
    assert (imported.format, imported.warnings[0]) == ("llamafactory-log", "Read from the folder: out/trainer_log.jsonl.")


def test_the_event_files_of_a_run_whose_state_is_there_are_not_another_run(tmp_path: Path):
    _write(tmp_path / "trainer_state.json", _state(2))
    _write(tmp_path / "runs" / "x" / "events.out.tfevents.1.a", small_logs.EVENTS)
    assert read_path(tmp_path).warnings[0] == "Read from the folder: trainer_state.json."


def test_a_folder_without_a_curve_is_refused_in_one_sentence_without_its_place(tmp_path: Path):
    with pytest.raises(UnusableInput, match="holds no log"):
        read_path(tmp_path)
    _write(tmp_path / "a.json", b'{"architectures": ["Llama"]}')
    with pytest.raises(UnusableInput, match=r"no curve of a run .*configuration of a model") as refused:
        read_path(tmp_path)
    assert str(tmp_path) not in str(refused.value)
    assert "\n" not in str(refused.value)


def test_links_that_go_round_in_circles_end(tmp_path: Path):
    (tmp_path / "self").symlink_to(tmp_path, target_is_directory=True)
    _write(tmp_path / "trainer_state.json", _state(1))
    assert read_path(tmp_path).points.train == 1
