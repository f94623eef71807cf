from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from typer.testing import CliRunner

from hub_config.cli import application
from simulator import World
from simulator.errors import ReadError
from simulator.formats import FORMATS
from simulator.formats.folder import fill
from simulator.formats.format import Period
from simulator.formats.portions import portions
from simulator.formats.rejects import Rejects
from simulator.schema import TABLES

CSV = FORMATS["csv"]


@pytest.fixture
def written(clinic: World, tmp_path: Path) -> Path:
    fill(clinic, CSV, tmp_path / "csv", Period(), print)
    return tmp_path / "csv"


def test_what_is_written_is_read_back(clinic: World, written: Path) -> None:
    back = CSV.read(written, Rejects())
    assert set(back) == {name for name in clinic if not TABLES[name].truth}
    for name, frame in back.items():
        assert_frame_equal(frame, clinic[name], check_exact=True)


def test_the_answer_key_is_not_exported(written: Path) -> None:
    assert [table.name for table in TABLES.values() if table.truth and (written / f"{table.name}.csv").exists()] == []


def test_a_wrong_value_is_named_by_file_row_and_column_and_the_rest_is_kept(clinic: World, written: Path) -> None:
    path = written / "encounter.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[3] = lines[3].replace("outpatient", "outpatent").replace("emergency", "outpatent")
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(ReadError, match=r"encounter\.csv: row 3, kind: 'outpatent' should be outpatient, emergency"):
        CSV.read(written, Rejects())
    rejects = Rejects(keep=True)
    assert len(CSV.read(written, rejects)["encounter"]) == len(clinic["encounter"]) - 1
    assert [(one.file, one.where) for one in rejects.found] == [("encounter.csv", "row 3, kind")]


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"encounter_id\n1,2,3\n", b"a,b\n1,2\n"])
def test_a_file_that_is_no_such_table_is_named(written: Path, content: bytes) -> None:
    (written / "encounter.csv").write_bytes(content)
    with pytest.raises(ReadError, match=r"encounter\.csv"):
        CSV.read(written, Rejects())


def test_portions_hold_every_row_once_whatever_their_size(clinic: World) -> None:
    names = ["encounter", "lab_result", "staff"]
    pieces = list(portions(clinic, names, size=100))
    assert len(pieces) == -(-len(clinic["encounter"]) // 100)
    for name in names[:2]:
        assert_frame_equal(pl.concat([piece[name] for piece in pieces]), clinic[name])
    assert all(len(piece["staff"]) == len(clinic["staff"]) for piece in pieces)


def test_the_command_takes_a_period_and_says_what_is_wrong(clinic_folder: Path, tmp_path: Path) -> None:
    def run(*arguments: str) -> tuple[int, str]:
        done = CliRunner().invoke(application("export"), ["export", str(clinic_folder), *arguments])
        return done.exit_code, f"{done.output}{done.exception}"

    first = World.read(clinic_folder).scenario.start
    code, told = run("csv", "--out", str(tmp_path / "day"), "--from", f"{first}", "--to", f"{first}T12:00")
    assert code == 0, told
    times = pl.read_csv(tmp_path / "day" / "encounter.csv")["registered_at"]
    assert len(times) > 0
    assert times.max() < f"{first}T04"  # type: ignore[operator]  # noon in China
    assert "there is no format cvs; there are csv" in run("cvs", "--out", str(tmp_path / "x"))[1]
    assert "has no encounter in that period" in run("csv", "--out", str(tmp_path / "x"), "--to", "1999-01-01")[1]
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    assert "holds something else" in run("csv", "--out", str(tmp_path / "mine"))[1]
    assert (tmp_path / "mine" / "thesis.txt").exists()
