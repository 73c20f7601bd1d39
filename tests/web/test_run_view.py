from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from advisor.contract import Advice, AdviseRequest
from advisor.contract.advice import Evidence, Finding, RuleRef, SignalValue
from advisor.facts import EarlierRun
from advisor.local import LocalAdvisor
from advisor.rulebook.load import build_rulebook
from advisor.service import advise
from advisor.web.comparing import compared
from advisor.web.curves import MOST_POINTS, Line, plots
from advisor.web.points import points_of
from advisor.web.run_view import RunView, run_view
from advisor.web.sparkline import sparkline
from advisor.web.thresholds import _span, handles_of, overrides

EXAMPLE = Path(__file__).parents[2] / "examples" / "overfit-run.json"


@pytest.fixture(scope="module")
def local() -> LocalAdvisor:
    return LocalAdvisor()


@pytest.fixture(scope="module")
def example() -> AdviseRequest:
    return AdviseRequest.model_validate_json(EXAMPLE.read_bytes())


@pytest.fixture(scope="module")
def advice(local: LocalAdvisor, example: AdviseRequest) -> Advice:
    return local.advise(example, explain="all")


def _finding(*signals: str) -> Finding:
    evidence = tuple(Evidence(signal, 1.0, ">", 0.5, 0.5) for signal in signals)
    return Finding("f", "F", "", "", "high", "high", "", evidence, RuleRef("f", "sft/f.yaml"), "")


def _line(name: str, values: Sequence[float | None]) -> Line:
    return Line(name, name, "train", tuple(range(1, len(values) + 1)), tuple(values))


LINES = (
    _line("train_loss", [0.9, 0.7, 0.5, 0.3]),
    _line("full_valid_loss", [0.9, 0.6, 0.7, 0.8]),
    _line("evaluation", [7.0, 8.0, 9.0, 8.5]),
)


@pytest.mark.parametrize(
    ("signals", "points"),
    [
        (("valid_loss_rise_ratio",), {"full_valid_loss": (2, 4)}),
        (("train_loss_drop_ratio",), {"train_loss": (1, 4)}),
        (("valid_loss_drop_ratio",), {"full_valid_loss": (1, 2)}),
        (("overfit_ratio_last",), {"train_loss": (4,), "full_valid_loss": (4,)}),
        (("first_gap_ratio",), {"train_loss": (1,), "full_valid_loss": (1,)}),
        (("epochs_since_best",), {"full_valid_loss": (2, 3, 4)}),
        (("train_loss_drop_since_best_ratio",), {"train_loss": (2, 3, 4)}),
        (("evaluation_loss_since_best_share",), {"evaluation": (3, 4)}),
        (("valid_loss_turning_share",), {"full_valid_loss": (1, 2, 3, 4)}),
        (("valid_loss_points", "valid_loss_rise_ratio"), {"full_valid_loss": (2, 4)}),
        (("n_train",), {}),
        (("completion_tokens_growth_ratio",), {}),
    ],
)
def test_a_finding_shows_the_points_that_its_evidence_was_read_off(
    local: LocalAdvisor, signals: tuple[str, ...], points: dict[str, tuple[int, ...]]
):
    found = {shown.line: shown.steps for shown in points_of(_finding(*signals), LINES, {}, local.rulebook.measures)}
    assert found == points


@pytest.mark.parametrize(("full", "judged"), [([0.9, 0.6], "valid_loss"), ([0.9, 0.6, 0.7], "full_valid_loss")])
def test_the_rulebook_says_from_how_many_points_on_the_full_validation_loss_is_judged(
    local: LocalAdvisor, full: list[float | None], judged: str
):
    lines = (_line("full_valid_loss", full), _line("valid_loss", [0.9, 0.7, 0.5, 0.3]))
    shipped = local.rulebook.measures
    (shown,) = points_of(_finding("valid_loss_rise_ratio"), lines, {}, shipped)
    assert shown.line == judged
    (shown,) = points_of(_finding("valid_loss_rise_ratio"), lines, {}, replace(shipped, full_points_min=len(full)))
    assert shown.line == "full_valid_loss"
    (shown,) = points_of(_finding("valid_loss_rise_ratio"), lines, {}, replace(shipped, full_points_min=len(full) + 1))
    assert shown.line == "valid_loss"


def test_the_best_point_is_the_one_that_the_advice_names(local: LocalAdvisor):
    named = {"valid_loss_best_step": SignalValue(3.0, "steps")}
    (shown,) = points_of(_finding("valid_loss_rise_ratio"), LINES, named, local.rulebook.measures)
    assert shown.steps == (3, 4)


def test_a_value_that_is_not_finite_is_a_gap_and_is_what_such_a_finding_shows(local: LocalAdvisor):
    lines = (_line("train_loss", [0.9, None, 0.5]),)
    (shown,) = points_of(_finding("loss_non_finite_points"), lines, {}, local.rulebook.measures)
    assert shown.steps == (2,)


def test_epochs_bands_best_and_final_are_marked_in_the_curves(example: AdviseRequest, advice: Advice, local: LocalAdvisor):
    loss, ratio = plots(example.run, advice, local.rulebook.bands["overfit-ratio"])
    assert [line.name for line in loss.lines] == ["train_loss", "valid_loss", "full_valid_loss"]
    assert [(mark.step, mark.label) for mark in loss.marks] == [(168, "best"), (336, "final")]
    assert [(mark.step, mark.label) for mark in loss.epochs] == [(84, "1"), (168, "2"), (252, "3"), (336, "4")]
    assert [(s.low, s.high, s.band, s.rank) for s in loss.along] == [(0, 84, "healthy", 0), (84, 168, "mild", 1), (168, 336, "severe", 3)]
    assert [(s.band, s.rank) for s in ratio.across] == [("healthy", 0), ("mild", 1), ("moderate", 2), ("severe", 3)]
    assert ratio.across[0].low is None
    assert ratio.across[-1].high is None


def test_bands_are_coloured_by_their_place_in_the_rulebook_whatever_they_are_called(local: LocalAdvisor, example: AdviseRequest):
    text = "id: overfit-ratio\ntitle: Ratio\nsignal: overfit_ratio_last\nsource: our own runs\nbands:\n"
    text += "  - {id: fine, below: 1.3, meaning: ours}\n  - {id: bad, from: 1.3, meaning: ours}\n"
    files = {path: words for path, words in local.rulebook.files.items() if not path.endswith("overfit-ratio.yaml")}
    bands = build_rulebook({**files, "bands/overfit-ratio.yaml": text}, "ours").bands["overfit-ratio"]
    rows = [replace(row, overfit_band=bands.band_of(row.overfit_ratio or 0.0)) for row in local.advise(example).checkpoints]
    loss, ratio = plots(example.run, replace(local.advise(example), checkpoints=tuple(rows)), bands)
    assert {s.band: s.rank for s in loss.along} == {"fine": 0, "bad": 3}
    assert [(s.band, s.rank) for s in ratio.shades] == [("fine", 0), ("bad", 3)]
    unknown = plots(example.run, local.advise(example), bands)[0].shades
    assert [(s.band, s.rank) for s in unknown] == [("fine", 0), ("bad", 3), ("healthy", None), ("mild", None), ("severe", None)]


def test_a_very_long_curve_is_drawn_with_its_spikes_its_gaps_and_what_its_findings_show(local: LocalAdvisor):
    losses: list[float | str] = [1 + i / 20_000 for i in range(20_000)]
    losses[7_777], losses[8_888], losses[9_999] = 40.0, 0.01, "NaN"
    points = [{"step_number": i, "metrics": {"train_loss": loss, "valid_loss": 1.0}} for i, loss in enumerate(losses)]
    request = AdviseRequest.model_validate({"run": {"method": "supervised", "checkpoints": points}})
    view = run_view(request, local.advise(request), local.rulebook)
    line = next(line for line in view.plots[0].lines if line.name == "train_loss")
    known = dict(zip(line.steps, line.values, strict=True))
    assert len(known) <= MOST_POINTS < line.measured == 20_000
    assert (known[7_777], known[8_888], known[9_999], known[0], known[19_999]) == (40.0, 0.01, None, 1.0, losses[-1])
    assert view.plots[0].steps == 20_000
    assert view.plots[0].note is not None
    assert "of the 20,000 points of Train" in view.plots[0].note
    drawn = {line.name: set(line.steps) for plot in view.plots for line in plot.lines}
    assert any(shown.points for shown in view.findings)
    assert all(drawn[p["line"]].issuperset(p["steps"]) for shown in view.findings for p in shown.points)


def test_a_reinforcement_run_shows_rewards_and_lengths(local: LocalAdvisor):
    points = [
        {
            "step_number": i,
            "metrics": {
                "train_mean_reward": i / 10,
                "full_valid_mean_reward": i / 11,
                "completion_tokens_mean": 100 + i,
                "train_loss": 0.1,
            },
        }
        for i in range(1, 8)
    ]
    request = AdviseRequest.model_validate({"run": {"method": "reinforcement", "checkpoints": points}})
    view = run_view(request, local.advise(request, explain="all"), local.rulebook)
    assert [plot.id for plot in view.plots] == ["reward", "tokens"]
    assert view.table is not None
    assert "Completion tokens" in view.table.titles


def test_what_could_not_be_judged_names_facts_as_the_form_does_and_leads_to_its_fields(local: LocalAdvisor):
    points = [{"step_number": 10 * i, "metrics": {"train_loss": 1 / i}} for i in range(1, 6)]
    bare = AdviseRequest.model_validate({"run": {"method": "supervised", "checkpoints": points}})
    groups = run_view(bare, local.advise(bare), local.rulebook).not_judged
    fields = {field.name: field.label for group in groups for field in group.fields}
    assert {"n_epochs", "batch_size", "learning_rate_multiplier", "n_train", "base_model", "score"} <= set(fields)
    assert all(field.label in group.lacks for group in groups for field in group.fields if field.path)
    assert not re.search(r"\w\.\w", " ".join(group.lacks for group in groups)), "no path of a member stands on the page"


def test_a_run_without_a_point_is_a_page_all_the_same(local: LocalAdvisor):
    request = AdviseRequest.model_validate({"run": {"method": "supervised", "checkpoints": []}})
    view = run_view(request, local.advise(request), local.rulebook)
    assert view.plots == ()
    assert view.table is None
    assert view.not_judged


def test_every_handle_holds_its_number_and_what_was_measured(example: AdviseRequest, advice: Advice, local: LocalAdvisor):
    groups = handles_of(advice, local.rulebook)
    assert {group.rule for group in groups if group.fired} >= {"valid-loss-rises", "final-loss-above-best"}
    assert any(not group.fired for group in groups)
    for group in groups:
        for handle in group.handles:
            assert handle.low <= handle.value <= handle.high, group.rule
            assert handle.step > 0
            steps = (handle.value - handle.low) / handle.step
            assert steps == pytest.approx(round(steps), abs=1e-6), (group.rule, handle)
    measured = [(handle, advice.signals.get(handle.sentence.split()[0])) for group in groups for handle in group.handles]
    known = [(handle, signal.value) for handle, signal in measured if signal is not None and handle.sentence.split()[2:] == [handle.name]]
    assert len(known) > 3
    for handle, value in known:
        assert handle.measured == value, handle
        if abs(value) < max(20 * abs(handle.value), 1):  # one that lies further off would leave no room to move
            assert handle.low <= value <= handle.high, handle


@pytest.mark.parametrize(("value", "measured"), [(0.3, 0.8), (0.7, None), (0.05, 0.0), (1.0, 0.2)])
def test_the_handle_of_a_share_goes_from_nothing_to_all(value: float, measured: float | None):
    low, high, step = _span(value, measured, "share")
    assert (low, high) == (0.0, 1.0)
    assert round(value / step) * step == pytest.approx(value, abs=1e-9)


def test_moved_numbers_are_written_as_a_lead_would_keep_them():
    assert overrides({"valid-loss-rises": {"rise": 0.1}}) == "rules:\n  valid-loss-rises:\n    parameters: {rise: 0.1}\n"


def test_past_advice_by_another_rulebook_has_no_handles(example: AdviseRequest, advice: Advice, local: LocalAdvisor):
    other = replace(local.rulebook, revision="0" * 16)
    view: RunView = run_view(example, advice, other)
    assert view.handles == ()


def test_what_moved_is_told_from_what_is_new_or_gone(example: AdviseRequest, local: LocalAdvisor):
    now = advise(example, local.program, advice_id="a", created_at="")
    without = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    without["run"]["checkpoints"] = without["run"]["checkpoints"][:2]
    then = advise(AdviseRequest.model_validate(without), local.program, advice_id="a", created_at="")
    found = compared(now, then)
    assert found.differs
    fates = {fated.item.id: fated.fate for fated in found.findings}
    assert fates["valid-loss-rises"] == "gone"
    assert not compared(now, now).differs


@pytest.mark.parametrize("part", ["stopping", "mistakes", "next_experiment", "best_checkpoint", "checkpoints", "not_evaluated"])
def test_advice_is_the_same_only_where_every_part_of_it_is(advice: Advice, part: str):
    known = getattr(advice, part)
    other: dict[str, Any] = {part: ("another",) if isinstance(known, tuple) else None}
    then = replace(advice, **other)
    found = compared(advice, then)
    assert found.differs
    assert found.says_otherwise
    assert found.further == (part.replace("_", " "),)


def test_the_same_sentence_by_other_numbers_is_told_from_another_sentence(advice: Advice):
    first, *others = advice.findings
    moved = replace(advice, findings=(replace(first, evidence=()), *others))
    found = compared(advice, moved)
    assert found.differs
    assert not found.says_otherwise
    assert found.findings[0].fate == "evidence"
    action, *rest = advice.actions
    assert compared(advice, replace(advice, actions=(replace(action, change=None), *rest))).actions[0].fate == "changed"
    fates = [fated.fate for fated in compared(advice, replace(advice, actions=tuple(replace(a, rank=a.rank - 1) for a in rest))).actions]
    assert fates == ["same"] * len(rest) + ["gone"]


def test_a_table_of_very_many_steps_is_thinned_and_keeps_the_marked_ones(local: LocalAdvisor):
    points = [{"step_number": i, "metrics": {"train_loss": 1.0, "full_valid_loss": 1 + abs(i - 4321) / 5000}} for i in range(5000)]
    request = AdviseRequest.model_validate({"run": {"method": "supervised", "checkpoints": points}})
    table = run_view(request, local.advise(request), local.rulebook).table
    assert table is not None
    assert len(table.rows) < 120
    assert any(row[0] == "4,321" and "best" in row[-1] for row in table.rows)
    assert table.note is not None


def test_a_sparkline_of_nothing_is_empty_and_of_a_flat_curve_is_a_line(example: AdviseRequest):
    assert "polyline" not in sparkline(EarlierRun(id="R0"))
    flat = [{"step_number": i, "metrics": {"valid_loss": 0.5}} for i in range(3)]
    assert "polyline" in sparkline(EarlierRun.model_validate({"checkpoints": flat}))
