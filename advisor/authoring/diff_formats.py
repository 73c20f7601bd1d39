"""What an edit does to past runs, for a terminal, for a program, and as a comment for a pull request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from pydantic import TypeAdapter

from advisor.authoring.diff import Because, Group, RulesDiff

_DIFF = TypeAdapter(RulesDiff)
_MOST_NAMED = 5
_MOST_REASONS = 4


def as_text(diff: RulesDiff) -> str:
    """Return lines for a terminal."""
    lines = [headline(diff), *(f"  {changed.how:8}{changed.file}" for changed in diff.files)]
    for group in diff.groups:
        lines += [
            "",
            f"{_runs(len(group.runs))}: {_difference(group, '')}",
            *(f"    because {_reason(b)}" for b in group.because[:_MOST_REASONS]),
        ]
        lines.append(f"    {_names(group, '')}")
    lines += [f"\nIn shadow: {shadow.rule} would speak on {_runs(shadow.runs)}" for shadow in diff.shadows]
    return "\n".join(lines)


def as_markdown(diff: RulesDiff) -> str:
    """Return a comment for a pull request."""
    lines = ["### What this edit does to past runs", "", headline(diff), ""]
    if diff.files:
        lines += ["Edited: " + ", ".join(f"`{c.file}`" + ("" if c.how == "changed" else f" ({c.how})") for c in diff.files), ""]
    if diff.groups:
        lines += ["| runs | what differs | because of | such as |", "|---:|---|---|---|"]
        lines += [_row(group) for group in diff.groups]
    lines += [f"\nIn shadow, `{shadow.rule}` would speak on {_runs(shadow.runs)}." for shadow in diff.shadows]
    return "\n".join(lines).rstrip()


def as_json(diff: RulesDiff) -> str:
    """Return everything, every run's name included."""
    return _DIFF.dump_json(diff, indent=2).decode()


FORMATS: Mapping[str, Callable[[RulesDiff], str]] = MappingProxyType({"text": as_text, "json": as_json, "markdown": as_markdown})
"""Every format by its name."""


def headline(diff: RulesDiff) -> str:
    """Return the outcome in one sentence."""
    if not diff.files:
        return "The two rulebooks are the same, apart from their cases."
    if not diff.runs:
        differ = "1 file differs" if len(diff.files) == 1 else f"{len(diff.files)} files differ"
        return f"{differ}; give runs with --on to see what that does."
    if diff.same_advice:
        who = "The one run gets" if diff.runs == 1 else f"All {_runs(diff.runs)} get"
        return f"{who} the same verdict, first action, findings and band."
    return f"{diff.changed_runs} of {_runs(diff.runs)} get other advice ({diff.changed_runs / diff.runs:.1%})."


def _row(group: Group) -> str:
    reasons = "<br>".join(_cell(_reason(b)) for b in group.because[:_MOST_REASONS]) or "–"
    return f"| {len(group.runs)} | {_difference(group, '`')} | {reasons} | {_cell(_names(group, '`'))} |"


def _difference(group: Group, quote: str) -> str:
    before, after = (f"{quote}{name}{quote}" for name in (group.before, group.after))
    if group.aspect == "finding":
        return f"{after} is found" if group.before == "none" else f"{before} is no longer found"
    return f"{group.aspect} {before} → {after}"


def _reason(because: Because) -> str:
    words = {"not_fired": "quiet", "not_evaluated": "not judged", "not_applicable": "not applied", "none": "absent"}
    was, became = words.get(because.before, because.before), words.get(because.after, because.after)
    edited = " (edited)" if because.edited else ""
    return f"{because.rule}{edited}: {was} → {became} on {_runs(because.runs)}"


def _names(group: Group, quote: str) -> str:
    named = ", ".join(f"{quote}{name}{quote}" for name in group.runs[:_MOST_NAMED])
    more = len(group.runs) - _MOST_NAMED
    return f"{named} and {more} more" if more > 0 else named


def _runs(count: int) -> str:
    return "1 run" if count == 1 else f"{count:,} runs"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
