"""Files of cases: what they give becomes a request, and every mistake in them is said with its place."""

from __future__ import annotations

import pytest

from advisor.authoring import Case, load_cases
from advisor.contract.request import AdviseRequest

RULE = "sft/some-rule.yaml"
FILE = "sft/some-rule.cases.yaml"


def loaded(text: str) -> tuple[tuple[Case, ...], list[str]]:
    cases, mistakes = load_cases({RULE: "id: some-rule", FILE: text})
    return cases, [str(mistake) for mistake in mistakes]


def request_of(given: str) -> AdviseRequest:
    cases, mistakes = loaded(f"- name: A claim\n  given: {given}\n  expect: {{fires: true}}\n")
    assert mistakes == []
    return cases[0].request("supervised")


def mistakes_of(given: str, expect: str = "{fires: true}") -> str:
    cases, mistakes = loaded(f"- name: A claim\n  given: {given}\n  expect: {expect}\n")
    assert cases == ()
    return "\n".join(mistakes)


def test_curves_become_one_checkpoint_per_value():
    run = request_of("{train_loss: 0.9 0.6 _, full_valid_loss: _ 0.7 NaN}").run
    assert [(c.step_number, c.metrics.train_loss, c.metrics.full_valid_loss) for c in run.checkpoints] == [
        (100, 0.9, None),
        (200, 0.6, 0.7),
        (300, None, "NaN"),
    ]


def test_steps_epochs_scores_and_kept_weights_belong_to_the_points():
    run = request_of("{base_model: m, steps: 84 168, epochs: 1 2, train_loss: 0.9 0.6, scores: _ 8.1, kept: true}").run
    assert [(c.step_number, c.epoch, c.fine_tuned_model_checkpoint) for c in run.checkpoints] == [
        (84, 1.0, "ft:m:ckpt-step-84"),
        (168, 2.0, "ft:m:ckpt-step-168"),
    ]
    assert run.evaluation is not None
    assert [(c.step_number, c.score) for c in run.evaluation.checkpoints] == [(168, 8.1)]
    assert run.evaluation.scale == (0, 10)


def test_metrics_under_their_own_names_are_kept():
    run = request_of("{train_loss: 0.9 0.6, metrics: {grad_norm: 1.5 2.5}}").run
    assert [(c.metrics.model_extra or {})["grad_norm"] for c in run.checkpoints] == [1.5, 2.5]


def test_settings_data_and_evaluation_find_their_place():
    run = request_of(
        "{method: dpo, n_epochs: 2, beta: 0.1, n_train: 335, dataset_version: v1, quality_checked: true,"
        " score: 0.8, scale: [0, 1], n_items: 80}"
    ).run
    assert run.method == "dpo"
    assert (run.hyperparameters.n_epochs, run.hyperparameters.beta) == (2, 0.1)
    assert (run.dataset.n_train, run.dataset.version, run.dataset.quality_checked) == (335, "v1", True)
    assert run.evaluation is not None
    assert (run.evaluation.score, run.evaluation.scale, run.evaluation.n_items) == (0.8, (0.0, 1.0), 80)
    assert run.checkpoints == ()


def test_what_surrounds_the_run_is_given_beside_it():
    request = request_of(
        "{score: 9.0, baseline: 8.0, history: [{id: R1, n_epochs: 3, score: 8.5}], goal: {target_score: 9.5},"
        " deployments: [{name: d, in_use: false}]}"
    )
    assert request.baseline is not None
    assert request.baseline.score == 8.0
    assert [(run.id, run.hyperparameters.n_epochs) for run in request.history] == [("R1", 3)]
    assert request.goal.target_score == 9.5
    assert [d.in_use for d in request.deployments] == [False]


def test_without_a_method_the_rules_own_is_taken():
    cases, _ = loaded("- name: A claim\n  given: {}\n  expect: {fires: true}\n")
    assert cases[0].request("reinforcement").run.method == "reinforcement"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("{train_los: 0.9 0.6}", 'sft/some-rule.cases.yaml:2:11  unknown key "train_los"\n    Did you mean "train_loss"?'),
        ("{zzz: 1}", "A metric with a name of its own goes under metrics"),
        ("{train_loss: 0.9 o.6}", 'sft/some-rule.cases.yaml:2:11  train_loss: cannot read "o.6" in a series'),
        ("{train_loss: 0.9 0.6, valid_loss: 0.9}", "valid_loss has 1 values where another series has 2"),
        ("{steps: 100.5 200, train_loss: 0.9 0.6}", "sft/some-rule.cases.yaml:2:11  "),
        ("{n_epochs: -1}", "sft/some-rule.cases.yaml:2:11  n_epochs"),
        ("{method: sft}", "sft/some-rule.cases.yaml:2:11  method"),
        ("{history: [{scor: 8}]}", 'unknown key "scor"\n    Did you mean "score"?'),
        ("{history: [{baseline: 8}]}", 'unknown key "baseline"'),
        ("{history: {score: 8}}", "the history must be a list"),
        ("{metrics: 3}", "metrics must name a series each"),
        ("[1, 2]", "what is given must be a mapping"),
    ],
)
def test_a_mistake_in_what_is_given_names_its_place_and_remedy(given: str, said: str):
    assert said in mistakes_of(given)


@pytest.mark.parametrize(
    ("expect", "said"),
    [
        ("{fire: true}", 'sft/some-rule.cases.yaml:3:12  unknown key "fire"\n    Did you mean "fires"?'),
        ("{fires: 1}", "sft/some-rule.cases.yaml:3:12  fires"),
        ("{severity: urgent}", "sft/some-rule.cases.yaml:3:12  severity"),
        ("{missing: []}", "sft/some-rule.cases.yaml:3:12  missing"),
        ("{}", "what is expected must be a mapping with at least one key"),
        ("true", "what is expected must be a mapping with at least one key"),
    ],
)
def test_a_mistake_in_what_is_expected_names_its_place_and_remedy(expect: str, said: str):
    assert said in mistakes_of("{}", expect)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- name: A\n  expect: {fires: true}\n", '"given" is missing'),
        ("- name: A\n  given: {}\n", '"expect" is missing'),
        ("- given: {}\n  expect: {fires: true}\n", '"name" is missing'),
        ("- name: 3\n  given: {}\n  expect: {fires: true}\n", "name must be a sentence"),
        ("- name: A\n  given: {}\n  expect: {fires: true}\n  todo: true\n", "todo must be a sentence"),
        ("- name: A\n  givn: {}\n  given: {}\n  expect: {fires: true}\n", 'unknown key "givn"\n    Did you mean "given"?'),
        (
            "- name: A\n  given: {}\n  expect: {fires: true}\n- name: A\n  given: {}\n  expect: {fires: true}\n",
            ':4:3  the name "A" stands twice',
        ),
        ("name: A\n", "a cases file must be a list of cases"),
        ("- A\n", "a case must be a mapping"),
        ("- name: [\n", "not YAML"),
    ],
)
def test_a_file_of_another_shape_is_a_mistake(text: str, said: str):
    _, mistakes = loaded(text)
    assert said in "\n".join(mistakes)


def test_all_mistakes_of_all_cases_are_said_at_once():
    _, mistakes = loaded(
        "- name: A\n  given: {train_los: 1, n_epoch: 2}\n  expect: {fire: true}\n"
        "- name: B\n  given: {n_train: -1}\n  expect: {fires: true}\n"
    )
    assert len(mistakes) == 4


def test_cases_without_a_rule_beside_them_are_a_mistake():
    _, mistakes = load_cases({FILE: "- name: A\n  given: {}\n  expect: {fires: true}\n"})
    assert [m.code for m in mistakes] == ["no-rule"]


@pytest.mark.parametrize(
    ("expect", "kind"),
    [
        ("{fires: true}", "firing"),
        ("{met: true}", "firing"),
        ("{verdict: some-rule}", "firing"),
        ("{fires: false}", "quiet"),
        ("{met: false}", "quiet"),
        ("{verdict: another}", "quiet"),
        ("{suppressed_by: another}", "quiet"),
        ("{missing: [valid_loss]}", "missing"),
        ("{met: null}", "missing"),
    ],
)
def test_a_case_shows_its_rule_firing_quiet_or_missing_something(expect: str, kind: str):
    cases, _ = loaded(f"- name: A\n  given: {{}}\n  expect: {expect}\n")
    assert cases[0].kind == kind
