"""``advisor rules mutants``: what the cases beside the rules are worth, by how many slips they notice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from advisor.authoring.cases import load_cases
from advisor.authoring.mutants import Mutant, try_mutants
from advisor.cli.options import Folder, RulesFolders
from advisor.cli.rulebooks import open_layers
from advisor.cli.terminal import write_bytes
from advisor.rulebook import build_rulebook


def mutants(
    folder: Folder = None,
    rules: RulesFolders = None,
    only: Annotated[str, typer.Option(metavar="PREFIX", help="Only files whose path starts like this: sft/")] = "",
) -> None:
    """Turn each comparison round and move each number, one at a time, and list what no case notices.

    docs/rules/writing.md says what is moved how far.
    """
    files = open_layers(rules if folder is None else folder).files
    found = try_mutants(build_rulebook(files), load_cases(files)[0], only)
    lines = [f"{mutant.file}: {mutant.comparison}: {mutant.became}" for mutant in found if not mutant.caught]
    lines.append(f"Under when, the cases notice {_share([mutant for mutant in found if mutant.deciding])}.")
    lines.append(f"Under confidence and recommend, they notice {_share([mutant for mutant in found if not mutant.deciding])}.")
    write_bytes("\n".join(lines).encode())


def _share(found: Sequence[Mutant]) -> str:
    caught = sum(mutant.caught for mutant in found)
    turned = [mutant.caught for mutant in found if mutant.became.startswith("turned")]
    share = f" ({caught / len(found):.1%})" if found else ""
    counts = f"{sum(turned)} of {len(turned)} turned round, {caught - sum(turned)} of {len(found) - len(turned)} moved"
    return f"{caught} of {len(found)} slips{share}: {counts}"
