"""What a project can be called: names stand in addresses and file names."""

from __future__ import annotations

from advisor.errors import UnusableInput

LONGEST_NAME = 100


def check_name(name: str) -> None:
    """Raise UnusableInput where a project cannot be called so."""
    if not 0 < len(name) <= LONGEST_NAME or name != name.strip() or not all(c.isalnum() or c in "-_. " for c in name) or name[0] == ".":
        raise UnusableInput(
            f"A project's name is 1 to {LONGEST_NAME} letters, digits, spaces, dots, dashes and underscores, and begins with no dot."
        )
