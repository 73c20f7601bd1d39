"""The entry point: quick to arrive at, so that Ctrl-C is answered in words even while the program is still loading."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line."""
    try:
        from advisor.cli.app import app
        from advisor.cli.terminal import tolerate_narrow_encodings

        tolerate_narrow_encodings()
        app()
    except KeyboardInterrupt:
        sys.stderr.write("advisor: Interrupted.\n")
        sys.exit(130)
