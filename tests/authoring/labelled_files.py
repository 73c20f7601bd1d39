"""A labelled run and a labelled history as files, for the tests of `advisor evaluate`."""

import json
from pathlib import Path

RUN = {
    "run_id": "A_1",
    "task_key": "A",
    "method": "supervised",
    "base_model": "nano",
    "config": {"n_epochs": 2, "learning_rate_multiplier": 0.1, "batch_size": 8},
    "dataset": {"name": "dates_noisy", "n_train": 40, "n_valid": 10, "noise": 0.3},
    "truth": {"causes": ["lr_too_low"], "primary": "lr_too_low"},
    "result": {"test_score": 2.0},
    "checkpoints": [{"step_number": 5, "epoch": 1.0, "metrics": {"train_loss": 0.9, "full_valid_loss": 0.8, "hidden_true_score": 9.0}}],
    "evals": [{"epoch": 1, "step": 5, "eval_score": 3.0, "test_score": 2.5}],
    "neighbours": [{"knob": "n_train", "from": 40, "to": 1500, "run_id": "A_2", "test_score_delta": 4.0}],
}
HISTORY = {
    "id": "training_log_gene_model5_3",
    "label": "overfit",
    "n_epochs": 30,
    "epoch": [10, 20, 30],
    "train_loss": [0.9, 0.5, 0.1],
    "valid_loss": [0.8, 0.6, 0.9],
}


def write(folder: Path, name: str, content: object) -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return file
