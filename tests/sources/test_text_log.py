"""Lines that training loops print for people: read where they say what they mean, refused where one would have to guess."""

from __future__ import annotations

from time import process_time

import pytest

from advisor.errors import UnusableInput
from advisor.sources import ImportedRun, PointCounts, read_run
from advisor.sources.text_lines import epoch_announced, read_line
from tests.sources import small_logs
from tests.sources.reading import metrics_at, steps


def _read(*lines: str) -> ImportedRun:
    imported = read_run("\n".join(lines).encode())
    assert imported.format == "text-log"
    return imported


def _train(imported: ImportedRun) -> dict[int, object]:
    return {step: metrics_at(imported, step)["train_loss"] for step in steps(imported)}


def test_the_mean_over_batches_stands_apart_from_the_loss_of_one():
    imported = read_run(small_logs.TEXT)
    assert metrics_at(imported, 10) == {"train_loss": 3.24, "full_valid_loss": 3.2, "file/train_loss": 3.1}
    assert metrics_at(imported, 20) == {"train_loss": "NaN"}


@pytest.mark.parametrize(
    "form",
    [
        "Epoch {n} | loss {x}",
        "Epoch {n}/9: loss={x} best_loss=0.1 lr=1e-4",
        "[Epoch {n}] Loss: {x}",
        "2026-01-31 12:00:0{n},123 INFO Training loss: {x} at step {n}",
        "[2026-01-31 12:00] step={n} loss={x}",
        "Step {n} | loss:{x} lr:2e-05 tokens_per_second_per_gpu:3120.5",
        " iteration        {n}/     100 | consumed samples:  64 | learning rate: 1.5E-04 | lm loss: {x}E+00 | grad norm: 1.1 |",
        "epoch {n} finished, average loss: {x} (12.5 s)",
    ],
)
def test_places_and_losses_are_found_however_they_are_printed(form: str):
    imported = _read(*(form.format(n=n, x=1.5 / n) for n in (1, 2, 3)))
    assert _train(imported) == {1: 1.5, 2: 0.75, 3: 0.5}
    assert imported.points == PointCounts(3, 0, 0)


@pytest.mark.parametrize(
    "line", ["loss 1.0 step" + " " * 1900 + "x", "loss" + " " * 1900 + "x", "x" * 1980, "a-" * 990, "step 1 loss 0.5 " + "\t " * 900]
)
def test_a_long_line_of_nothing_is_read_in_no_time(line: str):
    started = process_time()
    for _ in range(10):
        read_line(line)
        epoch_announced(line)
    assert process_time() - started < 5  # a hundredth of that on a laptop; what tries every width of a gap takes minutes


@pytest.mark.parametrize(
    "line", ["===== Epoch 3/9 =====", "***** Epoch 3 *****", "---------- Epoch 3 ----------", "Epoch 3:", "[Epoch  3]"]
)
def test_a_banner_announces_its_epoch(line: str):
    assert epoch_announced(line) == (3, 9 if "/9" in line else None)
    assert epoch_announced(line.replace("3", "3 finished, loss")) is None


@pytest.mark.parametrize(
    ("lines", "epochs"),
    [
        (["Epoch {n}/4 - loss: {x} - val_loss: {x}" for _ in range(4)], 4),
        (["Epoch [{n} of 4], Step [10/10], Loss: {x}" for _ in range(4)], 4),
        (["Epoch {n}/4\n600/600 [=====] - 3s 5ms/step - loss: {x}" for _ in range(4)], 4),
        (["epoch {n} loss {x}" for _ in range(4)], None),
    ],
    ids=["lines", "steps", "banners", "unsaid"],
)
def test_the_epochs_that_a_log_counts_are_those_of_the_run(lines: list[str], epochs: int | None):
    imported = _read(*(line.format(n=n, x=2 / n) for n, line in enumerate(lines, 1)))
    assert imported.request.run.hyperparameters.n_epochs == epochs
    assert imported.warnings == ()


def test_epochs_from_zero_to_the_last_are_one_more_than_its_number():
    ends_with = {3: 4, 4: 5}
    for last, epochs in ends_with.items():
        imported = _read(*(f"Epoch {n}/4 loss {1 / (n + 1)}" for n in range(last + 1)))
        assert imported.request.run.hyperparameters.n_epochs == epochs
        assert imported.warnings == ()


def test_a_log_that_ends_before_its_last_epoch_says_so_and_keeps_the_plan():
    imported = _read(*(f"Epoch {n}/4 loss {1 / n} lr 0.001" for n in (1, 2)))
    settings = imported.request.run.hyperparameters
    assert (settings.n_epochs, settings.learning_rate) == (4, 0.001)
    (said,) = imported.warnings
    assert said.startswith("The log ends in epoch 2 of 4 planned")


def test_a_number_with_commas_is_one_step():
    assert steps(_read("step 1,000: loss 0.5", "step 12,000: loss 0.4")) == [1000, 12000]


def test_steps_that_begin_anew_in_each_epoch_are_counted_on():
    rows = [(epoch, step) for epoch in (1, 2) for step in (100, 600)]
    imported = _read(*(f"Epoch [{epoch}/2], Step [{step}/600], Loss: {1 / (epoch * step):.4f}" for epoch, step in rows))
    assert steps(imported) == [100, 600, 700, 1200]
    assert [p.epoch for p in imported.request.run.checkpoints] == pytest.approx([1 / 6, 1, 7 / 6, 2])
    assert imported.warnings == ()


def test_where_no_line_says_how_many_steps_an_epoch_has_the_reader_is_told_what_was_taken():
    imported = _read(*(f"Epoch {epoch} Batch {batch} Loss {9 - epoch - batch / 100:.2f}" for epoch in (1, 2, 3) for batch in (0, 50, 99)))
    assert steps(imported) == [0, 50, 99, 100, 150, 199, 200, 250, 299]
    assert any("counted on with 100 to an epoch" in said for said in imported.warnings)


_ON = [(1, 10), (1, 60), (2, 70), (2, 120), (3, 130), (3, 180)]
_THIRDS = [1 / 6, 1, 7 / 6, 2, 13 / 6, 3]


@pytest.mark.parametrize(
    ("form", "places"),
    [
        ("Epoch {e}/3 step {s}/180: loss {x}", _ON),
        ("Epoch {e}/3 step {s}/60: loss {x}", _ON),
        ("Epoch {e}/3 step {s}/60: loss {x}", [(e, s - 60 * (e - 1)) for e, s in _ON]),
        ("Epoch {z}/3 step {s}/180: loss {x}", _ON),
        ("Epoch {e} step {s}: loss {x}", _ON),
    ],
    ids=["of the run", "of an epoch", "of an epoch, beginning anew", "epochs from zero", "unsaid"],
)
def test_an_epoch_beside_a_step_is_in_progress_and_ends_with_its_last_step(form: str, places: list[tuple[int, int]]):
    imported = _read(*(form.format(e=e, z=e - 1, s=s, x=1 / n) for n, (e, s) in enumerate(places, 1)))
    assert steps(imported) == [10, 60, 70, 120, 130, 180]
    assert [p.epoch for p in imported.request.run.checkpoints] == pytest.approx(_THIRDS)
    said = [w for w in imported.warnings if "counted with 60 steps to an epoch" in w]
    assert list(imported.warnings) == said
    assert len(said) == ("/" not in form)


def test_a_log_that_stands_in_its_first_epoch_never_calls_it_done():
    started = _read("Epoch 1/3 step 10/180: loss 2.0", "Epoch 1/3 step 20/180: loss 1.5")
    assert [p.epoch for p in started.request.run.checkpoints] == [None, None]
    assert any("nothing tells how many steps one has: all epochs were left out" in said for said in started.warnings)
    assert started.request.run.hyperparameters.n_epochs is None
    further = _read("Epoch 1/3 step 10/180: loss 2.0", "Epoch 1/3 step 90/180: loss 1.5")
    assert [p.epoch for p in further.request.run.checkpoints] == pytest.approx([1 / 18, 0.5])
    only = _read("Epoch 1/1 step 10/180: loss 2.0", "Epoch 1/1 step 90/180: loss 1.5")
    assert [p.epoch for p in only.request.run.checkpoints] == pytest.approx([1 / 18, 0.5])


def test_epochs_that_contradict_the_steps_are_left_out():
    imported = _read(*(f"Epoch {e}/3 step {s}/180: loss {1 / s}" for e, s in ((1, 10), (1, 100), (2, 110), (3, 120))))
    assert {p.epoch for p in imported.request.run.checkpoints} == {None}


def test_an_evaluation_after_an_epoch_belongs_to_the_step_before_it():
    imported = _read("Epoch 1 step 10 loss 1.0", "Epoch 1 val loss 1.2", "Epoch 2 step 20 loss 0.8", "Epoch 2 val loss 1.1")
    assert {step: metrics_at(imported, step) for step in steps(imported)} == {
        10: {"train_loss": 1.0, "full_valid_loss": 1.2},
        20: {"train_loss": 0.8, "full_valid_loss": 1.1},
    }


@pytest.mark.parametrize("first", [0, 1])
def test_shares_of_an_epoch_are_moments_in_their_order(first: int):
    imported = _read(*(f"Train Epoch: {epoch + first} [{done}/60000 (1%)]\tLoss: {2.5 - epoch}" for epoch in (0, 1) for done in (0, 30000)))
    assert [p.epoch for p in imported.request.run.checkpoints] == [0.0, 0.5, 1.0, 1.5]


def test_a_progress_bar_counts_once_it_is_done():
    bars = "1/10 [>...] - ETA: 5s - loss: 2.5\r10/10 [=====] - 5s 10ms/step - loss: {} - val_loss: 2.2"
    imported = _read("Epoch 1/3", bars.format(2.1), "Epoch 2/3", bars.format(1.1))
    assert _train(imported) == {1: 2.1, 2: 1.1}
    assert imported.points == PointCounts(2, 2, 0)


@pytest.mark.parametrize(
    "lines",
    [
        ("Epoch 3 | loss 0.5",),
        ("Epoch 1 best loss 0.5", "Epoch 2 best loss 0.4"),
        ("We trained until epoch 3 and the loss was 0.5.", "At step 4 the loss fell by 20%."),
        ("step 1 loss 1,234.5", "step 2 loss 1,200.5"),
        ("step 1 loss 3/10", "step 2 loss 4/10"),
        ("step 1 loss 30%", "step 2 loss 40%"),
        ("- step 3 of 4: reduce loss of 3 packets", "- batch 5 loss of signal 3", "- epoch 2 loss of 5 nodes"),
        ("loss 0.5", "loss 0.4"),
    ],
)
def test_what_would_have_to_be_guessed_is_refused(lines: tuple[str, ...]):
    with pytest.raises(UnusableInput):
        read_run("\n".join(lines).encode())


def test_dicts_behind_a_bracketed_prefix_are_read_as_a_console_log():
    imported = read_run(b"[rank0] {'loss': 1.5, 'epoch': 0.1}\n[rank0] {'loss': 1.2, 'epoch': 0.2}\n")
    assert (imported.format, imported.points) == ("console-log", PointCounts(2, 0, 0))
