"""From a run that was read to its advice on the screen, the same for every command that judges."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from uuid import uuid4

from advisor.cli.exits import ExitCode
from advisor.cli.report import html_report, markdown_report, report
from advisor.cli.terminal import show, write_bytes
from advisor.clock import now
from advisor.contract import Advice, AdviseRequest
from advisor.engine import Program
from advisor.service import advise, to_json
from advisor.sources import ImportedRun


class Explain(StrEnum):
    """How much to explain."""

    off = "off"
    fired = "fired"
    all = "all"


def judge(
    imported: ImportedRun, request: AdviseRequest, program: Program, explain: Explain = Explain.fired, *, also: Sequence[str] = ()
) -> Advice:
    """Return the advice on a run, stamped with a new id and the time.

    Args:
        imported: How the run was read; its warnings go into the advice.
        request: The run with what the user added.
        program: The compiled rulebook.
        explain: How much to explain.
        also: Further sentences for whoever reads the advice.
    """
    return advise(
        request,
        program,
        advice_id=uuid4().hex,
        created_at=now(),
        level=explain.value,
        warnings=(*imported.warnings, *(str(dropped) for dropped in imported.dropped), *also),
    )


class ReportFormat(StrEnum):
    """In which form the advice is printed."""

    text = "text"
    json = "json"
    markdown = "markdown"
    html = "html"


def print_advice(advice: Advice, request: AdviseRequest, imported: ImportedRun, form: ReportFormat, bands: Sequence[str] = ()) -> None:
    """Print the advice for people, for programs, for a pull request or for a browser; ``bands`` is the rulebook's order, for the colours."""
    match form:
        case ReportFormat.text:
            show(*report(advice, request, imported, bands))
        case ReportFormat.json:
            write_bytes(to_json(advice))
        case ReportFormat.markdown:
            write_bytes(markdown_report(advice, request, imported).encode())
        case ReportFormat.html:
            write_bytes(html_report(advice, request, imported).encode())


def exit_code(advice: Advice) -> ExitCode:
    """Return how a command ends that gave this advice."""
    return ExitCode.FIX_NEEDED if advice.verdict.id == "fix" else ExitCode.CARRY_ON
