"""The command line."""

from advisor.cli.start import main

__all__ = ["main"]
