from __future__ import annotations

from advisor.sources import read_run
from tests.sources.reading import metrics_at, steps


def _csv(rows: list[tuple[int, float]]) -> bytes:
    return b"step,train_loss\n" + b"".join(b"%d,%g\n" % row for row in rows)


def test_every_line_twice_is_one_curve():
    imported = read_run(_csv([(step, 1 / step) for step in range(1, 21) for _ in range(2)]))
    assert steps(imported) == list(range(1, 21))
    assert [str(d) for d in imported.dropped] == ["20 repeated points left out: the same step with the same values stands there before."]
    assert imported.warnings == ()


def test_two_writers_of_one_log_are_told_from_a_resumed_run():
    rows = [(step, loss) for step in range(2, 42, 2) for loss in (1.0,)]
    interleaved = [row for pair in zip(rows[1:], rows, strict=False) for row in pair]
    imported = read_run(_csv(interleaved))
    assert steps(imported) == list(range(2, 42, 2))
    assert any("two processes seem to have written one log" in warning for warning in imported.warnings)


def test_several_runs_in_a_row_leave_the_last_one():
    imported = read_run(_csv([(1, 3.0), (2, 2.0), (3, 1.0), (1, 0.9), (2, 0.8)]))
    assert [metrics_at(imported, step)["train_loss"] for step in steps(imported)] == [0.9, 0.8]
    assert [d.count for d in imported.dropped] == [3]
    assert any("several runs in one file" in warning for warning in imported.warnings)


def test_newest_first_is_turned_round_without_a_word():
    imported = read_run(_csv([(3, 0.3), (2, 0.4), (1, 0.5)]))
    assert steps(imported) == [1, 2, 3]
    assert imported.warnings == ()


def test_a_curve_whose_beginning_is_missing_says_so():
    imported = read_run(_csv([(step, 0.5) for step in range(50, 101, 10)]))
    assert imported.warnings == ("The points begin only at step 50 of 100: how the run started cannot be judged.",)
