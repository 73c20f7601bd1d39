from __future__ import annotations

from advisor.web.features.documents import Step
from advisor.web.features.pictures import HEIGHT, WIDTH, pictures


def test_a_table_of_checkpoints_is_one_picture_for_each_kind_of_metric():
    table = (
        ("step_number", "epoch", "train_loss", "full_valid_loss", "valid_accuracy"),
        ("1", "1", "1.0", "1.2", "0.5"),
        ("2", "2", "0.5", "", "0.75"),
    )
    found = pictures([Step(1, "Given", "the checkpoints", table)])
    assert [[line.name for line in picture.lines] for picture in found] == [["train_loss"], ["valid_accuracy"]]
    assert found[0].said == "Steps 1 to 2: train_loss from 1 to 0.5"


def test_losses_given_in_words_share_a_picture_whose_lines_stay_inside_it():
    steps = [
        Step(1, "Given", "every 50 steps the train_loss is 1.0 0.8 0.5"),
        Step(2, "And", "every 50 steps the full_valid_loss is 1.1 0.9 1.4"),
    ]
    (picture,) = pictures(steps)
    assert {line.tone for line in picture.lines} == {"train", "valid"}
    places = [tuple(map(float, dot)) for line in picture.lines for dot in line.dots]
    assert all(0 < x < WIDTH and 0 < y < HEIGHT for x, y in places)
    train, valid = ({name: line for line in picture.lines for name in [line.tone]}[tone] for tone in ("train", "valid"))
    assert float(train.dots[2][1]) > float(train.dots[0][1]), "a lower loss lies lower in the picture"
    assert valid.strokes[0].split()[0].startswith(train.strokes[0].split()[0].split(",")[0])


def test_a_loss_that_is_no_number_breaks_the_line():
    (picture,) = pictures([Step(1, "Given", "every 1 steps the train_loss is 1 2 NaN 1 Infinity 3 2")])
    assert [stroke.count(",") for stroke in picture.lines[0].strokes] == [2, 1, 2]


def test_a_flat_curve_and_one_without_finite_points_are_drawn():
    flat, broken = (pictures([Step(1, "Given", f"every 1 steps the train_loss is {values}")])[0] for values in ("0.5 0.5", "NaN NaN"))
    assert len(flat.lines[0].dots) == 2
    assert broken.lines[0].dots == ()


def test_one_point_and_words_are_no_curve():
    assert pictures([Step(1, "Given", "every 1 steps the train_loss is 0.5"), Step(2, "And", "a supervised run")]) == ()
    assert pictures([Step(1, "Given", "x", (("step_number", "reason"), ("1", "best"), ("2", "final")))]) == ()
