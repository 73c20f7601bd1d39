"""A small rulebook of a test's own making, so that what leads change in rules/ changes no test of the ranking or the planning."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from advisor.advice import ExplainLevel
from advisor.contract import Advice, AdviseRequest
from advisor.contract.advice import Action
from advisor.engine import Program
from advisor.rulebook import build_rulebook, read_folder, shipped_rules
from advisor.service import advise

PRIORITIES = {
    "source": "tests",
    "tiers": [
        {"id": "unblock", "title": "Unblock", "first": True},
        {"id": "use-what-you-have", "title": "Use what you have", "first": True},
        {"id": "data", "title": "Data", "experiment": True},
        {"id": "hyperparameters", "title": "Hyperparameters", "experiment": True},
        {"id": "base-model", "title": "Base model", "experiment": True},
        {"id": "training-type", "title": "Training type", "experiment": True},
        {"id": "decide", "title": "Decide"},
    ],
    "rank_by": ["first", "support", "tier", "cost", "id"],
    "support": {
        severity: {"low": 3 * i, "medium": 3 * i + 1, "high": 3 * i + 2}
        for i, severity in enumerate(("info", "low", "medium", "high", "critical"))
    },
    "cost": ["none", "run", "data"],
}

SWEEP = {
    "source": "tests",
    "ladders": {
        "n_epochs": {"values": [1, 2, 3], "factor": 2, "lowest": 1, "highest": 20, "default": 2, "whole": True},
        "learning_rate_multiplier": {"values": [0.1, 0.2, 0.5, 1.0, 2.0], "factor": 2, "lowest": 0.01, "highest": 20, "default": 1.0},
        "learning_rate": {"values": [0.00001, 0.0001], "factor": 2, "lowest": 0.0000001, "highest": 0.01, "default": 0.0001},
        "batch_size": {"values": [4, 8, 16, 32], "factor": 2, "lowest": 1, "highest": 512, "default": 8, "whole": True},
    },
}


def _model(name: str, size_class: int, **more: Any) -> dict[str, Any]:
    return {"id": name, "best_for": "a test", "size_class": size_class, "methods": ["supervised"], "source": "tests", **more}


MODELS = {
    "source": "tests",
    "name_words": {"7b": 3},
    "models": [
        _model("middle", 2, methods=["supervised", "dpo"]),
        _model("specialist", 3, run_with_at_least=500),
        _model("fast", 1, needs=["latency", "low-cost"], methods=["supervised", "dpo"]),
        _model("tongues", 4, needs=["multilingual"], aliases=["tongues-instruct"]),
        _model("thinker", 5, needs=["reasoning"], methods=["reinforcement"]),
    ],
}


def action(name: str, tier: str = "data", cost: str = "none", **more: Any) -> tuple[str, dict[str, Any]]:
    """Return an entry of the catalogue as (path, content)."""
    entry = {"id": name, "title": f"Do {name}", "tier": tier, "cost": cost, "source": "tests", "explain": f"Do {name}.", **more}
    return f"actions/{name}.yaml", entry


def rule(name: str, *recommend: Any, severity: str = "medium", confidence: str = "medium", **more: Any) -> tuple[str, dict[str, Any]]:
    """Return a rule that always fires, unless ``when`` says otherwise, as (path, content)."""
    return f"test/{name}.yaml", {
        "id": name,
        "title": f"It is {name}",
        "applies_to": ["supervised", "dpo", "reinforcement"],
        "diagnosis": f"Diagnosis of {name}",
        "severity": severity,
        "confidence": confidence,
        "source": "tests",
        "why": "A test needs it.",
        "false_positives": ["None known"],
        "when": {"all": ["checkpoints_count >= 0"]},
        "recommend": list(recommend),
        "explain": f"Because of {name}.",
        **more,
    }


def criterion(kind: str, name: str, when: list[Any], **more: Any) -> tuple[str, dict[str, Any]]:
    """Return a stopping criterion, a mistake or a verdict as (path, content)."""
    return f"{kind}/{name}.yaml", {
        "id": name,
        "title": f"It is {name}",
        "source": "tests",
        "why": "A test needs it.",
        "false_positives": ["None known"],
        "when": {"all": when},
        "explain": f"Because of {name}.",
        **more,
    }


CATALOGUE = dict(
    [
        action("more-epochs", "hyperparameters", "run", change={"parameter": "n_epochs", "to": "up"}, otherwise="No more epochs."),
        action("fewer-epochs", "hyperparameters", "run", change={"parameter": "n_epochs", "to": "down"}, otherwise="No fewer epochs."),
        action("raise-rate", "hyperparameters", "run", change={"parameter": "learning_rate_multiplier", "to": "up"}),
        action("lower-rate", "hyperparameters", "run", change={"parameter": "learning_rate_multiplier", "to": "down"}),
        action("larger-batch", "hyperparameters", "run", change={"parameter": "batch_size", "to": "up"}),
        action("smaller-batch", "hyperparameters", "run", change={"parameter": "batch_size", "to": "down"}),
        action("larger-model", "base-model", "run", change={"parameter": "base_model", "choose": "larger", "to": "a larger model"}),
        action("other-model", "base-model", "run", change={"parameter": "base_model", "choose": "other"}, otherwise="No other model."),
        action("to-dpo", "training-type", "run", change={"parameter": "method", "to": "dpo"}),
        action("more-data", "data", "data", change={"parameter": "dataset", "to": "more examples"}),
        action("deploy", "use-what-you-have", change={"parameter": "checkpoint", "to_signal": "best_checkpoint_step"}),
        action("evaluate", "use-what-you-have"),
        action("stop", "decide"),
    ]
)

_PARAMETERS = read_folder(shipped_rules())["parameters.yaml"]  # how signals are measured
ALWAYS = criterion("verdicts", "iterate", ["checkpoints_count >= 0"], order=9)


def program(*files: tuple[str, dict[str, Any]]) -> Program:
    """Compile the small rulebook with these files added or replaced."""
    content = {"priorities.yaml": PRIORITIES, "sweep.yaml": SWEEP, "models.yaml": MODELS, **CATALOGUE, ALWAYS[0]: ALWAYS[1], **dict(files)}
    return _compiled(tuple((path, json.dumps(text)) for path, text in content.items()))


@lru_cache(maxsize=64)
def _compiled(files: tuple[tuple[str, str], ...]) -> Program:
    return Program(build_rulebook({"parameters.yaml": _PARAMETERS, **dict(files)}))


def advice_from(compiled: Program, *, level: ExplainLevel = "fired", around: dict[str, Any] | None = None, **run: Any) -> Advice:
    """Return the advice of a compiled rulebook on a run; ``around`` is what stands beside the run."""
    request = AdviseRequest.model_validate({"run": {"method": "supervised", "checkpoints": [], **run}, **(around or {})})
    return advise(request, compiled, advice_id="an-id", created_at="2026-01-01T00:00:00Z", level=level)


def action_of(name: str | dict[str, Any], *, around: dict[str, Any] | None = None, **run: Any) -> Action:
    """Return what becomes of one recommendation on a run."""
    advice = advice_from(program(rule("a-finding", name)), around=around, **run)
    (found,) = advice.actions
    return found
