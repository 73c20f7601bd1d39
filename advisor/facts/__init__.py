"""What a run is: frozen models in OpenAI's own names."""

from advisor.facts.run import (
    SETTINGS,
    Checkpoint,
    CheckpointScore,
    Dataset,
    EarlierRun,
    Evaluation,
    Grader,
    Hyperparameters,
    Method,
    Metrics,
    Run,
    as_float,
)

__all__ = [
    "SETTINGS",
    "Checkpoint",
    "CheckpointScore",
    "Dataset",
    "EarlierRun",
    "Evaluation",
    "Grader",
    "Hyperparameters",
    "Method",
    "Metrics",
    "Run",
    "as_float",
]
