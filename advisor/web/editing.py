"""What the editor of rules opens, whether a draft could be saved, and what it would change: lines, and the advice on runs."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import unified_diff

from advisor.api.parts import Parts
from advisor.api.preview import Validation, check_room, validation_of
from advisor.authoring.candidate import Verdict, try_out
from advisor.authoring.compare_advice import advise_all, judge_all
from advisor.authoring.scaffold import scaffold
from advisor.authoring.trial_process import TrialFailed
from advisor.contract import Advice, AdviseRequest
from advisor.errors import BrokenRulebook, Mistake
from advisor.experiments.past_requests import PastRequest, past_requests
from advisor.rulebook.overlay import Layered, read_each
from advisor.web.comparing import Compared, compared
from advisor.web.draft import Draft, laid, own_layer
from advisor.web.examples import example_request

_PAST_RUNS = 20
_CASES = ".cases.yaml"
_OVERRIDES = "overrides.yaml"
_NO_OVERRIDES = "# Single numbers and words of the rules below, changed in place.\nrules: {}\n"


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A file in the editor.

    Attributes:
        path: Its path inside its rules folder.
        text: Its text, or a start to fill in.
        folder: The rules folder that it was read from; None for one that is new.
        own: Whether that folder is the team's own.
        overridden: What overrides say in place of its lines.
    """

    path: str
    text: str
    folder: str | None
    own: bool = False
    overridden: tuple[OverriddenLine, ...] = ()


@dataclass(frozen=True, slots=True)
class OverriddenLine:
    """A line that an override changes: what is in force there, and where the override stands."""

    line: int
    in_force: str
    file: str
    at: int


@dataclass(frozen=True, slots=True)
class Effect:
    """What a candidate changes of the advice on one run; ``advice_id`` is that of the advice that was kept, empty where none was."""

    run: str
    advice_id: str
    now: Advice
    then: Advice
    compared: Compared


@dataclass(frozen=True, slots=True)
class Effects:
    """What a candidate would change.

    Attributes:
        lines: The lines that differ, each with its kind.
        runs: How many runs were judged with it.
        changed: Those on which the advice says something else.
        only_numbers: On how many more it says the same, by other numbers.
        mistakes: Why no run could be judged; none where they were.
    """

    lines: tuple[tuple[str, str], ...]
    runs: int
    changed: tuple[Effect, ...] = ()
    only_numbers: int = 0
    mistakes: tuple[Mistake, ...] = ()


def opened(path: str, parts: Parts) -> tuple[OpenFile, ...]:
    """Return a rule file and its cases to edit: as they stand in the highest folder that has them, else a start to fill in.

    Raises:
        BrokenRulebook: A rules folder cannot be read.
    """
    layers = read_each(parts.settings.rules)
    own = own_layer(layers, parts.settings.rules)
    paths = (path,) if path.endswith(_CASES) or "/" not in path else (path, path.removesuffix(".yaml") + _CASES)
    start = _start(path)
    files = []
    for name in paths:
        layer = next((layer for layer in reversed(layers) if name in layer.files), None)
        if layer is not None:
            files.append(OpenFile(name, layer.files[name], layer.name, layer is own, _overridden(name, parts)))
        elif name == path or not files[0].folder or path.split("/", maxsplit=1)[0] not in ("actions", "bands", "tables"):
            files.append(OpenFile(name, start.get(name, ""), None))
    return tuple(files)


def _overridden(path: str, parts: Parts) -> tuple[OverriddenLine, ...]:
    """Return what overrides in force say of a file, by rising line."""
    layered = parts.reloader.layered
    lines = layered.files.get(path, "").splitlines()
    edits = sorted((line, edit) for (file, line), edit in layered.edits.items() if file == path and line <= len(lines))
    return tuple(OverriddenLine(line, _in_force(lines[line - 1].strip()), edit.file, edit.line) for line, edit in edits)


def _in_force(line: str) -> str:
    """Return a line of a rule, of a number with its unit and source the number alone."""
    name, _, text = line.partition(": ")
    try:
        value = json.loads(text)
    except ValueError:
        return line
    return f"{name}: {value['value'] if isinstance(value, dict) and 'value' in value else value}"


def _start(path: str) -> dict[str, str]:
    if path == _OVERRIDES:
        return {path: _NO_OVERRIDES}
    folder, _, name = path.rpartition("/")
    try:
        return scaffold(name.removesuffix(".yaml"), folder) if folder else {}
    except ValueError:
        return {}


async def checked(draft: Draft, parts: Parts) -> Validation:
    """Return whether a draft could be saved: whether the rulebook with it loads and every case holds.

    Raises:
        Refusal: 422 where it takes away what is not the team's own; 503 where too many drafts are being tried out.
    """
    check_room(parts.trial)

    async def tried() -> Verdict:
        return await parts.trial.run(try_out, await asyncio.to_thread(laid, draft, parts.settings.rules))

    return await validation_of(tried())


async def effects_of(draft: Draft, parts: Parts, *, with_log: bool) -> Effects:
    """Return what a draft would change of the example and, where the reader may see the log, of the last runs in it.

    Raises:
        Refusal: Like ``checked``.
    """
    layered = await asyncio.to_thread(_laid, draft, parts)
    lines = await asyncio.to_thread(_lines, draft, parts)
    runs = await asyncio.to_thread(_runs, parts, with_log=with_log)
    if isinstance(layered, BrokenRulebook):
        return Effects(lines, len(runs), mistakes=layered.mistakes)
    check_room(parts.trial)
    requests = [past.request for past in runs]
    try:
        now = await asyncio.to_thread(_now, requests, parts)
        _, then = await parts.trial.run(advise_all, layered, requests, "fired")
    except BrokenRulebook as broken:
        return Effects(lines, len(runs), mistakes=broken.mistakes)
    except TrialFailed as failed:
        return Effects(lines, len(runs), mistakes=(failed.mistake,))
    effects = [Effect(_called(past), past.advice_id, a, b, compared(a, b)) for past, a, b in zip(runs, now, then, strict=True)]
    changed = tuple(effect for effect in effects if effect.compared.says_otherwise)
    return Effects(lines, len(runs), changed, only_numbers=sum(effect.compared.differs for effect in effects) - len(changed))


def _laid(draft: Draft, parts: Parts) -> Layered | BrokenRulebook:
    try:
        return laid(draft, parts.settings.rules)
    except BrokenRulebook as broken:
        return broken


def _now(requests: Sequence[AdviseRequest], parts: Parts) -> tuple[Advice, ...]:
    with parts.serving.taken() as program:
        return judge_all(program, requests, "fired")


def _runs(parts: Parts, *, with_log: bool) -> list[PastRequest]:
    example = PastRequest("The shipped example", example_request())
    past = past_requests(parts.store.database, limit=_PAST_RUNS) if with_log and parts.store is not None else ()
    return [example, *past]


def _called(past: PastRequest) -> str:
    """Return how a run is called: project and run, without a project the time of the advice."""
    return f"advice of {past.advised_at[:16].replace('T', ' ')} UTC" if past.advice_id and past.name == past.advice_id else past.name


def _lines(draft: Draft, parts: Parts) -> tuple[tuple[str, str], ...]:
    """Return the lines that differ from the files as they stand, each with what it is: ``add``, ``take``, ``file`` or ``same``."""
    layers = read_each(parts.settings.rules)
    found: list[tuple[str, str]] = []
    for path, text in draft.files.items():
        before = next((layer.files[path] for layer in reversed(layers) if path in layer.files), "")
        for line in unified_diff(before.splitlines(), (text or "").splitlines(), path, path, lineterm="", n=2):
            kind = "file" if line.startswith(("+++", "---", "@@")) else "add" if line[0] == "+" else "take" if line[0] == "-" else "same"
            if not line.startswith("---"):
                found.append((kind, line.removeprefix("+++ ") if kind == "file" else line))
    return tuple(found)
