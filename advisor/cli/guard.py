"""The one place where errors become a sentence and an exit code."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup

from advisor.cli.exits import ExitCode, WrongUsage
from advisor.cli.terminal import complain
from advisor.errors import AdvisorError, BrokenRulebook


class GuardedGroup(TyperGroup):
    """The root command: whatever Advisor raises on purpose below it ends with its sentence and its code, never with a traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Run the chosen command."""
        try:
            return super().invoke(ctx)
        except BrokenRulebook as error:
            complain(str(error))
            raise typer.Exit(ExitCode.BROKEN_RULEBOOK) from None
        except WrongUsage as error:
            complain(str(error))
            raise typer.Exit(ExitCode.WRONG_USAGE) from None
        except AdvisorError as error:
            complain(str(error))
            raise typer.Exit(ExitCode.UNUSABLE_INPUT) from None
        except KeyboardInterrupt:
            complain("Interrupted.")
            raise typer.Exit(ExitCode.INTERRUPTED) from None
