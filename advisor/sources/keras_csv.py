"""The CSV of Keras' ``CSVLogger`` and of loops that write like it: one row an epoch, often without saying which."""

from __future__ import annotations

from advisor.sources import table
from advisor.sources.content import Content
from advisor.sources.curve import Reading, read_curve
from advisor.sources.imported import Format, ImportedRun
from advisor.sources.roles import EPOCHS, STEPS, TRAIN_LOSS, VALID_LOSS, plain


def recognises(content: Content) -> bool:
    """Say whether the columns are losses by epoch: no step, and an epoch or train and validation loss side by side."""
    names = {plain(name) for name in content.header}
    epoch = bool(names & set(EPOCHS))
    train, valid = bool(names & set(TRAIN_LOSS)), bool(names & set(VALID_LOSS))
    return not names & set(STEPS) and ((epoch and (train or valid)) or (train and valid))


def read(content: Content) -> ImportedRun:
    """Read one point a row; epochs that count from 0 count from 1 here, as an epoch is over when its losses are known."""
    return read_curve(FORMAT.id, lambda: table.entries(content), Reading(rows_are_epochs=True))


FORMAT = Format("keras-csv", "Keras history CSV", recognises, read, "CSV with loss and val_loss (or train_loss, …), a row per epoch")
