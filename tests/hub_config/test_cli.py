"""One command line: every command explains itself, and people never meet a traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from hub_config import cli
from hub_config.errors import HubError

CODE = Path(__file__).parents[2]


def xinglin(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "XINGLIN_CODE": str(CODE), "NO_COLOR": "1", "COLUMNS": "200", **variables}
    command = [sys.executable, "-m", "hub_config.cli", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False, timeout=120)


@pytest.mark.parametrize("command", cli.COMMANDS)
def test_every_command_explains_itself(command: str, tmp_path: Path) -> None:
    done = xinglin(command, "--help", XINGLIN_STATE=str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert "Usage" in done.stdout


def test_every_command_stands_in_the_readme() -> None:
    readme = (CODE / "README.md").read_text()
    assert [name for name in cli.COMMANDS if f"`{name}" not in readme] == []


def test_a_misspelt_setting_is_one_line_and_exit_code_2(tmp_path: Path) -> None:
    done = xinglin("status", XINGLIN_STATE=str(tmp_path), XINGLIN_PROT="9000")
    assert done.returncode == cli.BAD_INPUT
    assert "XINGLIN_PROT" in done.stderr
    assert "did you mean port" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_command_is_exit_code_2(tmp_path: Path) -> None:
    done = xinglin("sumilate", XINGLIN_STATE=str(tmp_path))
    assert done.returncode == cli.BAD_INPUT
    assert "sumilate" in done.stderr


def test_errors_written_for_people_are_known_by_their_kind() -> None:
    assert cli.told_plainly(HubError("x"))
    assert not cli.told_plainly(ValueError("x"))
