import polars as pl
import pytest

from simulator.errors import SchemaError
from simulator.schema import TABLES, Column, Table, conform, first_id

ALL_COLUMNS = [(table.name, column) for table in TABLES.values() for column in table.columns]


def test_every_reference_leads_to_a_declared_table_whose_key_has_that_name() -> None:
    for table, column in ALL_COLUMNS:
        if column.refers is not None:
            target = TABLES[column.refers]
            assert column.dtype == "id", f"{table}.{column.name}"
            assert target.key.split("_id")[0] in {column.refers, "staff"}


def test_every_column_is_described_in_both_languages() -> None:
    for table, column in ALL_COLUMNS:
        assert any("\u4e00" <= letter <= "\u9fff" for letter in column.zh), f"{table}.{column.name}"
        assert column.en[0].isupper() or column.en[0].isdigit(), f"{table}.{column.name}"


def test_every_measurement_has_a_unit() -> None:
    for table, column in ALL_COLUMNS:
        if column.dtype in {"f4", "f8"} and not {"value", "ref_low", "ref_high", "dose"} & {column.name}:
            assert column.unit, f"{table}.{column.name}"


def test_table_numbers_and_keys_are_unique() -> None:
    numbers = [table.number for table in TABLES.values()]
    keys = [table.key for table in TABLES.values()]
    assert len(set(numbers)) == len(numbers) == len(set(keys))


def test_every_caused_table_says_by_what() -> None:
    for table in TABLES.values():
        if table.group == "care":
            assert table["cause_id"].dtype == "id"


def test_ids_tell_their_table_and_hospital() -> None:
    assert first_id(TABLES["encounter"], 3) + 17 == 30_003_000_000_017


SMALL = Table(
    "small", "test", 99, "小表", "Small", (Column("small_id", "id", "编号", "Id"), Column("x", "f4", "值", "Value"))
)


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (pl.DataFrame({"small_id": [1]}), "lacks its declared column x"),
        (pl.DataFrame({"small_id": [1], "x": [1.0], "y": [1]}), "undeclared column y"),
        (pl.DataFrame({"small_id": [1], "x": [1.0]}), r"small\.x must be Float32, got Float64"),
        (pl.DataFrame({"small_id": [1], "x": [None]}, schema=SMALL.schema), "may not be empty"),
    ],
)
def test_a_table_that_is_not_as_declared_is_refused(frame: pl.DataFrame, message: str) -> None:
    with pytest.raises(SchemaError, match=message):
        conform(SMALL, frame)


def test_columns_come_back_in_declared_order() -> None:
    frame = pl.DataFrame({"x": [1.0], "small_id": [1]}, schema={"x": pl.Float32, "small_id": pl.Int64})
    assert conform(SMALL, frame).columns == ["small_id", "x"]


def test_an_unknown_column_is_named_with_the_known_ones() -> None:
    with pytest.raises(SchemaError, match="has no column sistolic"):
        TABLES["vital_sign"]["sistolic"]
