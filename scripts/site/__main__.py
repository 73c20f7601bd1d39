"""Build the site of the documents: ``python -m scripts.site [RESULTS]``.

The pages that are written by hand keep their place, so that a link that holds in the repository holds in the site; the others are made from
the rulebook, the code and the features. Zensical checks every link and heading (``--strict``).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from advisor.authoring.cases import load_cases
from advisor.rulebook import load_rulebook
from advisor.rulebook.shipped import shipped_rules
from advisor.web import create_app
from advisor.web.features.coverage import coverage
from advisor.web.features.documents import shipped_features
from advisor.web.features.shelf import Library, read_library
from advisor.web.pages import STATIC
from scripts.site.feature_pages import feature_pages, page_of
from scripts.site.reference_pages import reference_pages
from scripts.site.rule_pages import FOLDER, rule_pages

ROOT = Path(__file__).parents[2]
BUILD = ROOT / "build"
_BY_HAND = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "benchmarks/**/*.md", "docs/**/*")
_LARGEST = 2 * 1024 * 1024


def build(target: Path, results: Path) -> None:
    """Build the site into a folder, replacing what is there; end with Zensical's exit code where a page has a mistake."""
    library = read_library(shipped_features(), results)
    with tempfile.TemporaryDirectory() as scratch:
        source = Path(scratch)
        pages = source / "pages"
        _copy_what_is_written_by_hand(pages)
        for name, text in _made(library).items():
            path = pages / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        shutil.copy(STATIC / "features.css", pages / "features.css")
        shutil.copy(ROOT / "docs" / "site" / "site.css", pages / "site.css")
        config = json.loads((ROOT / "docs" / "site" / "site.json").read_text(encoding="utf-8"))
        config["nav"] = [_filled(entry, library) for entry in config["nav"]]
        (source / "mkdocs.yml").write_text(json.dumps(config), encoding="utf-8")  # JSON is YAML
        done = subprocess.run(
            [sys.executable, "-m", "zensical", "build", "--strict", "-f", "mkdocs.yml"],
            cwd=source, env={**os.environ, "NO_COLOR": "1"}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            found = done.stderr.partition("Traceback")[0]
            sys.exit(f"{found}\nThe site has mistakes, listed above: mend the pages that they name.")
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(source / "site", target)


def _copy_what_is_written_by_hand(pages: Path) -> None:
    for pattern in _BY_HAND:
        for path in ROOT.glob(pattern):
            if path.is_file() and path.stat().st_size < _LARGEST:
                place = pages / path.relative_to(ROOT)
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, place)


def _made(library: Library) -> Mapping[str, str]:
    rules = shipped_rules()
    rulebook = load_rulebook(rules)
    cases, _ = load_cases(rules)
    covered = coverage(library.features, rulebook.rules)
    return {
        **feature_pages(library, covered, rulebook),
        **rule_pages(rulebook, cases, covered),
        **reference_pages(rulebook, create_app().openapi()),
    }


def _filled(entry: Any, library: Library) -> Any:
    """Return an entry of the navigation with what only the build knows in place of ``features``, ``rules`` and ``decisions``."""
    if entry == "decisions":
        return {"Decisions": [path.relative_to(ROOT).as_posix() for path in sorted((ROOT / "docs" / "decisions").glob("*.md"))]}
    if entry == "features":
        return {"Features": ["features/index.md", *({f.question: [page_of(x) for x in f.features]} for f in library.folders())]}
    if entry == "rules":
        return {"Every rule": [f"{FOLDER}/index.md", *_rule_folders(), f"{FOLDER}/actions.md", f"{FOLDER}/tables.md"]}
    return {title: [_filled(inner, library) for inner in found] if isinstance(found, list) else found for title, found in entry.items()}


def _rule_folders() -> Iterator[str]:
    rulebook = load_rulebook(shipped_rules())
    yield from sorted({f"{FOLDER}/{rule.file.rpartition('/')[0].replace('/', '-')}.md" for rule in rulebook.rules})


if __name__ == "__main__":
    build(BUILD / "docs", Path(sys.argv[1]) if len(sys.argv) > 1 else BUILD / "scenarios.json")
    print(f"The site is in {BUILD.name}/docs; look at it with: python -m http.server -b 127.0.0.1 -d {BUILD.name}/docs 8001")
