"""Other numbers for rules, tried out on one run in a process of their own; nothing is kept and nobody else is served by them."""

from __future__ import annotations

import asyncio
from math import isfinite

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from advisor.api.parts import Parts
from advisor.api.problems import Refusal, problem
from advisor.api.reading import read_json, read_request
from advisor.authoring.compare_advice import advise_all, judge_all
from advisor.authoring.trial_process import TrialFailed
from advisor.contract import Advice, AdviseRequest
from advisor.errors import BrokenRulebook
from advisor.rulebook.overlay import Layer, lay
from advisor.web.thresholds import overrides


class Moved(BaseModel):
    """A run, and numbers of rules to try out on it, by rule and name."""

    model_config = ConfigDict(extra="forbid")

    request: dict[str, object]
    parameters: dict[str, dict[str, float]] = Field(min_length=1, max_length=200)


async def previewed(raw: bytes | bytearray, parts: Parts) -> tuple[str, Advice, Advice]:
    """Return the moved numbers as a lead would keep them, the advice now, and the advice with them.

    Raises:
        Refusal: The body is not what the page sends, the numbers do not fit their rules, or too much is asked at once.
    """
    moved, given = await asyncio.to_thread(_read, raw)
    if parts.trial.full:
        raise Refusal(problem(503, "Too many numbers are being tried out. Move one again in a moment."))
    text = overrides(moved.parameters)
    serving = parts.reloader.layered
    try:
        layered = lay([Layer(serving.name, serving.files), Layer("preview", {"overrides.yaml": text})])
        now = await asyncio.to_thread(_now, given, parts)
        _, (then,) = await parts.trial.run(advise_all, layered, [given], "fired")
    except (BrokenRulebook, TrialFailed) as error:
        mistakes = error.mistakes if isinstance(error, BrokenRulebook) else (error.mistake,)
        raise Refusal(problem(422, " ".join(f"{m.message}. {m.remedy}".strip() for m in mistakes))) from None
    return text, now, then


def _read(raw: bytes | bytearray) -> tuple[Moved, AdviseRequest]:
    try:
        moved = Moved.model_validate(read_json(raw))
    except ValidationError:
        raise Refusal(problem(422, "The numbers to try out could not be read. Load the page again.")) from None
    if not all(isfinite(value) for numbers in moved.parameters.values() for value in numbers.values()):
        raise Refusal(problem(422, "A number to try out is not finite."))
    return moved, read_request(moved.request)


def _now(given: AdviseRequest, parts: Parts) -> Advice:
    with parts.serving.taken() as program:
        return judge_all(program, [given], "fired")[0]
