from __future__ import annotations

import base64
from collections.abc import Callable

import pytest

from advisor.errors import UnusableInput
from advisor.sources import ImportedRun, PointCounts, read_run
from tests.sources.reading import metrics_at, steps

Read = Callable[[str], ImportedRun]


def test_a_byte_order_mark_windows_line_ends_quoted_headers_and_blank_lines_change_nothing(read_fixture: Read):
    imported = read_fixture("modern_bom_crlf_quoted.csv")
    assert imported.format == "openai-result-csv"
    assert imported.points == PointCounts(train=3, validation=2, reward=0)
    assert metrics_at(imported, 1) == {
        "train_loss": 1.2,
        "train_mean_token_accuracy": 0.6,
        "valid_loss": 1.3,
        "valid_mean_token_accuracy": 0.58,
    }
    assert (imported.warnings, imported.dropped) == ((), ())


def test_legacy_headers_get_the_contracts_names_and_unknown_columns_are_kept(read_fixture: Read):
    imported = read_fixture("legacy.csv")
    assert imported.points == PointCounts(train=3, validation=2, reward=0)
    first = metrics_at(imported, 1)
    assert (first["train_loss"], first["valid_loss"]) == (1.36, 1.87)
    assert (first["train_mean_token_accuracy"], first["valid_mean_token_accuracy"]) == (0.75, 0.5)
    assert first["elapsed_examples"] == 1.0


def test_error_columns_of_several_graders_are_added_up_and_rewards_tell_the_method(read_fixture: Read):
    imported = read_fixture("rft_per_grader.csv")
    assert imported.request.run.method == "reinforcement"
    assert [metrics_at(imported, step)["train_sample_parse_error_count"] for step in (1, 2, 3)] == [5.0, 2.0, 1.0]
    assert [metrics_at(imported, step)["train_other_error_count"] for step in (1, 2, 3)] == [0.0, 1.0, 0.0]
    assert metrics_at(imported, 1)["reasoning_tokens_mean"] == 900.0


@pytest.mark.parametrize("line_width", [None, 76])
def test_base64_is_unpacked_in_one_line_or_wrapped(line_width: int | None):
    packed = base64.b64encode(b"step,train_loss,valid_loss\n" + b"".join(b"%d,0.5,0.6\n" % n for n in range(1, 30)))
    if line_width is not None:
        packed = b"\n".join(packed[i : i + line_width] for i in range(0, len(packed), line_width)) + b"\n"
    assert read_run(packed).points == PointCounts(train=29, validation=29, reward=0)


def test_empty_validation_columns_are_said():
    imported = read_run(b"step,train_loss,valid_loss\n1,0.5,\n2,0.4,\n")
    assert imported.points.validation == 0
    assert imported.warnings == ("The validation columns are empty: the job had no validation file.",)


def test_values_that_are_not_finite_are_kept_by_their_words_and_gaps_stay_gaps():
    imported = read_run(b"step,train_loss,valid_loss\n1,nan,N/A\n2,inf,-\n3,-Infinity,null\n")
    assert [metrics_at(imported, s)["train_loss"] for s in (1, 2, 3)] == ["NaN", "Infinity", "-Infinity"]
    assert imported.points.validation == 0


def test_rows_without_a_step_and_cells_without_a_number_are_left_out_and_counted():
    imported = read_run(b"step,train_loss\n1,0.5\n,0.4\n2.5,0.4\n100.0,0.3\n101,low\n")
    assert steps(imported) == [1, 100, 101]
    assert [str(d) for d in imported.dropped] == ["2 rows left out: no step number.", "1 cell left out: no number under train_loss."]


def test_semicolons_and_decimal_commas_of_a_spreadsheet_are_understood():
    assert metrics_at(read_run(b"step;train_loss;valid_loss\n1;0,5;0,75\n2;0,4;\n"), 1) == {"train_loss": 0.5, "valid_loss": 0.75}


def test_utf_16_as_a_windows_shell_writes_it_is_read():
    assert read_run("step,train_loss\r\n1,0.5\r\n2,0.4\r\n".encode("utf-16")).points.train == 2


def test_a_header_without_rows_is_refused():
    with pytest.raises(UnusableInput, match="no values below it"):
        read_run(b"step,train_loss,valid_loss\n")


@pytest.mark.parametrize("header", ["step,train_loss,val_loss", "step,train_loss,eval_loss", "epoch,loss,val_loss"])
def test_a_csv_of_another_trainer_is_read_whole_by_another_format(header: str):
    imported = read_run(f"{header}\n1,0.5,0.6\n".encode())
    assert imported.format != "openai-result-csv"
    assert metrics_at(imported, 1) == {"train_loss": 0.5, "full_valid_loss": 0.6}
