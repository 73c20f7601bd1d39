"""``advisor rules new``: a rule and its cases to fill in."""

from __future__ import annotations

from typing import Annotated

import typer

from advisor.authoring.scaffold import scaffold
from advisor.cli.exits import WrongUsage
from advisor.cli.options import RulesFolders
from advisor.cli.rulebooks import open_rulebook, places_of
from advisor.cli.terminal import write_bytes
from advisor.errors import UnusableInput


def new(
    rule_id: Annotated[str, typer.Argument(metavar="ID", help="The new rule's id, words joined by hyphens.")],
    folder: Annotated[
        str, typer.Option("--folder", metavar="NAME", help="Folder inside the rules: sft, dpo, rft, data, mistakes, …")
    ] = "sft",
    rules: RulesFolders = None,
) -> None:
    """Write a new rule and its cases to fill in: it loads, stays in shadow, and every case is marked todo."""
    taken = open_rulebook(rules).rule(rule_id)
    if taken is not None:
        raise WrongUsage(f'The id "{rule_id}" is taken by {taken.file}.\n    Choose another one.')
    try:
        files = scaffold(rule_id, folder)
    except ValueError as error:
        raise WrongUsage(str(error)) from None
    root = places_of(rules)[-1]
    for name, text in files.items():
        path = root / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
        except FileExistsError:
            raise UnusableInput(f"{name}: there is such a file already\n    Choose another id, or delete the file.") from None
        except OSError as error:
            raise UnusableInput(f"{name}: cannot be written ({error.strerror})\n    Name a folder of your own with --rules.") from None
    next_steps = f"Fill in what says TODO, then: advisor rules check, advisor rules test --rule {rule_id}"
    write_bytes("\n".join([*(f"Wrote {name}" for name in files), next_steps]).encode())
