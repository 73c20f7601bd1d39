"""The callback inside the real ``Trainer``, on a tiny model with random weights; skipped with a line where there is no transformers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import advisor

torch = pytest.importorskip("torch", reason="torch is not installed: the callback was not tried in the real Trainer")
transformers = pytest.importorskip("transformers", reason="transformers is not installed: the callback was not tried in the real Trainer")

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]  # the trainer's own warnings are not ours to mend

_VOCABULARY = 32
_EXAMPLES = 24


@pytest.fixture(scope="module")
def local() -> advisor.LocalAdvisor:
    return advisor.LocalAdvisor()


def _trainer(folder: Path, callback: object, **settings: Any) -> Any:
    torch.manual_seed(0)
    config = transformers.GPT2Config(vocab_size=_VOCABULARY, n_positions=16, n_embd=16, n_layer=1, n_head=2, bos_token_id=0, eos_token_id=1)
    tokens = torch.randint(0, _VOCABULARY, (_EXAMPLES, 12))
    examples = [{"input_ids": row, "labels": row} for row in tokens]
    arguments = transformers.TrainingArguments(
        output_dir=str(folder), num_train_epochs=4, per_device_train_batch_size=4, eval_strategy="epoch", save_strategy="epoch",
        logging_steps=1, report_to=[], use_cpu=True, disable_tqdm=True, **settings,
    )  # fmt: skip
    return transformers.Trainer(
        model=transformers.GPT2LMHeadModel(config),
        args=arguments,
        train_dataset=examples[:16],
        eval_dataset=examples[16:],
        callbacks=[callback],
    )


def test_it_advises_at_each_evaluation_and_at_the_end(tmp_path: Path, local: advisor.LocalAdvisor):
    told: list[advisor.contract.Advice] = []
    callback = advisor.AdvisorCallback(local, tell=told.append)
    assert isinstance(callback, transformers.TrainerCallback)
    _trainer(tmp_path, callback).train()
    assert len(told) == 5
    assert callback.advice is not None
    assert [row.step_number for row in callback.advice.checkpoints] == list(range(1, 17))
    assert callback.advice.signals["n_train"].value == 16
    assert callback.advice.best_checkpoint is not None
    assert callback.advice.best_checkpoint.fine_tuned_model_checkpoint in {f"checkpoint-{step}" for step in (4, 8, 12, 16)}


def test_a_run_that_blows_up_is_ended(tmp_path: Path, local: advisor.LocalAdvisor):
    callback = advisor.AdvisorCallback(local, stop=True)
    trainer = _trainer(tmp_path, callback, logging_nan_inf_filter=False)
    with torch.no_grad():
        next(trainer.model.parameters()).fill_(float("nan"))
    trainer.train()
    assert trainer.state.global_step == 4  # the end of the first epoch, of four
    assert callback.advice is not None
    assert "loss-not-finite" in {finding.id for finding in callback.advice.findings}


def test_it_leaves_the_training_as_it_was(tmp_path: Path):
    class Broken:
        def advise(self, _: object, /) -> None:
            raise RuntimeError("no adviser today")

    trainer = _trainer(tmp_path, advisor.AdvisorCallback(Broken(), stop=True))
    trainer.train()
    assert trainer.state.global_step == 16
