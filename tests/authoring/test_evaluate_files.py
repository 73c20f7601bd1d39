import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.authoring.quality import read_labelled
from advisor.authoring.quality.labels import thinned
from advisor.errors import UnusableInput
from tests.authoring.labelled_files import HISTORY, RUN, write


def test_finds_runs_at_any_depth_and_histories_line_by_line(tmp_path):
    write(tmp_path, "deep/er/a.json", RUN)
    write(tmp_path, "h.jsonl", f"{json.dumps(HISTORY)}\n\n{json.dumps(HISTORY | {'label': 'non_overfit'})}\n")
    data = read_labelled([tmp_path])
    assert [run.id for run in data.runs] == ["A_1"]
    assert [history.overfit for history in data.histories] == [True, False]
    assert data.skipped == ()


def test_the_request_shows_nothing_that_a_user_could_not_know(tmp_path):
    write(tmp_path, "a.json", RUN)
    (run,) = read_labelled([tmp_path]).runs
    posted = run.request().model_dump_json()
    for secret in ("hidden", "truth", "neighbours", "lr_too_low", "2.5", "0.3"):
        assert secret not in posted
    assert '"score":3.0' in posted


def test_a_history_belongs_to_the_problem_in_its_name_unless_it_says_one(tmp_path):
    write(tmp_path, "h.jsonl", f"{json.dumps(HISTORY)}\n{json.dumps(HISTORY | {'problem': 'mine'})}\n")
    assert [history.family for history in read_labelled([tmp_path]).histories] == ["gene", "mine"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("{not json", "is not JSON"),
        ([1, 2], "is no JSON object"),
        ({"name": "counts"}, "has neither checkpoints nor a label"),
        ({key: value for key, value in RUN.items() if key not in ("truth", "neighbours")}, "has no truth and no neighbours"),
        (RUN | {"run_id": None}, "has no run_id"),
        (RUN | {"method": "guesswork"}, "method"),
        (RUN | {"checkpoints": 3}, "checkpoints"),
        (RUN | {"checkpoints": [{"step_number": -1}]}, "step_number"),
        (RUN | {"neighbours": [{"knob": "n_train"}]}, "from"),
        (HISTORY | {"label": "perhaps"}, "label other than"),
        (HISTORY | {"epoch": [1, 2]}, "one value per evaluation"),
        (HISTORY | {"valid_loss": "low"}, "list"),
        (HISTORY | {"epoch": 7}, "list"),
    ],
)
def test_what_is_no_labelled_run_is_said_and_left_out(tmp_path, content, reason):
    write(tmp_path, "good.json", RUN)
    write(tmp_path, "other.json", content)
    data = read_labelled([tmp_path])
    assert len(data.runs) == 1
    (skipped,) = data.skipped
    assert skipped.place == "other.json"
    assert reason in skipped.reason


def test_a_run_that_two_files_tell_counts_once(tmp_path):
    write(tmp_path, "a.json", RUN)
    write(tmp_path, "b.json", RUN)
    data = read_labelled([tmp_path])
    assert len(data.runs) == 1
    assert data.skipped[0].reason == 'another file already has the run id "A_1"'


def test_a_line_that_is_no_history_is_named_with_its_number(tmp_path):
    write(tmp_path, "h.jsonl", f"{json.dumps(HISTORY)}\nnonsense\n")
    assert read_labelled([tmp_path]).skipped[0].place == "h.jsonl:2"


def test_a_folder_without_labelled_runs_is_refused_without_naming_the_machine(tmp_path):
    write(tmp_path, "notes.json", {"hello": 1})
    with pytest.raises(UnusableInput, match=r"notes\.json: has neither checkpoints nor a label") as refusal:
        read_labelled([tmp_path])
    assert str(tmp_path) not in str(refusal.value)


def test_a_path_that_does_not_exist_is_refused(tmp_path):
    with pytest.raises(UnusableInput, match="there is no such file or folder"):
        read_labelled([tmp_path / "nowhere"])


def test_a_loss_that_is_not_finite_reaches_the_advisor_by_its_name(tmp_path):
    write(tmp_path, "a.json", json.dumps(RUN).replace("0.9", "NaN"))
    (run,) = read_labelled([tmp_path]).runs
    assert run.run.checkpoints[0].metrics.train_loss == "NaN"


@given(st.integers(1, 300), st.integers(1, 60))
def test_thinning_keeps_the_ends_and_never_more_than_asked(count, points):
    kept = thinned(count, points)
    assert kept == sorted(set(kept))
    assert len(kept) == min(count, points) or points > 1
    assert len(kept) <= points or count <= points
    assert kept[-1] == count - 1
    assert kept[0] == 0 or points == 1


def test_the_examples_of_the_documentation_are_labelled_runs(tmp_path):
    page = (Path(__file__).parents[2] / "docs" / "evaluate.md").read_text(encoding="utf-8")
    run, history = re.findall(r"```json\n(.+?)```", page, re.DOTALL)
    write(tmp_path, "run.json", run)
    write(tmp_path, "history.jsonl", history)
    data = read_labelled([tmp_path])
    assert (len(data.runs), len(data.histories), data.skipped) == (1, 1, ())
    assert data.runs[0].neighbours[1].final_delta == -1.2
