"""Where the shipped rules lie: inside the installed package, or beside it in a checkout."""

from __future__ import annotations

from pathlib import Path


def shipped_rules() -> Path:
    """Return the folder of the rules that ship with Advisor."""
    package = Path(__file__).parent.parent
    installed = package / "_shipped_rules"
    return installed if installed.is_dir() else package.parent / "rules"
