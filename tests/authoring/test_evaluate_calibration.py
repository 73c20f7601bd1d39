from advisor.authoring.evaluate import evaluate
from advisor.authoring.quality import Advised, Atlas, LabelledData, Reading, Said, Share
from advisor.authoring.quality.conventions import ACTION_KNOBS
from advisor.authoring.quality.labels import LabelledHistory, LabelledRun, Neighbour, Truth
from advisor.contract.advice import Confidence, Severity
from advisor.facts import EarlierRun, Run

ATLAS = Atlas(lambda _: 0)


def run_with(gain, knob="batch_size", before=8, after=2, causes=(), method="supervised", **more) -> LabelledRun:
    body = {"id": "r", "method": method, "checkpoints": []}
    row = {"knob": knob, "from": before, "to": after, "test_score_delta": gain, **more}
    truth = Truth(causes=causes, symptom_verified=True)
    neighbours = (Neighbour.model_validate(row),) if method == "supervised" else ()
    return LabelledRun("r", "A", Run.model_validate(body), EarlierRun.model_validate(body), truth, neighbours, (), None, {knob: before})


def right(run, finding, action=None, severity: Severity = "medium", confidence: Confidence = "high") -> Share:
    experiments = (Advised(action, ACTION_KNOBS[action], None, (finding,)),) if action else ()
    reading = Reading(said=(Said(finding, severity, confidence),), experiments=experiments)
    return evaluate(LabelledData((run,), (), ()), lambda _: reading, ATLAS).calibration.right[confidence]


def test_a_finding_is_right_where_the_change_behind_it_clearly_helps():
    assert right(run_with(1.0), "batch-too-large", "reduce-batch-size") == Share(1, 1)
    assert right(run_with(0.2), "batch-too-large", "reduce-batch-size") == Share(0, 1)


def test_a_finding_whose_change_nobody_recorded_is_not_counted():
    assert right(run_with(1.0), "batch-too-large", "raise-learning-rate") == Share(0, 0)
    assert right(run_with(1.0), "batch-too-large") == Share(0, 0)


def test_a_remark_claims_nothing():
    assert right(run_with(0.0), "batch-too-large", "reduce-batch-size", severity="info") == Share(0, 0)


def test_stopping_earlier_is_judged_at_the_end_of_the_run():
    run = run_with(0.0, "n_epochs", 8, 2, final_delta=1.5)
    assert right(run, "valid-loss-rises", "reduce-epochs") == Share(1, 1)


def test_overfitting_is_right_where_the_label_says_so_whatever_it_recommends():
    assert right(run_with(0.0, causes=("overfitting",)), "overfitting", "reduce-batch-size") == Share(1, 1)
    assert right(run_with(5.0), "overfitting", "reduce-batch-size") == Share(0, 1)


def test_a_history_counts_once_whatever_the_number_of_points():
    history = LabelledHistory("h", "x", True, None, (1.0, 2.0), (1.0, 0.5), (1.0, 2.0))
    reading = Reading(said=(Said("overfitting", "high", "low"),))
    found = evaluate(LabelledData((), (history,), ()), lambda _: reading, ATLAS)
    assert found.calibration.right["low"] == Share(1, 1)


def test_a_finding_about_a_grader_is_right_for_each_fault_that_it_stands_for():
    for fault, expected in (("reward_hacking", Share(1, 1)), ("train_valid_gap", Share(1, 1)), ("grader_broken", Share(0, 1))):
        assert right(run_with(0.0, causes=(fault,), method="reinforcement"), "reward-gap") == expected


def test_a_judge_that_states_no_confidence_is_not_calibrated():
    reading = Reading(said=(Said("overfitting", "high"),))
    found = evaluate(LabelledData((run_with(1.0),), (), ()), lambda _: reading, ATLAS)
    assert all(share.of == 0 for share in found.calibration.right.values())


def test_confusion_counts_each_finding_on_the_runs_of_each_cause():
    reading = Reading(said=(Said("label-noise", "high", "high"),))
    (row,) = evaluate(LabelledData((run_with(1.0, causes=("noisy_data", "lr_too_low")),), (), ()), lambda _: reading, ATLAS).confusion
    assert (row.finding, row.raised) == ("label-noise", Share(1, 1))
    assert row.by_cause == {"lr_too_low": Share(1, 1), "noisy_data": Share(1, 1)}
