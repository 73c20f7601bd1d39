"""The server: which tools there are, and what an agent reads about each."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, ParamSpec

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import Field

from advisor import __version__
from advisor.advice import ExplainLevel
from advisor.engine import Program
from advisor.errors import AdvisorError
from advisor.local import LocalAdvisor
from advisor.mcp.answers import Answers

P = ParamSpec("P")

INSTRUCTIONS = (
    "Advisor judges fine-tuning runs of language models by rules. Give `advise` the run's checkpoint metrics and settings; act on the "
    "actions in their order, change one thing per experiment, and repeat each explanation's numbers to the user. Where a fact is missing, "
    "`not_evaluated` names it: ask for it rather than guess it."
)

RunArgument = Annotated[
    dict[str, Any],
    Field(
        description="The run as in POST /advise: required are `method` (supervised, dpo, reinforcement) and `checkpoints` (each with "
        "`step_number` and `metrics`: train_loss, valid_loss, full_valid_loss, train_mean_reward, full_valid_mean_reward, "
        "completion_tokens_mean); useful are `base_model`, `status`, `hyperparameters` {n_epochs, batch_size, learning_rate_multiplier or "
        "learning_rate}, `dataset` {n_train, n_valid}, `evaluation` {score, scale}. Or a whole request {run, baseline: {score}, history, "
        "goal}. NaN and infinite values are the strings NaN, Infinity, -Infinity."
    ),
]
RuleId = Annotated[str, Field(description="The id of a rule, as `list_rules` gives it.")]


def build_server(program: Program, *, files: bool) -> MCPServer[Any]:
    """Return the server with its tools.

    Args:
        program: The compiled rulebook that judges.
        files: Whether agents may name files to read: right where the server is the agent's own process, never over a network.
    """
    answers = Answers(LocalAdvisor(program=program))
    server: MCPServer[Any] = MCPServer("advisor", instructions=INSTRUCTIONS, version=__version__, log_level="WARNING")

    def advise(run: RunArgument, explain: ExplainLevel = "fired") -> dict[str, Any]:
        """Say what to do next with a fine-tuning run: a verdict, ranked actions with reasons, findings with their numbers."""
        return answers.advise(run, explain)

    def plan(run: RunArgument) -> dict[str, Any]:
        """Give the next experiment (this run with exactly one change), the checkpoints to evaluate and whether to stop."""
        return answers.plan(run)

    def explain(rule: RuleId, run: RunArgument) -> dict[str, Any]:
        """Say why one rule fired or did not fire on a run: each comparison with its value, threshold and margin."""
        return answers.explain(rule, run)

    def list_rules() -> dict[str, Any]:
        """List the rules with their ids, titles, severities, methods and sources."""
        return answers.rules()

    def signals(run: RunArgument | None = None) -> dict[str, Any]:
        """List the numbers that rules are written in, with unit and definition; with a run also their values on it."""
        return answers.signals(run)

    def advise_file(path: Annotated[str, Field(description="A file or folder on this machine.")]) -> dict[str, Any]:
        """Say what to do next with a run saved in a file: trainer_state.json, a result CSV, a tracker's log, or a run's folder."""
        return answers.advise_file(path)

    for tool in (advise, plan, explain, list_rules, signals, *((advise_file,) if files else ())):
        server.add_tool(_refusing(tool))
    return server


def _refusing(tool: Callable[P, dict[str, Any]]) -> Callable[P, dict[str, Any]]:
    """Return the tool with Advisor's own refusals as the protocol's: a sentence for the agent, and no traceback."""

    @wraps(tool)
    def refusing(*args: P.args, **kwargs: P.kwargs) -> dict[str, Any]:
        try:
            return tool(*args, **kwargs)
        except AdvisorError as error:
            raise ToolError(str(error)) from None

    return refusing
