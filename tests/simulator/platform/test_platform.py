"""Batches of a consortium's hospitals, what the platform refuses, and how well it finds one person's records."""

import datetime as dt
import json
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import polars as pl
import pytest

from simulator import World, load_scenario, simulate
from simulator.formats.format import Period
from simulator.formats.rejects import Rejects
from simulator.platform import Platform, link, one_hospital, pack, score
from simulator.platform.packing import MANIFEST
from simulator.platform.sounds import initials
from simulator.vendors import export_vendor, load_profile, read_vendor, vendor_names
from simulator.vendors.defects import DefectEngine
from simulator.vendors.defects.engine import middle
from simulator.vendors.defects.people import SECOND

RATES = {
    "missing_identifier": 0.2,
    "spelling_variant": 0.1,
    "duplicate_patient": 0.3,
    "mojibake": 0.01,
    "lost_row": 0.01,
    "truncated": 0.01,
}


@pytest.fixture(scope="module")
def region() -> World:
    return simulate(load_scenario("consortium", days=8, scale=0.04), seed=7)


@pytest.fixture(scope="module")
def members(region: World) -> dict[str, str]:
    """Institution -> system; each of the five systems is somebody's."""
    names = vendor_names()
    return {str(one): names[number % len(names)] for number, one in enumerate(region["hospital"]["hospital_id"])}


def engine_for(own: World, vendor: str, seed: int) -> DefectEngine:
    return DefectEngine(load_profile(vendor), RATES, seed, middle(own, Period()))


@pytest.fixture(scope="module")
def batches(region: World, members: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Three days of three hospitals, in order, with defects."""
    folder, made = tmp_path_factory.mktemp("batches"), []
    for institution, vendor in list(members.items())[:3]:
        own = one_hospital(region, int(institution))
        for number in range(3):
            day = region.scenario.start + dt.timedelta(days=number)
            path = pack(own, vendor, institution, day, folder, damage=engine_for(own, vendor, number))
            made += [path] if path else []
    return made


@pytest.fixture(scope="module")
def platform(batches: list[Path], members: dict[str, str]) -> Platform:
    loaded = Platform(members)
    for path in batches:
        loaded.receive(path)
    return loaded


@pytest.fixture(scope="module")
def patients(region: World, members: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    """The patients of all hospitals, each through its own system with defects."""
    known = []
    for number, (institution, vendor) in enumerate(members.items()):
        own, folder = one_hospital(region, int(institution)), tmp_path_factory.mktemp(institution)
        if own["encounter"].is_empty():
            continue
        profile = load_profile(vendor)
        export_vendor(own, profile, folder, Period(), print, damage=engine_for(own, vendor, number))
        found = read_vendor(folder, profile, Rejects(keep=True))["patient"]
        columns = ["patient_id", "name", "sex", "birth_date", "id_number", "phone", "address"]
        known.append(found.select(columns).with_columns(pl.lit(institution).alias("institution")))
    return pl.concat(known)


def test_every_batch_is_loaded_and_every_row_says_where_it_came_from(
    platform: Platform, batches: list[Path], region: World
) -> None:
    assert platform.log()["status"].to_list() == ["accepted"] * len(batches)
    tables = platform.tables()
    assert set(tables["lab_result"]["batch"]) <= {path.name for path in batches}
    owners = region["encounter"].select("encounter_id", pl.col("hospital_id").cast(pl.String).alias("owner"))
    loaded = tables["encounter"].join(owners, on="encounter_id")
    assert (loaded["institution"] == loaded["owner"]).all()
    day = pl.col("registered_at").dt.offset_by("8h").dt.date()
    first = region.scenario.start
    sent = region["encounter"].filter(
        day.is_between(first, first + dt.timedelta(days=2)),
        pl.col("hospital_id").cast(pl.String).is_in(platform.log()["institution"].unique().to_list()),
    )
    assert 0.9 * len(sent) <= loaded["encounter_id"].n_unique() <= len(sent)


def test_the_index_finds_one_persons_records_across_sites_and_few_others(patients: pl.DataFrame, region: World) -> None:
    persons = link(patients, np.random.default_rng(1)).persons
    first = pl.when(pl.col("patient_id") % 10**9 >= SECOND).then(pl.col("patient_id") - SECOND)
    truth = (
        persons.select("patient_id", first.otherwise(pl.col("patient_id")).alias("first"))
        .join(region["linkage"].select(pl.col("patient_id").alias("first"), "person_id"), on="first")
        .select("patient_id", "person_id")
    )
    found = score(persons, truth)
    assert found["pairs"] >= 50
    assert found["precision"] >= 0.97, found
    assert found["recall"] >= 0.95, found
    assert patients["id_number"].null_count() > 0.1 * len(patients)


def test_records_of_different_people_are_not_joined_for_a_shared_telephone() -> None:
    days = pl.date_range(pl.date(1950, 1, 1), pl.date(1950, 12, 31), eager=True)[:300]
    people = pl.DataFrame(
        {
            "institution": ["a", "b"] * 150,
            "patient_id": range(300),
            "name": [chr(0x5F20 + number % 40) + chr(0x4E00 + 7 * number) for number in range(300)],
            "sex": ["male", "female"] * 150,
            "birth_date": days,
            "id_number": [f"{number:018d}" for number in range(300)],
            "phone": [f"{number // 2:011d}" for number in range(300)],
            "address": [f"{number // 2:04d}号" for number in range(300)],
        }
    )
    assert link(people, np.random.default_rng(1)).persons["person"].n_unique() == 300


def test_names_of_one_sound_have_the_same_initials() -> None:
    assert initials(pl.Series(["张伟", "张玮", "李静", "A王"])).to_list() == ["ZW", "Z玮", "LJ", "AW"]


def test_a_batch_sent_twice_is_a_duplicate_and_one_of_an_earlier_day_is_late(
    batches: list[Path], members: dict[str, str]
) -> None:
    own = [path for path in batches if path.name.startswith(batches[0].name[:14])]
    platform = Platform(members)
    assert platform.receive(own[1]) == "accepted"
    rows = {name: len(frame) for name, frame in platform.tables().items()}
    assert platform.receive(own[1]) == "duplicate"
    assert {name: len(frame) for name, frame in platform.tables().items()} == rows
    assert platform.receive(own[0]) == "late"
    assert platform.log()["status"].to_list() == ["accepted", "duplicate", "late"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"schema_version": "9"}, "schema_version should be 1, got 9"),
        ({"institution": "nobody"}, "institution nobody is no member"),
        ({"vendor": "spreadsheet"}, "should be fhirlike, got spreadsheet"),
        ({"day": "2025-01-01"}, "were not registered on 2025-01-01"),
        ({"day": "someday"}, "manifest.json: day"),
        ({"files": {}}, "should be in the manifest and in the batch"),
        ({"lines": 1}, "the manifest says"),
        ({"sha256": "0"}, "its SHA-256 is not the manifest's"),
    ],
)
def test_a_batch_that_is_not_what_it_says_is_refused_with_the_reason(
    batches: list[Path], members: dict[str, str], tmp_path: Path, change: dict[str, object], reason: str
) -> None:
    path, platform = tmp_path / "changed.zip", Platform(members)
    with ZipFile(batches[0]) as old, ZipFile(path, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == MANIFEST:
                manifest = json.loads(data)
                if set(change) <= set(manifest):
                    manifest |= change
                else:
                    next(iter(manifest["files"].values())).update(change)
                data = json.dumps(manifest).encode()
            new.writestr(name, data)
    assert platform.receive(path) == "refused"
    assert reason in platform.log()["reason"][0]
    assert platform.tables() == {}


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"no zip at all" * 50])
def test_what_is_no_batch_is_refused(members: dict[str, str], tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.zip").write_bytes(content)
    assert Platform(members).receive(tmp_path / "x.zip") == "refused"


def test_a_batch_cannot_write_outside_its_folder(members: dict[str, str], tmp_path: Path) -> None:
    with ZipFile(tmp_path / "x.zip", "w") as batch:
        batch.writestr(MANIFEST, "{}")
        batch.writestr("../outside.csv", "mine")
    platform = Platform(members)
    assert platform.receive(tmp_path / "x.zip") == "refused"
    assert "should lie inside the batch" in platform.log()["reason"][0]


def test_a_corrupted_batch_is_refused_whatever_byte_is_wrong(
    batches: list[Path], members: dict[str, str], tmp_path: Path
) -> None:
    original, rng = batches[0].read_bytes(), np.random.default_rng(3)
    for at in rng.integers(0, len(original), 60):
        changed = bytearray(original)
        changed[at] ^= int(rng.integers(1, 256))
        (tmp_path / "x.zip").write_bytes(bytes(changed))
        assert Platform(members).receive(tmp_path / "x.zip") in {"refused", "accepted"}
