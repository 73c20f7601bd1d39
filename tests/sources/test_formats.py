from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from advisor.errors import UnusableInput
from advisor.sources import FORMATS, ImportedRun, PointCounts, parse_mapping, read_run
from tests.sources import small_logs
from tests.sources.event_files import TENSOR, event_file
from tests.sources.reading import metrics_at, steps


def _said(imported: ImportedRun) -> Sequence[str]:
    return [*imported.warnings, *map(str, imported.dropped)]


@pytest.mark.parametrize("format_id", small_logs.BY_FORMAT)
def test_each_format_is_told_by_its_content_and_gives_the_points_that_it_holds(format_id: str):
    data, points = small_logs.BY_FORMAT[format_id]
    imported = read_run(data)
    assert (imported.format, imported.points) == (format_id, PointCounts(*points))


@pytest.mark.parametrize("format_id", small_logs.BY_FORMAT)
def test_windows_line_ends_and_blank_lines_change_no_point(format_id: str):
    data, points = small_logs.BY_FORMAT[format_id]
    if format_id != "tensorboard-events":
        data = data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n\r\n")
    assert read_run(data).points == PointCounts(*points)


def test_every_format_says_by_what_it_is_told_and_has_an_id_of_its_own():
    assert all(format_.told_by for format_ in FORMATS)
    assert len({format_.id for format_ in FORMATS}) == len(FORMATS)


def test_the_mean_over_a_run_is_never_a_point():
    for data in (small_logs.MS_SWIFT, small_logs.HISTORY_CSV, small_logs.CONSOLE, small_logs.EVENTS):
        imported = read_run(data)
        assert "1 summary value left out: it is the mean over the whole run, no point of the curve." in _said(imported)
        assert 5.5 not in {metrics_at(imported, step).get("train_loss") for step in steps(imported)}


@pytest.mark.parametrize("column", ["lr", "learning_rate", "train/learning_rate"])
@pytest.mark.parametrize(
    ("rates", "peak", "said"),
    [
        ((2e-5, 2e-5, 2e-5), 2e-5, ""),
        ((1e-5, 3e-5, 2e-5), 3e-5, "The learning rate changes along the run: its peak, 3e-05, was taken as the run's."),
        ((0, 1e-5, 2e-5), 2e-5, "The learning rate changes along the run: its peak, 2e-05, was taken as the run's."),
        ((2e-5, 1e-5, 0), 2e-5, "The learning rate falls from the first entry on: the highest that is logged, 2e-05, was taken"),
    ],
    ids=["constant", "peak", "rising", "falling"],
)
def test_the_peak_of_a_learning_rate_beside_the_losses_is_the_run_s(column: str, rates: Sequence[float], peak: float, said: str):
    rows = "".join(f"{10 * n},{2 / n},{2 / n},{rate}\n" for n, rate in enumerate(rates, 1))
    imported = read_run(f"step,train_loss,val_loss,{column}\n{rows}".encode())
    assert imported.request.run.hyperparameters.learning_rate == peak
    assert [warning.startswith(said) for warning in imported.warnings] == [True] * bool(said)


def test_a_llamafactory_log_that_reached_its_last_step_has_ended_and_one_that_did_not_says_so():
    assert read_run(small_logs.LLAMAFACTORY).request.run.status == "succeeded"
    cut = b"\n".join(small_logs.LLAMAFACTORY.splitlines()[:3])
    assert any("ends at step 10 of 20 planned" in said for said in _said(read_run(cut)))


def test_the_accuracy_of_a_preference_run_at_llamafactory_tells_its_method():
    rows = [{"current_steps": n, "total_steps": 9, "loss": 0.6, "accuracy": 0.5} for n in (1, 2, 3)]
    assert read_run(small_logs.lines(rows)).request.run.method == "dpo"


def test_a_line_that_breaks_off_costs_that_line_only():
    imported = read_run(small_logs.TINKER + b'{"step": 3, "progress/ba')
    assert imported.points.reward == 3
    assert "1 line left out: it holds no whole JSON object." in _said(imported)


def test_sparse_evaluations_and_lengths_of_tinker_are_found():
    imported = read_run(small_logs.TINKER)
    assert metrics_at(imported, 1)["full_valid_mean_reward"] == 0.3
    assert metrics_at(imported, 0)["completion_tokens_mean"] == 300.0


def test_rewards_of_a_distillation_are_0_by_design_and_left_out():
    imported = read_run(small_logs.lines({"step": n, "env/all/reward/total": 0.0, "teacher_kl": 1 / (n + 1)} for n in range(4)))
    assert (imported.points.reward, imported.request.run.method) == (0, "supervised")
    assert "4 rewards left out: it is 0 by design where a teacher is followed (teacher_kl)." in _said(imported)


def test_the_score_of_verl_comes_before_its_penalised_reward_and_its_console_is_read_too():
    assert metrics_at(read_run(small_logs.VERL), 3)["train_mean_reward"] == pytest.approx(3 / 9)
    assert read_run(small_logs.VERL_CONSOLE).points.reward == 3


def test_the_trainers_own_step_comes_before_the_trackers_count():
    imported = read_run(small_logs.WANDB_HISTORY)
    assert steps(imported) == [10, 20]
    assert metrics_at(imported, 10) == {"train_loss": 1.5, "full_valid_loss": 1.6}


def test_a_chart_of_several_runs_gives_the_one_with_most_points_and_names_the_others():
    imported = read_run(small_logs.WANDB_CHART)
    assert metrics_at(imported, 20) == {"train_loss": 1.4}
    assert "The chart shows 2 runs: a - b was taken, which has most points; the others are short." in _said(imported)


def test_a_metric_file_of_mlflow_goes_by_its_name():
    data = b"1691409746901 0.9 0\n1691409746902 NaN 10\n1691409746903 0.7 20\n"
    assert read_run(data, name="val_loss").points == PointCounts(0, 3, 0)
    assert read_run(data, name="loss").points == PointCounts(3, 0, 0)
    with pytest.raises(UnusableInput, match="neither a loss nor a reward"):
        read_run(data, name="val_accuracy")


def test_keras_rows_without_an_epoch_count_as_epochs_and_epochs_from_0_count_from_1():
    assert steps(read_run(small_logs.KERAS_CSV)) == [1, 2, 3]
    imported = read_run(b"epoch,loss,val_loss\n0,0.9,1.0\n1,0.8,0.9\n")
    assert [(p.step_number, p.epoch) for p in imported.request.run.checkpoints] == [(1, 1.0), (2, 2.0)]


def test_a_shorter_series_of_a_history_is_spread_and_lists_of_words_are_left_out():
    imported = read_run(small_logs.KERAS_JSON)
    assert [s for s in steps(imported) if "full_valid_loss" in metrics_at(imported, s)] == [2, 4]
    assert "1 list left out: classes is no series of numbers." in _said(imported)
    assert any("series differ in length" in said for said in _said(imported))


def test_moments_of_a_console_that_rounds_its_epochs_are_not_merged():
    imported = read_run(small_logs.CONSOLE)
    assert [metrics_at(imported, s).get("train_loss") for s in steps(imported)] == [1.5, 1.2, 0.9]
    assert metrics_at(imported, 2)["full_valid_loss"] == 1.3
    assert "The log has epochs but no steps: its moments were numbered in their order." in _said(imported)


def test_a_console_log_of_a_resumed_run_keeps_the_later_points():
    log = b"".join(
        b"{'loss': %.1f, 'epoch': %.1f}\n" % (loss, epoch) for loss, epoch in ((3, 0.1), (2, 0.2), (1.5, 0.3), (1, 0.2), (0.5, 0.3))
    )
    imported = read_run(log)
    assert [metrics_at(imported, s)["train_loss"] for s in steps(imported)] == [3.0, 1.0, 0.5]
    assert any("resumed run" in said for said in _said(imported))


def test_several_evaluation_sets_are_named():
    imported = read_run(small_logs.lines({"step": n, "loss": 1.0, "eval/a/loss": 1.1, "eval/b/loss": 1.2} for n in (1, 2)))
    assert metrics_at(imported, 1)["full_valid_loss"] == 1.1
    assert any("evaluated on 2 sets (eval/a/loss, eval/b/loss)" in said for said in _said(imported))


def test_a_name_of_the_contract_that_another_metric_took_is_kept_apart():
    imported = read_run(small_logs.lines({"step": n, "loss": 1.0, "train_loss": 7.0} for n in (1, 2)))
    assert metrics_at(imported, 1) == {"train_loss": 1.0, "file/train_loss": 7.0}


def test_two_ranks_that_write_one_log_are_told():
    rows = [{"step": step, "loss": 1.0 + rank} for n in range(2, 40) for rank, step in ((0, n), (1, n - 1))]
    imported = read_run(small_logs.lines(rows))
    assert any("two processes seem to have written one log" in said for said in _said(imported))


def test_every_line_twice_is_one_curve():
    doubled = b"".join(line + b"\n" + line + b"\n" for line in small_logs.JSON_LINES.splitlines())
    assert read_run(doubled).points == PointCounts(2, 0, 2)


def test_a_train_loss_on_another_scale_is_told_and_an_ordinary_one_is_not():
    rows = [{"step": n, "loss": 17.0 / n, "eval_loss": 1.0 / n} for n in range(1, 6)]
    assert any("about 17 times the validation loss" in said for said in _said(read_run(small_logs.lines(rows))))
    rows = [{"step": n, "loss": 1.2 / n, "eval_loss": 1.0 / n} for n in range(1, 6)]
    assert _said(read_run(small_logs.lines(rows))) == []


def test_scalars_stand_in_events_as_plain_values_or_in_tensors():
    found = read_run(event_file([(1, "epoch_loss", 1.5), (2, "epoch_loss", 1.25)], form=TENSOR))
    assert [metrics_at(found, s)["train_loss"] for s in (1, 2)] == [1.5, 1.25]


def test_a_damaged_record_is_left_out_and_an_event_file_that_breaks_off_says_so():
    data = event_file([(n, "train/loss", 1.0) for n in range(1, 6)])
    damaged = data[:-6] + bytes([data[-6] ^ 1]) + data[-5:]
    assert read_run(damaged).points.train == 4
    assert "1 record left out: its checksum is wrong: the file is damaged." in _said(read_run(damaged))
    assert any("breaks off" in said for said in _said(read_run(data[:-3])))


def test_names_mapped_by_hand_win():
    data = b"t,my_loss,loss\n5,0.5,9\n10,0.4,9\n"
    imported = read_run(data, given=parse_mapping(["t=step", "my_loss=train_loss"]))
    assert [(s, metrics_at(imported, s)["train_loss"]) for s in steps(imported)] == [(5, 0.5), (10, 0.4)]
    nested = small_logs.lines({"n": n, "m": {"ce": 0.5}} for n in (1, 2))
    assert read_run(nested, given=parse_mapping(["n=step", "m/ce=full_valid_loss"])).points.validation == 2
    assert read_run(b'{"ce": [1.0, 0.5]}', given=parse_mapping(["ce=train_loss"])).points.train == 2


@pytest.mark.parametrize(
    ("pairs", "what"),
    [
        (["loss"], "maps nothing"),
        (["loss=train_los"], 'did you mean "train_loss"'),
        (["a=train_loss", "b=train_loss"], "Two names are mapped to train_loss"),
    ],
)
def test_a_mapping_that_says_nothing_is_refused(pairs: list[str], what: str):
    with pytest.raises(UnusableInput, match=what):
        parse_mapping(pairs)


def test_a_mapped_name_that_is_not_there_is_refused_with_the_nearest():
    with pytest.raises(UnusableInput, match='no "my_los"; did you mean "my_loss"'):
        read_run(b"step,my_loss\n1,2\n", given={"my_los": "train_loss"})


def test_a_point_is_the_same_whichever_trainer_wrote_it():
    rows = [{"step": n, "loss": 1 / n, "eval_loss": 1.1 / n} for n in (1, 2, 3)]
    state = read_run(json.dumps({"log_history": rows}).encode()).request.run.checkpoints
    assert read_run(small_logs.lines(rows)).request.run.checkpoints == state


def test_the_page_about_formats_lists_every_one_as_the_program_does():
    page = (Path(__file__).parents[2] / "docs" / "formats.md").read_text("utf-8")
    assert [f for f in FORMATS if f"| {f.title} | `{f.id}` | {f.told_by} |" not in page] == []
