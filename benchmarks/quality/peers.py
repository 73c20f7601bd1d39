"""Published tools asked about the same runs, each through its own Python interface. README.md states how their words are mapped."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module, metadata
from typing import Any

from advisor.authoring.quality import Advised, Judge, Reading, Said
from advisor.authoring.quality.conventions import ACTION_KNOBS
from advisor.contract import AdviseRequest
from advisor.contract.advice import Severity
from benchmarks.quality.curves import Curves, Point, curves_of

_SEVERITIES: dict[str, Severity] = {"info": "info", "warning": "high", "critical": "critical"}
_EARLIER = 0.5


def installed_peers() -> tuple[dict[str, Judge], list[str]]:
    """Return the judges of the peers that are installed, by name and version, and the names of those that are not."""
    judges, absent = {}, []
    for name, ask in (("ftdoctor", _ftdoctor), ("runmedic", _runmedic), ("trainlens", _trainlens)):
        try:
            import_module(name)
            judges[f"{name} {metadata.version(name)}"] = _asking(ask)
        except ImportError:
            absent.append(name)
    return judges, absent


def _asking(ask: Callable[[Curves], Reading]) -> Judge:
    def judge(request: AdviseRequest) -> Reading:
        return ask(curves_of(request))

    return judge


def _advised(action: str, to: float | None = None) -> Advised:
    return Advised(action, ACTION_KNOBS[action], to)


def _fewer_epochs(curves: Curves, step: float) -> Advised:
    return _advised("reduce-epochs", curves.epochs_until(step))


def _ftdoctor(curves: Curves) -> Reading:
    tool: Any = import_module("ftdoctor")
    history = import_module("ftdoctor.history").from_trainer_state(
        {"log_history": curves.rows(), "epoch": curves.n_epochs, "global_step": curves.last_step}
    )
    by_loss = tool.diagnose(history, metric="eval_loss") if "eval_loss" in _evaluated(curves) else tool.diagnose(history)
    by_score = tool.diagnose(history, metric="eval_score") if "eval_score" in _evaluated(curves) else by_loss
    experiments = []
    for finding in by_loss.problems:
        match finding.check:
            case "overfitting" if finding.severity >= tool.Severity.WARNING:
                experiments.append(_fewer_epochs(curves, finding.metrics["best_step"]))
                if any("more (or more varied) data" in line for line in finding.fix):
                    experiments += [_advised("add-data"), _advised("lower-learning-rate")]
            case "stopped_improving":
                experiments.append(_fewer_epochs(curves, finding.metrics["first_equivalent_step"]))
            case "not_learning":
                experiments.append(_advised("raise-learning-rate"))
            case "loss_spikes":
                experiments.append(_advised("clean-data"))
    said = tuple(
        Said("overfitting" if f.title == "Overfitting" else f.title, _SEVERITIES[f.severity.name.lower()]) for f in by_loss.findings
    )
    return Reading(said, tuple(experiments), best_step=by_score.pick.best_step if by_score.pick else curves.last_step)


def _evaluated(curves: Curves) -> set[str]:
    return {name for name, curve in (("eval_loss", curves.valid_loss), ("eval_score", curves.scores)) if len(curve) > 1}


def _runmedic(curves: Curves) -> Reading:
    model: Any = import_module("runmedic.model")
    run = model.Run(name="run", source="json", path="")
    for name, points in (("train_loss", curves.train_loss), ("val_loss", curves.valid_loss)):
        for step, value in points:
            run.get(name).add(float(step), value)
    run.finalize()
    found = import_module("runmedic.checks").run_checks(run, import_module("runmedic.roles").detect(run))
    experiments, best_step = [], curves.last_step
    for finding in found:
        match finding.check:
            case "overfitting":
                best_step = int(finding.step)
                experiments += [_fewer_epochs(curves, finding.step), _advised("add-data")]
            case "no_learning":
                experiments.append(_advised("raise-learning-rate", 10 * curves.learning_rate if curves.learning_rate else None))
            case "divergence" | "non_finite":
                experiments.append(_advised("lower-learning-rate"))
            case "loss_spikes":
                experiments += [_advised("clean-data"), _advised("lower-learning-rate")]
    said = tuple(Said(f.check, _SEVERITIES[f.severity]) for f in found)
    return Reading(said, tuple(experiments), best_step=best_step)


def _trainlens(curves: Curves) -> Reading:
    tool: Any = import_module("trainlens")
    series: Any = import_module("trainlens.models.metric").MetricSeries

    def metric(name: str, split: str, points: list[Point]) -> Any:
        return series(f"{split}_{name}", tuple(value for _, value in points), split, tuple(step for step, _ in points))

    curve_of = {
        ("loss", "train"): curves.train_loss,
        ("loss", "validation"): curves.valid_loss,
        ("accuracy", "train"): curves.train_accuracy,
        ("accuracy", "validation"): curves.valid_accuracy,
    }
    metrics = tuple(metric(name, split, points) for (name, split), points in curve_of.items() if points)
    run = tool.TrainingRun(metrics=metrics)
    result = tool.analyze(import_module("trainlens.run_metrics").metric_namespace_from_run(run))
    titles = {signal.title for signal in result.signals}
    named = {"Possible overfitting": "overfitting"}
    said = tuple(Said(named.get(signal.title, signal.title), _SEVERITIES[signal.severity]) for signal in result.signals)
    experiments = _next_experiment(curves, tool, {m.name: m.last for m in metrics})
    if "Possible overfitting" in titles:
        experiments.append(_advised("reduce-epochs", curves.n_epochs * _EARLIER if curves.n_epochs else None))
    best_step = curves.last_step
    if curves.scores:
        best_step = tool.select_checkpoint(
            metric("score", "validation", curves.scores), metric="validation_score", direction="max"
        ).best_step
    elif curves.valid_loss:
        best_step = tool.select_checkpoint(metric("loss", "validation", curves.valid_loss)).best_step
    return Reading(said, tuple(experiments), best_step=int(best_step))


def _next_experiment(curves: Curves, tool: Any, metrics: dict[str, float]) -> list[Advised]:
    """Return its next experiment where it turns a knob that labelled runs have; its usual weight decay is left out, not charged."""
    parameters = {"learning_rate": curves.learning_rate} if curves.learning_rate else {}
    try:
        changes = tool.suggest_next_experiment([tool.ExperimentRun("run", metrics, parameters)]).changes
    except ValueError:
        return []
    rate = changes.get("learning_rate")
    return [] if rate is None else [_advised("lower-learning-rate", rate)]
