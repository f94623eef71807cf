from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from simulator import World
from simulator.formats import FORMATS
from simulator.formats.fhir.frames import Frames
from simulator.formats.fhir.orders import procedures
from simulator.formats.folder import fill
from simulator.formats.format import Period
from simulator.formats.rejects import Rejects

READ = {
    "patient", "encounter", "diagnosis", "order", "lab_result", "home_reading", "medication_order", "administration",
    "procedure", "imaging_study", "home_enrolment", "vital_sign",
}  # fmt: skip


@pytest.mark.parametrize("name", ["fhir", "fhir-bundle"])
def test_what_is_written_is_read_back(clinic: World, tmp_path: Path, name: str) -> None:
    fill(clinic, FORMATS[name], tmp_path / "out", Period(), lambda _: None)
    back = FORMATS[name].read(tmp_path / "out", Rejects())
    assert set(back) == READ
    for table, frame in back.items():
        key = frame.columns[0]
        wanted = clinic[table].select(frame.columns).sort(key)
        assert_frame_equal(frame.sort(key), wanted, check_exact=True, categorical_as_str=True)


def test_a_bad_line_is_named_and_the_rest_is_kept(clinic: World, tmp_path: Path) -> None:
    fill(clinic, FORMATS["fhir"], tmp_path / "out", Period(), lambda _: None)
    path = tmp_path / "out" / "Patient.ndjson"
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[1], lines[2] = lines[1][:-5], lines[2].replace('"birthDate":"', '"birthDate":"x')
    path.write_text("\n".join(lines), encoding="utf-8")
    rejects = Rejects(keep=True)
    assert len(FORMATS["fhir"].read(tmp_path / "out", rejects)["patient"]) == len(clinic["patient"]) - 2
    assert [(one.file, one.where) for one in rejects.found] == [
        ("Patient.ndjson", "line 2"),
        ("Patient.ndjson", "line 3, birth_date"),
    ]


def test_others_bundles_are_read(tmp_path: Path) -> None:
    entry = '{"fullUrl":"urn:uuid:%s","resource":{"resourceType":%s}}'
    patient = entry % ("a-1", '"Patient","id":"a-1","gender":"female","birthDate":"1970-02-03"')
    visit = entry % (
        "b-2",
        (
            '"Encounter","id":"b-2","class":{"code":"AMB"},"subject":{"reference":"urn:uuid:a-1"},'
            '"period":{"start":"2020-01-02T03:04:05-05:00"}'
        ),
    )
    text = '{"resourceType":"Bundle","type":"transaction","entry":[' + patient + "," + visit + "]}"
    (tmp_path / "x.json").write_text(text)
    back = FORMATS["fhir"].read(tmp_path / "x.json", Rejects())
    assert back["encounter"]["patient_id"].to_list() == back["patient"]["patient_id"].to_list()
    assert back["encounter"]["kind"].cast(pl.String).to_list() == ["outpatient"]
    assert f"{back['encounter']['registered_at'][0]}" == "2020-01-02 08:04:05+00:00"


def test_a_procedure_without_a_number_has_its_names_and_no_coding(clinic: World, tmp_path: Path) -> None:
    table = clinic["procedure"].head(1).with_columns(pl.lit("").cast(pl.Categorical).alias("code"))
    (tmp_path / "x.ndjson").write_text(procedures(Frames(clinic.scenario, {"procedure": table}))[0], encoding="utf-8")
    assert '"coding"' not in (tmp_path / "x.ndjson").read_text(encoding="utf-8").split("performer")[0]
    back = FORMATS["fhir"].read(tmp_path, Rejects())["procedure"]
    names = ["name_zh", "name_en"]
    assert_frame_equal(back.select(names), table.select(names), categorical_as_str=True)
