from pathlib import Path

import duckdb
import polars as pl
import pytest
from duckcdm.achilles import available, run_achilles
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from simulator import World
from simulator.errors import ReadError
from simulator.formats import FORMATS
from simulator.formats.folder import fill
from simulator.formats.format import Period
from simulator.formats.omop.cdm import fields
from simulator.formats.omop.reading import READERS
from simulator.formats.rejects import Rejects

OMOP = FORMATS["omop"]
TARGETS = {
    "person_id": "person",
    "visit_occurrence_id": "visit_occurrence",
    "preceding_visit_occurrence_id": "visit_occurrence",
    "visit_detail_id": "visit_detail",
    "preceding_visit_detail_id": "visit_detail",
    "provider_id": "provider",
    "care_site_id": "care_site",
    "location_id": "location",
    "payer_plan_period_id": "payer_plan_period",
}


@pytest.fixture(scope="module")
def written(small_county: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("omop") / "omop"
    fill(small_county, OMOP, folder, Period(), lambda _: None)
    return folder


def cdm(folder: Path, table: str) -> pl.DataFrame:
    return pl.read_parquet(folder / f"{table}.parquet")


def test_each_row_of_the_records_becomes_exactly_its_rows(small_county: World, written: Path) -> None:
    world = small_county
    pairs = {
        "visit_occurrence": world["encounter"]["encounter_id"],
        "visit_detail": world["bed_stay"]["bed_stay_id"],
        "condition_occurrence": world["diagnosis"]["diagnosis_id"],
        "procedure_occurrence": pl.concat(
            [world["procedure"]["procedure_id"], world["imaging_study"]["imaging_study_id"].alias("procedure_id")]
        ),
        "cost": pl.concat([world["charge"]["charge_id"], world["settlement"]["settlement_id"].alias("charge_id")]),
    }
    for table, ids in pairs.items():
        assert sorted(cdm(written, table).to_series(0)) == sorted(ids)
    given = world["administration"].filter(pl.col("status") == "given")
    assert len(cdm(written, "drug_exposure")) == len(world["medication_order"]) + len(given)
    vital = world["vital_sign"]
    values = 10 * len(vital) + vital["news2"].count() + vital["weight_kg"].count() - len(vital)
    assert len(cdm(written, "measurement")) == len(world["lab_result"]) + len(world["home_reading"]) + values
    assert len(cdm(written, "death")) == (world["encounter"]["outcome"] == "died").sum()
    assert cdm(written, "cost")["total_charge"].sum() == pytest.approx(world["charge"]["amount"].sum())


def test_every_key_and_every_concept_resolves(written: Path) -> None:
    known = set(cdm(written, "concept")["concept_id"])
    ids = {table: set(cdm(written, table).to_series(0)) for table in set(TARGETS.values())}
    for table in fields():
        for name, column in zip(cdm(written, table).columns, cdm(written, table), strict=True):
            present = set(column.drop_nulls())
            if "concept_id" in name:
                assert present <= known, f"{table}.{name}"
            elif name in TARGETS:
                assert present <= ids[TARGETS[name]], f"{table}.{name}"


def test_no_event_lies_outside_its_observation_period(written: Path) -> None:
    period = cdm(written, "observation_period").drop("observation_period_id")
    for table in fields():
        frame = cdm(written, table)
        days = [name for name, kind in frame.schema.items() if kind == pl.Date]
        if "person_id" in frame.columns and table != "observation_period":
            joined = frame.join(period, on="person_id")
            assert len(joined) == len(frame)
            for day in days:
                inside = pl.col(day).is_between("observation_period_start_date", "observation_period_end_date")
                assert joined.select(inside.fill_null(value=True).all()).item(), f"{table}.{day}"


def test_what_is_written_is_read_back_in_the_columns_that_are_carried(small_county: World, written: Path) -> None:
    back = OMOP.read(written, Rejects())
    assert set(back) == set(READERS)
    for name, frame in back.items():
        own = small_county[name].select(frame.columns).sort(pl.first())
        text = pl.selectors.categorical() | pl.selectors.enum()
        assert_frame_equal(
            frame.sort(pl.first()).with_columns(text.cast(pl.String)), own.with_columns(text.cast(pl.String))
        )


def test_all_achilles_analyses_run_and_agree_with_the_records(small_county: World, written: Path) -> None:
    with duckdb.connect(str(written / "omop.duckdb")) as connection:
        done, failed = run_achilles(
            connection, cdm_schema="main", results_schema="results", cdm_version="5.4", small_cell_count=None, log=None
        )

        def total(analysis: int) -> int:
            found = connection.execute(
                "SELECT sum(count_value) FROM results.achilles_results WHERE analysis_id = ?", [analysis]
            ).fetchone()
            assert found is not None
            return int(found[0])

        assert failed == []
        assert len(done) == len(available())
        assert total(1) == small_county["encounter"]["patient_id"].n_unique()
        assert total(401) == len(small_county["diagnosis"])
        assert total(201) == len(small_county["encounter"])


@pytest.mark.parametrize("content", [b"", b"PAR1", b"not a table"])
def test_a_file_that_is_no_such_table_is_named(written: Path, tmp_path: Path, content: bytes) -> None:
    for path in written.glob("*.parquet"):
        (tmp_path / path.name).symlink_to(path)
    (tmp_path / "measurement.parquet").unlink()
    (tmp_path / "measurement.parquet").write_bytes(content)
    with pytest.raises(ReadError, match=r"measurement\.parquet: file"):
        OMOP.read(tmp_path, Rejects())


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    table=st.sampled_from(["visit_occurrence", "condition_occurrence", "measurement", "drug_exposure", "metadata"]),
    changes=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=5),
)
def test_damaged_bytes_are_rejects_or_rows_and_nothing_else(
    written: Path, tmp_path: Path, table: str, changes: list[tuple[float, int]]
) -> None:
    for name in {"metadata", *(cdm_table for cdm_table, _ in READERS.values())}:
        cdm(written, name).head(50).write_parquet(tmp_path / f"{name}.parquet")
    path = tmp_path / f"{table}.parquet"
    content = bytearray(path.read_bytes())
    for place, byte in changes:
        content[int(place * len(content))] = byte
    path.write_bytes(content)
    assert all(len(frame) <= 50 for frame in OMOP.read(tmp_path, Rejects(keep=True)).values())
