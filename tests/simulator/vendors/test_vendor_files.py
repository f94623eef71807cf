"""The command, the file of defects, the answer key beside the export, and files that somebody damaged."""

import re
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from hub_config.cli import application
from simulator import World
from simulator.errors import ExportError, KnowledgeError, ReadError
from simulator.formats.format import Period
from simulator.formats.rejects import Rejects
from simulator.vendors import export_vendor, load_profile, read_vendor, vendor_names
from simulator.vendors.defects import KEY, defect_kinds, read_spec
from simulator.vendors.dictionary import dictionary
from simulator.vendors.profile import FOLDER, read_profile


@pytest.fixture(scope="module")
def few(clinic: World) -> World:
    chosen = clinic["encounter"]["encounter_id"].sort()[:25].implode()
    tables = {
        name: frame.filter(pl.col("encounter_id").is_in(chosen)) if "encounter_id" in frame.columns else frame
        for name, frame in clinic.items()
    }
    return World(clinic.scenario, tables)


@pytest.fixture(scope="module")
def exports(few: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exports")
    for name in vendor_names():
        (folder / name).mkdir()
        export_vendor(few, load_profile(name), folder / name, Period(), print)
    return folder


def run(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(application("export"), ["export", *arguments])
    return done.exit_code, f"{done.output}{done.exception}"


def test_the_command_writes_the_export_and_the_key_beside_it(clinic_folder: Path, tmp_path: Path) -> None:
    spec = tmp_path / "defects.yaml"
    spec.write_text("lost_row: 0.01\nmojibake: 0.02\n", "utf-8")
    out = tmp_path / "out"
    common = (str(clinic_folder), "vendor", "--out", str(out))
    code, told = run(*common, "--vendor", "legacy", "--defects", str(spec))
    assert code == 0, told
    assert not list(out.rglob("*key*")) + list(out.rglob("dictionary.csv")) + list(out.rglob("defects*"))
    key = pl.read_parquet(tmp_path / "out-key" / "defects.parquet")
    assert key.schema == KEY
    assert set(key["kind"]) == {"lost_row", "mojibake"}
    assert f"with {len(key):,} defects" in told
    meanings = pl.read_csv(tmp_path / "out-key" / "dictionary.csv")
    assert ("BRZD", "姓名", "patient.name") in meanings.select("sheet", "column", "field").rows()
    assert run(*common, "--vendor", "structured")[0] == 0
    assert pl.read_parquet(tmp_path / "out-key" / "defects.parquet").is_empty()


def test_a_folder_in_the_place_of_the_key_is_left_alone_and_nothing_is_exported(
    clinic_folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "out-key").mkdir()
    (tmp_path / "out-key" / "thesis.txt").write_text("years of work")
    told = run(str(clinic_folder), "vendor", "--out", str(tmp_path / "out"), "--vendor", "legacy")[1]
    assert "out-key holds something else" in told
    assert not (tmp_path / "out").exists()


def test_the_command_says_which_vendors_there_are(clinic_folder: Path, tmp_path: Path) -> None:
    common = (str(clinic_folder), "vendor", "--out", str(tmp_path / "x"))
    assert f"there is no vendor abacus; there are {', '.join(vendor_names())}" in run(*common, "--vendor", "abacus")[1]
    assert "give --vendor; there are fhirlike" in run(*common)[1]
    told = run(str(clinic_folder), "csv", "--out", str(tmp_path / "x"), "--vendor", "legacy")[1]
    assert "--vendor and --defects belong to the format vendor, not to csv" in told


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("lost_rows: 0.1", "lost_rows is no kind of defect; there are code_drift, "),
        ("lost_row: 2", "lost_row must be a rate from 0 to 1, for example 0.01, got 2"),
        ("lost_row: true", "lost_row must be a rate from 0 to 1, for example 0.01, got True"),
        ("lost_row: many", "got 'many'"),
        ("lost_row: .nan", "lost_row must be a rate from 0 to 1"),
        ("- lost_row", "must hold keys and values, got list"),
        ("lost_row: [", "is not valid YAML"),
        ("lost_row: 0.1\nlost_row: 0.2", "lost_row"),
    ],
)
def test_a_wrong_file_of_defects_is_named_with_key_value_and_what_would_be_right(
    tmp_path: Path, text: str, reason: str
) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(ExportError, match=re.escape(reason)) as raised:
        read_spec(path)
    assert str(path) in str(raised.value)


def test_a_file_of_defects_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"none\.yaml"):
        read_spec(tmp_path / "none.yaml")


@pytest.mark.parametrize("name", vendor_names())
def test_the_dictionary_explains_every_column_in_both_languages(name: str) -> None:
    profile = load_profile(name)
    table = dictionary(profile)
    assert len(table) == sum(len(sheet.columns) for sheet in profile.sheets)
    assert not table.select("meaning_zh", "meaning_en", "field", "precision").null_count().sum_horizontal().item()
    for list_name in table["code_system"].drop_nulls():
        assert not list_name.startswith("codes.csv: ") or list_name.removeprefix("codes.csv: ") in profile.codes


def test_every_kind_of_defect_is_explained_in_both_languages() -> None:
    assert all(zh and en for zh, en in defect_kinds().values())


@pytest.mark.parametrize(
    ("file", "old", "new", "reason"),
    [
        ("columns.csv", ",id,BR,0,", ",idd,BR,0,", "columns.csv line"),
        ("codes.csv", "sex,female,2,", "sex,female,1,", "codes.csv: 1 means two things in the list sex"),
        ("columns.csv", "BRXX,XB,sex,code,sex", "BRXX,XB,sex,code,gender", "needs the code list gender"),
        ("profile.yaml", "layout: delimited", "layout: loose", "layout"),
        ("profile.yaml", "layout: delimited", "layout: fixed", "needs a width"),
    ],
)
def test_a_wrong_profile_is_named(tmp_path: Path, file: str, old: str, new: str, reason: str) -> None:
    for path in (FOLDER / "structured").iterdir():
        text = path.read_text("utf-8")
        assert path.name != file or old in text
        (tmp_path / path.name).write_text(text.replace(old, new) if path.name == file else text, "utf-8")
    with pytest.raises(KnowledgeError, match=reason):
        read_profile(tmp_path)


@pytest.mark.parametrize("name", vendor_names())
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_file_is_read_as_far_as_it_goes_and_never_ends_otherwise(
    exports: Path, name: str, data: st.DataObject
) -> None:
    paths = sorted(path for path in (exports / name).rglob("*") if path.is_file())
    path = paths[data.draw(st.integers(0, len(paths) - 1))]
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, max(len(content) - 1, 0)))
        content[at : at + data.draw(st.integers(0, 30))] = data.draw(
            st.binary(max_size=8) | st.sampled_from([b"\n", b'"', b",", b"{", b"[" * 2000, "，".encode(), b"\x00"])
        )
    original = path.read_bytes()
    try:
        path.write_bytes(bytes(content))
        rejects = Rejects(keep=True)
        tables = read_vendor(exports / name, load_profile(name), rejects)
        assert all(isinstance(frame, pl.DataFrame) for frame in tables.values())
        if rejects.found:
            with pytest.raises(ReadError, match=re.escape(rejects.found[0].file)):
                read_vendor(exports / name, load_profile(name), Rejects())
    finally:
        path.write_bytes(original)


def test_a_value_that_cannot_be_is_named_by_file_row_and_column(exports: Path, few: World) -> None:
    path = exports / "structured" / "BRXX.csv"
    original = path.read_text("utf-8")
    lines = original.split("\n")
    lines[2] = re.sub(r",\d{4}-\d\d-\d\d,", ",yesterday,", lines[2])
    try:
        path.write_text("\n".join(lines), "utf-8")
        rejects = Rejects(keep=True)
        tables = read_vendor(exports / "structured", load_profile("structured"), rejects)
    finally:
        path.write_text(original, "utf-8")
    assert [str(one) for one in rejects.found] == ["BRXX.csv: row 2, CSRQ: 'yesterday' should be birth_date (date)"]
    assert len(tables["patient"]) == few["encounter"]["patient_id"].n_unique() - 1
