from pathlib import Path

import duckdb
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from simulator import World
from simulator.errors import ReadError
from simulator.formats import FORMATS
from simulator.formats.folder import fill
from simulator.formats.format import Period
from simulator.formats.rejects import Rejects

I2B2 = FORMATS["i2b2"]
BY_PATH = """SELECT DISTINCT patient_num FROM observation_fact WHERE concept_cd IN
(SELECT concept_cd FROM concept_dimension WHERE starts_with(concept_path, ?))"""


@pytest.fixture(scope="module")
def written(small_county: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("i2b2") / "i2b2"
    fill(small_county, I2B2, folder, Period(), lambda _: None)
    return folder


@pytest.mark.parametrize(
    ("path", "where"),
    [
        ("\\XL\\Diagnosis\\J\\", ("diagnosis", "code", "J")),
        ("\\XL\\Diagnosis\\I\\I10\\", ("diagnosis", "code", "I10")),
        ("\\XL\\Drug\\J\\J01\\", ("medication_order", "atc", "J01")),
        ("\\XL\\Procedure\\", ("procedure", "code", "")),
        ("\\XL\\Laboratory\\2951-2\\", ("lab_result", "loinc", "2951-2")),
    ],
)
def test_a_concept_path_finds_the_patients_of_the_records(
    small_county: World, written: Path, path: str, where: tuple[str, str, str]
) -> None:
    table, code, prefix = where
    own = small_county[table].filter(pl.col(code).cast(pl.String).str.starts_with(prefix))["patient_id"].unique()
    with duckdb.connect(str(written / "i2b2.duckdb"), read_only=True) as connection:
        found = [row[0] for row in connection.execute(BY_PATH, [path]).fetchall()]
    assert len(own) > 0
    assert sorted(found) == sorted(own)


def test_every_fact_has_its_patient_visit_concept_provider_and_modifier(small_county: World, written: Path) -> None:
    facts = pl.read_parquet(written / "observation_fact.parquet")
    for table, key in (("patient", "patient_num"), ("visit", "encounter_num"), ("concept", "concept_cd")):
        known = pl.read_parquet(written / f"{table}_dimension.parquet")[key]
        assert set(facts[key]) <= set(known)
    assert set(facts["provider_id"]) - {"@"} <= set(
        pl.read_parquet(written / "provider_dimension.parquet")["provider_id"]
    )
    assert set(facts["modifier_cd"]) - {"@"} <= set(
        pl.read_parquet(written / "modifier_dimension.parquet")["modifier_cd"]
    )
    visits = pl.read_parquet(written / "visit_dimension.parquet")
    assert sorted(visits["encounter_num"]) == sorted(small_county["encounter"]["encounter_id"])


def test_what_is_written_is_read_back_in_the_columns_that_are_carried(small_county: World, written: Path) -> None:
    text = pl.selectors.categorical() | pl.selectors.enum()
    for name, frame in I2B2.read(written, Rejects()).items():
        own = small_county[name].select(frame.columns).sort(pl.first()).with_columns(text.cast(pl.String))
        assert_frame_equal(frame.sort(pl.first()).with_columns(text.cast(pl.String)), own)


def test_facts_that_are_none_are_named(written: Path, tmp_path: Path) -> None:
    (tmp_path / "observation_fact.parquet").write_bytes(b"PAR1 and no more")
    with pytest.raises(ReadError, match=r"observation_fact\.parquet: file"):
        I2B2.read(tmp_path, Rejects())
    facts = pl.read_parquet(written / "observation_fact.parquet").head(3)
    facts.with_columns(patient_num=pl.when(pl.int_range(3) != 1).then("patient_num")).write_parquet(
        tmp_path / "observation_fact.parquet"
    )
    with pytest.raises(ReadError, match=r"row 2, patient_num"):
        I2B2.read(tmp_path, Rejects())


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=5))
def test_damaged_bytes_are_rejects_or_rows_and_nothing_else(
    written: Path, tmp_path: Path, changes: list[tuple[float, int]]
) -> None:
    path = tmp_path / "observation_fact.parquet"
    pl.read_parquet(written / path.name).head(50).write_parquet(path)
    content = bytearray(path.read_bytes())
    for place, byte in changes:
        content[int(place * len(content))] = byte
    path.write_bytes(content)
    tables = I2B2.read(tmp_path, Rejects(keep=True))
    assert sum(len(frame) for frame in tables.values()) <= 50
