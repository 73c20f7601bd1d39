"""What the store keeps, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass

from advisor.advice import ExplainLevel
from advisor.contract import AdviseRequest
from advisor.contract.request import Baseline, Followed, Goal, Record
from advisor.facts import EarlierRun


@dataclass(frozen=True, slots=True)
class Project:
    """Experiments towards one goal; ``baseline`` is the untuned model's score on their evaluation, None until somebody says it."""

    name: str
    baseline: Baseline | None
    goal: Goal
    experiments: int
    created_at: str


@dataclass(frozen=True, slots=True)
class Experiment:
    """One run of a project; ``position`` counts from 1 in the order of recording.

    ``run`` is either whole or, in lists, without its curve but with its lowest validation loss.
    """

    name: str
    position: int
    run: EarlierRun
    created_at: str
    updated_at: str

    @property
    def parent(self) -> str | None:
        """The experiment that it varies, one before it; None is the last one before it."""
        return self.run.parent


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What shaped an answer besides the request and the rulebook: needed to give it again byte for byte.

    ``record`` is what older entries keep of the team's record; it stands in the request now.
    """

    level: ExplainLevel
    warnings: tuple[str, ...] = ()
    record: dict[str, Followed] | None = None


@dataclass(frozen=True, slots=True)
class KeptAdvice:
    """An advice as it was given: ``request`` as it was judged, with what the store added to it, and the bytes of the answer.

    ``removed`` says that its experiment is no longer recorded: another one may have that name now.
    """

    id: str
    created_at: str
    project: str | None
    experiment: str | None
    rulebook_revision: str
    rulebook_name: str
    circumstances: Circumstances
    request: bytes
    response: bytes
    removed: bool = False

    def judged(self) -> AdviseRequest:
        """Return the request as it was judged."""
        request = AdviseRequest.model_validate_json(self.request)
        if request.record is not None or not self.circumstances.record:
            return request
        return request.model_copy(update={"record": Record(actions=self.circumstances.record)})


@dataclass(frozen=True, slots=True)
class Titled:
    """A verdict, finding or action by its id and title."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Said:
    """What an advice says in short; the actions best first."""

    verdict: Titled
    findings: tuple[Titled, ...]
    actions: tuple[Titled, ...]


@dataclass(frozen=True, slots=True)
class AdviceInShort:
    """A kept advice as an entry of a list; project and experiment are None where none was named."""

    id: str
    created_at: str
    project: str | None
    experiment: str | None
    rulebook_revision: str
    rulebook_name: str
    said: Said


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one action of an advice.

    Attributes:
        action: The action's id.
        rule: The rule that spoke loudest for it.
        experiment: The run in which it was followed; None where a person speaks for this advice and action as a whole.
        followed: Whether it was followed at all.
        score_before: The score of the run that the advice was about.
        score: The score of the run in which it was followed.
        helped: Whether it did any good; None where nobody knows: ``note`` says why, where the scores are known.
        stated: Whether a person said so; else it was read off the experiments.
    """

    advice_id: str
    action: str
    rule: str
    experiment: str | None
    followed: bool
    score_before: float | None
    score: float | None
    helped: bool | None
    note: str | None
    created_at: str
    stated: bool


@dataclass(frozen=True, slots=True)
class Word:
    """What a person said of an outcome beside the action and the run; None is left to what is recorded, now and after corrections."""

    helped: bool | None = None
    score: float | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Unclear:
    """An action that was followed ``times`` times without anybody knowing whether it helped; ``note`` is why, the last time it was said."""

    action: str
    times: int
    note: str | None
