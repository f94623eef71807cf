import json
from pathlib import Path

import duckdb
import polars as pl
import pytest

from simulator import World, load_scenario, simulate
from simulator.errors import WorldError
from simulator.output import write_world
from simulator.output.dictionary import page
from simulator.output.units import about as file_about
from simulator.schema import OPTIONAL, TABLES


def manifest(folder: Path) -> dict[str, object]:
    loaded: dict[str, object] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return loaded


def test_a_world_is_read_back_as_it_was_written(clinic: World, clinic_folder: Path) -> None:
    again = World.read(clinic_folder)
    assert again.scenario == clinic.scenario
    assert list(again) == list(clinic)
    assert all(again[name].equals(clinic[name]) for name in clinic)


def test_a_table_is_read_only_when_asked_for(clinic_folder: Path) -> None:
    again = World.read(clinic_folder)
    assert again._tables == {}
    names = again.lazy("patient").select("name").collect()
    assert names.width == 1
    assert again._tables == {}


def test_a_world_cannot_be_changed(clinic: World) -> None:
    with pytest.raises(TypeError):
        clinic["patient"] = pl.DataFrame()  # type: ignore[index]


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    scenario = load_scenario("clinic", days=3)
    folders = [write_world(simulate(scenario, seed=3), tmp_path / name, seed=3) for name in ("one", "other")]
    one, other = ({path.name: file_about(path)["sha256"] for path in folder.iterdir()} for folder in folders)
    different = {name for name in one if one[name] != other[name]}
    assert different <= {"world.duckdb"}, "DuckDB alone puts random bytes into its files; the manifest says so"


def test_two_databases_of_one_seed_hold_the_same(clinic: World, clinic_folder: Path, tmp_path: Path) -> None:
    again = write_world(clinic, tmp_path / "again", seed=7)
    with duckdb.connect() as connection:
        for name, folder in (("a", clinic_folder), ("b", again)):
            connection.execute(f"ATTACH '{folder / 'world.duckdb'}' AS {name} (READ_ONLY)")
        for table in clinic:
            query = f'SELECT count(*) FROM (FROM a."{table}" EXCEPT ALL FROM b."{table}")'  # noqa: S608  # declared names
            assert connection.execute(query).fetchone() == (0,)


def test_the_manifest_tells_the_hash_of_every_file(clinic_folder: Path) -> None:
    files = manifest(clinic_folder)["files"]
    assert isinstance(files, dict)
    assert set(files) == {path.name for path in clinic_folder.iterdir()} - {"manifest.json"}
    for name, about in files.items():
        if name != "world.duckdb":
            assert about["sha256"] == file_about(clinic_folder / name)["sha256"]


def test_the_seed_is_told_only_to_those_who_may_know_it(clinic: World, clinic_folder: Path, tmp_path: Path) -> None:
    hidden = write_world(clinic, tmp_path / "hidden", database=False)
    assert manifest(clinic_folder)["seed"] == 7
    assert "seed" not in (hidden / "manifest.json").read_text(encoding="utf-8")


def test_the_database_explains_itself_in_both_languages(clinic_folder: Path) -> None:
    with duckdb.connect(str(clinic_folder / "world.duckdb"), read_only=True) as connection:
        comments = connection.execute(
            "SELECT comment FROM duckdb_columns() WHERE table_name = 'vital_sign' AND column_name = 'heart_rate'"
        ).fetchone()
        tables = {row[0] for row in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    assert comments == ("心率 | Heart rate (unit /min; LOINC 8867-4)",)
    assert tables == set(TABLES) - OPTIONAL


def test_the_dictionary_page_names_every_column_and_code() -> None:
    text = page()
    for table in TABLES.values():
        for column in table.columns:
            assert f"<code>{column.name}</code>" in text
            assert column.zh in text
            for zh, _ in (column.values or {}).values():
                assert zh in text


def test_a_former_world_is_replaced(clinic: World, tmp_path: Path) -> None:
    folder = write_world(clinic, tmp_path / "world", seed=1, database=False)
    write_world(clinic, folder, seed=2, database=False)
    assert manifest(folder)["seed"] == 2
    assert [path.name for path in tmp_path.iterdir()] == ["world"], "no temporary folder is left behind"


def test_other_people_s_files_are_left_alone(clinic: World, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("do not lose", encoding="utf-8")
    with pytest.raises(WorldError, match="holds other files"):
        write_world(clinic, tmp_path)
    assert (tmp_path / "thesis.txt").read_text(encoding="utf-8") == "do not lose"


def test_a_failure_half_way_leaves_the_former_world_whole(
    clinic: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_world(clinic, tmp_path / "world", seed=1, database=False)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("simulator.output.folder.write_dictionary", full)
    with pytest.raises(WorldError, match="No space left on device"):
        write_world(clinic, folder, seed=2, database=False)
    assert manifest(folder)["seed"] == 1
    assert [path.name for path in tmp_path.iterdir()] == ["world"]


def test_a_folder_without_a_world_is_named(tmp_path: Path) -> None:
    with pytest.raises(WorldError, match=r"has no manifest\.json"):
        World.read(tmp_path)


def test_a_damaged_manifest_is_named(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(WorldError, match="is damaged"):
        World.read(tmp_path)
