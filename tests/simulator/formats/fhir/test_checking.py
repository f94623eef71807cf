import datetime as dt
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from hub_config.cli import application
from simulator import World
from simulator.formats import FORMATS
from simulator.formats.fhir import check_fhir, read_fhir
from simulator.formats.fhir.sense import SHAPES, check_digit, known
from simulator.formats.fhir.vocabulary import LOINC, codes
from simulator.formats.folder import fill
from simulator.formats.format import Period
from simulator.formats.rejects import Rejects
from simulator.knowledge import load_knowledge

Path_ = tuple[str | int, ...]
GONE = object()


def test_clean_exports_have_no_finding(bulk: Path) -> None:
    report = check_fhir(bulk)
    assert report.findings == ()
    assert report.resources > 20_000


@pytest.mark.parametrize("name", ["fhir", "fhir-bundle"])
def test_a_period_has_no_loose_reference(clinic: World, tmp_path: Path, name: str) -> None:
    begin = dt.datetime.combine(clinic.scenario.start, dt.time(), dt.UTC) + dt.timedelta(days=2)
    fill(clinic, FORMATS[name], tmp_path / "out", Period(begin, begin + dt.timedelta(days=2)), lambda _: None)
    assert check_fhir(tmp_path / "out").findings == ()


def test_our_words_of_open_columns_are_all_translated() -> None:
    knowledge, words = load_knowledge(), codes()["words"]
    assert {one for test in knowledge.laboratory.values() for one in test.choices} <= set(words["lab-choice"])
    assert {test.specimen for test in knowledge.laboratory.values()} <= set(words["specimen"])
    assert {drug.route for drug in knowledge.drugs.values()} <= set(words["route"])


def test_every_loinc_number_of_ours_has_its_check_digit() -> None:
    assert [code for code in known()[LOINC] if check_digit(code.split("-")[0]) != int(code[-1])] == []


def test_every_code_of_our_tables_has_the_form_of_its_system() -> None:
    assert [code for system, form in SHAPES.items() for code in known()[system] if not form.match(code)] == []


WAYS: list[tuple[str, Path_, Any, str]] = [
    ("Patient", ("gender",), "woman", "must be one of"),
    ("Patient", ("birthDate",), "1970-02-30", "a day that exists"),
    ("Patient", ("birthDate",), "1970/02/03", "must be a date"),
    ("Patient", ("nickname",), "x", "no element of R4"),
    ("Patient", ("active",), "true", "must be true or false"),
    ("Patient", ("name",), {"text": "x"}, "must be a list"),
    ("Patient", ("telecom",), [], "empty list"),
    ("Patient", ("id",), "a b", "letters, digits"),
    ("Patient", ("id",), GONE, "nothing can refer"),
    ("Patient", ("deceasedBoolean",), 1, "must be true or false"),
    ("Patient", ("birthDate",), None, "must not be null"),
    ("Encounter", ("status",), "done", "must be one of"),
    ("Encounter", ("class",), GONE, "required"),
    ("Encounter", ("period", "end"), "2001-01-01T00:00:00+08:00", "before it starts"),
    ("Encounter", ("period", "start"), "2025-03-01T08:00:00", "must be a dateTime"),
    ("Encounter", ("subject", "reference"), "Patient/7", "not in the export"),
    ("Encounter", ("subject", "reference"), "nobody", "Type/id"),
    ("Encounter", ("subject", "reference"), "Organization/insurance-employee", "must name a"),
    ("Condition", ("code", "coding", 0, "code"), "Q99.9", "no ICD-10 code"),
    ("Condition", ("code", "coding", 0, "code"), "99Q", "form of ICD-10"),
    ("Condition", ("code", "coding", 0, "display"), "Plague", "not the name"),
    ("Condition", ("recordedDate",), "yesterday", "must be a dateTime"),
    ("Observation", ("code", "coding", 0, "code"), "6690-3", "check digit"),
    ("Observation", ("code", "coding", 0, "code"), "1-8", "no LOINC code"),
    ("Observation", ("issued",), "2001-01-01T00:00:00Z", "before"),
    ("Observation", ("issued",), "2025-03-01", "must be a instant"),
    ("Observation", ("status",), GONE, "required"),
    ("Observation", ("valueString",), "x", "only one of value[x]"),
    ("Specimen", ("receivedTime",), "2001-01-01T00:00:00Z", "before the specimen"),
    ("MedicationRequest", ("medicationCodeableConcept", "coding", 0, "code"), "Z99ZZ99", "no ATC code"),
    ("MedicationRequest", ("dispenseRequest", "quantity", "value"), -3, "negative"),
    ("MedicationRequest", ("dispenseRequest", "quantity", "value"), "3", "must be a number"),
    ("MedicationRequest", ("medicationCodeableConcept",), GONE, "required"),
    ("MedicationAdministration", ("dosage", "dose", "code"), "spoon", "no UCUM code"),
    ("Procedure", ("code", "coding", 0, "code"), "00.01", "no ICD-9-CM-3 code"),
    ("Claim", ("item", 0, "sequence"), 0, "whole number"),
    ("Claim", ("insurance",), GONE, "required"),
    ("DocumentReference", ("content", 0, "attachment", "data"), "###", "base64"),
    ("Device", ("resourceType",), "Gadget", "no type of resource"),
]


@pytest.fixture(scope="module")
def broken(small: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, int], str]:
    """File and line -> the reasons found there; each way breaks a line of its own."""
    folder = tmp_path_factory.mktemp("ways") / "broken"
    shutil.copytree(small, folder)
    for number, (kind, path, value, _) in enumerate(WAYS):
        file = folder / f"{kind}.ndjson"
        lines = file.read_text(encoding="utf-8").splitlines()
        resource = json.loads(lines[_line(number)])
        holder: Any = resource
        for step in path[:-1]:
            holder = holder[step]
        if value is GONE:
            del holder[path[-1]]
        else:
            holder[path[-1]] = value
        lines[_line(number)] = json.dumps(resource)
        file.write_text("\n".join(lines), encoding="utf-8")
    reasons: dict[tuple[str, int], str] = {}
    for one in check_fhir(folder).findings:
        reasons[one.file, one.line] = f"{reasons.get((one.file, one.line), '')}; {one.reason}"
    return reasons


def _line(number: int) -> int:
    kind = WAYS[number][0]
    return sum(way[0] == kind for way in WAYS[:number])


@pytest.mark.parametrize("number", range(len(WAYS)))
def test_each_way_to_break_a_resource_is_named(broken: dict[tuple[str, int], str], number: int) -> None:
    kind, _, _, reason = WAYS[number]
    assert reason in broken[f"{kind}.ndjson", _line(number) + 1]


def test_text_that_is_no_json_and_ids_that_stand_twice_are_named(small: Path, tmp_path: Path) -> None:
    shutil.copytree(small, tmp_path / "x")
    file = tmp_path / "x" / "Patient.ndjson"
    lines = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join([lines[0], *lines, "{", '{"a":1,"a":2}', "[]"]), encoding="utf-8")
    reasons = " ".join(one.reason for one in check_fhir(tmp_path / "x").findings)
    for reason in ("stands twice", "no JSON", "a name stands twice", "no resourceType"):
        assert reason in reasons


@pytest.fixture(scope="module")
def small(noted: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small") / "out"
    begin = dt.datetime.combine(noted.scenario.start, dt.time(), noted.scenario.calendar.zone)
    fill(noted, FORMATS["fhir"], folder, Period(begin, begin + dt.timedelta(hours=30)), lambda _: None)
    lines = (folder / "Procedure.ndjson").read_text(encoding="utf-8")
    assert lines
    if not (folder / "Device.ndjson").exists():
        device = {"resourceType": "Device", "id": "BPM", "status": "active"}
        (folder / "Device.ndjson").write_text(json.dumps(device), encoding="utf-8")
    if not (folder / "MedicationAdministration.ndjson").exists():
        pytest.fail("the first day of the clinic has no dose given")
    return folder


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_mutated_files_are_findings_and_rejects_and_nothing_else(
    bulk: Path, tmp_path: Path, data: st.DataObject
) -> None:
    kind = data.draw(st.sampled_from(["Patient", "Encounter", "Observation", "Claim", "MedicationRequest"]))
    with (bulk / f"{kind}.ndjson").open("rb") as stream:
        text = bytearray(b"".join(next(stream) for _ in range(3)))
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(text) - 1))
        text[place : place + data.draw(st.integers(0, 9))] = data.draw(
            st.one_of(st.binary(max_size=6), st.sampled_from([b"[", b"{", b"null", b"[]", b"{}", b"1e400", b'"a":']))
        )
    (tmp_path / "Some.ndjson").write_bytes(bytes(text))
    check_fhir(tmp_path / "Some.ndjson")
    read_fhir(tmp_path / "Some.ndjson", Rejects(keep=True))


def test_the_command_says_all_right_wrong_or_none(small: Path, tmp_path: Path) -> None:
    def run(folder: Path) -> tuple[int, str]:
        done = CliRunner().invoke(application("validate"), ["validate", str(folder), "--fhir"])
        return done.exit_code, done.output

    assert run(small)[0] == 0
    assert run(tmp_path)[0] == 2
    shutil.copytree(small, tmp_path / "x")
    (tmp_path / "x" / "Specimen.ndjson").unlink()
    code, told = run(tmp_path / "x")
    assert code == 1
    assert "Observation.ndjson" in told
