"""The facts that the form beside an upload takes, and what missing facts are called on the pages: as that form calls them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FactField:
    """A field of the form.

    Attributes:
        name: The field's name.
        label: What it is called on the page.
        path: The member of a request that it fills; empty for one that fills part of a member.
        missing: What the rules call the fact where they lack it.
        hint: An example of a value.
        numeric: Whether it holds a number.
    """

    name: str
    label: str
    path: tuple[str, ...]
    missing: str
    hint: str = ""
    numeric: bool = True


FIELDS = (
    FactField("n_train", "Training examples", ("run", "dataset", "n_train"), "n_train", "335"),
    FactField("base_model", "Base model", ("run", "base_model"), "base_model", numeric=False),
    FactField("n_epochs", "Epochs", ("run", "hyperparameters", "n_epochs"), "n_epochs", "3"),
    FactField("batch_size", "Batch size", ("run", "hyperparameters", "batch_size"), "batch_size", "4"),
    FactField(
        "learning_rate_multiplier",
        "Learning rate multiplier",
        ("run", "hyperparameters", "learning_rate_multiplier"),
        "learning_rate_multiplier",
        "1.0",
    ),
    FactField("learning_rate", "Learning rate, absolute", ("run", "hyperparameters", "learning_rate"), "learning_rate", "0.00002"),
    FactField("score", "Evaluation score", ("run", "evaluation", "score"), "evaluation.score", "9.15"),
    FactField("baseline", "Score of the untuned model", ("baseline", "score"), "baseline.score", "8.05"),
    FactField("scale_low", "Lowest score of the scale", (), "evaluation.scale", "0"),
    FactField("scale_high", "Highest score of the scale", (), "evaluation.scale", "10"),
)

_ELSEWHERE = {
    "checkpoints": "Checkpoints",
    "deployments": "Deployments",
    "epoch": "Epochs of the points",
    "evaluation.by_category": "Scores by category",
    "evaluation.checkpoints": "Evaluation scores of checkpoints",
    "evaluation.scale": "Scale of the scores",
    "goal.budget": "Budget",
    "goal.budget.hours_left": "Hours left of the budget",
    "goal.budget.money_left": "Money left of the budget",
    "goal.budget.runs_left": "Runs left of the budget",
    "goal.target_score": "Target score",
    "history": "Earlier runs",
    "n_valid": "Validation examples",
    "record": "What became of earlier advice",
    "rollouts_per_step": "Rollouts per step",
}


def said_fact(missing: str) -> str:
    """Return what a missing fact is called; one that only the file can hold, such as a metric, by its own name."""
    labels = {field.missing: field.label for field in FIELDS}
    return _ELSEWHERE.get(missing) or labels.get(missing, missing)


def fields_for(missing: tuple[str, ...]) -> tuple[FactField, ...]:
    """Return the fields of the form that give some of these missing facts, in the order of the form."""
    return tuple(field for field in FIELDS if field.missing in missing)
