"""``advisor rules new``: a rule and its cases to fill in."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from shlex import quote
from typing import Annotated

import typer

from advisor.authoring.scaffold import scaffold
from advisor.cli.exits import WrongUsage
from advisor.cli.options import RulesFolders
from advisor.cli.rulebooks import open_rulebook, places_of, rule_folders, shown_file, shown_folder
from advisor.cli.terminal import write_bytes
from advisor.errors import BrokenRulebook, UnusableInput
from advisor.rulebook import Rulebook
from advisor.rulebook.overlay import SHIPPED

_NO_WHOLE_RULEBOOK = ("missing-file", "no-folder", "no-base")


def new(
    rule_id: Annotated[str, typer.Argument(metavar="ID", help="The new rule's id, words joined by hyphens.")],
    folder: Annotated[
        str, typer.Option("--folder", metavar="NAME", help="Folder inside the rules: sft, dpo, rft, data, mistakes, …")
    ] = "sft",
    rules: RulesFolders = None,
) -> None:
    """Write a new rule and its cases to fill in: it loads, stays in shadow, and every case is marked todo.

    It goes into the last folder that --rules names, which is made where it is not there.
    """
    taken = _rulebook_below(rule_id, folder, rules).rule(rule_id)
    if taken is not None:
        raise WrongUsage(f'The id "{rule_id}" is taken by {shown_file(rules, taken.file)}.\n    Choose another one.')
    try:
        files = scaffold(rule_id, folder)
    except ValueError as error:
        raise WrongUsage(str(error)) from None
    root = places_of(rules)[-1]
    shown = {name: (PurePosixPath(shown_folder(root)) / name).as_posix() for name in files}
    for name, text in files.items():
        path = root / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
        except FileExistsError:
            raise UnusableInput(f"{shown[name]}: there is such a file already\n    Choose another id, or delete the file.") from None
        except OSError as error:
            raise UnusableInput(
                f"{shown[name]}: cannot be written ({error.strerror})\n    Name a folder of your own with --rules."
            ) from None
    layers = "".join(f" --rules {quote(str(place))}" for place in rules or ())
    next_steps = f"Fill in what says TODO, then:\n  advisor rules check{layers}\n  advisor rules test{layers} --rule {rule_id}"
    write_bytes("\n".join([*(f"Wrote {name}" for name in shown.values()), next_steps]).encode())


def _rulebook_below(rule_id: str, folder: str, rules: list[Path] | None) -> Rulebook:
    """Return the rulebook that the new rule joins; a last folder that is not there yet adds nothing to it.

    Raises:
        WrongUsage: The one folder that is named is no whole rulebook, so that it can only lie on top of one.
        BrokenRulebook: The rulebook has mistakes.
    """
    folders = rule_folders(rules)
    alone = len(folders) == 1
    if not alone and folders and str(folders[-1]) != SHIPPED and not folders[-1].exists():
        return open_rulebook(folders[:-1])
    try:
        return open_rulebook(rules)
    except BrokenRulebook as broken:
        if alone and any(mistake.code in _NO_WHOLE_RULEBOOK for mistake in broken.mistakes):
            name = quote(str(folders[0]))
            raise WrongUsage(
                f"{shown_folder(folders[0]) or 'This folder'} is no whole rulebook by itself\n"
                f"    Lay it over the shipped one: advisor rules new {rule_id} --folder {folder} --rules {SHIPPED} --rules {name}"
            ) from None
        raise
