"""What only a process of its own shows: exit codes, pipes, colours, signals."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from advisor import __version__
from tests.cli.conftest import EXAMPLE, ROOT

pytestmark = pytest.mark.slow
Process = Callable[..., "subprocess.CompletedProcess[bytes]"]
_ESCAPE = b"\x1b["


def test_the_version_is_printed(process: Process):
    done = process(["--version"])
    assert (done.returncode, done.stdout) == (0, f"advisor {__version__}\n".encode())


def test_a_command_loads_no_database_service_or_client_that_it_does_not_need():
    heavy = ["alembic", "fastapi", "openai", "sqlalchemy", "uvicorn"]
    code = f"import sys, advisor.cli.app; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=ROOT, timeout=300, check=True)
    assert done.stdout.decode().strip() == "[]"


def test_piped_output_has_no_colours_and_80_columns(process: Process):
    done = process(["advise", EXAMPLE])
    assert (done.returncode, done.stderr) == (0, b"")
    assert _ESCAPE not in done.stdout
    assert max(len(line) for line in done.stdout.decode().splitlines()) <= 80


def test_no_color_wins_over_a_terminal_that_has_colours(process: Process):
    assert _ESCAPE in process(["advise", EXAMPLE], FORCE_COLOR="1", TERM="xterm-256color").stdout
    plain = process(["advise", EXAMPLE], FORCE_COLOR="1", TERM="xterm-256color", NO_COLOR="1").stdout
    assert b"\x1b[3" not in plain
    assert b"\x1b[9" not in plain


def test_an_unusable_file_exits_with_1_and_one_line(process: Process):
    done = process(["advise", "-"], given=b"hello\n")
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.startswith(b"advisor: standard input: This is plain text")
    assert done.stderr.count(b"\n") == 1


def test_a_terminal_that_knows_only_ascii_gets_the_page_all_the_same(process: Process, tmp_path: Path):
    rows = "".join(f"{n},{1 / n},{1 / n}\n" for n in range(1, 60))
    done = process(["advise", "-"], given=f"step,train_loss,valid_loss\n{rows}".encode(), PYTHONIOENCODING="ascii:strict")
    assert done.returncode in (0, 3)
    assert b"Traceback" not in done.stderr


def test_ctrl_c_ends_with_a_word_and_no_traceback():
    command = [sys.executable, "-c", "from advisor.cli import main; main()", "advise", "-"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT) as waiting:
        assert waiting.stdin is not None
        waiting.stdin.write(b" " * 1_000_000)  # more than a pipe holds: once it is written, the command is reading
        waiting.send_signal(signal.SIGINT)
        _, said = waiting.communicate(timeout=300)
    assert (waiting.returncode, said) == (130, b"advisor: Interrupted.\n")


@pytest.mark.parametrize("arguments", [["advise", str(EXAMPLE)], ["advise", str(EXAMPLE), "--json"], ["signals"], ["rules", "list"]])
def test_a_reader_that_has_seen_enough_is_no_failure(arguments: list[str]):
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-c", "from advisor.cli import main; main()", *arguments]
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, cwd=ROOT, timeout=300, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")
