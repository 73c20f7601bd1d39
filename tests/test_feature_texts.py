"""The features as documents: every step is defined once and used, and every id of the wire contract is raised by a scenario."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from pytest_bdd.feature import get_features
from pytest_bdd.parser import Step
from pytest_bdd.steps import StepFunctionContext, step_function_context_registry

from tests import test_features

STEP_MODULES = test_features.pytest_plugins
FEATURES = Path(__file__).parents[1] / "features"

CONTRACT = {
    'the finding "{}" is raised': """
        train-loss-barely-decreases train-loss-collapses valid-loss-rises valid-loss-plateaus-early valid-loss-oscillates
        both-losses-stay-high large-gap-from-start overfit-ratio-mild overfit-ratio-moderate overfit-ratio-severe
        final-loss-above-best overfitting healthy-curves cannot-judge loss-not-finite loss-diverges underfitting
        reward-flat-near-zero reward-always-negative reward-high-from-start reward-gap reward-evaluation-divergence
        unresponsive-rollouts token-growth-moderate token-growth-excessive parse-errors-tolerable parse-errors-blocking
        grader-logic-errors improved-on-healthy-curves no-gain-on-healthy-curves
    """,
    'the action "{}" is advised': """
        raise-learning-rate clean-data lower-learning-rate add-harder-examples deploy-earlier-checkpoint reduce-epochs
        increase-batch-size audit-data use-larger-model simplify-task add-diverse-data add-validation-data increase-epochs
        fix-grader loosen-threshold lower-pass-threshold tighten-threshold audit-reward-hacking raise-token-limit
        check-scoring-dimensions refine-further filter-or-augment-data add-data reduce-batch-size ship stop
        establish-baseline try-base-model switch-to-rft switch-to-dpo evaluate-candidates hold-out-final-test-set
        clean-up-deployments wait
    """,
    'the stopping criterion "{}" is met': "beaten-baseline-and-flat diminishing-returns good-enough budget-exhausted",
    'the stopping criterion "{}" is not met': "beaten-baseline-and-flat diminishing-returns good-enough budget-exhausted",
    'the stopping criterion "{}" is unknown': "beaten-baseline-and-flat diminishing-returns good-enough budget-exhausted",
    'the mistake "{}" is named': """
        no-baseline several-variables-changed eval-set-overused curves-ignored data-added-unchecked stale-deployments
    """,
    'the mistake "{}" is not named': """
        no-baseline several-variables-changed eval-set-overused curves-ignored data-added-unchecked stale-deployments
    """,
    'belongs to "{}"': "unblock use-what-you-have data hyperparameters base-model training-type decide",
    'the verdict is "{}"': "wait fix iterate ship stop",
    "| {}": "best peak middle final fewest-tokens",
    "is {}": "fired not_fired not_evaluated not_applicable suppressed",
}
CLAIMS = [claim.format(name) for claim, names in CONTRACT.items() for name in names.split()]


def scenario_steps() -> Iterator[Step]:
    for feature in get_features([str(FEATURES)]):
        for template in feature.scenarios.values():
            examples = [row for table in template.examples for row in table.as_contexts()]
            for row in examples or [{}]:
                yield from template.render(row).steps


def defined_steps() -> list[StepFunctionContext]:
    for name in STEP_MODULES:
        import_module(name)
    return [step for step in step_function_context_registry.values() if step.step_func.__module__ in STEP_MODULES]


def matches(defined: StepFunctionContext, step: Step) -> bool:
    return defined.type == step.type and defined.parser.is_matching(step.name)


def test_every_step_of_a_scenario_is_defined_exactly_once():
    defined = defined_steps()
    found = {f"{step.type} {step.name}": sum(matches(d, step) for d in defined) for step in scenario_steps()}

    assert {name: count for name, count in found.items() if count != 1} == {}


def test_every_defined_step_is_used():
    steps = list(scenario_steps())
    unused = [d.parser.name for d in defined_steps() if not any(matches(d, step) for step in steps)]

    assert unused == []


def test_no_step_is_asynchronous():
    assert [d.parser.name for d in defined_steps() if inspect.iscoroutinefunction(d.step_func)] == []


def test_every_module_of_steps_is_loaded():
    modules = {f"tests.steps.{path.stem}" for path in (Path(__file__).parent / "steps").glob("*.py")}

    assert modules - {"tests.steps.tables"} == set(STEP_MODULES)


@pytest.mark.parametrize("claim", CLAIMS)
def test_every_id_of_the_contract_is_asserted_by_a_scenario(claim: str):
    text = "\n".join(line for path in FEATURES.rglob("*.feature") for line in path.read_text(encoding="utf-8").splitlines())

    assert re.search(re.escape(claim) + r"(?![\w-])", text)


def test_titles_are_claims_that_occur_once():
    titles = [template.name for feature in get_features([str(FEATURES)]) for template in feature.scenarios.values()]

    assert sorted({title for title in titles if titles.count(title) > 1}) == []


def test_every_feature_says_which_part_of_the_documents_it_stands_for():
    assert [f.rel_filename for f in get_features([str(FEATURES)]) if len(f.description) < 60] == []
