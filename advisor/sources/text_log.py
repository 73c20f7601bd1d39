"""What a training loop of one's own prints: ``step 100: train loss 1.2, val loss 1.3`` or ``Epoch 3 | loss 0.5``.

Nothing says what such lines mean but their words, so only lines are read that name their place and a loss or a reward, and only where two
lines of one kind stand at different places. ``best loss`` is no loss, a percentage is no value, a number in a sentence is none either.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from advisor.sources.content import Content
from advisor.sources.curve import Entry, Reading, read_curve
from advisor.sources.imported import Format, ImportedRun
from advisor.sources.text_epochs import EpochsInProgress
from advisor.sources.text_lines import TextLine, epoch_announced, read_line

_WORDS = (b"loss", b"reward", b"nll", b"epoch")
_LONGEST_LINE = 2000


def recognises(content: Content) -> bool:
    """Say whether two lines of one kind stand at different places."""
    if content.is_binary or content.looks_like_json:
        return False
    seen: dict[tuple[str, ...], tuple[int | None, float | None, float | None]] = {}
    for line in _lines(content):
        place = (line.step, line.epoch, line.share)
        if seen.setdefault(line.shape, place) != place:
            return True
    return False


def read(content: Content) -> ImportedRun:
    """Read the lines that name their place; a line with an epoch only belongs to the last step before it."""
    places = _Places.of(content)
    settings = {} if places.epochs is None else {"n_epochs": float(places.epochs)}
    reading = Reading(warnings=places.warnings, repeats="first", run={"hyperparameters": settings})
    return read_curve(FORMAT.id, lambda: places.entries(content), reading)


@dataclass(slots=True)
class _Places:
    """How the places of one log are to be understood.

    Attributes:
        first_epoch: What it calls its first epoch, 0 or 1.
        has_steps: Whether some line names a step.
        steps_begin_anew: Whether the steps begin anew in each epoch.
        steps_in_epoch: How many there are in one then.
        in_progress: Whether a line's epoch is the one in progress at its step, where the steps count on.
        steps_per_epoch: How many steps make an epoch then, None where the log does not tell.
        epochs: How many epochs are planned, None where no line says it.
        warnings: What was taken for granted.
    """

    first_epoch: float = 1.0
    has_steps: bool = False
    steps_begin_anew: bool = False
    steps_in_epoch: int = 0
    in_progress: bool = False
    steps_per_epoch: float | None = None
    epochs: int | None = None
    warnings: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, content: Content) -> _Places:
        found = cls()
        back = forward = highest = said = planned = 0
        last_epoch = 0.0
        from_zero = False
        before: TextLine | None = None
        progress = EpochsInProgress()
        for line in _lines(content):
            found.first_epoch = min(found.first_epoch, line.epoch if line.epoch is not None else 1.0)
            last_epoch, planned = max(last_epoch, line.epoch or 0.0), max(planned, line.epochs or 0)
            if line.step is None:
                continue
            found.has_steps = True
            if line.epoch is not None:
                highest, said = max(highest, line.step), max(said, line.steps_in_epoch or 0)
                from_zero = from_zero or line.step == 0
                progress.saw(line.epoch, line.step, line.steps_in_epoch)
                if before is not None and before.epoch is not None and before.step is not None and line.epoch > before.epoch:
                    back += line.step <= before.step
                    forward += line.step > before.step
                before = line
        if planned:
            found._plan(planned, last_epoch)
        found.steps_begin_anew = back > forward or progress.begin_anew(found.first_epoch, found.epochs)
        found.steps_in_epoch = said or highest + from_zero
        found.in_progress = not found.steps_begin_anew and progress.apply()
        if found.in_progress:
            found._count_epochs(progress)
        if found.steps_begin_anew and not said:
            found.warnings.append(
                f"The steps begin anew in each epoch: they were counted on with {found.steps_in_epoch:,} to an epoch, the most that it shows."
            )
        return found

    def _count_epochs(self, progress: EpochsInProgress) -> None:
        """Note how many steps make an epoch; where the log does not say it itself, a warning says what was taken."""
        self.steps_per_epoch = progress.steps_in_epoch(self.first_epoch, self.epochs)
        if self.steps_per_epoch is None:
            self.epochs = None  # with the last step they would say how long an epoch is, which nobody knows
            self.warnings.append(
                "The lines name the epoch in progress, and nothing tells how many steps one has: all epochs were left out; "
                "give a log in which epochs and steps count on through more than one epoch."
            )
        elif not progress.beside:
            self.warnings.append(
                f"The lines name the epoch in progress: they were counted with {self.steps_per_epoch:,.0f} steps to an epoch, "
                "the most that a finished one shows."
            )

    def _plan(self, planned: int, last_epoch: float) -> None:
        """Note how many epochs are planned; epochs that count from 0 to the number that is named are one more."""
        from_zero = not self.first_epoch
        self.epochs = planned + (from_zero and last_epoch == planned)
        if last_epoch <= self.epochs - from_zero - 1:
            self.warnings.append(
                f"The log ends in epoch {last_epoch:g} of {planned:,} planned: it was read as a run that ended there; "
                'give the status "running" if it goes on.'
            )

    def entries(self, content: Content) -> Iterator[Entry]:
        """Yield each line's values with step and epoch."""
        last_step: int | None = None
        for line in _lines(content):
            step, epoch = line.step, line.epoch
            if epoch is not None and line.share is not None and epoch.is_integer():
                epoch = epoch - self.first_epoch + line.share
            if step is not None and epoch is not None and self.steps_begin_anew:
                done = epoch - self.first_epoch
                step, epoch = int(done * self.steps_in_epoch) + step, done + step / self.steps_in_epoch
            elif step is not None and self.in_progress:
                epoch = None if epoch is None or self.steps_per_epoch is None else step / self.steps_per_epoch
            if step is None and self.has_steps:
                step = last_step
            last_step = step
            if step is None:
                yield {**line.values, **({} if epoch is None else {"epoch": epoch})}
            else:
                yield {"step": step, **line.values, **({} if epoch is None or line.step is None else {"epoch": epoch})}


def _lines(content: Content) -> Iterator[TextLine]:
    """Yield what each line says; one that shows a share of an announced epoch, as Keras prints them, belongs to it once it is done."""
    announced: tuple[float, int | None] | None = None
    for raw in content.lines():
        lowered = raw.lower()
        if (len(raw) > _LONGEST_LINE and b"\r" not in raw) or not any(word in lowered for word in _WORDS):
            continue
        for part in raw.split(b"\r"):
            text = part[:_LONGEST_LINE].decode("utf-8", "replace")
            line = read_line(text)
            if line is None:
                epoch = epoch_announced(text)
                announced = announced if epoch is None else epoch
            elif line.step is not None or line.epoch is not None:
                yield line
            elif announced is not None and line.share == 1:
                yield replace(line, epoch=announced[0], epochs=announced[1], share=None)


FORMAT = Format(
    "text-log",
    "Text of a training loop",
    recognises,
    read,
    "lines such as `step 100: train loss 1.2, val loss 1.3` or `Epoch 3 - loss: 0.5`",
)
