"""The feature files as pages of the site: the parts that the service shows, under headings that the site's search knows."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping
from posixpath import relpath

from jinja2 import Environment, PackageLoader, StrictUndefined

from advisor.rulebook import Rulebook
from advisor.web.features.coverage import Coverage
from advisor.web.features.documents import Feature
from advisor.web.features.pictures import HEIGHT, WIDTH
from advisor.web.features.shelf import Library
from advisor.web.features.view import ShownScenario, shown
from scripts.site.markdown import plain
from scripts.site.rule_pages import page_of_rule

INDEX = "features/index.md"


def feature_pages(library: Library, covered: Coverage, rulebook: Rulebook) -> Mapping[str, str]:
    """Return the pages by their path: one for each feature, and the index of all."""
    pages = {INDEX: "\n\n".join(_index(library)) + "\n"}
    parts = _Parts()
    for feature in library.features:
        pages[page_of(feature)] = "\n\n".join(_page(feature, library, covered, rulebook, parts)) + "\n"
    return pages


def page_of(feature: Feature) -> str:
    """Return the path of a feature's page."""
    return f"features/{feature.name}.md"


class _Parts:
    """The templates' macros that the service's pages are made of."""

    def __init__(self) -> None:
        environment = Environment(
            loader=PackageLoader("advisor.web"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
        self._macros = environment.get_template("features/_scenario.html.j2").module

    def tag(self, state: str) -> str:
        return str(getattr(self._macros, "state_tag")(state)).strip()  # noqa: B009  # a template's macros have no types

    def body(self, item: ShownScenario) -> str:
        found = str(getattr(self._macros, "scenario_body")(item, WIDTH, HEIGHT))  # noqa: B009
        return "\n".join(line for line in found.splitlines() if line.strip())


def _index(library: Library) -> Iterator[str]:
    parts = _Parts()
    yield "# What the service says, and when"
    yield "Each claim below is a test: a run, and what the service must answer to it. [Which documents](../docs/sources.md) they speak of."
    yield last_run(library, library.features)
    for folder in library.folders():
        yield f"## {plain(folder.question)}"
        yield "\n".join(
            f"- {parts.tag(library.state(feature))} [{plain(feature.title)}]({feature.name}.md) ({len(feature.scenarios)})"
            for feature in folder.features
        )


def last_run(library: Library, features: tuple[Feature, ...]) -> str:
    """Return when the scenarios were run, and how many of them are in which state."""
    if library.results is None:
        return "The scenarios were not run yet: `make docs` runs them."
    counts = ", ".join(f"{count} {state}" for state, count in sorted(library.counts(features).items()))
    return f"Last run: {library.results.finished[:16].replace('T', ' ')} UTC. {counts}."


def _page(feature: Feature, library: Library, covered: Coverage, rulebook: Rulebook, parts: _Parts) -> Iterator[str]:
    yield f"# {plain(feature.title)}"
    for paragraph in feature.description.split("\n\n"):
        yield plain(paragraph)
    if feature.mistake is not None:
        yield f"**This file cannot be read.** {plain(feature.mistake)}"
    yield last_run(library, (feature,))
    here = page_of(feature).rpartition("/")[0]
    above = None
    for item in shown(feature, library.results_of(feature)):
        if (group := item.scenario.group) is not None and group != above:
            yield f"## {plain(group.title)}"
            yield from map(plain, group.description.split("\n\n"))
        above = group
        yield f"{'##' if group is None else '###'} {plain(item.scenario.title)} {{#{item.scenario.anchor}}}"
        label = html.escape(item.scenario.title)
        yield f'<div class="scenario" role="group" aria-label="{label}">\n<p>{parts.tag(item.state)}</p>\n{parts.body(item)}\n</div>'
        rules = covered.rules.get((feature.path, item.scenario.line), ())
        if rules:
            yield (
                "Speaks of the rules "
                + ", ".join(f"[{name}]({relpath(page_of_rule(rulebook, name), here)}#{name})" for name in rules)
                + "."
            )
