"""The advice as a document: Markdown for a pull request, or one HTML page that needs nothing else."""

from __future__ import annotations

import re
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from advisor.cli.report.charts import HEIGHT, WIDTH, charts
from advisor.cli.report.checkpoints import best_sentence, checkpoint_cells, not_shown
from advisor.cli.report.findings import comparisons
from advisor.cli.report.subject import subject
from advisor.contract import Advice, AdviseRequest
from advisor.shown import change, finding_title, number, said
from advisor.sources import ImportedRun

_SPECIAL = re.compile(r"([\\`*\[\]|~#]|(?<!\w)_|_(?!\w))")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "@": "@\u200b"}  # a zero-width space, so that nobody is mentioned


def markdown_report(advice: Advice, request: AdviseRequest, imported: ImportedRun) -> str:
    """Return the advice as Markdown for a comment on a pull request: what to do on top, what it rests on folded away."""
    return _environment(markup=False).get_template("report.md.j2").render(_parts(advice, request, imported))


def html_report(advice: Advice, request: AdviseRequest, imported: ImportedRun) -> str:
    """Return the advice as one HTML file with its curves, for light and dark screens and for paper; it loads nothing."""
    parts = _parts(advice, request, imported) | {"charts": charts(request.run, advice), "width": WIDTH, "height": HEIGHT}
    return _environment(markup=True).get_template("report.html.j2").render(parts)


def _environment(*, markup: bool) -> Environment:
    """Return templates that escape whatever is put into them, for the language that they are written in."""
    environment = Environment(
        loader=PackageLoader("advisor.cli.report"),
        autoescape=markup,  # noqa: S701  # Markdown has its own escaping, for every value too
        finalize=None if markup else _plain_in_markdown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )
    environment.filters |= {"change": change, "number": number, "said": said}
    return environment


def _parts(advice: Advice, request: AdviseRequest, imported: ImportedRun) -> dict[str, Any]:
    best = advice.best_checkpoint
    return {
        "advice": advice,
        "subject": subject(request, imported),
        "best": best_sentence(best) if best is not None else None,
        "cells": checkpoint_cells(advice, request.run),
        "not_shown": not_shown,
        "findings": [(f, finding_title(f), "; ".join(comparisons(f.evidence, advice.signals))) for f in advice.findings],
    }


def _plain_in_markdown(value: Any) -> str:
    """Return a value so that Markdown shows it as it is, on one line."""
    text = _SPECIAL.sub(r"\\\1", " ".join(str(value).split()))
    return "".join(_ENTITIES.get(character, character) for character in text)
