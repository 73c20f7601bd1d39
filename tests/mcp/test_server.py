from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx2
import pytest
from mcp import Client, StdioServerParameters

from advisor.local import LocalAdvisor
from advisor.mcp import build_server
from tests.fake_openai.server import served

EXAMPLE = Path(__file__).parents[2] / "examples" / "overfit-run.json"
RUN: dict[str, Any] = json.loads(EXAMPLE.read_text("utf-8"))
COMMAND = "from advisor.cli import main; main()"


@pytest.fixture(scope="module")
def local() -> LocalAdvisor:
    return LocalAdvisor()


def ask(server: Any, tool: str, **arguments: Any) -> tuple[dict[str, Any], bool]:
    """Call a tool through the SDK's own client; give its answer, and whether it is a refusal."""

    async def call() -> tuple[dict[str, Any], bool]:
        async with Client(server) as client:
            result = await client.call_tool(tool, arguments)
            return result.structured_content or {"text": result.content[0].text}, bool(result.is_error)  # type: ignore[union-attr]

    return asyncio.run(call())


@pytest.fixture(scope="module")
def server(local: LocalAdvisor) -> Any:
    return build_server(local.program, files=True)


def test_the_tools_are_those_that_the_instructions_and_the_skill_name(server: Any, local: LocalAdvisor):
    async def names(of: Any) -> set[str]:
        async with Client(of) as client:
            return {tool.name for tool in (await client.list_tools()).tools}

    assert asyncio.run(names(server)) == {"advise", "plan", "explain", "list_rules", "signals", "advise_file"}
    assert asyncio.run(names(build_server(local.program, files=False))) == {"advise", "plan", "explain", "list_rules", "signals"}


def test_advise_ranks_what_to_do(server: Any):
    answer, refused = ask(server, "advise", run=RUN)
    assert not refused
    assert answer["actions"][0]["id"] == "deploy-earlier-checkpoint"
    assert "signals" not in answer


def test_a_bare_run_is_taken_too(server: Any):
    assert ask(server, "advise", run=RUN["run"])[0]["verdict"]["id"] == "iterate"


def test_plan_changes_exactly_one_thing(server: Any):
    answer, _ = ask(server, "plan", run=RUN)
    assert answer["next_experiment"]["change"]["parameter"] == "dataset"
    assert set(answer) == {"verdict", "next_experiment", "no_experiment", "best_checkpoint", "candidates", "stopping"}


def test_explain_says_how_each_comparison_of_a_rule_stood(server: Any):
    answer, _ = ask(server, "explain", rule="final-loss-above-best", run=RUN)
    assert answer["outcome"] == "fired"
    assert {"condition", "value", "threshold", "margin", "holds"} <= set(answer["conditions"][0])


def test_an_unknown_rule_is_refused_with_the_one_that_was_meant(server: Any):
    answer, refused = ask(server, "explain", rule="final-loss-abov-best", run=RUN)
    assert refused
    assert 'Did you mean "final-loss-above-best"' in answer["text"]


def test_list_rules_names_every_rule(server: Any, local: LocalAdvisor):
    answer, _ = ask(server, "list_rules")
    assert [rule["id"] for rule in answer["rules"]] == [rule.id for rule in local.rulebook.rules]


def test_signals_are_words_and_with_a_run_also_numbers(server: Any):
    words, _ = ask(server, "signals")
    assert "value" not in words["signals"][0]
    values, _ = ask(server, "signals", run=RUN)
    known = {signal["name"]: signal["value"] for signal in values["signals"]}
    assert known["n_train"] == 335
    assert known["reward_gap"] is None


def test_a_run_that_is_none_is_refused_with_every_place(server: Any):
    answer, refused = ask(server, "advise", run={"method": "magic", "checkpoints": [{"step_number": -1}]})
    assert refused
    assert "run.method" in answer["text"]
    assert "run.checkpoints.0.step_number" in answer["text"]


def test_a_file_is_read_and_what_is_no_curve_is_refused(server: Any, tmp_path: Path):
    assert ask(server, "advise_file", path=str(EXAMPLE))[0]["actions"][0]["id"] == "deploy-earlier-checkpoint"
    (tmp_path / "note.txt").write_text("hello", "utf-8")
    answer, refused = ask(server, "advise_file", path=str(tmp_path / "note.txt"))
    assert refused
    assert "Traceback" not in answer["text"]


@pytest.mark.slow
def test_over_standard_input_and_output(tmp_path: Path):
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    server = StdioServerParameters(command=sys.executable, args=["-c", COMMAND, "mcp"], cwd=tmp_path, env=environment)
    answer, refused = ask(server, "advise", run=RUN)
    assert not refused
    assert answer["verdict"]["id"] == "iterate"


def test_over_streamable_http(local: LocalAdvisor):
    app = build_server(local.program, files=False).streamable_http_app(stateless_http=True, json_response=True)
    with served(app, lifespan="on") as address:
        answer, refused = ask(f"{address}/mcp", "advise", run=RUN)
        foreign = httpx2.post(f"{address}/mcp", json={}, headers={"Host": "evil.example", "Accept": "application/json"})
    assert not refused
    assert answer["verdict"]["id"] == "iterate"
    assert foreign.status_code == 421  # a page of another site cannot reach a server of this machine


def test_without_the_extra_one_sentence_says_how_to_get_it():
    script = f"import sys; sys.modules['mcp'] = None; {COMMAND}"
    ended = subprocess.run([sys.executable, "-c", script, "mcp"], capture_output=True, text=True, timeout=300, check=False)
    assert ended.returncode == 2
    assert "pip install 'advisor[mcp]'" in ended.stderr
    assert "Traceback" not in ended.stderr
