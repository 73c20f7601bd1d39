from dataclasses import replace
from typing import Any

import pytest

from advisor.authoring.evaluate import evaluate as measure
from advisor.authoring.quality import Advised, Atlas, LabelledData, Reading, Said, Share
from advisor.authoring.quality.advice_scores import judge_runs, score_advice
from advisor.authoring.quality.constant import best_order
from advisor.authoring.quality.conventions import ACTION_KNOBS
from advisor.authoring.quality.labels import CheckpointTruth, LabelledHistory, LabelledRun, Neighbour, Truth
from advisor.authoring.quality.outcomes import first_recorded
from advisor.authoring.quality.shares import Detection
from advisor.facts import EarlierRun, Run

SIZES = {"nano": 1, "base": 3}
ATLAS: Any = Atlas(lambda name: SIZES.get(name, 0))


def neighbour(knob, before, after, gain, run_id=None, **more) -> Neighbour:
    return Neighbour.model_validate({"knob": knob, "from": before, "to": after, "test_score_delta": gain, "run_id": run_id, **more})


def labelled(
    name="r", *neighbours, family="A", causes=(), primary=None, method="supervised", checkpoints=(), test_score=5.0, **knobs
) -> LabelledRun:
    body = {"id": name, "method": method, "base_model": "nano", "checkpoints": []}
    truth = Truth(causes=causes, primary=primary, symptom_verified=True)
    earlier = EarlierRun.model_validate(body)
    return LabelledRun(
        name, family, Run.model_validate(body), earlier, truth, neighbours, checkpoints, test_score, {"model": "nano", **knobs}
    )


def advises(*actions, said=(), best_step=None) -> Reading:
    experiments = tuple(Advised(action, ACTION_KNOBS.get(action), to) for action, to in actions)
    return Reading(said=said, experiments=experiments, actions=tuple(a for a, _ in actions), best_step=best_step)


def evaluate(data, judge) -> Any:
    return measure(data, judge, ATLAS)


def scores(runs, reading) -> Any:
    return score_advice(judge_runs(runs, lambda _: reading, ATLAS), ATLAS)


def test_an_advised_value_leads_to_the_recorded_one_nearest_to_it():
    run = labelled("r", neighbour("n_train", 40, 335, 2.0), neighbour("n_train", 40, 1500, 4.0), n_train=40)
    assert ATLAS.step(run, "n_train", "up", 1000).gain == 4.0
    assert ATLAS.step(run, "n_train", "up", 200).gain == 2.0
    assert ATLAS.step(run, "n_train", "up", "more examples").gain == 2.0
    assert ATLAS.step(run, "n_train", "down") is None


def test_a_larger_model_is_one_that_the_rulebook_calls_larger():
    run = labelled("r", neighbour("model", "nano", "base", 3.0))
    assert ATLAS.step(run, "model", "up").net == pytest.approx(2.8)
    assert ATLAS.step(run, "model", "down") is None


def test_cleaning_data_that_are_clean_costs_work_and_changes_nothing():
    step = ATLAS.step(labelled("r", noise=0), "noise", "down")
    assert (step.gain, step.net, step.run_id) == (0.0, -0.2, None)


def test_each_doubling_of_epochs_costs_a_tenth_of_a_point():
    run = labelled("r", neighbour("n_epochs", 2, 8, 1.0), n_epochs=2)
    assert ATLAS.step(run, "n_epochs", "up").net == pytest.approx(0.8)


def test_advice_without_a_recorded_outcome_costs_a_tenth_when_it_comes_first():
    step = ATLAS.step(labelled("r", neighbour("batch_size", 8, 2, 1.0), batch_size=8), "batch_size", "down")
    found, points = first_recorded([None, None, step])
    assert found is step
    assert points == pytest.approx(0.8)
    assert first_recorded([None]) == (None, 0.0)


def two_runs() -> list[LabelledRun]:
    return [
        labelled(
            "a",
            neighbour("batch_size", 8, 2, 2.0),
            neighbour("learning_rate_multiplier", 1, 5, -1.0),
            primary="batch_too_large",
            batch_size=8,
        ),
        labelled(
            "b", neighbour("batch_size", 8, 2, -1.0), neighbour("learning_rate_multiplier", 1, 5, 4.0), primary="lr_too_low", batch_size=8
        ),
    ]


def test_advising_the_best_change_of_every_run_has_uplift_and_skill_one():
    def oracle(request):
        return advises(("reduce-batch-size", None) if request.run.id == "a" else ("raise-learning-rate", None))

    perfect: Any = score_advice(judge_runs(two_runs(), oracle, ATLAS), ATLAS)
    assert perfect.any_change.advice == pytest.approx(1.0)
    assert perfect.any_change.skill == pytest.approx(1.0)
    assert perfect.top1 == Share(2, 2)


def test_the_fixed_list_is_beaten_only_by_reading_the_run():
    fixed = scores(two_runs(), advises(("raise-learning-rate", None)))
    assert fixed.any_change.advice == pytest.approx(fixed.any_change.fixed_list) == pytest.approx(3 / 6)
    assert fixed.any_change.skill == pytest.approx(0.0)


def test_no_advice_counts_as_no_change():
    silent = scores(two_runs(), Reading())
    assert silent.any_change.advice == 0.0
    assert silent.first_advice_recorded == Share(0, 2)


def test_the_fixed_list_never_loses_to_a_single_move():
    runs = two_runs()
    assert str(best_order(runs, ATLAS)[0]) == "learning_rate_multiplier up (far)"


def test_where_the_data_are_fixed_advice_about_data_does_not_count():
    run = labelled("r", neighbour("n_train", 40, 1500, 6.0), neighbour("batch_size", 8, 2, 1.0), n_train=40, batch_size=8)
    found = scores([run], advises(("add-data", 1500), ("reduce-batch-size", 2)))
    assert found.data_fixed.advice == pytest.approx(1.0)
    assert found.any_change.advice == pytest.approx(1.0)


def test_one_of_the_first_three_counts_and_the_fourth_does_not():
    run = labelled("r", neighbour("batch_size", 8, 2, 1.0), batch_size=8)
    other = ("raise-learning-rate", None)
    assert scores([run], advises(other, other, ("reduce-batch-size", 2))).top3 == Share(1, 1)
    assert scores([run], advises(other, other, other, ("reduce-batch-size", 2))).top3 == Share(0, 1)


def test_an_alarm_is_due_where_a_change_gains_much_and_undue_where_nothing_helps():
    sick = labelled("sick", neighbour("batch_size", 8, 2, 3.0), causes=("lr_too_low",), batch_size=8)
    well = labelled("well", neighbour("batch_size", 8, 2, 0.1), causes=("healthy",), batch_size=8)

    def judge(request):
        return Reading(said=(Said("x", "high" if request.run.id == "sick" else "medium"),))

    found: Any = score_advice(judge_runs([sick, well], judge, ATLAS), ATLAS)
    assert (found.alarm_where_sick, found.alarm_where_well, found.alarm_j) == (Share(1, 1), Share(0, 1), 1.0)


def test_checkpoint_regret_is_what_the_named_checkpoint_loses_against_the_best_one():
    points = tuple(CheckpointTruth(step=step, eval_score=0, test_score=score) for step, score in ((10, 6.0), (20, 5.5), (30, 5.0)))
    found = scores([labelled("r", checkpoints=points)], Reading(best_step=21))
    assert (found.checkpoint_regret_points, found.checkpoint_regret_of_last, found.checkpoints_judged) == (0.5, 1.0, 1)


def test_a_run_whose_last_checkpoint_is_as_good_as_any_has_no_regret_to_measure():
    points = tuple(CheckpointTruth(step=step, eval_score=0, test_score=6.0) for step in (10, 20))
    assert scores([labelled("r", checkpoints=points)], Reading(best_step=10)).checkpoint_regret_points is None


def test_the_loop_walks_to_recorded_neighbours_and_keeps_the_best_score():
    runs = (
        labelled("a", neighbour("batch_size", 8, 2, 3.0, "b"), test_score=2.0, batch_size=8),
        labelled("b", neighbour("batch_size", 2, 8, -3.0, "a"), test_score=5.0, batch_size=2),
    )
    data = LabelledData(runs, (), ())
    loop = evaluate(data, lambda _: advises(("reduce-batch-size", 2))).loop
    assert loop.advice == pytest.approx(1.0)
    stays = evaluate(data, lambda _: Reading()).loop
    assert stays.advice == pytest.approx((0.4 + 1.0) / 2)


def test_a_family_is_compared_with_the_list_that_suits_the_others():
    a, b = two_runs()
    found = evaluate(LabelledData((a, replace(b, family="B")), (), ()), lambda _: Reading())
    by_family = {f.family: f for f in found.by_family}
    assert by_family["A"].own.any_change.fixed_list == pytest.approx(-1.0 / 2.0)
    assert by_family["A"].without.runs == 1


def test_overfitting_is_scored_by_problem_and_without_it():
    labels = [("x", True), ("x", False), ("y", False), ("y", False)]
    rows = [
        LabelledHistory(f"h{i}", family, overfit, None, (1.0, 2.0), (1.0, 0.5), (1.0, 2.0)) for i, (family, overfit) in enumerate(labels)
    ]
    found = evaluate(LabelledData((), tuple(rows), ()), lambda _: Reading(said=(Said("overfitting", "high"),)))
    assert [s.points for s in found.overfitting] == [50, 10, 5]
    assert found.overfitting[0].overall == Detection(1, 3, 0, 0)
    assert found.overfitting[0].wrong == ("h1", "h2", "h3")
    assert [(f.family, f.own.false_alarms, f.without.false_alarms) for f in found.overfitting[0].by_family] == [("x", 1, 2), ("y", 2, 1)]


def test_macro_f_is_the_mean_over_both_answers():
    assert Detection(1, 1, 0, 2).macro_f1 == pytest.approx((2 / 3 + 4 / 5) / 2)


def test_a_grader_fault_is_named_by_any_of_its_findings_and_counted_on_the_others():
    runs = (
        labelled("gap", method="reinforcement", causes=("train_valid_gap",)),
        labelled("well", method="reinforcement", causes=("healthy",)),
        replace(labelled("unverified", method="reinforcement", causes=("grader_broken",)), truth=Truth(causes=("grader_broken",))),
    )
    found = evaluate(LabelledData(runs, (), ()), lambda _: Reading(said=(Said("reward-gap", "high"),)))
    gap = next(f for f in found.graders.faults if f.fault == "train_valid_gap")
    assert (gap.named, gap.said_of_others) == (Share(1, 1), Share(1, 1))
    assert found.graders.alarms_on_healthy == Share(1, 1)


def test_an_empty_measure_is_none_and_never_a_made_up_number():
    found = evaluate(LabelledData((), (), ()), lambda _: Reading())
    assert (found.advice, found.loop, found.graders, found.overfitting) == (None, None, None, ())
    assert found.cannot_judge.share is None
