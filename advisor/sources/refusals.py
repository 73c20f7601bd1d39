"""What a file is when it is no run that can be read: one sentence that names it and says what to give instead."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from advisor.sources.content import Content
from advisor.sources.event_records import is_event_file

_GIVE = "give the log of the run, such as a trainer_state.json, a result CSV or the history of a tracker (advisor formats lists them all)"
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x1f\x8b", "a gzip archive: unpack it first"),
    (b"PK\x03\x04", "a zip archive (weights, a spreadsheet or a notebook export, perhaps): unpack it, and give the log inside"),
    (b"PAR1", f"a Parquet file: export the metrics as CSV or JSON, or {_GIVE}"),
    (b"SQLite format 3", f"an SQLite database: export the metrics of one run, or {_GIVE}"),
    (b"%PDF", f"a PDF document: {_GIVE}"),
    (b"\x89PNG", "a picture of a curve: the numbers behind it are needed; " + _GIVE),
    (b"\xff\xd8\xff", "a picture of a curve: the numbers behind it are needed; " + _GIVE),
    (b"\x80\x02", f"a pickled object (weights or arguments of a run): {_GIVE}"),
)
_CONFLICT = (b"<<<<<<< ", b">>>>>>> ")
_EXPERIMENTS = frozenset({"run", "base model", "dataset", "epochs"})
_RUN_TABLE = frozenset({"name", "state", "created", "runtime", "notes", "user", "tags", "sweep"})


def refusal_before_reading(content: Content) -> str | None:
    """Return the sentence for what no format should even look at: empty files, pointers, archives, binary data; None for the rest."""
    head = content.head
    if not head.strip():
        return f"The file is empty: {_GIVE}."
    if head.startswith("version https://git-lfs.github.com/spec/"):
        return "This is a Git LFS pointer, not the file itself: fetch the file with `git lfs pull` and give it again."
    for magic, what in _MAGIC:
        if content.data.startswith(magic):
            return f"This is {what}."
    if content.is_binary and not is_event_file(content.data):
        return f"This is a binary file, not a log: {_GIVE}."
    if head.lstrip()[:15].lower().startswith(("<!doctype html", "<html")):
        return "This is a web page, not the file that it shows: download the raw file and give that."
    if any(content.data.startswith(mark) or b"\n" + mark in content.data for mark in _CONFLICT):
        return "The file holds Git's merge-conflict markers, so two versions of a log in one: keep one of them and give it again."
    return None


def refusal(content: Content) -> str:
    """Return the sentence for content that no format recognised."""
    if content.looks_like_json:
        return _json_refusal(content)
    header = content.header
    if len(header) > 1 and not _is_prose(content):
        return _table_refusal({name.lower() for name in header}, header)
    return _text_refusal(content)


def _json_refusal(content: Content) -> str:
    values, mistake = content.documents.values, content.documents.mistake
    if not values and mistake is not None:
        return f"The file is JSON that cannot be read ({mistake}): save it again in full and give it again."
    first = values[0]
    if len(values) > 1 and isinstance(first, dict):
        return _lines_refusal(first)
    if isinstance(first, dict):
        for recognised, sentence in _OBJECTS:
            if recognised(first):
                return sentence
        return f"This is a JSON object without a run or a log ({_keys(first)}): {_GIVE}."
    if isinstance(first, list) and first and isinstance(first[0], dict):
        return f"This is a JSON list whose items have no steps with losses ({_keys(first[0])}): {_GIVE}."
    return f"This is JSON, but neither a run nor a log of one: {_GIVE}."


def _lines_refusal(first: dict[str, Any]) -> str:
    if "messages" in first or "prompt" in first:
        return f"These are training examples, one a line, not the log of a run: {_GIVE}."
    if "step" in first or "_step" in first:
        return (
            f"This is a log with one JSON object a line ({_keys(first)}), without a loss or a reward that is known: "
            "map its name with --map, such as --map my_loss=train_loss."
        )
    return f"These are records, one a line, without a step ({_keys(first)}): not the curve of a run; {_GIVE}."


def _numbers_by_name(value: dict[str, Any]) -> bool:
    return bool(value) and all(isinstance(series, list) for series in value.values())


_OBJECTS: tuple[tuple[Callable[[dict[str, Any]], bool], str], ...] = (
    (lambda d: "advice_id" in d, "This is an answer of Advisor, not a run: give the request that it answered."),
    (lambda d: isinstance(d.get("error"), dict), "This is the error answer of an API, not its data: ask again and save the answer."),
    (
        lambda d: "_wandb" in d or {"_step", "_runtime"} <= d.keys(),
        f"This is the summary of a W&B run (its last values), not its curve: {_GIVE}.",
    ),
    (
        lambda d: any(name.endswith(("_runtime", "_samples_per_second")) for name in d),
        "These are the final results of a run, not its curve: give the trainer_state.json beside it.",
    ),
    (lambda d: "model_type" in d or "architectures" in d, f"This is the configuration of a model, not a run: {_GIVE}."),
    (
        _numbers_by_name,
        "This is a history with one list per metric, none of them a loss or a reward: name it with --map, such as --map a=train_loss.",
    ),
)


def _table_refusal(names: set[str], header: tuple[str, ...]) -> str:
    if names >= _EXPERIMENTS:
        export, add = "advisor experiments export --format json", "advisor experiments add"
        return f"This is a table of experiments, not the log of one: {export} prints what {add} takes."
    if "name" in names and len(names & _RUN_TABLE) >= 3:
        return "This is a table with one row per run, not the curve of one run: export the history of a single run instead."
    shown = ", ".join(header[:6]) + (", …" if len(header) > 6 else "")
    return (
        f"This is a table without steps and losses (columns {shown}): name them with --map, such as --map my_loss=train_loss, or {_GIVE}."
    )


def _is_prose(content: Content) -> bool:
    """Whether the lines have too different numbers of columns to be a table."""
    counts = [line.count(content.delimiter) for line in content.sample_lines]
    return len(counts) > 2 and len({c for c in counts if c != counts[0]}) > 1


def _text_refusal(content: Content) -> str:
    if "\ufffd" in content.head[:4096]:
        return f"The file is not UTF-8 text: save it as UTF-8, or {_GIVE}."
    return f"This is plain text (a console log, perhaps), not a log that can be read: {_GIVE}."


def _keys(value: dict[str, Any]) -> str:
    names = [str(name)[:40] for name in value][:4]
    return ("its keys are " + ", ".join(names) + (", …" if len(value) > 4 else "")) if names else "it is empty"
