"""The features as they lie on disk now, read again once a file has changed."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from pathlib import Path
from threading import Lock

from advisor.rulebook import Rulebook
from advisor.web.features.coverage import Coverage, coverage
from advisor.web.features.documents import Feature, Scenario, read_features, shipped_features
from advisor.web.features.results import NOT_RUN, FeatureResults, Results, State, read_results, worst

_QUESTION = re.compile(r"^\| `(?P<folder>[\w-]+)/` \| (?P<question>.+?) \|", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Folder:
    """The features of one folder, and the question that they answer."""

    name: str
    question: str
    features: tuple[Feature, ...]


@dataclass(frozen=True)
class Library:
    """All features with what became of them; ``results`` is None where they were not run."""

    features: tuple[Feature, ...]
    questions: dict[str, str]
    results: Results | None

    @cached_property
    def by_name(self) -> dict[str, Feature]:
        """The features by the name that addresses them."""
        return {feature.name: feature for feature in self.features}

    @cached_property
    def _results_by_path(self) -> dict[str, FeatureResults]:
        return {} if self.results is None else {feature.path: self.results.of(feature) for feature in self.features}

    def results_of(self, feature: Feature) -> FeatureResults:
        """Return what became of a feature's scenarios."""
        return self._results_by_path.get(feature.path, NOT_RUN)

    def state(self, feature: Feature) -> State:
        """Return the worst state of a feature's scenarios; one that cannot be read has failed."""
        found = self.results_of(feature)
        return "failed" if feature.mistake is not None else worst(map(found.state, feature.scenarios))

    def folders(self) -> Iterator[Folder]:
        """Yield the folders in the order in which the folder's README asks their questions, then the others."""
        order = list(self.questions)
        rank = {name: order.index(name) if name in order else len(order) for name in {f.folder for f in self.features}}
        for name, found in groupby(sorted(self.features, key=lambda f: (rank[f.folder], f.path)), key=lambda f: f.folder):
            yield Folder(name, self.questions.get(name, name.replace("_", " ").capitalize()), tuple(found))

    def counts(self, features: Iterable[Feature]) -> dict[State, int]:
        """Return how many scenarios of these features are in which state."""
        counts: dict[State, int] = {}
        for feature in features:
            for scenario in feature.scenarios:
                state = self.results_of(feature).state(scenario)
                counts[state] = counts.get(state, 0) + 1
        return counts

    def search(self, words: str, state: str) -> Iterator[tuple[Feature, Scenario, State]]:
        """Yield the scenarios that hold each of the words and, unless it is empty, are in this state."""
        wanted = words.lower().split()
        for feature in self.features:
            in_title = f"{feature.title} {feature.description}".lower()
            left = [word for word in wanted if word not in in_title]
            for scenario in feature.scenarios:
                found = self.results_of(feature).state(scenario)
                if state in ("", found) and scenario.holds(left):
                    yield feature, scenario, found


class Shelf:
    """Gives the library of a folder; safe to use from several threads.

    Args:
        folder: Where the feature files lie; None for those that ship with Advisor.
        results: What the test run wrote; None for where ``make docs`` puts it in a checkout.
    """

    def __init__(self, folder: Path | None = None, results: Path | None = None) -> None:
        self._folder = folder or shipped_features()
        self._results = results or self._folder.parent / "build" / "scenarios.json"
        self._lock = Lock()
        self._seen: object = None
        self._library = Library((), {}, None)
        self._covered: tuple[Library, str, Coverage] | None = None

    def documents(self) -> Library:
        """Return the features as they are on disk; empty where there is no folder."""
        with self._lock:
            now = self._state_of_disk()
            if now != self._seen:
                self._library = read_library(self._folder, self._results)
                self._seen = now
            return self._library

    def covered(self, rulebook: Rulebook) -> Coverage:
        """Return which scenarios speak of which rules, worked out once for each revision of the rulebook and state of the files."""
        library = self.documents()
        with self._lock:
            if self._covered is None or self._covered[0] is not library or self._covered[1] != rulebook.revision:
                self._covered = (library, rulebook.revision, coverage(library.features, rulebook.rules))
            return self._covered[2]

    def _state_of_disk(self) -> object:
        paths = [*sorted(self._folder.rglob("*.feature")), self._results]
        return [(path, (found.st_mtime_ns, found.st_size)) for path in paths if (found := _stat(path)) is not None]


def read_library(folder: Path, results: Path | None) -> Library:
    """Return the features of a folder with what became of them."""
    readme = folder / "README.md"
    text = readme.read_text(encoding="utf-8") if readme.is_file() else ""
    questions = {found["folder"]: found["question"] for found in _QUESTION.finditer(text)}
    return Library(read_features(folder), questions, read_results(results))


def _stat(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except OSError:
        return None
