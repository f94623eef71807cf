import json
from pathlib import Path

import polars as pl
import pytest
import typer
from typer.testing import CliRunner

from simulator.cli import simulate, validate
from simulator.errors import ScenarioError, WorldError

app = typer.Typer()
app.command()(simulate)
app.command()(validate)
runner = CliRunner()


def test_simulate_then_validate(tmp_path: Path) -> None:
    out = str(tmp_path / "world")
    made = runner.invoke(app, ["simulate", "clinic", "--out", out, "--seed", "5", "--days", "3"])
    assert made.exit_code == 0, made.output
    assert "encounters" in made.output
    checked = runner.invoke(app, ["validate", out, "--lang", "zh"])
    assert checked.exit_code == 0, checked.output
    assert "一致性规则" in checked.output


def test_the_seed_can_be_hidden_and_values_can_be_set(tmp_path: Path) -> None:
    out = tmp_path / "world"
    arguments = ["--seed", "5", "--days", "2", "--hide-seed", "--no-database", "--set", "hospitals[0].population=900"]
    assert runner.invoke(app, ["simulate", "clinic", "--out", str(out), *arguments]).exit_code == 0
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert "seed" not in manifest
    assert manifest["rows"]["person"] - manifest["rows"]["birth"] == 900
    assert not (out / "world.duckdb").exists()


def test_a_world_that_contradicts_itself_is_answered_with_one(clinic_folder: Path, tmp_path: Path) -> None:
    for path in clinic_folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    charges = pl.read_parquet(tmp_path / "charge.parquet")
    charges.with_columns(pl.col("amount") * 2).write_parquet(tmp_path / "charge.parquet")
    assert runner.invoke(app, ["validate", str(tmp_path)]).exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["simulate", "nowhere"], ScenarioError),
        (["simulate", "clinic", "--days", "0"], ScenarioError),
        (["validate", "no-such-folder"], WorldError),
    ],
)
def test_bad_input_raises_what_the_command_line_turns_into_exit_code_two(
    arguments: list[str], error: type[Exception]
) -> None:
    assert isinstance(runner.invoke(app, arguments).exception, error)


def test_a_setting_without_a_value_is_refused() -> None:
    assert runner.invoke(app, ["simulate", "clinic", "--set", "days"]).exit_code == 2
