"""One small log of each format, made up, with the oddities that the published ones show."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from tests.sources.event_files import event_file


def lines(entries: Iterable[dict[str, Any]]) -> bytes:
    """Return entries as JSON lines."""
    return b"".join(json.dumps(entry).encode() + b"\n" for entry in entries)


LLAMAFACTORY = lines(
    [
        {
            "current_steps": 5,
            "total_steps": 20,
            "loss": 1.5,
            "eval_loss": None,
            "lr": 2e-5,
            "epoch": 0.5,
            "elapsed_time": "9 days, 21:39:23",
        },
        {"current_steps": 10, "total_steps": 20, "loss": 1.2, "eval_loss": None, "lr": 1e-5, "epoch": 1.0, "throughput": "3120.5"},
        {"current_steps": 10, "total_steps": 20, "eval_loss": 1.3, "epoch": 1.0, "percentage": 50.0},
        {"current_steps": 20, "total_steps": 20, "epoch": 2.0, "percentage": 100.0, "remaining_time": "0:00:00"},
    ]
)
MS_SWIFT = lines(
    [
        {"loss": 20.5, "token_acc": 0.1, "epoch": 0.01, "global_step/max_steps": "1/20", "percentage": "5.0%", "memory(GiB)": 15.9},
        {"loss": 1.4, "acc": 0.5, "epoch": 0.5, "global_step/max_steps": "10/20", "elapsed_time": "46m 13s"},
        {"eval_loss": 1.2, "eval_token_acc": 0.6, "epoch": 0.5, "global_step/max_steps": "10/20"},
        {"train_runtime": 9.0, "train_loss": 5.5, "epoch": 1.0, "global_step/max_steps": "20/20"},
        {"train_dataset": "287±102, size=64", "model_parameter_info": "8B", "log_history": [{"loss": 20.5, "step": 1}]},
    ]
)
TINKER = lines(
    [
        {"step": 0, "progress/batch": 0, "env/all/reward/total": 0.2, "env/all/ac_tokens_per_turn": 300.0, "optim/lr": 1e-4},
        {"step": 1, "progress/batch": 1, "env/all/reward/total": 0.4, "test/env/all/reward/total": 0.3},
        {"step": 2, "progress/batch": 2, "env/all/reward/total": 0.5},
    ]
)
VERL = lines({"step": n, "data": {"critic/score/mean": n / 9, "critic/rewards/mean": n / 10, "actor/pg_loss": 0.0}} for n in (1, 2, 3))
VERL_CONSOLE = b"noise\n" + b"".join(b"(pid=7) step:%d - critic/score/mean:0.%d - actor/pg_loss:-0.01\n" % (n, n) for n in (1, 2, 3))
WANDB_HISTORY = (
    b'"","_step","_runtime","train/loss","val/loss","train/global_step","Sample Generation"\n'
    b'0,1,9.1,1.5,,10,\n1,2,9.2,,1.6,10,"{""text"": ""a, b""}"\n2,3,9.9,1.2,,20,\n3,4,9.9,,,,\n'
)
WANDB_CHART = (
    b'"Step","short - train/loss","short - train/loss__MIN","short - train/loss__MAX","a - b - train/loss","a - b - train/loss__MIN"\n'
    b"10,1.5,1.5,1.5,1.7,1.7\n20,,,,1.4,1.4\n"
)
MLFLOW_REST = json.dumps(
    {"metrics": [{"key": key, "value": 1 / (n + 1), "timestamp": 1, "step": n} for key in ("loss", "val_loss") for n in range(3)]}
).encode()
KERAS_CSV = b"val_loss,val_accuracy,loss,accuracy\r\n1.2,0.3,1.4,0.2\r\n1.1,0.4,nan,0.3\r\n\r\n1.0,0.5,1.2,0.4\r\n"
KERAS_JSON = b'{"loss": [1.5, 1.2, 1.0, NaN], "val_loss": [1.4, 1.3], "classes": ["cat", "dog"], "phase_starts": [0, 2]}'
HISTORY_CSV = b"loss,learning_rate,epoch,step,eval_loss,train_runtime,train_loss\n1.5,1e-5,1.0,10,,,\n,,1.0,10,1.6,,\n,,1.0,10,,99.5,1.8\n"
CONSOLE = (
    b"\x1b[34mwandb\x1b[0m: started {'seed': 1}\n"
    b" 10%|#   | 1/10 [00:01<00:09]{'loss': 1.5, 'grad_norm': nan, 'epoch': 0.02}\n"
    b"{'loss': '1.2', 'learning_rate': '1e-05', 'epoch': '0.02'}\n"
    b"{'eval_loss': np.float64(1.3), 'eval_runtime': 3.1, 'epoch': 0.02}\n{'loss': 0.9, 'epoch': 0.03}\n"
    b"{'train_runtime': 9.0, 'train_loss': 1.3, 'epoch': 0.03}\n"
)
TEXT = (
    b"tokens per iteration: 16,384\nstep 0: train loss 4.2874, val loss 4.2823\niter 0: loss 4.2654, time 38.12ms, mfu -100.00%\n"
    b"iter 10: loss 3.24, time 12.01ms, mfu 1.25%\nstep 10: train loss 3.1, val loss 3.2\niter 20: loss nan, time 12.01ms, mfu 1.25%\n"
)
JSON_LINES = lines(
    [{"iteration": 0, "accuracy": 0.9}, *({"iteration": n, "loss": -0.001, "mean_reward": 0.8, "by": {"a": 1}} for n in (1, 2))]
)
TABLE = b"iteration,timestamp,loss,mean_reward,phase\n1,2026-04-26T03:38:38,0.0006,0.91,WARM\n2,2026-04-26T03:41:58,-0.00003,0.84,WARM\n"
ENTRIES = b'{"stage": 1, "history": {"log": [{"step": 2, "loss": 0.5}, {"step": 4, "loss": 0.4}]}, "timestamp": "x"}'
EVENTS = event_file(
    [
        (5, "train/loss", 1.5),
        (5, "train/epoch", 0.5),
        (10, "train/loss", 1.0),
        (10, "eval/loss", 1.25),
        (10, "train/train_runtime", 9.0),
        (10, "train/train_loss", 1.75),
    ]
)
TRAINER_STATE = json.dumps(
    {
        "global_step": 20,
        "max_steps": 20,
        "log_history": [{"step": 10, "loss": 1.0}, {"step": 10, "eval_loss": 1.1}, {"step": 20, "loss": 0.9}],
    }
).encode()

BY_FORMAT: dict[str, tuple[bytes, tuple[int, int, int]]] = {
    "llamafactory-log": (LLAMAFACTORY, (2, 1, 0)),
    "ms-swift-log": (MS_SWIFT, (2, 1, 0)),
    "tinker-metrics": (TINKER, (0, 0, 3)),
    "verl-log": (VERL, (0, 0, 3)),
    "wandb-history": (WANDB_HISTORY, (2, 1, 0)),
    "wandb-chart": (WANDB_CHART, (2, 0, 0)),
    "mlflow-rest": (MLFLOW_REST, (3, 3, 0)),
    "keras-csv": (KERAS_CSV, (3, 3, 0)),
    "keras-json": (KERAS_JSON, (4, 2, 0)),
    "log-history-csv": (HISTORY_CSV, (1, 1, 0)),
    "console-log": (CONSOLE, (3, 1, 0)),
    "text-log": (TEXT, (3, 2, 0)),
    "json-lines": (JSON_LINES, (2, 0, 2)),
    "csv": (TABLE, (2, 0, 2)),
    "json-entries": (ENTRIES, (2, 0, 0)),
    "tensorboard-events": (EVENTS, (2, 1, 0)),
    "trainer-state": (TRAINER_STATE, (2, 1, 0)),
}
"""Each format's small log with its points of train loss, validation loss and reward."""
