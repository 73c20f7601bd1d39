"""Event files of TensorBoard, as Trainer, Keras and Lightning write them: one scalar of one tag per record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from advisor.errors import UnusableInput
from advisor.sources.content import Content
from advisor.sources.curve import Entry, Reading, read_curve
from advisor.sources.event_records import Damage, Scalar, is_event_file, scalars
from advisor.sources.imported import Dropped, Format, ImportedRun
from advisor.sources.roles import EPOCHS, is_telling, plain


def recognises(content: Content) -> bool:
    """Say whether the file begins with the record that says its version."""
    return is_event_file(content.data)


def read(content: Content) -> ImportedRun:
    """Read the scalars of a file; texts, histograms and pictures are no part of a curve."""
    return read_event_files([("", content)])


def read_event_files(files: Sequence[tuple[str, Content]]) -> ImportedRun:
    """Return the run that one or several event files describe, oldest first.

    Args:
        files: A prefix for the tags of each file ("eval/" for what a folder called validation holds) and its content.
    """
    damage = Damage()
    read_tags = {plain(prefix + s.tag) for prefix, content in files for s in scalars(content.data, damage)}
    if not any(is_telling(tag) for tag in read_tags):
        holds = ", ".join(sorted(tag[:40] for tag in read_tags)[:5]) or "texts and settings"
        raise UnusableInput(
            f"The event file holds no loss and no reward, only {holds}: the run ended before its first log, or its curve lies in the other "
            "event files; give the folder that holds them all."
        )
    dropped = [Dropped(damage.records, "record", "its checksum is wrong: the file is damaged")] if damage.records else []
    warnings = ["The event file breaks off: only what lies before that could be read."] if damage.cut_off else []

    def entries() -> Iterator[Entry]:
        for prefix, content in files:
            yield from _moments(prefix, scalars(content.data, Damage()))

    return read_curve("tensorboard-events", entries, Reading(warnings=warnings, dropped=dropped))


def _moments(prefix: str, found: Iterator[Scalar]) -> Iterator[Entry]:
    """Yield the scalars that were written together: one entry for each run of different tags at one step."""
    entry: dict[str, float] = {}
    for scalar in found:
        name = scalar.tag if plain(scalar.tag) in EPOCHS else prefix + scalar.tag
        if entry and (entry["step"] != scalar.step or name in entry):
            yield entry
            entry = {}
        entry["step"] = scalar.step
        entry[name] = scalar.value
    if entry:
        yield entry


FORMAT = Format(
    "tensorboard-events", "TensorBoard events", recognises, read, "an event file (events.out.tfevents.…), or the folder of several"
)
