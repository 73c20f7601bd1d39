"""The request of ``POST /advise``."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from advisor.facts import EarlierRun, Run
from advisor.facts.numbers import Count, Real, null_as
from advisor.facts.run import Fact
from advisor.facts.text import Text

Need = Literal["reasoning", "style", "latency", "multilingual", "low-cost"]


class Baseline(Fact):
    """The untuned base model on the same evaluation."""

    score: Real | None = None


class Budget(Fact):
    """What is left to spend; 0 is spent, absent is unknown."""

    runs_left: Real | None = Field(default=None, ge=0)
    money_left: Real | None = None
    hours_left: Real | None = None


class Goal(Fact):
    """What the user is after: a score that is good enough, what the model must be good at, and the budget."""

    target_score: Real | None = None
    needs: Annotated[tuple[Need, ...], null_as((), tuple[Need, ...] | None)] = ()
    budget: Annotated[Budget, null_as({}, Budget | None)] = Budget()


class Deployment(Fact):
    """A deployed model; ``in_use`` absent means unknown."""

    name: Text | None = None
    run_id: Text | None = None
    in_use: bool | None = Field(default=None, strict=True)


class Followed(Fact):
    """How often advice was followed with a known outcome, and how often that helped."""

    followed: Count
    helped: Count

    @model_validator(mode="after")
    def _no_more_than_followed(self) -> Followed:
        if self.helped > self.followed:
            raise ValueError(f"says that it helped {self.helped} times, but was followed {self.followed} times")
        return self


class Record(Fact):
    """What came of advice in a team's own past: by the ids of actions, and by those of the rules that spoke loudest for them."""

    actions: Annotated[dict[Text, Followed], null_as({}, dict[Text, Followed] | None)] = Field(default_factory=dict)
    rules: Annotated[dict[Text, Followed], null_as({}, dict[Text, Followed] | None)] = Field(default_factory=dict)


class AdviseRequest(Fact):
    """A run to judge, with what is known around it. Only ``run.method`` and ``run.checkpoints`` are required.

    Attributes:
        history: The runs before this one, oldest first: what it is compared with.
        tried: The runs after it: no next experiment repeats one of them, and nothing else looks at them.
    """

    run: Run
    baseline: Baseline | None = None
    history: Annotated[tuple[EarlierRun, ...], null_as((), tuple[EarlierRun, ...] | None)] = ()
    tried: Annotated[tuple[EarlierRun, ...], null_as((), tuple[EarlierRun, ...] | None)] = ()
    goal: Annotated[Goal, null_as({}, Goal | None)] = Goal()
    available_models: tuple[Text, ...] | None = None
    deployments: Annotated[tuple[Deployment, ...], null_as((), tuple[Deployment, ...] | None)] = ()
    record: Record | None = None
    project: Text | None = None

    @property
    def other_runs(self) -> tuple[EarlierRun, ...]:
        """Every run that was tried beside this one, oldest first."""
        return (*self.history, *self.tried)


__all__ = ["AdviseRequest", "Baseline", "Budget", "Count", "Deployment", "Followed", "Goal", "Need", "Record"]
